/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the root task as a whole: its one instance of state, and what its files offer each other.
 *
 *   boot.c     memory from sigma0, boot image, system description
 *   supervise.c the tasks that the system description starts, also again;  life.c  do they live?
 *   main.c     the message loop: sender, kind of message, answer
 *   request*.c the requests of user/proto/root.idl, one function each
 *   fault.c    page faults, I/O faults, exceptions of programs;  look.c, dump.c  their reports
 *   task.c     tasks and threads;  start.c, end.c  life and death;  area.c  what lies where in a task
 *   share.c    time slices of threads
 *   job.c      what takes longer than the loop may, in steps;  work.c  those at areas;  worker.c  threads
 *   backlog.c  requests that wait for memory
 *   confine.c  redirectors: what confined tasks may send
 *   demand.c   what areas need;  limit.c  what a task may use
 *   promise.c  what the system description promises
 *   image.c    programs of the boot image, their shared pages;  frame.c  which frame a page gets
 *   device.c   interrupts, ports, device memory: one owner each
 *   bus.c      devices that the PCI server gives to drivers;  dma.c  memory that devices reach
 *   log.c      reports to the console, or by a worker and voice.c to serial line and screen
 *
 * One thread, the message loop, workers, and a redirector for each confined task. The loop never waits for a
 * client or a worker: it answers with a zero send timeout. It waits for sigma0 only, which it trusts, as it
 * trusts the kernel. For one message it executes at most about 5,000 instructions (docs/decisions/root.md).
 */
#ifndef ROOT_ROOT_H
#define ROOT_ROOT_H

#include <l4/message.h>
#include <l4/thread.h>
#include <l4/types.h>
#include <proto/root_server.h>
#include <x2/arch.h>
#include <x2/kip.h>
#include <x2/msg.h>
#include <x2/multiboot.h>
#include "promise.h"
#include "task.h"
#include "tar.h"

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
	l4_word_t enter_page;		/* frame of arch/<a>/enter.S */
	bool has_ports;			/* all I/O ports */
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

/* Messages of the kernel, such as faults, have negative labels, of 48 bits. */
static inline bool is_of_kernel(L4_MsgTag_t tag)
{
	return L4_Label(tag) >> 47 != 0;
}

/* Root's own threads: UTCBs of its initial area, and numbers from user_base on. Workers have 1 to 16. */
enum {
	CONFINE_UTCB_FIRST = 17,
	REDIRECTOR_NUMBERS = THREADS_RESERVED + TASKS_MAX * THREADS_MAX,	/* one for each task */
	WORKER_NUMBERS = REDIRECTOR_NUMBERS + TASKS_MAX,
};

/* The label of a worker's message that is a line of a report; that of a result is 0. */
enum { WORKER_TEXT = 1 };

/* The sender of a request: its task, and its index there. */
struct root_caller { struct task *task; unsigned thread; };

/* ---- main.c ---- */

/*
 * Serve the message in the message registers. True: the answer is there. `last`: it is refused now if there
 * is too little memory.
 */
bool serve_client(l4_word_t from, L4_MsgTag_t tag, bool last);

/* ---- sigma.c ---- */

/* Physical addresses below 2^DIRECT_LOG2 can be seen at direct(); no others are asked for. */
enum { DIRECT_LOG2 = 44 };

/* Before all others. */
void sigma_init(void);

/* A page of memory at `physical` from sigma0, seen at direct(physical); false if refused. */
bool sigma_page(l4_word_t physical, unsigned log2);

/* All pages of [physical, physical + size); those root has already are no error. */
bool sigma_range(l4_word_t physical, l4_word_t size);

/* Any 2^log2 bytes: the physical address, 0 if refused. */
l4_word_t sigma_any(unsigned log2);

/* All I/O ports: root has them from the start, so that no request waits for sigma0. */
bool sigma_ports(void);
void sigma_close(void);

/* ---- boot.c ---- */

void boot(void);

/* ---- supervise.c ---- */

/* Start the tasks of the system description. */
void supervise_boot(void);

/* t, which has no parent or is not one of those, has started (error: ROOT_OK), or not. */
void supervise_started(const struct task *t, enum root_error error);

/* t has ended. */
void supervise_ended(const struct task *t);

/* Memory has been given back: a task that found too little of it when it was started again is tried again. */
void supervise_given(void);

/* Is the name service, which does not run, about to be started again? */
bool supervise_expects_names(void);

