/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets.c - numbers that .S files need from C. Compiled to assembler text only; the Makefile makes
 * build/gen/offsets.h out of the strings that begin with an arrow.
 */
#include <core/thread.h>
#include <arch/apic.h>
#include "gateway.h"
#include "local.h"

#define VALUE(name, value) __asm__ volatile(".ascii \"->" #name " %0\"" : : "i"(value))

/* In the frame as it is when all but the general registers is pushed: entry is at 0. */
#define FRAME(name, field) VALUE(name, offsetof(struct arch_regs, field) - offsetof(struct arch_regs, entry))

void offsets(void);

void offsets(void)
{
	FRAME(FRAME_ERROR, error);
	FRAME(FRAME_RIP, rip);
	FRAME(FRAME_CS, cs);
	FRAME(FRAME_RFLAGS, rflags);
	FRAME(FRAME_RSP, rsp);
	FRAME(FRAME_SS, ss);
	VALUE(REGS_SYSCALL, REGS_SYSCALL);
	VALUE(LOCAL_USER_SP, offsetof(struct cpu_local, user_sp));
	VALUE(LOCAL_STACK, offsetof(struct cpu_local, stack));
	VALUE(LOCAL_RSP0, offsetof(struct cpu_local, tss.rsp0));
	VALUE(STACK_TOP, sizeof(struct kernel_stack));
	VALUE(USER_CS, SEL_USER_CS);
	VALUE(USER_SS, SEL_USER_SS);
	VALUE(USER_GS, SEL_USER_GS);
	VALUE(FIRST_IRQ, VECTOR_PIC);
	VALUE(GATEWAY_SLOT, GATEWAY_SLOT);
	VALUE(GATEWAY_SYSCALL, GATEWAY_SYSCALL);
	VALUE(CALL_MEMORY_CONTROL, L4_CALL_MEMORY_CONTROL);
	VALUE(CALLS, L4_CALLS);
}

_Static_assert(offsetof(struct thread, regs) == 0, "entry.S takes the frame for the thread");
_Static_assert(offsetof(struct arch_regs, r9) == 0, "entry.S pushes r9 last");
_Static_assert(offsetof(struct arch_regs, entry) == 15 * sizeof(l4_word_t), "and entry before rdi");

/* Half of it is arch_extra.fpu: one field more could double what a thread costs (docs/decisions/fpu.md). */
_Static_assert(sizeof(struct thread) <= 1984, "two fit in a frame of kernel memory, see kmem.c");
