/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest.h - the helpers of guest tests.
 *
 * The guest tests are one root server. Its first thread, the supervisor (main.c), runs each test in
 * a fresh thread of the root server's space, at priority 100, and is that thread's watchdog, pager
 * and exception handler. When a test ends, in whatever way, every thread and space that it made is
 * deleted (world.c), so tests do not see each other.
 *
 * Workers start at priority 150, above the test: thread_start returns when the worker has blocked.
 * Only the public names of libl4 are used here, and what any X.2 kernel on this machine promises;
 * Pecan's own extensions are tested in pecan/.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <l4/types.h>
#include <l4/kip.h>
#include <l4/thread.h>
#include <l4/message.h>
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/misc.h>
#include <l4/sigma0.h>
#include <l4/arch.h>
#include <l4/bootinfo.h>
#include <l4/kdebug.h>

#include <x2/arch.h>

#include "places.h"

typedef L4_Word_t word;

/* Tags of page faults. */
#define FAULT_WITH(access)	((word)-2 << 20 | (access) << 16 | 2)
#define READ_FAULT	FAULT_WITH(ACCESS_READ)
#define WRITE_FAULT	FAULT_WITH(L4_Writable)
#define EXECUTE_FAULT	FAULT_WITH(ACCESS_EXECUTE)

#define TOP_BIT	(1ul << (L4_BITS_PER_WORD - 1))

/* ---- tests ---- */

struct guest_test { const char *id, *sentence; void (*run)(void); bool in_rounds; };

#define TEST(ident, text) GUEST_TEST(ident, text, false)

/* One that creates and deletes, and leaves nothing: robustness/rounds.c runs it again and again. */
#define TEST_N(ident, text) GUEST_TEST(ident, text, true)

#define GUEST_TEST(ident, text, again)						\
	static void ident(void);						\
	static const struct guest_test ident##_test = { #ident, text, ident, again };	\
	static const struct guest_test *ident##_entry				\
	__attribute__((section("guest_tests"), used)) = &ident##_test;		\
	static void ident(void)

/* One of several that differ by the arguments of a call, their body: a row of a table of tests. */
#define TEST_ROW(ident, text, call)	TEST(ident, text) { call; }