/* The order of tasks: from 1, those of the system description first, in its order; then the others by age. */
l4_word_t supervise_place(const struct task *t);

/* The number of the section whose places at servers t has; 0: none, it shares the others. */
unsigned supervise_section(const struct task *t);

/* t has sent a heartbeat. */
void supervise_heard(const struct task *t);

/* Thread number i of t calls servers, works for others of t, wants notices (user/proto/root.idl). */
void supervise_calls(const struct task *t, unsigned i);
void supervise_works(const struct task *t, unsigned i);
void supervise_want_notices(const struct task *t, unsigned i);

/* A task has ended that shared a block of memory with the task of that number. Uses the message registers. */
void supervise_notify(l4_word_t task);

/*
 * The message loop calls supervise_run after each message (served), and after supervise_pause without one, if
 * supervise_is_due.
 */
bool supervise_is_due(void);
void supervise_run(bool served);
L4_Time_t supervise_pause(void);

/* Map the memory that outlives t, if its section has `keep`. */
enum root_error supervise_keep(struct task *t, l4_word_t *address, l4_word_t *bytes);

/* ---- confine.c ---- */

/* May a thread of `from` send to one of `to`? If `from` is not confined, or one of them uses the other. */
bool confine_permits(const struct task *from, const struct task *to);

/*
 * The words of ORDER_SPACE (job.h) for a redirector, if the program of t is confined, whose thread the order
 * makes; else anythread.
 */
enum root_error confine_begin(struct task *t, l4_word_t *word);

/* The redirector's thread is deleted, or was not made. */
void confine_end(struct task *t);

/* The redirector's code. */
void confine_redirect(void);

/* The task whose redirector has this global id, or 0. */
struct task *confine_task(l4_word_t redirector);

/* ---- log.c ---- */

void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line from a program: dropped when the log is half full. */
void log_text(const struct task *t, const char *text, unsigned bytes);

void log_reader_gone(const struct task *t);

/* A line of a report, in the message registers, so many words. */
void log_worker(l4_word_t words);

/* There are workers now, and a system description: they write what no program reads. */
void log_worked(void);

/* Write what is kept for a worker, here: if the machine is to be turned off. */
void log_flush(void);

/* ---- voice.c ---- */

void voice_init(void);
void voice_write(const char *text, unsigned bytes);

/* Returns how many characters the serial line did not take; the caller reports them, not voice.c. */
unsigned long voice_lost(void);

/* ---- device.c ---- */

enum root_error device_irq_attach(struct task *t, l4_word_t line, l4_word_t handler);
enum root_error device_irq_detach(struct task *t, l4_word_t line);
enum root_error device_ports(struct task *t, l4_word_t port, l4_word_t log2, L4_MapItem_t *ports);

/* For thread number `waiter` of t. The answer comes when a worker has executed it: ROOT_LATER. */
enum root_error device_ports_free(struct task *t, unsigned waiter, l4_word_t port, l4_word_t log2);

/* The same; it comes from work.c. */
enum root_error device_memory(struct task *t, unsigned waiter, l4_word_t physical, l4_word_t size);
void device_memory_gone(l4_word_t physical);

/* No ports are given back for thread i of t any more. */
void device_forget_waiter(const struct task *t, unsigned i);

/* ---- bus.c ---- */

/* Was [first, last] given to t? */
bool bus_gave(const struct task *t, enum root_resource kind, l4_word_t first, l4_word_t last);

/* Was anything given to t? */
bool bus_drives(const struct task *t);

/* t is ending; its record is there until root_device_clear. */
void bus_task_gone(const struct task *t);

/* ---- dma.c ---- */

/* The block of an area of t is cleared: what the answer says of it. */
void dma_cleared(const struct task *t, const struct area *a, struct root_dma_new_out *out);

/* The area of the block at `physical` has left t's space. */
void dma_closed(const struct task *t, l4_word_t physical);

/* t is ending, and its areas are gone: a step, from block *next on. True: it was the last one. */
bool dma_task_gone(struct task *t, unsigned *next);

/* The devices of that task, which has ended, are reset: a step. True: it was the last one. */
bool dma_clear(l4_word_t task);

/* ---- power.c ---- */

void power(enum root_power what, l4_word_t status);

/* ---- fault.c ---- */

/* A message of the kernel on behalf of the caller. False: there is no answer, else it is the Map item. */
bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer);

#endif
