/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h - the benchmark program: a root server that does each operation between two marks.
 *
 * What each figure means, from its first to its last instruction, is in bench/METHOD.md. The marks
 * are counted by bench/scope; this program only says which window is which figure, and how often it
 * did the operation inside of one window.
 */
#ifndef BENCH_H
#define BENCH_H

#include <l4/types.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "../scope/marks.h"

/* Windows: one constant each, because a mark holds it in its code. */
enum {
	W_NULL = 1, W_CROSS_0, W_CROSS_7, W_CROSS_63, W_SAME_0, W_SAME_7, W_SAME_63, W_PF,
	W_MAP, W_UNMAP, W_FLUSH, W_MAP_BULK, W_UNMAP_BULK, W_FLUSH_BULK,
	W_IRQ, W_CREATE, W_DELETE, W_THREAD, W_MAP_LARGE, W_UNMAP_LARGE,
	W_MANY_CALL, W_MANY_THREAD, W_MANY_MAP, W_MANY_FLUSH,
};

enum {
	REPEAT		= 32,		/* windows of a figure; the first ones are warm-up */
	REPEAT_BULK	= 6,
	PAGE		= 4096,
	BULK_LOG2	= 22,
	BULK_PAGES	= (1 << BULK_LOG2) / PAGE,
	SPARE		= 40,		/* a thread number far from the others */
	MANY_THREADS	= 10000,
	MANY_MAPPINGS	= 1000,
	PRIORITY	= 100,		/* of all threads; the interrupt handler is above */
	PRIORITY_IRQ	= 200,
};

/* One operation, REPEAT times, each in a window of its own. */
#define MEASURE(window, operation)				\
	do {							\
		for (unsigned i_ = 0; i_ < REPEAT; i_++) {	\
			SCOPE_BEGIN(window);			\
			operation;				\
			SCOPE_END(window);			\
		}						\
	} while (0)

typedef void entry_fn(void);

/* ---- world.c: threads and the second space ---- */

extern L4_ThreadId_t main_thread, pager;

void world_init(void);				/* starts the pager */
L4_ThreadId_t thread_id(unsigned n);		/* the n-th id for a thread of ours, from 0 */
L4_ThreadId_t thread_here(entry_fn *entry);	/* a new thread in this space */
L4_ThreadId_t thread_there(entry_fn *entry);	/* in the second space; same code and data, mapped 1:1 */
void *utcb_here(unsigned n);			/* UTCB location of thread n in this space */
void page_touch(volatile char *page);		/* present and writable after it */
void fail(const char *what) __attribute__((noreturn));

/* ---- the figures ---- */

void bench_calls(void);
void bench_ipc(void);
void bench_fault(void);
void bench_map(void);
void bench_irq(void);
void bench_threads(void);
void bench_many_threads(void);	/* after bench_ipc and bench_threads */
void bench_many_mappings(void);	/* after bench_map */

/* ---- operations, inline: a function around them would count too ---- */

extern L4_ThreadId_t echo_there, receiver;	/* threads there: echo; accept mappings */

static inline void call_with(L4_ThreadId_t to, L4_Word_t tag)
{
	L4_MsgTag_t t;

	t.raw = tag;
	L4_Set_MsgTag(t);
	L4_Call(to);
}

/* A round trip with untyped words; one with a map item that map_load has loaded. */
static inline void call(L4_ThreadId_t to, L4_Word_t words) { call_with(to, words); }
static inline void map_call(L4_ThreadId_t to) { call_with(to, 2 << 6); }

static inline void create(L4_ThreadId_t t, void *utcb)
{
	if (!L4_ThreadControl(t, main_thread, main_thread, pager, utcb))
		fail("creating a thread");
}

static inline void delete(L4_ThreadId_t t)
{
	if (!L4_ThreadControl(t, L4_nilthread, L4_nilthread, L4_nilthread, (void *)-1))
		fail("deleting a thread");
}

L4_Fpage_t page_of(volatile void *address, unsigned log2);
void map_load(L4_Fpage_t page, L4_Word_t to);	/* message registers for a map item to address `to` */

#endif
