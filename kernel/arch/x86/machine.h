/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.h - functions that are called across the files of this folder and of the machine's. The machine has
 * those of descr.c, trap.c and entry.S.
 */
#ifndef X86_MACHINE_H
#define X86_MACHINE_H

#include <x2/word.h>

struct thread;
struct space;
struct arch_regs;

/* Flags that user code or a handler may set; the others are 0, except IF and bit 1, which are always 1. */
#define FLAGS_USER	((l4_word_t)0x250dd5)	/* CF PF AF ZF SF TF DF OF RF AC ID */
#define FLAGS_FIXED	((l4_word_t)0x202)
#define FLAGS_VM	0x20000			/* virtual-8086 mode, see force_user */
#define FLAGS_REFUSED	(FLAGS_VM | 0x3000)	/* VM, IOPL: no CPU gives user code these */

static inline l4_word_t flags_for_user(l4_word_t flags) { return (flags & FLAGS_USER) | FLAGS_FIXED; }

/* Exceptions by vector (SDM 3A 6.3.1). */
enum {
	VECTOR_DB = 1, VECTOR_NMI = 2, VECTOR_BP = 3, VECTOR_UD = 6, VECTOR_NM = 7, VECTOR_DF = 8,
	VECTOR_SS = 12, VECTOR_GP = 13, VECTOR_PF = 14, VECTOR_MC = 18,
};

/* descr.c: the descriptor tables, before the first fault; the others when the final page tables are loaded */
void descr_init(void);
void descr_init_bitmap(void);
void descr_init_syscall(void (*entry)(void));

/* trap.c: the functions that entry.S calls, before the first entry; print what an entry has saved */
void trap_init(void);
void trap_print_frame(const struct arch_regs *r);

/* entry.S */
_Noreturn void leave_first(struct thread *t);

/* trap.c, called by exception.c: #NM, returns as kernel_leave */
struct thread *trap_no_fpu(struct thread *self);

/*
 * exception.c, called by the machine: `exception` for one of user code returns as kernel_leave. The others
 * return as an upcall; `interrupt`, for one while self was the current thread, 0 if self continues.
 * exit_check: in a debug kernel, before the exit to next. leave_boot: the end of start, exits to first.
 */
struct thread *exception(struct thread *self, unsigned vector);
struct thread *interrupt(struct thread *self, unsigned vector);
void exit_check(struct thread *next);
_Noreturn void leave_boot(struct thread *first);

/* fpu.c */
void fpu_init(void);
void fpu_first_use(struct thread *t);	/* #NM; holds the floor */
uint32_t fpu_switch(struct thread *next);	/* the FPU has a state; returns tlb.held of the FPU for next */
void fpu_discard(struct thread *t);	/* discard t's state */
void fpu_check(void);			/* L3, R3 */

/* io.c */
struct thread *io_protection_fault(struct thread *self);	/* #GP */
bool io_needs_privilege(struct thread *t);		/* the instruction at the IP of t: also IN and OUT */
void io_free(struct space *s);				/* free the frames of its set, in its teardown */

/*
 * In the machine's local.h: bool io_use_bitmap(struct space *s). Denies all ports by the new bitmap of s, and
 * lets the CPU use it whenever s is loaded. False: a part of the bitmap was filled; call again.
 */

/* stop_arch.c: set the frame that arch_stop prints */
void stop_note_frame(const struct arch_regs *frame);

#endif
