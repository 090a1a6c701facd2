/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task_table.h - a task: one running program, its address space, threads, memory, and its end.
 *
 *   (none) -> STARTING  [task_start]  a record, memory reserved; no thread runs, no request finds the task
 *   STARTING -> ALIVE   [start.c]     space made, first thread running
 *   STARTING -> ENDING  [start.c]     it was ended meanwhile
 *   ALIVE -> ENDING     [task_end]    no request finds task and threads any more; they are deleted
 *   ENDING -> ENDED     [end.c]       threads, devices and memory gone; the record stays for the parent
 *   ENDING, ENDED -> (none) [end.c, task_reap]  no thread waits for it, or it has been delivered
 *
 * STARTING and ENDING are jobs (job.h).
 *
 *   K1  thread i of the task in slot s has thread number user_base + THREADS_RESERVED + s * THREADS_MAX + i
 *   K2  what its section reserves, and what it was granted (limit.c), is reserved until the task is ENDED,
 *       one page after
 *   K3  areas are sorted and disjoint; each present page lies in one
 *   K4  ENDED: parent is not 0, and no thread waits for this task
 *   K5  a thread that is `dying`, or whose task is not ALIVE, is no sender: its messages are ignored
 *
 * A task's record, page tables and pages are all on its own account.
 */
#ifndef ROOT_TASK_TABLE_H
#define ROOT_TASK_TABLE_H

#include <proto/root.h>
#include <root/memory/demand.h>
#include <root/memory/vtab.h>
#include "spaces.h"

struct image;
struct keep;
struct grant;

enum {
	TASKS_MAX = 512, THREADS_MAX = ROOT_TASK_THREADS, AREAS_MAX = 56, CHILDREN_MAX = 64,
	THREADS_RESERVED = 3,		/* sigma0, sigma1, root */
};

enum area_kind {
	AREA_IMAGE,			/* the program's file */
	AREA_ZERO,			/* zeroed when touched */
	AREA_MAPPED,			/* the same, by ROOT_MAP: may be given back */
	AREA_DEVICE,			/* device memory at `physical` */
	AREA_DMA,			/* a block of dma.c at `physical` */
	AREA_KEEP,			/* the memory `keep` */
	AREA_ENTER,			/* root's start code */
	AREA_GUARD,			/* below the stack */
	AREA_KERNEL,			/* KIP and UTCBs */
};

/* The work at an area (area_work.c). Meanwhile none of its pages is mapped to the task, but during SEAL. */
enum area_work { WORK_NONE, WORK_REMOVE, WORK_SEAL, WORK_CLEAR, WORK_OPEN, WORK_POPULATE };

struct area {
	l4_word_t base, last;
	union { l4_word_t physical; struct keep *keep; };
	uint8_t kind, rights;
	uint8_t work, waiter;		/* waiter: number of the thread that waits for it; THREADS_MAX: none */
	uint16_t offset;		/* in the first page, at which the requested memory begins */
};

/*
 * A thread waits for a child; work at a thread or area of its task; start or end of a task; memory; work at a
 * child space; text of the log, or the end of a driver.
 */
enum waits { WAITS_NOT, WAITS_CHILD, WAITS_JOB, WAITS_START, WAITS_END, WAITS_MEMORY, WAITS_SPACE,
	     WAITS_NEWS };

#define ANY_CHILD	0xffff

struct task_thread {
	l4_word_t id;			/* 0: free */
	uint16_t waits_for;		/* slot of a task; CHILD: or ANY_CHILD; SPACE: number of a child space */
	uint8_t waits, priority;
	uint8_t dying, waiter;		/* being deleted; number of the thread that waits for it, or THREADS_MAX */
	uint8_t parts;			/* share.c */
};

enum task_phase { TASK_STARTING, TASK_ALIVE, TASK_ENDING, TASK_ENDED };

/* A page that was sent before and that a thread wants again (fault.c); waiter: as of struct area. */
struct resend { l4_word_t page; uint8_t wanted, waiter, priority; };

