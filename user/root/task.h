/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.h - a task: one running program, its address space, threads, memory, and its end.
 *
 *   (none) -> STARTING  [task_start]  a record, memory reserved; no thread runs, no request finds the task
 *   STARTING -> ALIVE   [start.c]     space made, first thread running
 *   ALIVE -> ENDING     [task_end]    no request finds task and threads any more; they are deleted
 *   ENDING -> ENDED     [end.c]       threads, devices and memory gone; the record stays for the parent
 *   ENDING, ENDED -> (none) [end.c, task_reap]  no thread waits for it, or it has been delivered
 *
 * STARTING and ENDING are jobs (job.h), and consist of steps, the other phases.
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
#ifndef ROOT_TASK_H
#define ROOT_TASK_H

#include <x2/fpage.h>
#include <pecan/elf.h>
#include <proto/root.h>
#include "frame.h"

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
	AREA_ENTER,			/* root's start code */
	AREA_GUARD,			/* below the stack */
	AREA_KERNEL,			/* KIP and UTCBs */
};

/* What is to be done at an area (work.c). But for SEAL no page of it is given out meanwhile. */
enum area_work { WORK_NONE, WORK_REMOVE, WORK_SEAL, WORK_CLEAR, WORK_OPEN, WORK_POPULATE };

struct area {
	l4_word_t base, last, physical;
	uint8_t kind, rights;
	uint8_t work, waiter;		/* waiter: number of the thread that waits for it; THREADS_MAX: none */
	uint16_t offset;		/* of what was requested, in the first page */
};

/*
 * What areas need together: pages of those that are mapped; extents in the kernel, but those of the stack;
 * page tables, but the top.
 */
struct demand { l4_word_t mapped, extents, tables; };

/* What a thread waits for: a child; work at a thread or area of its task; start or end of a task; memory. */
enum waits { WAITS_NOT, WAITS_CHILD, WAITS_JOB, WAITS_START, WAITS_END, WAITS_MEMORY };

#define ANY_CHILD	0xffff

struct task_thread {
	l4_word_t id;			/* 0: free */
	uint16_t waits_for;		/* slot of a task; CHILD: or ANY_CHILD */
	uint8_t waits, priority;
	uint8_t dying, waiter;		/* it is being deleted; for this thread of the task, or THREADS_MAX */
	uint8_t parts;			/* share.c */
};

struct program;

struct image {
	char name[ROOT_NAME_BYTES];
	struct elf elf;
	struct vtab shared;		/* pages that are never written, for all tasks */
	struct account account;
	l4_word_t private_pages;	/* pages that a task may get a copy of */
	l4_word_t system;		/* where a task has KIP, UTCBs and stack: 2 MiB */
	const char *wrong;		/* why the file is no program, 0: it is one */
	const struct program *program;	/* its section; 0: not looked for yet */
};

enum task_phase {
	TASK_LAYOUT, TASK_FIRST_PAGE, TASK_RENEW, TASK_STACK, TASK_SPACE, TASK_GO,
	TASK_ALIVE,
	TASK_LOOK, TASK_THREADS, TASK_REDIRECTOR, TASK_DEVICES, TASK_AREAS, TASK_CHILDREN, TASK_NOTIFY, TASK_GONE,
	TASK_ENDED,
};

struct task {
	l4_word_t id;
	struct task *parent;		/* 0: root */
	struct task *child, *sibling;	/* the first one of its children, and the next one of its parent's */
	const struct program *program;
	const struct program *paths;	/* the section whose paths it has; 0: it has none */
	unsigned rights;		/* of its section, and of the task that started it */
	struct image *image;
	l4_word_t status;
	struct account account;
	struct vtab vtab;
	struct demand demand;		/* of all areas */
	uint32_t blocks, stack_pages;	/* pages of its blocks (dma.c); of its first stack, as far as touched */
	uint32_t kmem_kib, kmem_limit_kib;	/* of the kernel's memory: what it has, what it may get */
	l4_word_t redirector, redirector_page;	/* of a confined task: thread, and its page; 0: none */
	l4_word_t streams;		/* thread that serves its streams; root only passes its id on */
	l4_word_t system;		/* where KIP, UTCBs and stack are: 2 MiB */
	uint16_t slot;
	uint8_t phase, ended;		/* enum task_phase, enum root_end */
	uint8_t children, max_priority, priority, areas;
	uint8_t threads;		/* that do not die */
	uint8_t spare;			/* share.c: parts of no thread */
	uint8_t first_free;		/* no record of a thread below this one is free */
	l4_word_t rise_at;		/* when one may get more, in us of the clock */
	struct task_thread thread[THREADS_MAX];
	struct area area[AREAS_MAX];
};

