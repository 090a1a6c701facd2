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

/* The work at an area (work.c). Meanwhile none of its pages is mapped to the task, except during SEAL. */
enum area_work { WORK_NONE, WORK_REMOVE, WORK_SEAL, WORK_CLEAR, WORK_OPEN, WORK_POPULATE };

struct area {
	l4_word_t base, last, physical;
	uint8_t kind, rights;
	uint8_t work, waiter;		/* waiter: number of the thread that waits for it; THREADS_MAX: none */
	uint16_t offset;		/* in the first page, at which the requested memory begins */
};

/*
 * The sums over all areas: pages of AREA_MAPPED; extents in the kernel, without those of the stack; page
 * tables, without the top.
 */
struct demand { l4_word_t mapped, extents, tables; };

/* A thread waits for a child; work at a thread or area of its task; start or end of a task; memory. */
enum waits { WAITS_NOT, WAITS_CHILD, WAITS_JOB, WAITS_START, WAITS_END, WAITS_MEMORY };

#define ANY_CHILD	0xffff

struct task_thread {
	l4_word_t id;			/* 0: free */
	uint16_t waits_for;		/* slot of a task; CHILD: or ANY_CHILD */
	uint8_t waits, priority;
	uint8_t dying, waiter;		/* being deleted; number of the thread that waits for it, or THREADS_MAX */
	uint8_t parts;			/* share.c */
};

struct program;

struct image {
	char name[ROOT_NAME_BYTES];
	struct elf elf;
	struct vtab shared;		/* pages that are never written, for all tasks */
	struct account account;
	l4_word_t private_pages;	/* pages that a task may get a copy of */
	l4_word_t system;		/* address of KIP, UTCBs and stack in its tasks, 2 MiB */
	const char *wrong;		/* why the file is no program; 0: it is one */
	const struct program *program;	/* its section; 0: not looked up yet */
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
	l4_word_t redirector, redirector_page;	/* of a confined task: thread and its page; 0: none */
	l4_word_t streams;		/* id of the thread that serves its streams; root only passes it on */
	l4_word_t system;		/* address of KIP, UTCBs and stack, 2 MiB */
	uint16_t slot;
	uint8_t phase, ended;		/* enum task_phase, enum root_end */
	uint8_t children, max_priority, priority, areas;
	uint8_t threads, dying;		/* number of those that are not `dying`; of those that are, while ALIVE */
	uint8_t spare;			/* share.c: parts of no thread */
	uint8_t first_free;		/* no record of a thread below this one is free */
	uint64_t rise_at;		/* us of the clock: when a thread may get spare parts */
	struct task_thread thread[THREADS_MAX];
	struct area area[AREAS_MAX];
};

_Static_assert(THREADS_MAX < 256 && sizeof(struct task) <= 4096, "a task's record is one page");

/* ---- image.c ---- */

/* Read the programs of the boot image, once, at boot. Returns false if there is no memory. */
bool image_boot(void);

/* Returns the program of that name; 0 and *error if there is none, it is damaged, or memory is lacking. */
struct image *image_get(const char *name, enum root_error *error);

/*
 * Returns the pages, tables included, that its tasks share, and its first task reserves; 0: no such program.
 */
l4_word_t image_shared_pages(const char *name);

/* Returns false if tables for the shared page had to be allocated: the caller continues in another step. */
bool image_ready(struct image *i, l4_word_t page);

/* Returns the frame of a page that all tasks share; 0 if there is no memory. */
l4_word_t image_shared(struct image *i, l4_word_t page);

/*
 * Returns the frame of the first page from *page on that all tasks share, and sets *page to it. Returns 0 if
 * there is none below the new *page, where the next call continues; the search has ended if that is
 * L4_USER_END or above.
 */
l4_word_t image_next_shared(const struct image *i, l4_word_t *page);

/* ---- area.c ---- */

struct area *area_at(struct task *t, l4_word_t address);

/*
 * Returns the address of `bytes` unused bytes of t's space, a multiple of `align` (a power of two), with an
 * unused page on both sides; 0 if there is no such place.
 */
l4_word_t area_place(const struct task *t, l4_word_t bytes, l4_word_t align);

/*
 * The same for device memory at `physical`, at a distance from it by which pages that are touched one by one
 * become few extents.
 */
l4_word_t area_place_like(const struct task *t, l4_word_t bytes, l4_word_t physical);

/* Returns true if [base, base + bytes) is in the user area and unused in t. */
bool area_free_at(const struct task *t, l4_word_t base, l4_word_t bytes);
enum root_error area_add(struct task *t, const struct area *a);

/* Remove the record of an area without pages. */
void area_forget(struct task *t, const struct area *a);

/* Remove an area whose pages work.c has freed. */
void area_gone(struct task *t, struct area *a);

/*
 * Returns the address of 2 MiB beside the program, for KIP, UTCBs, start code and stack; 0 if there is none.
 */
l4_word_t area_system(const struct elf *e);

/* Add the areas of a new task: KIP, UTCBs, stack, start code and image. */
enum root_error area_layout(struct task *t);

enum { STACK_LOG2 = 20, UTCB_AREA_LOG2 = 17 };

