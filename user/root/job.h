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

#include <l4/message.h>
#include "order.h"
#include "task.h"

enum job_item { ITEM_NONE, ITEM_THREAD, ITEM_AREA, ITEM_PORTS, ITEM_PAGE, ITEM_SPACE };

struct worker;

struct job {
	unsigned priority, raised;	/* raised: the highest of threads of other tasks that wait for the end */
	bool open;			/* there is work */
	struct worker *worker;		/* executes the job's order; 0: none does */
	l4_word_t result, error;	/* of the last order */
	unsigned items;			/* number of threads, areas, ports, pages and child spaces with work */
	enum job_item item;		/* the kind of the item in work */
	unsigned index;			/* its thread, or its claim of device.c, or an entry of spaces.c */
	l4_word_t base, at, freed;	/* its area: base, progress, bytes freed; or its space: number, slots */
	struct space *space;		/* so */
	l4_word_t block;		/* leaf word of the block of frames in work */
	bool again;			/* send a page once more (fault.c): */
	unsigned page_priority, page_waiter;	/* waiter: as of struct area */
	l4_word_t page;
	l4_word_t client;		/* thread that waits for start or end, or 0 */
	enum root_error failed;		/* why the start has failed */
	bool ordered;			/* the item of `index` is in the order */
	bool renew, told;
	bool family;			/* the children end too, before it does; of a start: it ends when made */
	bool waits;			/* for the end of the task's first child */
	bool looks;			/* the end begins with a report of these words: */
	l4_word_t look[LOOK_WORDS];
};

/* Returns the record of the job of t; it is not `open` if t has no work. */
struct job *job_of(const struct task *t);

/* Slots of root's own jobs, behind those of tasks. */
enum { JOB_VOICE = TASKS_MAX, JOB_CHECK, JOBS };

/* Create the workers. Returns false if the kernel or root has too little memory. */
bool job_boot(void);

/* Call it when the work of t's job, or a thread that waits for it, has changed. */
void job_update(struct task *t);

/*
 * The same, at the end of a request that is not answered yet: if a worker is idle, it gets the job's first
 * order at once (job_addressee). Uses the message registers.
 */
void job_go(struct task *t);

/*
 * The message registers have the answer to the request for which w waits. To be called at the end of a step:
 * the loop sends it when it waits next, or earlier, if they are needed for a message to a worker.
 */
void job_answer(struct task_thread *w);

/* Returns the thread that the message registers are for, or 0, and forgets it. */
l4_word_t job_addressee(void);

/* Open a job of root's own (JOB_VOICE, JOB_CHECK), which has work now. Uses the message registers. */
void job_own(unsigned slot, unsigned priority);

/* Raise the job of t to at least this priority until it is done. */
void job_raise(struct task *t, unsigned priority);

/* Execute the job of t to its end in the calling thread. At boot only. */
void job_run(struct task *t);

/* Returns the worker with this local thread id, or 0 if it is no worker's. */
struct worker *job_worker(l4_word_t id);

/* Process a message of a worker. Returns true if the answer is in the message registers. */
bool job_message(struct worker *w, L4_MsgTag_t tag);

/* Return the number of objects that are being given back, of all tasks; of t. */
unsigned job_gives(void);
unsigned job_gives_of(const struct task *t);

/* Call them when an object of t begins to be given back, and when it has been given back. */
void job_giving(const struct task *t);
void job_given(const struct task *t);

/* Raise one of the jobs that give memory back to the priority of the threads that wait for memory. */
void job_hurry(void);

#endif
