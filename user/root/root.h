/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the root task as a whole: its one instance of state, the numbers of its own threads, and the
 * sender of a message. The header of a file's name has what the file offers the others:
 *
 *   boot.c     memory from sigma0, boot image, system description
 *   supervise.c starts and restarts the tasks of the system description;  life.c  checks that they are alive
 *   main.c     the message loop: sender, kind of message, answer
 *   request*.c the requests of user/proto/root.idl, one function each
 *   fault.c    page faults, I/O faults, exceptions of programs;  look.c, dump.c  their reports
 *   task.c     tasks and threads;  start.c, end.c  their start and end
 *   layout.c   which addresses a task has;  area.c  its areas there;  small.h  which spaces are small
 *   share.c    time slices of threads
 *   job.c      what takes longer than the loop may, in steps;  work.c  those at areas;  worker.c  threads
 *   order.h    the orders that those threads execute
 *   backlog.c  requests that wait for memory
 *   confine.c  redirectors: which messages of confined tasks may pass
 *   spaces.c   records and thread numbers of child spaces;  space_work.c  begin and end
 *   demand.c   the kernel memory that areas need;  limit.c  the limits of a task
 *   promise.c  the memory that the system description reserves
 *   image.c    programs of the boot image, their shared pages;  frame.c  which frame a page gets
 *   keep.c     memory that outlives tasks
 *   device.c   interrupts, ports, device memory: one owner each
 *   bus.c      devices that the PCI server gives to drivers;  dma.c  memory that devices reach
 *   log.c      reports to the console, or by a worker and voice.c to serial line and screen
 *
 * The threads are the message loop, workers, and a redirector for each confined task. The loop never waits
 * for a client or a worker: it answers with a zero send timeout. It waits for sigma0 only, which it trusts,
 * as it trusts the kernel. For one message it executes at most about 5,000 instructions
 * (docs/decisions/root.md). Unless stated otherwise the functions are for the message loop.
 */
#ifndef ROOT_ROOT_H
#define ROOT_ROOT_H

#include <l4/types.h>
#include "config.h"
#include "pool.h"
#include "tar.h"
#include "task.h"

struct l4_kip;

struct root {
	const struct l4_kip *kip;
	l4_word_t user_base;
	struct pool pool;
	struct account own;		/* root's own pages: on no task's account */
	struct tar boot_image;
	struct tar_index index;		/* of the boot image */
	struct config config;
	struct task *task[TASKS_MAX];
	l4_word_t next_task_id, next_version;
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
