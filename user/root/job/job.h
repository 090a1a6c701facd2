/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * job.h - what takes longer than the message loop may: jobs, and the workers that execute their orders
 * (docs/decisions/root.md).
 *
 * Each task has one job at the most: its start, its end, or between them what is to be done at its
 * threads, areas, child spaces, ports and pages (enum job_items). Root has one of its own: its reports while
 * no program reads the log. The work of a job is a function on a stack of
 * its own (step.h). A step of it is executed by the loop, in a bounded time, and makes an order: values, from
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
#include <root/task/task.h>
#include "order.h"
#include "step.h"

/* What there can be to do at a task that serves: of each kind as many objects as have work. */
enum job_items { JOB_THREADS, JOB_AREAS, JOB_SPACES, JOB_PORTS, JOB_PAGE, JOB_KINDS };

/* What the owner of such objects has for them. work and priority are called if t has one with work. */
struct job_kind {
	void (*work)(struct task *t);	/* with orders: what is to be done at one of them */
	unsigned (*priority)(const struct task *t);	/* the highest of the threads that wait for one; 0: none */
	void (*forget)(struct task *t, unsigned i);	/* thread i does not wait for one any more */
};

struct worker;

struct job {
	_Alignas(64) struct steps steps;	/* aligned: to find a job in the table is a shift */
	struct account *account;	/* of the stack's page */
	unsigned priority, raised;	/* raised: the highest of threads of other tasks that wait for the end */
	bool open;			/* there is work */
	struct worker *worker;		/* executes the job's order; 0: none does */
	uint16_t items[JOB_KINDS];	/* objects with work */
	uint8_t kinds;			/* bit k: items[k] is not 0 */
	l4_word_t client;		/* thread that waits for start or end, or 0 */
	enum root_error failed;		/* why the start has failed */
	bool family;			/* the children end too, before it does; of a start: it ends when made */
	bool waits;			/* for the end of the task's first child */
};

/* Returns the record of the job of t; it is not `open` if t has no work. */
struct job *job_of(const struct task *t);

/* The slot of root's own job, behind those of tasks. */
enum { JOB_LOG = TASKS_MAX, JOBS };

/* Reserve so many pages for stacks of tasks that root starts. Returns false if they are not free. */
bool job_reserve(unsigned stacks);

/*
 * Create the workers; tasks have work of these kinds[JOB_KINDS]. Returns false if the kernel or root has too
 * little memory.
 */
bool job_boot(const struct job_kind *const *kinds);

/*
 * Get a stack for the job of t, which has none. It is free again when t has ended. Returns false if there is
 * too little memory.
 */
bool job_take_stack(struct task *t);

/*
 * Begin this work as the job of t, which has a stack and does nothing at present: what it did is dropped. The
 * work gets a copy of so many bytes. job_update is to follow.
 */
void job_begin(struct task *t, job_work *work, const void *given, unsigned bytes);

/* An object of t has work now; that work is done. */
void job_add(struct task *t, enum job_items kind);
void job_done(struct task *t, enum job_items kind);

/* Thread i of t does not wait for work at any object any more. */
void job_forget(struct task *t, unsigned i);

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

/*
 * Open a job of root's own (JOB_LOG), which has work now: this one, if none is under way. Uses
 * the message registers.
 */
void job_own(unsigned slot, job_work *work, unsigned priority);

/* Raise the job of t to at least this priority until it is done. */
void job_raise(struct task *t, unsigned priority);

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
