/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop_arch.c - the console functions of core/arch.h, and arch_stop.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <arch/board.h>
#include <arch/layout.h>
#include <kdb/kdb.h>
#include <lib/print.h>
#include "local.h"
#include "machine.h"

enum { CALLS_SHOWN = 24 };

extern uint8_t kernel_text_end[];

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

/* Returns the end of the kernel stack that contains sp, or 0. */
static uintptr_t stack_end(uintptr_t sp)
{
	for (unsigned i = 0; i < CFG_CPUS; i++) {
		uintptr_t low = (uintptr_t)kernel_stack[i].stack, end = low + KERNEL_STACK_BYTES;

		if (sp >= low && sp < end)
			return end;
	}
	return 0;
}

/* Print every word on the stack from sp on that points into kernel text: most are return addresses. */
static void print_calls(uintptr_t sp)
{
	uintptr_t end = stack_end(sp);
	unsigned shown = 0;

	printk("calls:");
	for (sp &= ~(sizeof(l4_word_t) - 1); sp < end && shown < CALLS_SHOWN; sp += sizeof(l4_word_t)) {
		l4_word_t word = *(const l4_word_t *)sp;

		if (word < KMAP_IMAGE || word >= (uintptr_t)kernel_text_end)
			continue;
		printk(" %lx", word);
		shown++;
	}
	printk("\n");
}

void arch_stop(void)
{
	struct thread *t = cpu_self()->current;
	l4_word_t here;

	plat_screen_reclaim();
	if (stop_frame)
		trap_print_frame(stop_frame);
	if (t || stop_frame)
		print_calls(stop_frame ? stop_frame->sp : (uintptr_t)&here);
	if (t)
		printk("thread %lx, user ip %lx sp %lx\n", t->id.raw, thread_regs(t)->ip, thread_regs(t)->sp);
	report_flush();
	if ((t || stop_frame) && kernel.kdb & KDB_KEY)
		kdb_run(t, "panic");
	printk("The kernel has stopped.\n");
	plat_stop(!t && !stop_frame);	/* neither: the boot was refused */
}
