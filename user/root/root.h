/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - the root task as a whole: its one instance of state, and what its files offer each other.
 *
 *   boot.c     memory from sigma0, boot image, init file; then task_start for each `start` line
 *   main.c     the message loop: sender, kind of message, answer
 *   request*.c the requests of <proto/root.h>, one function each
 *   fault.c    page faults, I/O faults, exceptions of programs;  dump.c  registers and calls for its reports
 *   task.c     tasks and threads: life and death;  area.c  what lies where in a task
 *   image.c    programs of the boot image, their shared pages
 *   device.c   interrupts, ports, device memory: one owner each
 *   log.c      reports to the console, or by voice.c to serial line and screen while there is none
 *
 * One thread. Root never waits for a client: it answers with a zero send timeout. It waits for
 * sigma0 only, which it trusts, as it trusts the kernel.
 */
#ifndef ROOT_ROOT_H
#define ROOT_ROOT_H

#include <l4/types.h>
#include <x2/arch.h>
#include <x2/kip.h>
#include <x2/msg.h>
#include "config.h"
#include "task.h"
#include "tar.h"

struct root {
	const struct l4_kip *kip;
	l4_word_t user_base;
	struct pool pool;
	struct account own;		/* root's own pages: on no task's account */
	struct tar boot_image;
	struct config config;
	struct task *task[TASKS_MAX];
	l4_word_t next_task_id, next_version;
	l4_word_t enter_page;		/* frame of arch/<a>/enter.S */
	l4_word_t multiboot;		/* physical address of the Multiboot information, 0: none */
	l4_word_t names;		/* thread id of the name service */
};

extern struct root root;

static inline L4_ThreadId_t tid(l4_word_t raw)
{
	return (L4_ThreadId_t){ .raw = raw };
}

/* ---- answer.c ---- */

/* What goes back: words, or a Map item, or nothing at all. */
struct answer {
	l4_word_t label;
	unsigned words;
	bool none, map;
	l4_word_t word[L4_MRS - 1];
	l4_word_t base;			/* of the Map item */
	l4_fpage_t page;
};

void answer_load(struct answer *a);

/* Answer a thread that is not the sender of the message at hand. */
void answer_send(l4_word_t to, struct answer *a);

/* ---- sigma.c ---- */

/* Physical addresses below 2^DIRECT_LOG2 can be seen at direct(); no others are asked for. */
enum { DIRECT_LOG2 = 44 };

/* A page of memory at `physical` from sigma0, seen at direct(physical); false if refused. */
bool sigma_page(l4_word_t physical, unsigned log2);

/* All pages of [physical, physical + size); those root has already are no error. */
bool sigma_range(l4_word_t physical, l4_word_t size);

/* Any 2^log2 bytes: the physical address, 0 if refused. */
l4_word_t sigma_any(unsigned log2);
bool sigma_ports(l4_word_t port, unsigned log2);
void sigma_close(void);

/* ---- boot.c ---- */

void boot(void);

/* ---- log.c ---- */

void report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line from a program: dropped when the log is half full. */
void log_text(const struct task *t, const char *text, unsigned bytes);

/* The reader's call: the answer, at once or later. */
void log_read(struct task *t, l4_word_t thread, struct answer *a);
void log_reader_gone(const struct task *t);

/* ---- voice.c ---- */

void voice_init(void);
void voice_write(const char *text, unsigned bytes);

/* Returns how many characters the serial line did not take; the caller reports them, not voice.c. */
unsigned long voice_lost(void);

/* ---- device.c ---- */

enum root_error device_irq_attach(struct task *t, l4_word_t line, l4_word_t handler);
enum root_error device_irq_detach(struct task *t, l4_word_t line);
enum root_error device_ports(struct task *t, l4_word_t port, l4_word_t log2, struct answer *a);
enum root_error device_ports_free(struct task *t, l4_word_t port, l4_word_t log2);
enum root_error device_memory(struct task *t, l4_word_t physical, l4_word_t size, l4_word_t *address);
void device_memory_gone(l4_word_t physical);
void device_task_gone(struct task *t);
enum root_error device_framebuffer(struct answer *a);

/* ---- power.c ---- */

void power(enum root_power what, l4_word_t status);

/* ---- fault.c ---- */

/* A message of the kernel on behalf of thread number i of t. */
void fault_message(struct task *t, unsigned i, l4_tag_t tag, const l4_word_t *word, struct answer *a);

/* ---- dump.c ---- */

/* Report the registers and the calls of a thread of t that has stopped. */
void dump_thread(struct task *t, l4_tid_t id);

/* ---- request.c ---- */

struct request {
	struct task *task;
	unsigned thread;		/* the sender's index in task */
	l4_word_t label;
	unsigned words;
	const l4_word_t *word;		/* L4_MRS - 1 of them; those that were not sent are 0 */
};

void request_serve(const struct request *q, struct answer *a);

/* Handlers: word[0] is MR1. They set the label; ROOT_OK and no words is what they find. */
void request_spawn(const struct request *q, struct answer *a);
void request_exit(const struct request *q, struct answer *a);
void request_kill(const struct request *q, struct answer *a);
void request_wait(const struct request *q, struct answer *a);
void request_task_of(const struct request *q, struct answer *a);
void request_tasks(const struct request *q, struct answer *a);
void request_thread_new(const struct request *q, struct answer *a);
void request_thread_end(const struct request *q, struct answer *a);
void request_thread_priority(const struct request *q, struct answer *a);

#endif
