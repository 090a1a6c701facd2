/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leave.c - from the thread that an upcall named to the registers of the CPU.
 *
 * A thread with work left is given one bounded step at a time; between two steps pending interrupts
 * come in, and what was on the stack is forgotten (entry.S, in_kernel). Then the CPU's state is made
 * that of the thread, and entry.S leaves to it.
 */
#include <core/arch.h>
#include <core/check.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/kmap.h>
#include <arch/tlb.h>
#include "gateway.h"
#include "local.h"
#include "machine.h"

static inline bool data_segments_ok(void)
{
	unsigned ds, es, fs;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2" : "=r"(ds), "=r"(es), "=r"(fs));
	return ((ds ^ SEL_USER_SS) | (es ^ SEL_USER_SS) | (fs ^ SEL_USER_SS)) == 0;
}

static inline void reload_data_segments(void)
{
	__asm__ volatile("mov %w0, %%ds; mov %w0, %%es; mov %w0, %%fs" : : "r"(SEL_USER_SS) : "memory");
}

/* DS, ES and FS, when another thread than the last one is going to run. */
static void switch_segments(struct cpu_local *l, struct thread *next)
{
	if (!data_segments_ok())
		reload_data_segments();
	l->last = next;
}

/* tlb_switch; as a rule nothing is wrong of what is loaded, or of s, and then it does no more than this. */
static inline void switch_space(struct cpu_local *l, struct tlb *tlb, struct space *s)
{
	if (tlb->pending > 0 || !s->tlb.enter) {
		tlb_switch(s);
	} else {
		arch_tlb_load(s->tlb.enter);
		tlb->loaded = s;
	}
	io_select(l, s);
}

/* The FPU has somebody's state: it goes if that is not who runs, and comes along to nobody by itself. */
static __attribute__((cold, noinline)) void switch_fpu(struct cpu_local *l, struct thread *next)
{
	if (l->fpu_owner == next)
		l->floor = SCHED_NOBODY;
	else
		fpu_release();
}

/* next is a user's: idle waits in leave. */
static inline void switch_to(struct thread *next)
{
	struct tlb *tlb = &cpu_self()->tlb;
	struct cpu_local *l = cpu_local();

	l->tss.rsp0 = (uintptr_t)(&next->regs + 1);
	*(l4_word_t *)(void *)utcb_cells = next->local.raw;
	if (next->space != tlb->loaded || tlb->pending > 0)
		switch_space(l, tlb, next->space);
	if (next != l->last)
		switch_segments(l, next);
	l->floor = next->space->tlb.direct && l->tss.iomap == TSS_NO_IOMAP ? cpu_self()->floor : SCHED_NOBODY;
	if (l->fpu_owner)
		switch_fpu(l, next);
}

/*
 * IRET to an address that is not canonical, bits 63 to 47 not all alike, would fault in the kernel: let
 * the thread have that fault.
 */
static inline bool ip_ok(const struct arch_regs *r)
{
	l4_word_t top = r->rip >> 47;

	return top == 0 || top == 0x1ffff;
}

void leave_check(struct thread *next)
{
	if (CHECK_PERIOD == 0 || ++cpu_local()->entries % CHECK_PERIOD != 0)
		return;
	kernel_check(next);
	fpu_check();
}

struct thread *leave(struct thread *next)
{
	struct cpu *cpu = cpu_self();

	for (;;) {
		cpu->current = next;
		if (CHECK_PERIOD != 0)
			leave_check(next);
		if (next->work != WORK_NONE) {
			cpu_window();
			next = kernel_continue(next);
		} else if (next->kind == THREAD_IDLE) {
			cpu_wait();
		} else if (next->regs.entry != REGS_SYSCALL && !ip_ok(&next->regs)) {
			next = kernel_exception(next, VECTOR_GP, 0);
		} else {
			break;
		}
	}
	switch_to(next);
	return next;
}

/* The end of booting, whose code called this. */
void leave_boot(struct thread *first)
{
	kmap_forget_boot();
	leave_first(leave(first));
}

void arch_space_leave(struct space *s) { io_forget(s); }