/* A failed check ends the test; any thread may make one, in any space. */
#define CHECK(condition)							\
	do {									\
		if (!(condition))						\
			guest_fail(__FILE__, __LINE__, #condition);		\
	} while (0)

#define CHECK_EQ(got, want)							\
	guest_check_eq(__FILE__, __LINE__, #got, (word)(got), (word)(want))

void guest_fail(const char *file, int line, const char *what) __attribute__((noreturn));
void guest_check_eq(const char *file, int line, const char *what, word got, word want);
void guest_note(const char *text, word value);	/* printed if the test fails */
void guest_skip(const char *why) __attribute__((noreturn));
void need_long_words(void);		/* skips the test where words have 32 bits */
void need_execute_right(void);		/* skips the test where each page that can be read can be executed */

/* What an attack came to, for tests/guest/attack/run: a row of its table, in so many rounds. At most 4
 * a test. */
void guest_figure(const char *row, word rounds, word value);

/* ---- messages ---- */

enum {
	N_INTERRUPT = -1, N_PAGEFAULT = -2, N_PREEMPTION = -3, N_SYS_EXCEPTION = -4, N_EXCEPTION = -5,
	N_SIGMA0 = -6, N_IO_FAULT = -8,
};

/* ErrorCode of a failed Ipc (api 5.6). */
enum {
	SEND_TIMEOUT = 2, RECEIVE_TIMEOUT = 3, SEND_NOT_EXISTING = 4, RECEIVE_NOT_EXISTING = 5,
	SEND_CANCELLED = 6, RECEIVE_CANCELLED = 7, SEND_OVERFLOW = 8, RECEIVE_OVERFLOW = 9,
	SEND_ABORTED = 14, RECEIVE_ABORTED = 15,
};

static inline L4_MsgTag_t tag_make(word label, word u, word t)
{
	return (L4_MsgTag_t){ .raw = label << 16 | t << 6 | u };
}

/* The protocol number N of a kernel-generated message, and the nibble below it. */
static inline long tag_protocol(L4_MsgTag_t tag) { return (long)tag.raw >> 20; }
static inline word tag_nibble(L4_MsgTag_t tag) { return tag.raw >> 16 & 0xf; }

static inline word mr(int i)
{
	word w;

	L4_StoreMR(i, &w);
	return w;
}

static inline word period(word us) { return L4_TimePeriod(us).raw; }

/* Load a message of u words: MRi = first + i. */
void msg_load(word label, word u, word first);

/* The one message that a worker received, for the test to look at. */
struct received {
	volatile bool done;
	volatile word tag, error, from;
	volatile word mr[64];
};

/* Receive once from r_from with window, and note what came. */
struct receiver {
	L4_ThreadId_t from;
	word window;			/* BR0 */
	word timeout;			/* raw time; 0 is never */
	struct received got;
};
void receive_once(void *receiver);
void receive_note(struct received *r, L4_MsgTag_t tag, L4_ThreadId_t from);

/* ---- the world ---- */

extern L4_ThreadId_t supervisor;	/* global id */
extern void *kip;
extern word user_base, system_base;

L4_ThreadId_t tid_new(void);		/* a global id that was never used before */
word utcb_area(void);			/* the UTCB area of this space */
word utcb_new(void);			/* a free UTCB location of this space */
word stack_new(void);			/* top of a fresh stack, 16-aligned */
void adopt(L4_ThreadId_t t);		/* delete t when the test ends */
void disown(L4_ThreadId_t t);		/* it is deleted already */

/* For loops: UTCBs and stacks taken since the mark are free again. Their threads must be deleted. */
struct mark { unsigned adopted, stacks, utcbs; };
struct mark world_mark(void);
void world_release(struct mark mark);

/* ThreadControl; on failure the error, on success 0. */
word thread_control(L4_ThreadId_t dest, L4_ThreadId_t space, L4_ThreadId_t scheduler,
		    L4_ThreadId_t pager, word utcb);

L4_ThreadId_t thread_inactive(void);	/* in this space */
L4_ThreadId_t thread_waiting(L4_ThreadId_t pager);	/* active, before its start message */
L4_ThreadId_t thread_start(void (*run)(void *), void *arg);
L4_ThreadId_t thread_start_prio(void (*run)(void *), void *arg, word prio);
L4_ThreadId_t thread_start_pager(void (*run)(void *), void *arg, L4_ThreadId_t pager);
void thread_go(L4_ThreadId_t t, word prio, word sp);	/* start t, whose pager is the supervisor */
void thread_delete(L4_ThreadId_t t);
word thread_state(L4_ThreadId_t t);	/* L4_SCHEDRESULT_... */

/*
 * Thread numbers from this one on, above user_base, are of threads that may do anything: the supervisor
 * ignores what they send. Such ids are not given out by tid_new.
 */
enum { STRANGERS = 16 + 4096 };
bool is_stranger(L4_ThreadId_t t);

/* SP of a thread that begins at guest_thread_entry with run(arg). */
word thread_frame(word stack_top, void (*run)(void *), void *arg);
void guest_thread_entry(void);

/* Other spaces: KIP and UTCB area at the same addresses in each, the program's image on demand. */
enum { SPACE_UTCB_LOG2 = 16 };		/* at SPACE_KIP and SPACE_UTCB (places.h) */
enum { SPACE_THREADS = 64 };

/* A UTCB, and in it the place of MR0, whose address is the local id (api 2.1). */
enum { UTCB_BYTES = 128 * sizeof(word), MR0_OFFSET = UTCB_BYTES / 2 };

struct space { L4_ThreadId_t anchor, thread[SPACE_THREADS]; word utcbs, threads; };

void space_make(struct space *s);	/* configured; its anchor thread is inactive */
word space_utcb(struct space *s);
void space_delete(struct space *s);	/* with all its threads */
void space_forget_last(struct space *s);	/* its last thread is deleted: its UTCB is free again */
L4_ThreadId_t space_start(struct space *s, void (*run)(void *), void *arg);
L4_ThreadId_t space_start_pager(struct space *s, void (*run)(void *), void *arg, L4_ThreadId_t pager);
L4_ThreadId_t space_start_prio(struct space *s, void (*run)(void *), void *arg, word prio);
L4_ThreadId_t space_waiting(struct space *s, L4_ThreadId_t pager);

/* ---- memory ---- */

enum { PAGE = 4096, POOL_PAGES = 256, BIG_LOG2 = 21 };
word pool(unsigned page);		/* address of a page of the pool; 1 MiB, aligned, 1:1 */
void pool_anew(void);			/* unmapped everywhere, and had again page by page, in order */
word big_page(void);			/* 2 MiB from sigma0, aligned in every respect */
/* WINDOW (places.h): free in every other space, only tests map pages there. */

static inline L4_Fpage_t fpage(word base, int log2, word rights)
{
	return L4_FpageAddRights(L4_FpageLog2(base, log2), rights);
}

/* Load a map item into MRi and MRi+1. */
static inline void load_map(word i, L4_Fpage_t send, word base)
{
	L4_LoadMRs((int)i, 2, L4_MapItem(send, base).raw);
}

/* Map or grant into s: a thread of s receives the item, or items of so many words. Its view is in *r. */
void send_items(struct space *s, word *items, unsigned words, L4_Fpage_t window, struct received *r);
void map_into(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t window, struct received *r);
void grant_into(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t window, struct received *r);

/* Map a pool page to WINDOW + offset of s. */
void map_page(struct space *s, unsigned page, word offset, word rights);

/*
 * A thread of s touches an address. The calling test is its pager: a fault is not resolved, but
 * reported here, and the thread is deleted.
 */
struct probe { bool faulted; word access, address, ip, value, tag; };
struct probe probe_read(struct space *s, word address);
struct probe probe_write(struct space *s, word address, word value);
struct probe probe_execute(struct space *s, word address);

/*
 * As the pager of t: serve faults on the program's image until t sends something else (returned),
 * or for a second (then E is set).
 */
L4_MsgTag_t pager_serve(L4_ThreadId_t t);
bool image_fault(L4_MsgTag_t tag, word address);	/* a fault that pager_serve would serve */
void image_read(void);			/* have each page of the image now, so that no fault on it comes later */
void image_map(word address);		/* load the map item for it: u = 0, t = 2 */

/* What sigma0 sends for a page with this attribute, received at `at`; nilpage if it refuses. */
word page_with_attribute(word page, word attribute, word at);

/* ---- time ---- */

static inline word now(void) { return (word)L4_SystemClock().raw; }
void sleep_us(word us);

/*
 * Sleeps until it is so, or for a few seconds: a kernel that checks itself at each entry is a thousand
 * times as slow as another, which must not fail a test.
 */
#define AWAIT(condition) \
	do { \
		for (unsigned tries = 0; sleep_us(1000), !(condition) && tries < 5000; tries++) \
			continue; \
	} while (0)

/* Microseconds by the time-stamp counter: a kernel that checks itself stops its own clock meanwhile. */
word tsc_us(void);

/* The mean time of a kernel entry, by that: more than SLOW_US if the kernel checks itself. */
enum { SLOW_US = 50 };
word entry_us(void);
void guest_wait(void) __attribute__((noreturn));	/* for ever */

#endif
