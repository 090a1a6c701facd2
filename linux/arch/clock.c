// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - time, for arch/um/kernel/time.c, which has it in ns. Pecan's clock has us.
 */
#include <linux/init.h>
#include <linux/math64.h>
#include <kern_util.h>
#include <os.h>
#include "edge.h"

enum { NS = 1000 };

static unsigned long us(unsigned long long ns) { return (ns + NS - 1) / NS; }

long long os_nsecs(void) { return edge_clock() * NS; }

long long os_persistent_clock_emulation(void)
{
	return edge_date() * 1000000000ll + os_nsecs();
}

int os_timer_create(void) { return 0; }
void timer_set_signal_handler(void) { }
void os_alarm_process(int pid) { }
void os_timer_disable(void) { edge_timer(0, 0); }

int os_timer_set_interval(unsigned long long ns)
{
	edge_timer(edge_clock() + us(ns), us(ns));
	return 0;
}

int os_timer_one_shot(unsigned long long ns)
{
	edge_timer(edge_clock() + us(ns), 0);
	return 0;
}

void os_idle_sleep(void) { edge_idle(); }