_Static_assert(THREADS_MAX < 256 && sizeof(struct task) <= 4096, "a task's record is one page");

/* ---- image.c ---- */

/* Read the programs of the boot image: at boot, once. False: no memory. */
bool image_boot(void);

/* The program of that name; 0 and *error if there is none, it cannot be loaded, or there is no memory. */
struct image *image_get(const char *name, enum root_error *error);

/* Pages that its tasks share, with tables: memory that is reserved with the first; 0: no such program. */
l4_word_t image_shared_pages(const char *name);

/* Make the tables for a page that all tasks share. True: they are there, or cannot be made. */
bool image_ready(struct image *i, l4_word_t page);

/* The frame of a page that all tasks share; 0: no memory. */
l4_word_t image_shared(struct image *i, l4_word_t page);

/*
 * The first of the pages that all tasks share, from *page on: its frame. 0: none up to *page, where the next
 * call continues; none at all if that is not below L4_USER_END.
 */
l4_word_t image_next_shared(const struct image *i, l4_word_t *page);

/* ---- area.c ---- */

struct area *area_at(struct task *t, l4_word_t address);

/*
 * A place of that many bytes, at a multiple of `align`, a power of two, that touches nothing else of t, with
 * a page free on both sides; 0: none.
 */
l4_word_t area_place(const struct task *t, l4_word_t bytes, l4_word_t align);

/*
 * A place as area_place for device memory at `physical`, at a distance from it that makes pages that are
 * touched one by one few extents.
 */
l4_word_t area_place_like(const struct task *t, l4_word_t bytes, l4_word_t physical);

/* Is [base, base + bytes) free in t and in the user area? */
bool area_free_at(const struct task *t, l4_word_t base, l4_word_t bytes);
enum root_error area_add(struct task *t, const struct area *a);

/* Take an area out that has no pages. */
void area_forget(struct task *t, const struct area *a);

/* The pages of an area are gone (work.c): remove it. */
void area_gone(struct task *t, struct area *a);

/* Where a program has room for KIP, UTCBs, start code and stack: 2 MiB; 0: nowhere. */
l4_word_t area_system(const struct elf *e);

/* KIP, UTCBs, stack, start code and image of a new task. */
enum root_error area_layout(struct task *t);

enum { STACK_LOG2 = 20, UTCB_AREA_LOG2 = 17 };

static inline l4_word_t area_utcb(const struct task *t) { return t->system; }
static inline l4_word_t area_kip(const struct task *t) { return t->system + (1 << UTCB_AREA_LOG2); }
static inline l4_word_t area_enter(const struct task *t) { return area_kip(t) + PAGE_BYTES; }
static inline l4_word_t area_stack_top(const struct task *t) { return t->system + (1 << 21); }

/*
 * To make the page at `page` (in area a) and the tables for it can be more than the message loop may do for a
 * fault. False: it was, and tables are made; the thread is to fault again.
 */
bool area_ready(struct task *t, const struct area *a, l4_word_t page);

/*
 * Make the absent page at `page` (in area a) present: its frame with its VTAB_ flags, 0: the task's memory
 * is used up.
 */
l4_word_t area_page(struct task *t, const struct area *a, l4_word_t page);

enum { LARGE_LOG2 = 21 };
#define LARGE_BYTES	((l4_word_t)1 << LARGE_LOG2)

/*
 * How much of area a is mapped by one fault at a page with this leaf word, as log2: a page, or the large one
 * that a block of dma.c or frame_block is. The kernel maps at root's priority, in 1,670 instructions for each
 * page of a large one of root's.
 */
static inline unsigned area_unit(const struct area *a, l4_word_t word)
{
	bool large = a->kind == AREA_DMA ? a->last - a->base == LARGE_BYTES - 1 : vtab_log2(word) == LARGE_LOG2;

	return large ? LARGE_LOG2 : PAGE_LOG2;
}

/* The rights that the page at `page` of area a may have. */
unsigned area_rights(const struct task *t, const struct area *a, l4_word_t page);

