/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context.c - functions with which core reads and changes the user context of a thread (core/arch.h).
 *
 * IP, SP and FLAGS are in the frame all the time (regs.h, R2 and R4). A thread that has them set leaves the
 * kernel as it would have left it otherwise: an Ipc loads them too.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <lib/section.h>
#include "entry.h"
#include "local.h"

enum { TRAP_REGISTERS = L4_TRAP_R0 };	/* r3 to r10 and r0, in the order of arch_regs.mr */

/* Instructions have aligned addresses: the CPU ignores the low bits of an IP, as of LR. */
static l4_word_t place(l4_word_t ip) { return ip & ~(l4_word_t)3; }

/* All that the exit loads is in the frame: REGS_IPC, with the result and the message registers. */
void arch_ipc_done(struct thread *t) { (void)t; }

void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	struct arch_regs *r = thread_regs(t);

	r->entry = REGS_IPC;
	r->r16 = from.raw;
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ r->mr[0] }));
}

void arch_thread_init(struct thread *t)
{
	thread_regs(t)->msr = MSR_FIXED;
	thread_regs(t)->entry = REGS_OTHER;
}

void arch_thread_exit(struct thread *t) { fpu_discard(t); }

void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp)
{
	struct arch_regs *r = thread_regs(t);

	fpu_discard(t);
	arch_words_clear(r, sizeof(*r) / sizeof(l4_word_t));
	arch_thread_init(t);
	r->ip = place(ip);
	r->r1 = sp;
	r->r2 = t->local.raw;
}

struct arch_user arch_user_get(struct thread *t)
{
	const struct arch_regs *r = thread_regs(t);

	return (struct arch_user){ place(r->ip), r->r1, msr_flags(r->msr) };
}

/* FLAGS of t become those of `flags`. */
static void set_flags(struct thread *t, l4_word_t flags)
{
	struct arch_regs *r = thread_regs(t);

	r->msr = msr_for_user(flags, r->msr & MSR_FP);
}

void arch_user_set(struct thread *t, struct arch_user u, unsigned which)
{
	struct arch_regs *r = thread_regs(t);

	if (which & ARCH_SET_IP)
		r->ip = place(u.ip);
	if (which & ARCH_SET_SP)
		r->r1 = u.sp;
	if (which & ARCH_SET_FLAGS)
		set_flags(t, u.flags);
	if (t->origin == IPC_START)		/* this may start it (ppc32 11) */
		r->r2 = t->local.raw;
}

/* The message of a system call outside the gateway (ppc32 8.2). */
static void trap_get(const struct arch_regs *r, l4_word_t *first, l4_word_t *rest)
{
	arch_words_copy(&first[L4_TRAP_R3], &r->mr[1], TRAP_REGISTERS);
	rest[L4_TRAP_IP] = r->ip;
	rest[L4_TRAP_SP] = r->r1;
	rest[L4_TRAP_FLAGS] = msr_flags(r->msr);
}

NOINLINE void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
				 l4_word_t *rest)
{
	const struct arch_regs *r = thread_regs(t);

	if (number == L4_EXC_FOREIGN_SYSCALL) {
		trap_get(r, first, rest);
		return;
	}
	first[L4_EXC_IP] = place(r->ip);
	first[L4_EXC_SP] = r->r1;
	first[L4_EXC_FLAGS] = msr_flags(r->msr);
	first[L4_EXC_NUMBER] = number;
	first[L4_EXC_ERROR] = error;
	first[L4_EXC_LOCAL_ID] = t->local.raw;
}

/* Set IP, SP and FLAGS, which begin at MR `at`, as far as the u words of the reply reach. */
static void place_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned at,
		      unsigned u)
{
	struct arch_regs *r = thread_regs(t);
	const l4_word_t *mr = at < REG_MRS ? first : rest;

	if (u >= at)
		r->ip = place(mr[at]);
	if (u >= at + 1)
		r->r1 = mr[at + 1];
	if (u >= at + 2)
		set_flags(t, mr[at + 2]);
}

NOINLINE void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u)
{
	unsigned n = u < TRAP_REGISTERS ? u : TRAP_REGISTERS;

	if (t->rest->fault_address != L4_EXC_FOREIGN_SYSCALL) {
		place_put(t, first, rest, L4_EXC_IP, u);
		return;
	}
	arch_words_copy(&thread_regs(t)->mr[1], &first[L4_TRAP_R3], n);
	place_put(t, first, rest, L4_TRAP_IP, u);
}

_Static_assert(L4_EXC_FLAGS == L4_EXC_IP + 2 && L4_TRAP_FLAGS == L4_TRAP_IP + 2, "place_put");
_Static_assert(TRAP_REGISTERS == REG_MRS - 1, "the registers are those of MR1 to MR9");
