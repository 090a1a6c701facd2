/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - all mutable state of the kernel but that of mem (mem/mem.h), in one place that a test can copy.
 *
 * Everything else lives in frames of the pool. Access rules: what belongs to a CPU is touched by
 * that CPU with interrupts off; the rest, while there is one CPU, likewise.
 */
#ifndef CORE_KERNEL_H
#define CORE_KERNEL_H

#include <core/report.h>
#include <core/thread.h>
#include <mem/mem.h>
#include <mem/space.h>
#include <x2/kip.h>

enum { THREAD_LEAF_LOG2 = sizeof(l4_word_t) == 8 ? 9 : 10 };	/* pointers in a frame */

/* What sched_run has to look at beside priorities and the end of the slice (S9). */
enum cpu_special {
	SPECIAL_DELAY	= 1 << 0,	/* a preemption is held off: delay_end */
	SPECIAL_TIMER	= 1 << 1,	/* the timer may be set too late, for a deadline or at all */
	SPECIAL_GENERAL	= 1 << 2,	/* always: nothing is to be done in a shorter way than all can (boot.c) */
	SPECIAL_QUANTUM	= 1 << 3,	/* this many times, from here on up: threads that have a total quantum */
};

struct cpu {
	struct thread *current;			/* runs, or is being left */
	struct list ready[CFG_PRIORITIES];
	struct thread *idle;
	uint64_t ready_bits[CFG_PRIORITIES / 64];
	int highest;				/* priority with a queued thread, -1: none (S1) */
	struct thread *slice_owner;		/* charged for the time that passes; may be blocked */
	uint64_t slice_start, slice_end;	/* us: when it was charged last; S9 */
	unsigned special;			/* enum above */
	uint64_t delay_end;			/* us: until then current holds off a preemption; 0: it does not */
	struct tree timeouts;			/* of thread.deadline (timeout.h) */
	uint16_t timeouts_set;			/* so many, modulo 2^16 */
	uint64_t first_deadline;		/* of timeouts; L4_FOREVER if there is none (S8) */
	uint64_t timer_set;			/* us: what the hardware is set to, SLICE_ENDLESS if off */
	uint32_t floor;				/* who may be switched to without asking: S7 */
	unsigned number;
};

struct kernel {
	struct cpu cpu[CFG_CPUS];
	struct slab threads;			/* shared block caches, see kmem.h */
	struct slab rests;			/* struct thread_rest: the price of a thread has theirs in it */
	struct thread **table[1 << (L4_THREAD_BITS - THREAD_LEAF_LOG2)];	/* thread number -> TCB */
	size_t nthreads;
	uint64_t send_orders;			/* last send_order given out */
	unsigned irq_lines;			/* SystemBase */
	l4_word_t user_base;			/* UserBase */
	struct space *sigma0_space;
	struct thread *sigma0, *root;
	struct l4_kip *kip;			/* kernel address of the page */
	struct reports reports;			/* of threads that have stopped */
	bool kdb;				/* int3 console conventions */
};

extern struct kernel kernel;

/* The thread with this number, which is below 2^L4_THREAD_BITS, or 0. */
static inline struct thread *thread_numbered(l4_word_t number)
{
	struct thread **leaf = kernel.table[number >> THREAD_LEAF_LOG2];

	return leaf ? leaf[number & (((l4_word_t)1 << THREAD_LEAF_LOG2) - 1)] : 0;
}

/*
 * The thread with this global id, version included, or 0. O(1). Bits of the id that are above all numbers
 * only make it another one than that of the thread that is found.
 */
static INLINE struct thread *thread_probe(l4_tid_t id)
{
	struct thread *t = thread_numbered(l4_tid_number(id) & (((l4_word_t)1 << L4_THREAD_BITS) - 1));

	return t && l4_tid_eq(t->id, id) ? t : 0;
}

/* The same, where it is not often done. */
struct thread *thread_find(l4_tid_t id);

/* The CPU that executes this. */
static inline struct cpu *cpu_self(void) { return &kernel.cpu[0]; }

#endif
