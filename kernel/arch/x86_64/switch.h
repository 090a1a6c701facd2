/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.h - loads the CPU's state, except for registers, of the next thread.
 */
#ifndef X86_64_SWITCH_H
#define X86_64_SWITCH_H

#include <core/kernel.h>
#include <core/sched.h>
#include <arch/cpu.h>
#include <arch/tlb.h>
#include <lib/section.h>
#include "local.h"
#include "machine.h"

/* leave.c: the slow paths of switch_to. */
struct thread *switch_space(struct thread *next);
struct thread *switch_fpu(struct thread *next);

/* Load the usual selectors. */
static INLINE void reload_data_segments(void)
{
	__asm__ volatile("mov %w0, %%ds; mov %w0, %%es; mov %w0, %%fs" : : "r"(SEL_USER_SS) : "memory");
}

/*
 * Reset DS, ES and FS after a switch of spaces to next. Its FS base, if it has one, is loaded by entry.S or
 * fast.S.
 */
static INLINE void switch_segments(const struct thread *next)
{
	unsigned ds, es, fs;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2" : "=r"(ds), "=r"(es), "=r"(fs));
	if (ds * es * fs != SEL_USUAL)
		reload_data_segments();
	if (cpu_local()->tls_loaded && !next->tls) {
		cpu_write_msr(MSR_FS_BASE, 0);
		cpu_local()->tls_loaded = false;
	}
}

/*
 * Load the CPU's state for next, a user thread (idle waits in step), and return it. The caller writes the
 * UTCB cell. segments: if the space changes, reset DS, ES and FS. It is false after a direct switch to the
 * partner of a message: then they are not checked, as in fast.S (docs/caveats.md).
 */
static INLINE struct thread *switch_to(struct thread *next, bool segments)
{
	struct tlb *tlb = tlb_here();
	struct cpu_local *l = cpu_local();
	struct space *s = next->space;
	uint64_t direct = s->tlb.direct;

	l->tss.rsp0 = (uintptr_t)next;
	l->floor = cpu_self()->floor;
	if (!direct || tlb->pending > 0) {
		next = switch_space(next);
	} else if (s != tlb->loaded) {
		arch_tlb_load(direct);
		tlb->loaded = s;
		if (segments)
			switch_segments(next);
	}
	return l->fpu_owner ? switch_fpu(next) : next;
}

#endif
