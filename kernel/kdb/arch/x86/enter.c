/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - how a break on the serial line enters the debugger (kdb=key, kdb=debug).
 *
 * Each interrupt looks for a break, and the timer fires every POLL_US at least: so it works with any driver
 * of the serial line, with none, and if the driver hangs. Only the break itself is taken out of the input.
 *
 * To read the line status clears the bit of a break: a driver that reads it before the next interrupt, while
 * its own line is masked, takes the break away.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/time.h>
#include <lib/print.h>
#include "local.h"

enum { POLL_US = 50000 };

static struct traps under;

bool kdb_arch_wait(void)
{
	cpu_pause();
	return true;
}

static void poll(struct thread *self, unsigned vector)
{
	uint64_t began = cpu_tsc();

	if (vector == (feature_used(FEATURE_APIC) ? VECTOR_TIMER : VECTOR_PIC))
		arch_timer_in(POLL_US);			/* core may set it earlier */
	if (!plat_console_break())
		return;
	kdb_run(self, "break on the serial line");
	time_exclude(began);
}

static struct thread *polled_irq(struct thread *self)
{
	poll(self, (uint8_t)thread_regs(self)->entry);
	return under.irq(self);
}

static struct thread *polled_interrupt(unsigned vector)
{
	poll(cpu_self()->current, (uint8_t)vector);
	return under.interrupt(vector);
}

void kdb_start(void)
{
	if (!(kernel.kdb & KDB_KEY))
		return;
	printk("kdb: a break on the serial line enters the kernel debugger\n");
	under = cpu_local()->traps;
	cpu_local()->traps.irq = polled_irq;
	cpu_local()->traps.interrupt = polled_interrupt;
	time_poll(POLL_US);
}
