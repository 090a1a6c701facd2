/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pecan_thread.h - what Linux keeps of a thread of Pecan, in struct arch_thread.
 *
 *   NONE -> REGISTERS           [space.c]  made; it waits for its first registers
 *   REGISTERS, PAGE -> RUNS     [run.c]    answered
 *   RUNS -> REGISTERS           [run.c]    a system call, an exception; or stopped
 *   RUNS -> PAGE                [run.c]    a page fault: of its registers only IP is known
 *   PAGE -> REGISTERS           [run.c]    stopped
 *   any -> NONE                 [space.c]  its space, or its slot there, is given up
 *   any -> NONE                 [run.c]    lost: its process is killed
 *
 * All but the current one are in NONE, REGISTERS or PAGE: no other thread runs.
 */
#ifndef __ASM_UM_PECAN_THREAD_H
#define __ASM_UM_PECAN_THREAD_H

enum pecan_state { PECAN_NONE, PECAN_REGISTERS, PECAN_PAGE, PECAN_RUNS };

/*
 * Where the vector state is. CLEAN: nowhere, as the thread did not run yet. LOAD: in regs.fp, and is to be
 * loaded before the thread runs. SAVED: in regs.fp and in the thread. LIVE: in the thread.
 */
enum pecan_vectors { PECAN_VECTORS_CLEAN, PECAN_VECTORS_LOAD, PECAN_VECTORS_SAVED, PECAN_VECTORS_LIVE };

struct pecan_thread {
	unsigned long id;
	unsigned slot;
	enum pecan_state state;
	enum pecan_vectors vectors;
	int load_fs;			/* arch.fs is to be loaded first */
	unsigned long fault;		/* the page of the fault */
};

struct task_struct;
struct pt_regs;
struct arch_thread;

/* vectors.c: regs.fp gets the vector state of the current thread; it has got a new one; a child gets it. */
void pecan_save_vectors(struct pt_regs *regs);
void pecan_new_vectors(void);
void pecan_copy_vectors(struct arch_thread *to);

/* The state of another thread, which is stopped, in the form of FXSAVE. Return 0 or an error. */
int pecan_save_fpregs(struct task_struct *t, unsigned long *to);
int pecan_restore_fpregs(struct task_struct *t, const unsigned long *from);

#endif
