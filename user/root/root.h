/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the root task as a whole: its one instance of state, the numbers of its own threads, and the
 * sender of a message. The header of a file's name has what the file offers the others:
 *
 *   main.c     the message loop: sender, kind of message, answer;  boot.c  memory from sigma0, boot image
 *   request*.c the requests of user/proto/root.idl, one function each; request_log.c  the log and its reader
 *   fault.c    page faults, I/O faults, exceptions of programs
 *
 *   supervised/  starts  the tasks of the system description, and what happens to them;  handover  their
 *              grants;  look  at their threads;  watch  the supervisor itself
 *   device/    device  interrupts, ports, device memory: one owner each;  bus  devices that the PCI server
 *              gives to drivers;  dma  memory that devices reach;  machine, power  of arch/
 *   task/      task  threads;  start, end  the start and end of a task;  area_work, space_work  what takes
 *              longer at areas and child spaces;  stack  the initial stack of a task;  share  time slices of
 *              threads;  confine  redirectors: which messages of confined tasks may pass;  spaces  records
 *              and thread numbers of child spaces
 *   job/       job  what takes longer than the loop may;  step, switch  its work, on a stack of its own;
 *              worker, order, queue  threads, and the orders that they execute;  backlog, waiting  requests
 *              that wait for memory
 *   memory/    vtab, frame  which frame a page gets;  cache  free memory for copies;  layout, area, small
 *              which addresses a task has;  demand, limit  kernel memory that areas need, and limits;  keep
 *              memory that outlives tasks;  image, tar  programs of the boot image, their shared pages;
 *              sigma  requests to sigma0
 *   report/    log  reports, and the text of the log;  output, serial  to serial line and screen;  stopped,
 *              dump  of a thread that was stopped
 *   task/task_table  the records of tasks;  memory/pool  frames
 *
 * A folder may call what is below it in this list. What is above it joins at boot: lists and tables of
 * functions (boot.c), and struct policy. What calls up is counted: tools/rooms.
 *
 * The threads are the message loop, workers, and a redirector for each confined task. The loop never waits
 * for a client or a worker: it answers with a zero send timeout. It waits for sigma0 only, which it trusts,
 * as it trusts the kernel. For one message it executes at most about 5,000 instructions
 * (docs/decisions/root.md). Unless stated otherwise the functions are for the message loop.
 */
#ifndef ROOT_ROOT_H
#define ROOT_ROOT_H

#include <l4/types.h>
#include <proto/grants.h>
#include <root/memory/pool.h>
#include <root/memory/tar.h>
#include <root/task/task.h>

struct l4_kip;

/* What happens at the floors below, and supervised/ acts on: no function waits for it, or calls it. */
struct policy {
	void (*started)(const struct task *t, enum root_error error);	/* a start has ended; ROOT_OK: t runs */
	void (*ended)(const struct task *t);
	void (*given)(void);			/* memory has been given back */
	void (*found)(l4_word_t device);	/* tasks that drive it may be started */
	void (*notify)(l4_word_t task);		/* one has ended with which it shared memory; uses MRs */
};

struct root {
	const struct l4_kip *kip;
	l4_word_t user_base;
	const struct policy *policy;
	struct pool pool;
	struct account own;		/* root's own pages: on no task's account */
	struct tar boot_image;
	struct tar_index index;		/* of the boot image */
	struct grants grants;		/* from the supervisor; none as long as `starts` is 0 */
	struct task *task[TASKS_MAX];
	l4_word_t next_task_id, next_version;
	unsigned log_priority;		/* of the worker that writes reports to the serial line */
	unsigned small_log2;		/* of the largest small space; 0: this machine has none */
	l4_word_t enter_page;		/* frame of arch/<a>/enter.S */
	bool has_ports;			/* the I/O ports that the sections name */
	bool has_kmem_limit;		/* the kernel has limits of kernel memory */
	l4_word_t multiboot;		/* physical address of the Multiboot information, 0: none */
	l4_word_t names;		/* thread id of the name service */
};

extern struct root root;

static inline L4_ThreadId_t tid(l4_word_t raw)
{
	return (L4_ThreadId_t){ .raw = raw };
}

/* The thread of the message loop. */
static inline L4_ThreadId_t root_thread(void)
{
	return L4_GlobalId(root.user_base + 2, 1);
}

/* Returns true for a message of the kernel, such as a fault: its label is negative. */
static inline bool is_of_kernel(L4_MsgTag_t tag)
{
	return (L4_SignedWord_t)tag.raw < 0;
}

/* Root's own threads: UTCBs of its initial area, and numbers from user_base on. Workers have 1 to 16. */
enum {
	CONFINE_UTCB_FIRST = 17,
	REDIRECTOR_NUMBERS = THREADS_RESERVED + TASKS_MAX * THREADS_MAX,	/* one for each task */
	WORKER_NUMBERS = REDIRECTOR_NUMBERS + TASKS_MAX,
	SPACE_NUMBERS = WORKER_NUMBERS + 64,	/* of the threads in child spaces (spaces.h) */
};

/* The sender of a request: its task, and its index there. */
struct root_caller { struct task *task; unsigned thread; };

#endif
