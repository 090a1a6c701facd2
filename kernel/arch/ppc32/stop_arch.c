/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop_arch.c - the console functions of core/arch.h, and arch_stop.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <arch/board.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "entry.h"
#include "local.h"

enum { CALLS_SHOWN = 24 };

static const struct arch_regs *stop_frame;

void arch_putc(char c)
{
	if (c == '\n')
		plat_putc('\r');
	plat_putc(c);
}

bool arch_put_now(char c)
{
	bool ready = plat_console_ready();

	if (ready)
		plat_putc(c);
	return ready;
}

int arch_getc(void) { return plat_getc(); }

void stop_note_frame(const struct arch_regs *frame) { stop_frame = frame; }

/* Print the return addresses of the frames from sp on: a back chain, with LR behind each (SVR4). */
static void print_calls(uintptr_t sp)
{
	uintptr_t low = (uintptr_t)&kernel_stack, end = (uintptr_t)kernel_stack.end;

	printk("calls:");
	for (unsigned shown = 0; sp >= low && sp < end && shown < CALLS_SHOWN; shown++) {
		const l4_word_t *frame = (const l4_word_t *)(*(const l4_word_t *)sp & ~(l4_word_t)3);

		if ((uintptr_t)frame <= sp || (uintptr_t)frame >= end)
			break;
		printk(" %lx", frame[1]);
		sp = (uintptr_t)frame;
	}
	printk("\n");
}

void arch_stop(void)
{
	struct thread *t = cpu_self()->current;

	if (stop_frame)
		trap_print_frame(stop_frame);
	if (t || stop_frame)
		print_calls(stop_frame ? stop_frame->r1 : (uintptr_t)__builtin_frame_address(0));
	if (t)
		printk("thread %lx, user ip %lx sp %lx\n", t->id.raw, thread_regs(t)->ip, thread_regs(t)->r1);
	report_flush();
	if ((t || stop_frame) && kernel.kdb & KDB_KEY)
		kdb_run(t, "panic");
	printk("The kernel has stopped.\n");
	plat_stop(!t && !stop_frame);	/* neither: the boot was refused */
}