struct task {
	l4_word_t id;
	struct task *parent;		/* 0: root */
	struct task *child, *sibling;	/* the first one of its children, and the next one of its parent's */
	const struct grant *program;
	const struct grant *paths;	/* the section whose paths it has; 0: it has none */
	unsigned rights;		/* of its section, and of the task that started it */
	struct image *image;
	l4_word_t status;
	struct account account;
	struct vtab vtab;
	struct demand demand;		/* of all areas */
	uint32_t blocks, stack_pages;	/* pages of its blocks (dma.c); of its first stack, as far as touched */
	uint32_t kmem_kib, kmem_limit_kib;	/* of the kernel's memory: what it has, what it may get */
	uint32_t lent_kib;		/* what its child spaces have of it */
	struct spaces spaces;
	l4_word_t redirector, redirector_page;	/* of a confined task: thread and its page; 0: none */
	l4_word_t streams;		/* id of the thread that serves its streams; root only passes it on */
	l4_word_t system;		/* layout.h */
	uint16_t slot;
	uint8_t phase, ended;		/* enum task_phase, enum root_end */
	uint8_t children, max_priority, priority, areas;
	uint8_t highest;		/* of the priorities so far: of it, its threads and those of its child spaces */
	uint8_t threads, dying;		/* number of those that are not `dying`; of those that are, while ALIVE */
	uint8_t spare;			/* share.c: parts of no thread */
	uint8_t small_log2;		/* layout.h */
	uint8_t first_free;		/* no record of a thread below this one is free */
	uint8_t by_task;		/* another task has started it, which may have ended since; 0: root */
	uint8_t provides;		/* the names of its section (start.c) */
	uint64_t rise_at;		/* us of the clock: when a thread may get spare parts */
	struct task_thread thread[THREADS_MAX];
	struct area area[AREAS_MAX];
	struct resend resend;
};

_Static_assert(THREADS_MAX < 256 && sizeof(struct task) <= 4096, "a task's record is one page");

static inline bool task_is_starting(const struct task *t) { return t->phase == TASK_STARTING; }

/* Free the record of an ended task. */
void task_reap(struct task *t);

/*
 * Returns a record with the memory of its section reserved; 0 and *error: ROOT_E_LIMIT, ROOT_E_MEMORY (its
 * section asks for too much), ROOT_E_POOL. by_task: another task starts it.
 */
struct task *task_alloc(const struct grant *p, bool by_task, enum root_error *error);

/* Free the record and the reservation of a task that has nothing else any more. */
void task_free(struct task *t);

/* Returns the number of the section whose places at servers t uses; 0: it uses the shared places. */
unsigned task_section(const struct task *t);

/* Enter t into the children of t->parent; remove it from them. */
void task_link(struct task *t);
void task_unlink(struct task *t);

/* Returns the living task with this id, or 0. */
struct task *task_by_id(l4_word_t id);

/* Returns the id of a thread of t, or 0 if it has none. */
l4_word_t task_first_thread(const struct task *t);

/* Returns an id of thread number user_base + n, whose version was not used for 2^32 threads. */
l4_word_t task_fresh_id(unsigned n);

/* Returns the id for thread i of t. */
l4_word_t task_thread_id(const struct task *t, unsigned i);

/* Returns the task of a living thread, and *thread is its index there; or 0. */
struct task *task_of_thread(l4_word_t id, unsigned *thread);

/* Returns the living thread with this id if it waits for that, or 0. */
struct task_thread *task_waiter(l4_word_t id, enum waits what);

/*
 * Returns a child of t (which: its id, 0 any) that has ended, or 0. *exists is such a child that has
 * started, one that is ending if possible; 0 if there is none.
 */
struct task *task_ended_child(const struct task *t, l4_word_t which, struct task **exists);

/* Note that a thread of t, or of a child space of it, gets this priority. */
static inline void task_note_priority(struct task *t, unsigned priority)
{
	if (t->highest < priority)
		t->highest = (uint8_t)priority;
}

/*
 * The priority for work that threads of priority p must not stop: they may have endless slices (those of
 * child spaces), so what is as high would never run.
 */
static inline unsigned priority_above(unsigned p) { return p + (p < 255); }

/* Returns the priority of thread i of t; 0: there is none, as for THREADS_MAX. */
unsigned task_priority_of(const struct task *t, unsigned i);

#endif