/* ---- demand.c ---- */

/* t->demand, when area a has been put in its place among the others, or is to be taken out. */
void demand_add(struct task *t, const struct area *a);
void demand_drop(struct task *t, const struct area *a);

/* ---- limit.c ---- */

/*
 * Reserve what t could use now without another request, at least what its section reserves. ROOT_E_MEMORY,
 * ROOT_E_KMEM: that is more than a limit of t; ROOT_E_POOL: so much is not free. Nothing has changed then.
 * Less than before is never refused.
 */
enum root_error limit_settle(struct task *t);

/* area_add, if all of the area could be used. */
enum root_error limit_area(struct task *t, const struct area *a);

/* t is to have a block of 2^order pages more (t->blocks). */
enum root_error limit_block(struct task *t, unsigned order);

/* t touches a page of its first stack: false, if it must not. */
bool limit_stack(struct task *t);

/* The memory and kernel memory that t needs now. */
l4_word_t limit_memory_kib(const struct task *t);
l4_word_t limit_kmem_kib(const struct task *t);

/* ---- task.c ---- */

struct spawn {
	struct task *parent;
	const char *name, *args;
	unsigned priority;
	l4_word_t streams, client;	/* client: thread that waits for the start, 0: none */
	bool renew;			/* its pages may have been changed */
};

/* Begin to start a task. An error that is found later is reported as start.c says. */
enum root_error task_start(const struct spawn *s, struct task **started);

static inline bool task_is_starting(const struct task *t) { return t->phase < TASK_ALIVE; }

/* Begin to end t: free everything of it, its threads first, and notify the threads that wait for it. */
void task_end(struct task *t, enum root_end how, l4_word_t status);

/* The same, beginning with a report of the thread that word[] describes (job.h). */
void task_die(struct task *t, enum root_end how, const l4_word_t *word);

/* Free the record of an ended task. */
void task_reap(struct task *t);

/* A record in a free slot below `slots`, with the memory reserved that its section says. */
struct task *task_alloc(const struct program *p, unsigned slots, enum root_error *error);

/* Free the record and the reservation of a task, of which nothing else is left. */
void task_free(struct task *t);

/* Begin and end of a child of t->parent. */
void task_link(struct task *t);
void task_unlink(struct task *t);

/* A living task, by its number, or 0. */
struct task *task_by_id(l4_word_t id);

/* The id of a thread of t; 0: it has none. */
l4_word_t task_first_thread(const struct task *t);

/* The id of thread number user_base + n, with a version that it never had (until 2^32 threads were made). */
l4_word_t task_fresh_id(unsigned n);

/* The id for thread i of t. */
l4_word_t task_thread_id(const struct task *t, unsigned i);

/* The task of a living thread and its index there, or 0. */
struct task *task_of_thread(l4_word_t id, unsigned *thread);

/*
 * A child of t that has ended (which: its id, 0 any), or 0. *exists: such a child, if there is one that is
 * ending, that one; 0: there is none.
 */
struct task *task_ended_child(const struct task *t, l4_word_t which, struct task **exists);

struct thread_start { l4_word_t ip, sp; unsigned priority; };

/* The time slice of a thread, in us. */
void task_set_slice(l4_word_t id, l4_word_t us);

/* Another thread of t, running; `mate` is one of t's. */
enum root_error task_thread_new(struct task *t, l4_word_t mate, const struct thread_start *s, l4_word_t *id);

/* Thread i of t waits for its start message: send it. */
void task_thread_go(struct task *t, unsigned i, const struct thread_start *s);

/* Begin to end thread i, for thread `waiter` of t or none; if it is the last, the task ends. */
void task_thread_end(struct task *t, unsigned i, unsigned waiter);

/* Thread i of t has sent a message: it does not wait any more. */
void task_waits_no_more(struct task *t, unsigned i);

/* ---- share.c ---- */

enum { SHARE_PARTS = THREADS_MAX };

/* A thread of t is new, or ends; a new task has all parts to spare. The time slice of the new one, in us. */
l4_word_t share_begin(struct task *t, struct task_thread *th);
void share_end(struct task *t, struct task_thread *th);

/* For a task with spare parts, at each of its messages: a thread gets some, but seldom. now: us. */
void share_rise(struct task *t, l4_word_t now);

#endif
