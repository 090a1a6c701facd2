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
	ORDER_COPY,			/* frame, image, address: copy the image's bytes of that page to the frame */
	ORDER_STACK,			/* frame, which begins with the arguments; image, top of the stack */
	ORDER_SPACE,			/* see enum space_word */
	ORDER_LOOK,			/* see enum look_word */
	ORDER_SIGMA,			/* fpages of root's space, to get from sigma0; result: the number it refused */
	ORDER_IRQ,			/* interrupt line, to detach from its thread */
	ORDER_MAP,			/* thread id, and the map item that answers its fault */
	ORDER_SAY,			/* bytes; text for serial line and screen. 0 bytes: result is the number lost */
};

enum { ORDER_WORDS = 16 };

struct order { enum order_kind kind; unsigned words; l4_word_t word[ORDER_WORDS]; };

/* ORDER_SPACE. The result is an enum space_refused, with the kernel's error if it is not SPACE_MADE. */
enum space_word {
	SPACE_THREAD, SPACE_CONTROL, SPACE_KIP, SPACE_UTCBS, SPACE_UTCB,
	SPACE_REDIRECTOR, SPACE_PAGE, SPACE_REDIRECTOR_UTCB, SPACE_PRIORITY, SPACE_WORDS,
};

enum space_refused { SPACE_MADE, SPACE_REFUSED, SPACE_CONTROL_REFUSED, SPACE_THREAD_REFUSED };

/* ORDER_LOOK: report why a thread cannot continue. */
enum look_word {
	LOOK_KIND, LOOK_THREAD, LOOK_TASK, LOOK_IMAGE, LOOK_IP, LOOK_ADDRESS, LOOK_NUMBER, LOOK_WHY, LOOK_SP,
	LOOK_FRAMES, LOOK_WORDS = LOOK_FRAMES + 2,
};

enum death { DEATH_PAGE, DEATH_PORT, DEATH_EXCEPTION, DEATH_LIMIT, DEATH_POOL, DEATH_KMEM };

/* The result of a step: it made an order; the next step can be made at once; there is nothing to do. */
enum step { STEP_ORDER, STEP_AGAIN, STEP_IDLE };

enum job_item { ITEM_NONE, ITEM_THREAD, ITEM_AREA, ITEM_PORTS, ITEM_PAGE };

struct job {
	unsigned priority, raised;	/* raised: the highest of threads of other tasks that wait for the end */
	bool open;			/* there is work */
	struct worker *worker;		/* executes the job's order; 0: none does */
	l4_word_t result, error;	/* of the last order */
	unsigned items;			/* number of threads, areas, ports and pages with work */
	enum job_item item;		/* the kind of the item in work */
	unsigned index;			/* its thread, or its claim of device.c */
	l4_word_t base, at, freed;	/* its area: base, progress, bytes freed */
	l4_word_t block;		/* leaf word of the block of frames in work */
	bool again;			/* send a page once more (fault.c): */
	unsigned page_priority, page_waiter;	/* waiter: as of struct area */
	l4_word_t page;
	l4_word_t client;		/* thread that waits for start or end, or 0 */
	enum root_error failed;		/* why the start has failed */
	bool ordered;			/* the item of `index` is in the order */
	bool renew, told;
	bool looks;			/* the end begins with a report of these words: */
	l4_word_t look[LOOK_WORDS];
};

struct job *job_of(const struct task *t);

/* Slots of root's own jobs, behind those of tasks. */
enum { JOB_VOICE = TASKS_MAX, JOB_CHECK, JOBS };

/* ---- job.c ---- */

/* Create the workers. Returns false if the kernel or root has too little memory. */
bool job_boot(void);

/* Call it when the work of t's job, or a thread that waits for it, has changed. */
void job_update(struct task *t);

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

/* ---- worker.c ---- */

/* Create a worker, whose two pages are at physical address `pages`. Returns false if the kernel refuses. */
bool worker_start(l4_word_t id, unsigned utcb, unsigned priority, l4_word_t pages);

/* Execute an order. Returns its result; *error is the kernel's error, if any. For workers. */
l4_word_t worker_execute(const struct order *o, uint8_t *scratch, l4_word_t *error);

/* Send a line of a report to the message loop. For workers. */
void worker_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- log.c, life.c: root's own jobs ---- */

enum step log_step(const struct job *j, struct order *o);
enum step life_step(void);

/* ---- work.c: areas ---- */

enum step work_area(struct task *t, struct job *j, struct order *o);

/* Begin the work at the area of t. `waiter`: number of the thread that waits for it; THREADS_MAX: none. */
void work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter);

/* ---- device.c ---- */

/* Choose a claim of t whose ports are being given back. Returns false if there is none. */
bool device_choose(const struct task *t, unsigned *index);

/* Returns the number of the thread of t that waits for them, or THREADS_MAX. */
unsigned device_waiter(const struct task *t);

enum step device_step(struct task *t, struct job *j, struct order *o);
/* The same for all interrupts and ports of a task that ends. */
enum step device_end(struct task *t, struct job *j, struct order *o);

/* ---- fault.c: the page for which a thread waits ---- */

enum step page_step(struct task *t, struct job *j, struct order *o);

/* ---- task.c: a thread that dies; start.c, end.c ---- */

enum step thread_step(struct task *t, struct job *j, struct order *o);

enum step start_step(struct task *t, struct job *j, struct order *o);
/* Undo a start that has failed. */
void start_failed(struct task *t, struct job *j);
enum step end_step(struct task *t, struct job *j, struct order *o);

/* ---- look.c, dump.c ---- */

/* Report why a thread cannot continue. For workers. */
void look(const l4_word_t word[LOOK_WORDS]);
void dump_thread(const struct elf *e, l4_word_t thread, const l4_word_t frame[2]);

#endif
