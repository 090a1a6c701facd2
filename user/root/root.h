/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the root task as a whole: its one instance of state, and what its files offer each other.
 *
 *   boot.c     memory from sigma0, boot image, system description
 *   supervise.c starts and restarts the tasks of the system description;  life.c  checks that they are alive
 *   main.c     the message loop: sender, kind of message, answer
 *   request*.c the requests of user/proto/root.idl, one function each
 *   fault.c    page faults, I/O faults, exceptions of programs;  look.c, dump.c  their reports
 *   task.c     tasks and threads;  start.c, end.c  their start and end;  area.c  the areas of a task
 *   share.c    time slices of threads
 *   job.c      what takes longer than the loop may, in steps;  work.c  those at areas;  worker.c  threads
 *   backlog.c  requests that wait for memory
 *   confine.c  redirectors: which messages of confined tasks may pass
 *   demand.c   the kernel memory that areas need;  limit.c  the limits of a task
 *   promise.c  the memory that the system description reserves
 *   image.c    programs of the boot image, their shared pages;  frame.c  which frame a page gets
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
};

/* Labels of a worker's messages: WORKER_TEXT is a line of a report, 0 a result. */
enum { WORKER_TEXT = 1 };

/* The sender of a request: its task, and its index there. */
struct root_caller { struct task *task; unsigned thread; };

/* ---- main.c ---- */

/*
 * Serve the message in the message registers. Returns true if they contain the answer now. `last`: refuse the
 * message if there is too little memory, do not keep it (backlog.h).
 */
bool serve_client(l4_word_t from, L4_MsgTag_t tag, bool last);

/* ---- sigma.c ---- */

/*
 * Physical addresses below 2^PECAN_DIRECT_LOG2 are visible at direct(); others are not requested from sigma0.
 * Call it before the other functions of sigma.c.
 */
void sigma_init(void);

/* Map 2^log2 bytes of memory at `physical` to direct(physical). Returns false if sigma0 refuses. */
bool sigma_page(l4_word_t physical, unsigned log2);

/* The same for all pages of [physical, physical + size); pages that root has already are no error. */
bool sigma_range(l4_word_t physical, l4_word_t size);

/* Map 2^log2 bytes that sigma0 chooses. Returns the physical address, or 0 if it refuses. */
l4_word_t sigma_any(unsigned log2);

/* Get all I/O ports, at boot, so that no request waits for sigma0. Returns false if sigma0 refuses. */
bool sigma_ports(void);
void sigma_close(void);

/* ---- boot.c ---- */

void boot(void);

/* ---- supervise.c ---- */

/* Start the tasks of the system description. */
void supervise_boot(void);

/* Call it when the start of t has ended; error: ROOT_OK if it runs. Any task may be t. */
void supervise_started(const struct task *t, enum root_error error);

/* Call it when t has ended. */
void supervise_ended(const struct task *t);

/* Call it when memory has been given back: restarts that failed for lack of memory are tried again. */
void supervise_given(void);

/* Returns true if the name service does not run, and will be started again. */
bool supervise_expects_names(void);

/*
 * Returns the place of t in lists, from 1: first tasks of the system description in its order, then others
 * by age.
 */
l4_word_t supervise_place(const struct task *t);

/* Returns the number of the section whose places at servers t uses; 0: it uses the shared places. */
unsigned supervise_section(const struct task *t);

/* Call it when t has sent a heartbeat. */
void supervise_heard(const struct task *t);

/*
 * Record that thread number i of t calls servers, works for others of t, gets notices (user/proto/root.idl).
 */
void supervise_calls(const struct task *t, unsigned i);
void supervise_works(const struct task *t, unsigned i);
void supervise_want_notices(const struct task *t, unsigned i);

/* Notify the task with this id that one has ended with which it shared memory. Uses the message registers. */
void supervise_notify(l4_word_t task);

