/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pecan.h - what the files of arch/um/os-Pecan share.
 */
#ifndef PECAN_H
#define PECAN_H

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <asm/page.h>
#include "edge.h"

#include <sysdep/ptrace.h>

/*
 * The child space of an address space; mm.context.id.stack is its address. Slots that are not used keep their
 * threads, which wait for registers, for the next thread of this address space.
 */
struct pecan_mm {
	unsigned long space;		/* 0: there is none */
	unsigned long kmem;		/* its kernel memory, in bytes */
	unsigned slots;
	DECLARE_BITMAP(used, EDGE_SPACE_THREADS);
	DECLARE_BITMAP(started, EDGE_SPACE_THREADS);	/* the thread has had its start message */
	unsigned long thread[EDGE_SPACE_THREADS];	/* of each slot; 0: there is none */
	void *data;			/* the page at EDGE_DATA */
};

static inline struct pecan_mm *pecan_mm(const struct mm_struct *mm)
{
	return (struct pecan_mm *)mm->context.id.stack;
}

static inline struct pecan_thread *pecan_thread(struct task_struct *t) { return &t->thread.arch.pecan; }

/* The flag by which a thread executes one instruction, and has exception 1 then. */
#define PECAN_TRAP_FLAG 0x100ul

/* A thread that is stepped has executed an instruction: the flag is ptrace's, not its own. */
static inline void pecan_stepped(struct uml_pt_regs *regs)
{
	if (unlikely(test_thread_flag(TIF_SINGLESTEP)))
		regs->gp[HOST_EFLAGS] &= ~PECAN_TRAP_FLAG;
}

/* space.c: t gets a thread, in a space that is made if there is none. Returns 0, or -1: no memory is left. */
int pecan_make_thread(struct task_struct *t);

/*
 * Give up the space of mm for one with more kernel memory or more slots; or for one like it, which is made
 * when a thread runs next. Return 0 or -1.
 */
int pecan_grow(struct mm_struct *mm, unsigned long kmem, unsigned slots);
int pecan_leave_space(struct mm_struct *mm);

/* run.c: t's thread, if it has one, waits for registers afterwards, and t has all that it had. 0 or -1. */
int pecan_stop(struct task_struct *t);

/*
 * vectors.c: pecan_vectors_of: regs.fp of t has its vector state afterwards. pecan_load: t's thread, which is
 * new or waits for registers, gets those of FS's base and the vector state that are to be loaded. 0 or -1.
 */
int pecan_vectors_of(struct task_struct *t);
int pecan_load(struct task_struct *t, int new);

/*
 * lent.c: revoke what is in the queue, but for the page of zeros if another one is to replace it at this
 * address in mm (mm NULL: none is). No child may run before. pecan_replaced: the other one was mapped.
 */
void pecan_revoke(struct mm_struct *mm, unsigned long at);
void pecan_replaced(void);

/* Lend the page at this address. Returns its address in Linux, and the child's rights; 0: there is none. */
unsigned long pecan_lend(struct mm_struct *mm, unsigned long at, unsigned *rights);

/* Returns true if the page at this address is lent with these rights: else Unmap took it. */
bool pecan_has(struct mm_struct *mm, unsigned long at, unsigned rights);

/* Revoke all pages of mm. */
void pecan_revoke_all(struct mm_struct *mm);

/* signals.c: faults by which children got pages again that Unmap had taken from all of them. */
extern unsigned long pecan_refaults;

/* signals.c: an exception of the current thread becomes a signal; a fault is served, or becomes one. */
void pecan_exception(struct uml_pt_regs *regs, const struct edge_event *e);
void pecan_fault(struct uml_pt_regs *regs, const struct edge_event *e);

/* pages.S: memory that does not overlap. */
void pecan_copy(void *to, const void *from, unsigned long bytes);

/* irq.c: take the pending interrupts, which are enabled; regs: of what was interrupted. */
void pecan_interrupts(struct uml_pt_regs *regs);

#endif
