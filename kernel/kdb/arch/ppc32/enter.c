/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - how a break on the serial line enters the debugger (kdb=key, kdb=debug).
 *
 * Each interrupt looks for a break, and the timer fires every POLL_US at least: so it works with any driver
 * of the serial line, with none, and if the driver hangs. Only the break itself is taken out of the input.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <arch/board.h>
#include <arch/time.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "local.h"

enum { POLL_US = 50000 };

static struct traps under;

bool kdb_arch_wait(void) { return true; }

static void poll(struct thread *self, unsigned vector)
{
	uint64_t began = cpu_tb();

	if (vector == VECTOR_DECREMENTER)
		arch_timer_in(POLL_US);			/* core may set it earlier */
	if (!plat_console_break())
		return;
	kdb_run(self, "break on the serial line");
	time_exclude(began);
}

static struct thread *polled_user(struct thread *self)
{
	l4_word_t vector = thread_regs(self)->entry;

	if (vector == VECTOR_DECREMENTER || vector == VECTOR_EXTERNAL)
		poll(self, (unsigned)vector);
	return under.user(self);
}

static struct thread *polled_interrupt(unsigned vector)
{
	poll(cpu_self()->current, vector);
	return under.interrupt(vector);
}

void kdb_start(void)
{
	if (!(kernel.kdb & KDB_KEY))
		return;
	printk("kdb: a break on the serial line enters the kernel debugger\n");
	under = cpu_local()->traps;
	cpu_local()->traps.user = polled_user;
	cpu_local()->traps.interrupt = polled_interrupt;
	time_poll(POLL_US);
}
