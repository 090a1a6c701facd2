/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - all mutable state of the kernel but that of mem (mem/mem.h), in one structure that a test can
 * copy. Everything else is in frames of the pool. Access: with interrupts off; the state of a CPU only by
 * that CPU. The kernel uses one CPU.
 */
#ifndef CORE_KERNEL_H
#define CORE_KERNEL_H

#include <core/report.h>
#include <core/thread.h>
#include <lib/panic.h>
#include <mem/mem.h>
#include <mem/space.h>
#include <x2/kip.h>

enum { THREAD_LEAF_LOG2 = sizeof(l4_word_t) == 8 ? 9 : 10 };	/* pointers in a frame */

/* Slow-path flags: what sched_run checks beside priorities and the end of the slice (S9). */
enum cpu_special {
	SLOW_DELAY	= 1 << 0,	/* a preemption is delayed: delay_end */
	SLOW_TIMER	= 1 << 1,	/* the timer may be set later than the first deadline, or not set */
	SLOW_ALWAYS	= 1 << 2,	/* fastpath=off (boot.c): set for ever */
	SLOW_LATE	= 1 << 3,	/* timeouts are put off: put_off */
	SLOW_TICK	= 1 << 4,	/* the timer has fired, and time was charged, in this entry */
	SLOW_QUANTUM	= 1 << 5,	/* unit of the count in the bits from 5 up: threads with a total quantum */
};

/* A next thread that is cpu.current already: timer and cpu.floor are right for it (upcall.h). */
#define NEXT_IS_CURRENT ((struct thread *)0)

struct cpu {
	struct thread *current;			/* the running thread, or the one that entered the kernel */
	struct thread *idle;
	uint64_t ready_bits[CFG_PRIORITIES / 64];
	int highest, listed;			/* highest priority with a queued thread, with one in a list; S1 */
	struct thread *front;			/* queued, above all others, in no list; or 0 */
	bool turn_over;				/* the slice began while a thread above worked for its owner */
	struct thread *slice_owner;		/* charged for the time that passes; may be blocked */
	uint64_t slice_start, slice_end;	/* us: when the owner was charged last; S9 */
	unsigned special;			/* enum above */
	uint64_t delay_end;			/* us: end of the delay of a preemption by current; 0: no delay */
	struct tree timeouts;			/* of thread.deadline (timeout.h) */
	int put_off;				/* no timer for deadlines of this priority and below; -1: for all (S8) */
	uint64_t first_deadline;		/* us, first of the others; L4_FOREVER if there is none (S8) */
	uint64_t timer_set;			/* us: when the timer fires, SLICE_ENDLESS if it is off */
	uint32_t floor;				/* direct-switch threshold: S7 */
	unsigned number;
	struct list ready[CFG_PRIORITIES];	/* at the end: large */
};

struct kernel {
	struct cpu cpu[CFG_CPUS];
	struct slab threads;			/* user context and TCB, see kmem.h */
	struct slab rests;			/* struct thread_rest; threads.price includes one */
	struct thread **table[1 << (L4_THREAD_BITS - THREAD_LEAF_LOG2)];	/* thread number -> TCB */
	size_t nthreads;
	unsigned irq_lines;			/* SystemBase */
	l4_word_t user_base;			/* UserBase */
	struct space *sigma0_space;
	struct thread *sigma0, *root;
	struct l4_kip *kip;			/* kernel address of the page */
	struct reports reports;			/* about threads that have stopped */
	uint8_t kdb;				/* the option kdb: enum kdb_option of <kdb/kdb.h> */
	void (*trace_map)(const struct thread *from, const struct thread *to);	/* or 0 */
};

extern struct kernel kernel;

/* Returns the executing CPU. */
static inline struct cpu *cpu_self(void) { return &kernel.cpu[cpu_number()]; }

/*
 * Returns t (or 0), which may be written then. Each function that finds a thread - by its id, as a partner,
 * in a list or tree, as the handler of an interrupt - returns the result of this (tools/check-style checks
 * container_of only): so a thread of another CPU could be found here only. There is none yet. The pointers
 * that do not pass it: docs/porting.md.
 */
static inline struct thread *thread_reach(const struct thread *t)
{
	ASSERT(CFG_CPUS == 1 || !t || t->cpu == cpu_self());
	return (struct thread *)(uintptr_t)t;
}

/* wait_at and caller point to the id of a thread. */
static inline struct thread *thread_of(const l4_tid_t *id)
{
	return thread_reach(container_of(id, const struct thread, id));
}

/* Returns the thread for which t waits in a closed receive; 0 if the receive is open or it does not exist. */
static inline struct thread *thread_waited_for(const struct thread *t)
{
	return !wait_is_closed(t->recv_from) || t->wait_at == &thread_none.id ? 0 : thread_of(t->wait_at);
}

/* Returns the thread with this number, or 0. number must be below 2^L4_THREAD_BITS. */
static inline struct thread *thread_numbered(l4_word_t number)
{
	struct thread **leaf = kernel.table[number >> THREAD_LEAF_LOG2];

	return leaf ? thread_reach(leaf[number & (((l4_word_t)1 << THREAD_LEAF_LOG2) - 1)]) : 0;
}

/*
 * Returns the thread with this global id, version included, or 0. O(1). The lookup ignores the upper bits of
 * the number; the comparison of the whole id does not.
 */
static INLINE struct thread *thread_probe(l4_tid_t id)
{
	struct thread *t = thread_numbered(l4_tid_number(id) & (((l4_word_t)1 << L4_THREAD_BITS) - 1));

	return t && l4_tid_eq(t->id, id) ? t : 0;
}

/* The same, out of line, for infrequent calls. */
struct thread *thread_find(l4_tid_t id);

#endif
