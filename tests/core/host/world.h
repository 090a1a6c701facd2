/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a small booted system on the host, and test code in the place of its user programs.
 *
 * world_boot makes sigma0 (in an open wait) and the root server (running, priority 100 like all
 * new threads). A test then plays the threads: each function below that takes the acting thread
 * first makes it the running one (by ThreadSwitch calls of the running thread), enters the kernel as the
 * machine's entry code would, and follows core/upcall.h until a thread would run user code. After
 * every entry, and now and then between the steps of a long operation, all invariants are checked.
 */
#ifndef WORLD_H
#define WORLD_H

#include <boot/boot.h>
#include <core/kernel.h>
#include <mem/space.h>
#include <core/thread.h>
#include <core/upcall.h>
#include <x2/msg.h>
#include "../../../kernel/arch/host/host.h"
#include "harness.h"

/* ---- the world ---- */

extern struct thread *sigma0, *root;

/*
 * The command line of world_boot. The pool is copied with each copy of the world, and its free frames are
 * looked at after each entry: so it is small, and a test that needs more says so first.
 */
extern const char *world_options;

void world_boot(void);

/* What world_boot gives to kernel_main; a boot test damages it first. Also writes the modules. */
void world_boot_info(struct boot_info *b);

/* world_boot with other boot information: a smaller machine. */
void world_boot_from(const struct boot_info *b);

/* The thread that runs, or the idle thread. */
struct thread *world_current(void);

/* Returns the number of walks in progress, in all spaces. */
unsigned world_walks(void);

/* After an upcall: do what the machine does until `next` runs user code. */
void world_settle(struct thread *next);

/* Make t, which is ready, the running thread. */
void world_run(struct thread *t);

/* Like world_run; returns false if t cannot run now. */
bool world_try_run(struct thread *t);

/*
 * Called between two steps of a long operation, where interrupts are let in. It may fire interrupts
 * and play the threads that run then. steps counts the calls.
 */
struct world_hook {
	void (*call)(void *arg);
	void *arg;
	unsigned steps;
	bool inside;
	void (*watch)(void);		/* called there also while the hook plays */
};
extern struct world_hook world_hook;

/* Time passes; the timer fires when due. */
void world_pass(uint64_t us);

/* The interrupt line fires: an edge. */
void world_irq(unsigned line);

/* What counts n times where there is a fast path (host.fast and so on): elsewhere core does it all. */
static inline size_t by_fast(size_t n) { return host_has_fast_path ? n : 0; }
static inline size_t by_fast_calls(size_t n) { return host_has_fast_calls ? n : 0; }

/* ---- copies ---- */

struct world_copy;
struct world_copy *world_save(void);
void world_restore(const struct world_copy *c);
void world_drop(struct world_copy *c);

/*
 * All that user code can observe, as text: threads, spaces, mappings. Not in it: how much of an account
 * is used, since tables that were built stay.
 */
char *world_text(void);
void world_check_same(const char *before, const char *file, int line);
#define CHECK_SAME(before) world_check_same(before, __FILE__, __LINE__)

/* ---- threads and spaces, made by the root server ---- */

enum {
	SPACE_UTCB_LOG2	= 20,		/* area of each space made here */
	START_IP	= 0x1000,
	START_SP	= 0x2000,
};

/* An id that no thread has. */
l4_tid_t new_tid(void);

/* So far above L4_INITIAL_KIP and L4_INITIAL_UTCB are the areas of new spaces; world_boot_from makes it 0. */
extern l4_word_t new_space_areas;

/* A running thread in a new space; in the space of `other`. Both end with root running. */
struct thread *new_space(void);
struct thread *new_thread(struct thread *other);

/* As new_thread, but inactive; and a UTCB location that is free. */
struct thread *new_inactive(struct thread *other);
l4_word_t free_utcb(struct space *s);

l4_tid_t local_id(const struct thread *t);

/* ---- system calls ---- */

/* Any call with the given arguments; missing ones are 0. */
#define CALL(t, nr, ...) call_raw(t, nr, (l4_word_t[8]){ __VA_ARGS__ })
void call_raw(struct thread *t, enum l4_call nr, const l4_word_t *in);

/* The same of the running thread, whose registers and UTCB stay as they are but for the arguments. */
#define ENTER(t, nr, ...) enter_raw(t, nr, (l4_word_t[8]){ __VA_ARGS__ })
void enter_raw(struct thread *t, unsigned nr, const l4_word_t *in);

l4_word_t error_of(struct thread *t);		/* the ErrorCode TCR */
void clear_error(struct thread *t);		/* to something that is no code */

/* Results: true if the call succeeded. */
bool thread_control(struct thread *t, l4_tid_t dest, l4_tid_t space, l4_tid_t scheduler,
		    l4_tid_t pager, l4_word_t utcb);
bool space_control(struct thread *t, l4_tid_t space, l4_word_t control, l4_fpage_t kip, l4_fpage_t utcb);
l4_word_t schedule(struct thread *t, l4_tid_t dest, l4_word_t time, l4_word_t prio);
bool delete_thread(l4_tid_t id);		/* by root */
void redirect(struct thread *t, l4_tid_t redirector);	/* t's space, by root */
void set_prio(struct thread *t, unsigned prio);	/* by root */
void give_quantum(struct thread *t, unsigned us);	/* its total quantum, by root */
void yield(struct thread *t);