/*
 * The message loop calls supervise_run after each message (served), and after supervise_pause without one, if
 * supervise_is_due.
 */
bool supervise_is_due(void);
void supervise_run(bool served);
L4_Time_t supervise_pause(void);

/* Map the memory that outlives t. ROOT_E_RIGHT if its section has no `keep`. */
enum root_error supervise_keep(struct task *t, l4_word_t *address, l4_word_t *bytes);

/* ---- confine.c ---- */

/*
 * Returns true if threads of `from` may send to `to`: it is not confined, or one of the two uses the other.
 */
bool confine_permits(const struct task *from, const struct task *to);

/*
 * Set the words of ORDER_SPACE (job.h) for the redirector that a confined t gets; if t is not confined,
 * SPACE_REDIRECTOR is anythread.
 */
enum root_error confine_begin(struct task *t, l4_word_t *word);

/* Free the redirector's record: its thread is deleted, or was not created. */
void confine_end(struct task *t);

/* The code of a redirector's thread. */
void confine_redirect(void);

/* Returns the task whose redirector has this global id, or 0. */
struct task *confine_task(l4_word_t redirector);

/* ---- log.c ---- */

void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Log one line of a program. It is dropped if the log is half full. */
void log_text(const struct task *t, const char *text, unsigned bytes);

void log_reader_gone(const struct task *t);

/* Log the line of a worker's report: so many words in the message registers. */
void log_worker(l4_word_t words);

/* Call it when workers and system description exist: workers write lines that no program reads. */
void log_worked(void);

/* Write the lines that wait for a worker in the calling thread, before the machine is turned off. */
void log_flush(void);

/* ---- voice.c ---- */

void voice_init(void);
void voice_write(const char *text, unsigned bytes);

/* Returns the number of characters that the serial line did not take. The caller reports it. */
unsigned long voice_lost(void);

/* ---- device.c ---- */

enum root_error device_irq_attach(struct task *t, l4_word_t line, l4_word_t handler);
enum root_error device_irq_detach(struct task *t, l4_word_t line);
enum root_error device_ports(struct task *t, l4_word_t port, l4_word_t log2, L4_MapItem_t *ports);

/* For thread number `waiter` of t. ROOT_LATER: the answer is sent when a worker has executed the order. */
enum root_error device_ports_free(struct task *t, unsigned waiter, l4_word_t port, l4_word_t log2);

/* The same, but work.c sends the answer. */
enum root_error device_memory(struct task *t, unsigned waiter, l4_word_t physical, l4_word_t size);
void device_memory_gone(l4_word_t physical);

/* Call it when thread i of t ends or waits no more: it gets no answer about ports. */
void device_forget_waiter(const struct task *t, unsigned i);

/* ---- bus.c ---- */

/* Returns true if [first, last] was given to t. */
bool bus_gave(const struct task *t, enum root_resource kind, l4_word_t first, l4_word_t last);

/* Returns true if any device was given to t. */
bool bus_drives(const struct task *t);

/* Call it when t is ending. Its record stays until root_device_clear. */
void bus_task_gone(const struct task *t);

/* ---- dma.c ---- */

/* Fill the answer about the block of an area of t, which is cleared now. */
void dma_cleared(const struct task *t, const struct area *a, struct root_dma_new_out *out);

/* Call it when the area of the block at `physical` has been removed from t's space. */
void dma_closed(const struct task *t, l4_word_t physical);

/* A step of the end of t, whose areas are gone, from block *next on. Returns true if it was the last step. */
bool dma_task_gone(struct task *t, unsigned *next);

/* A step after the devices of an ended task are reset. Returns true if it was the last step. */
bool dma_clear(l4_word_t task);

/* ---- power.c ---- */

void power(enum root_power what, l4_word_t status);

/* ---- fault.c ---- */

/* Serve a kernel message of the caller's thread. Returns true if *answer is the map item of the answer. */
bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer);

#endif