static inline l4_word_t area_utcb(const struct task *t) { return t->system; }
static inline l4_word_t area_kip(const struct task *t) { return t->system + (1 << UTCB_AREA_LOG2); }
static inline l4_word_t area_enter(const struct task *t) { return area_kip(t) + PAGE_BYTES; }
static inline l4_word_t area_stack_top(const struct task *t) { return t->system + (1 << 21); }

/*
 * A page and all tables for it may be more than the message loop may allocate for one fault. Returns false if
 * so: tables for `page`, in area a, were allocated, and the thread must fault again.
 */
bool area_ready(struct task *t, const struct area *a, l4_word_t page);

/*
 * Make the absent page at `page`, in area a, present. Returns its frame with VTAB_ flags, or 0 if the task's
 * memory is used up.
 */
l4_word_t area_page(struct task *t, const struct area *a, l4_word_t page);

enum { LARGE_LOG2 = 21 };
#define LARGE_BYTES	((l4_word_t)1 << LARGE_LOG2)

/*
 * Returns log2 of the bytes that one fault at a page with this leaf word maps: a page, or a large page if a
 * block of dma.c or frame_block fills it. The kernel maps at root's priority, in 1,670 instructions for each
 * page of a large page of root's.
 */
static inline unsigned area_unit(const struct area *a, l4_word_t word)
{
	bool large = a->kind == AREA_DMA ? a->last - a->base == LARGE_BYTES - 1 : vtab_log2(word) == LARGE_LOG2;

	return large ? LARGE_LOG2 : PAGE_LOG2;
}

/* Returns the rights with which the page at `page` of area a may be mapped. */
unsigned area_rights(const struct task *t, const struct area *a, l4_word_t page);

/* ---- demand.c ---- */

/* Update t->demand: call them after area a was inserted, before it is removed. */
void demand_add(struct task *t, const struct area *a);
void demand_drop(struct task *t, const struct area *a);

/* ---- limit.c ---- */

/*
 * Reserve the memory that t could use now without another request, at least what its section reserves.
 * Errors: ROOT_E_MEMORY, ROOT_E_KMEM if that exceeds a limit of t; ROOT_E_POOL if so much is not free.
 * Nothing has changed then. A reservation that shrinks is never refused.
 */
enum root_error limit_settle(struct task *t);

/* The same as area_add, but with an error of limit_settle if not all of the area could be used. */
enum root_error limit_area(struct task *t, const struct area *a);

/* Reserve memory for a block of 2^order pages more (t->blocks). Errors as of limit_settle. */
enum root_error limit_block(struct task *t, unsigned order);

/* Call it when t touches a new page of its first stack. Returns false if its limit is reached. */
bool limit_stack(struct task *t);

/* Return the memory and the kernel memory, in KiB, that t needs now. */
l4_word_t limit_memory_kib(const struct task *t);
l4_word_t limit_kmem_kib(const struct task *t);

/* ---- task.c ---- */

struct spawn {
	struct task *parent;
	const char *name, *args;
	unsigned priority;
	l4_word_t streams, client;	/* client: thread that waits for the start; 0: none */
	bool renew;			/* its pages may have been changed */
};

/* Begin to start a task. start.c reports errors that are found later. */
enum root_error task_start(const struct spawn *s, struct task **started);

static inline bool task_is_starting(const struct task *t) { return t->phase < TASK_ALIVE; }

/* Begin to end t: free everything of it, its threads first, and notify the threads that wait for it. */
void task_end(struct task *t, enum root_end how, l4_word_t status);

/* The same, after a report about the thread that word[] describes (enum look_word). */
void task_die(struct task *t, enum root_end how, const l4_word_t *word);

/* Free the record of an ended task. */
void task_reap(struct task *t);

/* Returns a record in a free slot below `slots`, with the memory of its section reserved; 0 and *error. */
struct task *task_alloc(const struct program *p, unsigned slots, enum root_error *error);

/* Free the record and the reservation of a task that has nothing else any more. */
void task_free(struct task *t);

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

/*
 * Returns a child of t (which: its id, 0 any) that has ended, or 0. *exists is such a child that has
 * started, one that is ending if possible; 0 if there is none.
 */
struct task *task_ended_child(const struct task *t, l4_word_t which, struct task **exists);

struct thread_start { l4_word_t ip, sp; unsigned priority; };

/* Set the time slice of a thread, in us. */
void task_set_slice(l4_word_t id, l4_word_t us);

/* Create and start a thread of t. mate: the id of a thread of t. */
enum root_error task_thread_new(struct task *t, l4_word_t mate, const struct thread_start *s, l4_word_t *id);

/* Send the start message for which thread i of t waits. */
void task_thread_go(struct task *t, unsigned i, const struct thread_start *s);

/*
 * Begin to end thread i, for which thread `waiter` of t waits (THREADS_MAX: none). The last one ends the
 * task.
 */
void task_thread_end(struct task *t, unsigned i, unsigned waiter);

/* Call it when thread i of t has sent a message: it does not wait any more. */
void task_waits_no_more(struct task *t, unsigned i);

/* ---- share.c ---- */

enum { SHARE_PARTS = THREADS_MAX };

/* Call them when a thread of t begins and ends. share_begin returns its time slice in us. */
l4_word_t share_begin(struct task *t, struct task_thread *th);
void share_end(struct task *t, struct task_thread *th);

/* Call it at each message of a task with spare parts: at times a thread gets some. now: us of the clock. */
void share_rise(struct task *t, uint64_t now);

#endif
