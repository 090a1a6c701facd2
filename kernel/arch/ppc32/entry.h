/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - functions that are called across the files of this folder.
 */
#ifndef PPC32_ENTRY_H
#define PPC32_ENTRY_H

#include <stdbool.h>
#include <x2/word.h>
#include <arch/regs.h>

struct thread;

/* entry.S: ends booting, exits to t, which kernel_leave has returned */
_Noreturn void leave_first(struct thread *t);

/*
 * trap.c. trap_init: the functions that entry.S calls, and the kernel stack, before the first entry.
 * trap_calls: how system calls enter, by the option fastpath=, when the vectors are in place;
 * trap_leave_out_short: all of them as exceptions, by core, while `all`. trap_print_frame: prints what an
 * entry has saved
 */
void trap_init(void);
void trap_calls(const char *cmdline);
void trap_leave_out_short(bool all);
void trap_print_frame(const struct arch_regs *r);

/* fpu.c: the vector 0x800; t will use the FPU no more, or from zeros; L3, R5, R6 for the exit to `next` */
void fpu_use(struct thread *t);
void fpu_discard(struct thread *t);
void fpu_check(const struct thread *next);

/* fpu.S */
void fpu_save(struct arch_extra *to);
void fpu_load(const struct arch_extra *from);

/* stop_arch.c: set the frame that arch_stop prints */
void stop_note_frame(const struct arch_regs *frame);

/* FLAGS of user code (ppc32 7), from the word msr of its frame (R5). */
static inline l4_word_t msr_flags(l4_word_t msr) { return msr >> MSR_FLAGS_SHIFT & MSR_SETTABLE; }

/* That word for them; and for the same thread with and without the FPU. */
static inline l4_word_t msr_without_fpu(l4_word_t msr) { return msr & ~(l4_word_t)(MSR_FP | MSR_FE); }
static inline l4_word_t msr_with_fpu(l4_word_t msr) { return msr | MSR_FP | (msr_flags(msr) & MSR_FE); }
static inline l4_word_t msr_for_user(l4_word_t flags, bool fpu)
{
	l4_word_t msr = (flags & (MSR_SE | MSR_BE)) | (flags & MSR_SETTABLE) << MSR_FLAGS_SHIFT | MSR_FIXED;

	return fpu ? msr_with_fpu(msr) : msr;
}

#endif
