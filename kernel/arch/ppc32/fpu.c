/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.c - the FPU: a thread gets it at its first use (vector 0x800), and keeps it until another thread uses
 * it. The MSR of all others has no bit FP, nor FE0 and FE1, so a switch of threads does nothing for it, and
 * its registers can have the state of a thread that does not run. A thread that never uses it costs nothing.
 */
#include <core/arch.h>
#include <lib/panic.h>
#include "entry.h"
#include "local.h"

/* The owner, if there is one, is another thread from now on. */
static void put_away(struct thread *owner)
{
	fpu_save(&owner->rest->extra);
	thread_regs(owner)->msr = msr_without_fpu(thread_regs(owner)->msr);
}

void fpu_use(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	thread_regs(t)->msr = msr_with_fpu(thread_regs(t)->msr);
	if (l->fpu_owner == t)
		return;
	if (l->fpu_owner)
		put_away(l->fpu_owner);
	if (!t->fpu_used)
		arch_words_clear(&t->rest->extra, sizeof(t->rest->extra) / sizeof(l4_word_t));
	t->fpu_used = true;
	fpu_load(&t->rest->extra);
	l->fpu_owner = t;
}

void fpu_discard(struct thread *t)
{
	if (cpu_local()->fpu_owner == t)
		cpu_local()->fpu_owner = 0;
	t->fpu_used = false;
}

void fpu_check(const struct thread *next)
{
	const struct thread *owner = cpu_local()->fpu_owner;

	ASSERT(!owner || (owner->fpu_used && thread_regs(owner)->msr & MSR_FP));		/* L3, R6 */
	ASSERT(next == owner || !(thread_regs(next)->msr & (MSR_FP | MSR_FE)));			/* R5 */
}