/* ExchangeRegisters; the results are in thread_regs(t)->out. True unless it failed. */
bool exregs(struct thread *t, l4_tid_t dest, l4_word_t control, l4_word_t sp, l4_word_t ip);

#define KEEP (~(l4_word_t)0)

/* ---- IPC ---- */

enum { TIME_NEVER = 0, TIME_ZERO = 0x0400 };
static inline l4_word_t timeouts(l4_word_t send, l4_word_t receive) { return send << 16 | receive; }
static inline l4_word_t time_us(unsigned us) { return l4_period(us).raw; }

/* What t sends: a tag of label, and words MR1..; typed words are put by put_mr. */
#define PUT(t, label, ...) \
	put_message(t, label, sizeof((l4_word_t[]){ 0, ##__VA_ARGS__ }) / sizeof(l4_word_t) - 1, \
		    (l4_word_t[]){ 0, ##__VA_ARGS__ })
void put_message(struct thread *t, l4_word_t label, size_t n, const l4_word_t *words);
void put_mr(struct thread *t, unsigned i, l4_word_t w);
l4_word_t get_mr(struct thread *t, unsigned i);

/*
 * So many words, each determined by t and its place, and others in t's UTCB; the check: t has those of
 * `from`, and all others its own.
 */
void put_marked(struct thread *t, unsigned words);
void check_marked(struct thread *t, struct thread *from, unsigned words);
void in_name_of(struct thread *t, l4_tid_t vs);		/* what t has put is to be propagated */
static inline l4_tag_t tag_of(struct thread *t) { return (l4_tag_t){ get_mr(t, 0) }; }
static inline l4_tid_t from_of(struct thread *t) { return (l4_tid_t){ thread_regs(t)->out[0] }; }
void accept_window(struct thread *t, l4_fpage_t window);	/* BR0 */

/* A simple string behind so many untyped words, which are put already; a buffer for one, in BR0 to BR2. */
void put_string(struct thread *t, l4_word_t label, unsigned untyped, l4_word_t at, l4_word_t bytes);
void accept_string(struct thread *t, l4_word_t at, l4_word_t bytes);

/* One map or grant item as the whole message. */
void put_map(struct thread *t, l4_fpage_t send, l4_word_t base, bool grant);

/* Unmap of one fpage; its status is in MR0. */
void unmap_fpage(struct thread *t, l4_fpage_t f, bool flush);

/* Ipc. Returns true if it has ended: t is ready; it may have failed. */
bool ipc(struct thread *t, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);
bool send_to(struct thread *t, struct thread *to);			/* never times out */
bool receive_from(struct thread *t, l4_tid_t from);
bool call_to(struct thread *t, struct thread *to);

/* `to` waits, t sends what it has put, and it arrives. */
void pass_message(struct thread *t, struct thread *to);

/* t sends the word to `to` in the name of vs; as send_to. */
bool propagate(struct thread *t, struct thread *to, l4_tid_t vs, l4_word_t word);

/* t, which runs, acknowledges the interrupt of the line, and waits for the next one. */
void irq_done(struct thread *t, unsigned line);

/* A system call of self, by the fast path where that can. Returns 0 if the current thread runs next. */
struct thread *world_call(struct thread *self, unsigned nr);
bool blocked(const struct thread *t);		/* inside an IPC */
struct thread *partner_of(const struct thread *t);	/* that it sends to, copies with or waits for; or 0 */

/* ErrorCode values of a failed IPC. */
#define SEND_ERROR(kind) l4_ipc_error(L4_IPC_##kind, L4_SEND_PHASE)
#define RECEIVE_ERROR(kind) l4_ipc_error(L4_IPC_##kind, L4_RECEIVE_PHASE)

#define CHECK_SENT(t) CHECK(!l4_tag_failed(tag_of(t)))
#define CHECK_FAILED(t, error) \
	do { \
		CHECK(!blocked(t)); \
		CHECK(l4_tag_failed(tag_of(t))); \
		CHECK_EQ(error_of(t), error); \
		CHECK_EQ(from_of(t).raw, 0); \
	} while (0)

/* ---- user memory ---- */

/* t accesses va. Returns true with the physical address in *pa, or false if it faulted; the fault is under
 * way. */
bool touch(struct thread *t, l4_word_t va, unsigned access);
bool mapped(struct thread *t, l4_word_t va, unsigned rights);	/* with these rights at least */

/* A byte of t's memory at va, through its page table; t has it. */
unsigned char *byte_at(struct thread *t, l4_word_t va);

/* sigma0 maps 2^log2 bytes of memory at pa to t's space, at va; afterwards root runs. */
void give(struct thread *t, l4_word_t pa, l4_word_t va, unsigned log2, unsigned rights);

/* The same page by page: so many pages of 4 KiB. */
void give_pages(struct thread *t, l4_word_t pa, l4_word_t va, unsigned pages, unsigned rights);

/* A RAM address that sigma0 may give away, 2^log2 aligned. */
l4_word_t ram(unsigned log2);

#endif
