/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop_arch.c - the console as core sees it, and the end of the kernel.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <lib/print.h>
#include "machine.h"

enum { STACK_WORDS_SHOWN = 32 };

extern uint8_t kernel_start[], kernel_text_end[];

static const struct arch_regs *stop_frame;

void arch_putc(char c)
{
	if (c == '\n')
		plat_putc('\r');
	plat_putc(c);
}

int arch_getc(void) { return plat_getc(); }

void stop_note_frame(const struct arch_regs *frame) { stop_frame = frame; }

static void print_frame(const struct arch_regs *r)
{
	printk("rip %016lx  cs %02lx  rflags %06lx  vector %lu  error %lx  cr2 %016lx\n",
	       r->rip, r->cs, r->rflags, r->entry, r->error, cpu_read_cr2());
	printk("rsp %016lx  rbp %016lx  ss %02lx  cr3 %lx\n", r->rsp, r->rbp, r->ss, cpu_read_cr3());
	printk("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->rax, r->rbx, r->rcx, r->rdx);
	printk("rsi %016lx  rdi %016lx  r8  %016lx  r9  %016lx\n", r->rsi, r->rdi, r->r8, r->r9);
	printk("r10 %016lx  r11 %016lx  r12 %016lx  r13 %016lx\n", r->r10, r->r11, r->r12, r->r13);
	printk("r14 %016lx  r15 %016lx\n", r->r14, r->r15);
}

/* Return addresses, most of them: whatever on the stack from `at` on points into kernel text. */
static void print_calls(const l4_word_t *at)
{
	unsigned shown = 0;

	printk("calls:");
	while (((uintptr_t)at & 4095) && shown < STACK_WORDS_SHOWN) {
		if (*at >= (uintptr_t)kernel_start && *at < (uintptr_t)kernel_text_end) {
			printk(" %lx", *at);
			shown++;
		}
		at++;
	}
	printk("\n");
}

void arch_stop(void)
{
	struct thread *t = cpu_self()->current;
	l4_word_t here = 0;

	plat_screen_reclaim();
	if (stop_frame)
		print_frame(stop_frame);
	else
		print_calls(&here);
	if (t)
		printk("thread %lx, user rip %lx rsp %lx\n", t->id.raw, t->regs.rip, t->regs.rsp);
	if (kernel.panic_note[0])
		printk("doing: %s\n", kernel.panic_note);
	printk("The kernel has stopped.\n");
	for (;;)
		cpu_halt();
}
