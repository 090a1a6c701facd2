/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - what takes longer than the message loop may: jobs, and the workers that execute their orders
 * (docs/decisions/root.md).
 *
 * Each task has one job at the most: its start, its end, or between them what is to be done at its threads
 * and areas. Root has two of its own: its reports while no program reads the log, and the check for signs of
 * life. A step of a job is executed by the loop, in a bounded time, and makes an order: values, from
 * which a worker, a thread of root's space, works at the priority of those that wait for the job. The worker
 * sends the result, and receives an order as the answer, mostly of another step.
 *
 *   J1  a worker reads and writes no record but images and the boot image, which never change, and no memory
 *       but its own and the frames that its order names
 *   J2  a job has one order at the most that a worker executes; until its result is there no step is made
 *   J3  a worker that executes an order has the job's priority, or that of a higher job in its range
 */
#ifndef ROOT_JOB_H
#define ROOT_JOB_H

#include "task.h"

enum order_kind {
	ORDER_NONE,			/* ask again */
	ORDER_CLEAR,			/* physical, bytes */
	ORDER_UNMAP,			/* fpages of root's space, from all others */
	ORDER_DELETE,			/* thread id */
	ORDER_COPY,			/* frame, image, address: what the image has for that page */
	ORDER_STACK,			/* frame, whose beginning is the arguments; image, top */
	ORDER_SPACE,			/* see enum space_word */
	ORDER_LOOK,			/* see enum look_word */
	ORDER_SIGMA,			/* fpages of root's space, that sigma0 is to give: result: how many it refused */
	ORDER_IRQ,			/* line that no thread is to have any more */
	ORDER_MAP,			/* thread id, and the map item that answers its fault */
	ORDER_SAY,			/* bytes; text for serial line and screen. 0 bytes: how many were lost, result */
};

enum { ORDER_WORDS = 16 };

struct order { enum order_kind kind; unsigned words; l4_word_t word[ORDER_WORDS]; };

/* ORDER_SPACE: result 0, or what the kernel refused (enum space_refused), and its error. */
enum space_word {
	SPACE_THREAD, SPACE_CONTROL, SPACE_KIP, SPACE_UTCBS, SPACE_UTCB,
	SPACE_REDIRECTOR, SPACE_PAGE, SPACE_REDIRECTOR_UTCB, SPACE_PRIORITY, SPACE_WORDS,
};

enum space_refused { SPACE_MADE, SPACE_REFUSED, SPACE_CONTROL_REFUSED, SPACE_THREAD_REFUSED };

/* ORDER_LOOK: why a thread cannot continue, for a report. */
enum look_word {
	LOOK_KIND, LOOK_THREAD, LOOK_TASK, LOOK_IMAGE, LOOK_IP, LOOK_ADDRESS, LOOK_NUMBER, LOOK_WHY, LOOK_SP,
	LOOK_FRAMES, LOOK_WORDS = LOOK_FRAMES + 2,
};

enum death { DEATH_PAGE, DEATH_PORT, DEATH_EXCEPTION, DEATH_LIMIT, DEATH_POOL, DEATH_KMEM };

/* What a step has come to: an order; the next step is to be made; there is nothing to do. */
enum step { STEP_ORDER, STEP_AGAIN, STEP_IDLE };

enum job_item { ITEM_NONE, ITEM_THREAD, ITEM_AREA, ITEM_PORTS, ITEM_PAGE };

struct job {
	unsigned priority, raised;	/* raised: of those of other tasks that wait for the end */
	bool open;			/* has anything to do */
	struct worker *worker;		/* that executes its order, or 0 */
	l4_word_t result, error;	/* of the last order */
	unsigned items;			/* threads, areas and ports with something to do; and a page */
	enum job_item item;		/* the one that is worked at */
	unsigned index;			/* a thread, or a claim of device.c */
	l4_word_t base, at, freed;	/* area, and how far it is worked at */
	l4_word_t block;		/* leaf word of the block of frames that is worked at */
	bool again;			/* a page is to be sent once more (fault.c): */
	unsigned page_priority, page_waiter;	/* waiter: as of an area */
	l4_word_t page;
	l4_word_t client;		/* thread that waits for start or end, or 0 */
	enum root_error failed;		/* the start, for this reason */
	bool ordered;			/* what index stands for is in the order */
	bool renew, told;
	bool looks;			/* the end begins with a report: */
	l4_word_t look[LOOK_WORDS];
};

struct job *job_of(const struct task *t);

/* Slots of root's own jobs, behind those of tasks. */
enum { JOB_VOICE = TASKS_MAX, JOB_CHECK, JOBS };

/* ---- job.c ---- */

/* Make the workers. False: the kernel or root has not enough memory. */
bool job_boot(void);

/* What there is to do for t, or for whom, has changed. */
void job_update(struct task *t);

/* There is something to do for a job of root's own. Uses the message registers. */
void job_own(unsigned slot, unsigned priority);

/* The job of t has at least this priority until it is done. */
void job_raise(struct task *t, unsigned priority);

/* Execute the job of t to its end here: at boot only. */
void job_run(struct task *t);

/* The worker with this local id, or 0. */
struct worker *job_worker(l4_word_t id);

/* A message of a worker has arrived. True: the answer is in the message registers. */
bool job_message(struct worker *w, L4_MsgTag_t tag);

/* How many objects are being given back, of all tasks; of t. */
unsigned job_gives(void);
unsigned job_gives_of(const struct task *t);

/* An object of t is being given back from now on; it has been. */
void job_giving(const struct task *t);
void job_given(const struct task *t);

/* One of the jobs that give memory back has the priority of those that wait for memory. */
void job_hurry(void);

/* ---- worker.c ---- */

/* Make a worker, which has two pages, at physical address `pages`. False: the kernel refused it. */
bool worker_start(l4_word_t id, unsigned utcb, unsigned priority, l4_word_t pages);

/* Execute an order: the result, and the kernel's error. */
l4_word_t worker_execute(const struct order *o, uint8_t *scratch, l4_word_t *error);

/* A line of a report, from a worker. */
void worker_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- log.c, life.c: root's own jobs ---- */

enum step log_step(const struct job *j, struct order *o);
enum step life_step(void);

/* ---- work.c: areas ---- */

enum step work_area(struct task *t, struct job *j, struct order *o);

/* Begin the work at the area of t for its thread number `waiter`, or none. */
void work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter);

/* ---- device.c ---- */

/* Ports of t that are given back; false: none are. */
bool device_choose(const struct task *t, unsigned *index);

/* The thread of t that waits for them, or THREADS_MAX. */
unsigned device_waiter(const struct task *t);

enum step device_step(struct task *t, struct job *j, struct order *o);
/* All interrupts and ports of a task that ends. */
enum step device_end(struct task *t, struct job *j, struct order *o);

/* ---- fault.c: a page that a thread waits for ---- */

enum step page_step(struct task *t, struct job *j, struct order *o);

/* ---- task.c: a thread that dies; start.c, end.c ---- */

enum step thread_step(struct task *t, struct job *j, struct order *o);

enum step start_step(struct task *t, struct job *j, struct order *o);
/* A start that has failed is undone. */
void start_failed(struct task *t, struct job *j);
enum step end_step(struct task *t, struct job *j, struct order *o);

/* ---- look.c, dump.c ---- */

/* Report why a thread cannot continue. For workers. */
void look(const l4_word_t word[LOOK_WORDS]);
void dump_thread(const struct elf *e, l4_word_t thread, const l4_word_t frame[2]);

#endif
