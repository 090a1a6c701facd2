/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.h - the benchmark program: a root server that does each operation between two marks.
 *
 * What each figure means, from its first to its last instruction, is in bench/METHOD.md. The marks
 * are counted by bench/scope; this program only says which window is which figure, and how often it
 * did the operation inside of one window. Its command line says what it does: `rows`, the rows of the
 * table; `walks`, those of them whose files bench/walks shows; `machine`, those that only this machine
 * has; `curves`, how the costs grow; `cliffs`, what small changes of an operation cost, alone and in
 * pairs; else nothing.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <l4/types.h>
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>
#include "../scope/marks.h"
#include "bench_machine.h"

/* Windows: one constant each, because a mark holds it in its code. */
enum {
	W_NULL = 1, W_CROSS_0, W_CROSS_7, W_CROSS_63, W_SAME_0, W_SAME_7, W_SAME_63, W_PF,
	W_MAP, W_UNMAP, W_FLUSH, W_MAP_BULK, W_UNMAP_BULK, W_FLUSH_BULK,
	W_IRQ, W_CREATE, W_DELETE, W_THREAD, W_MAP_LARGE, W_UNMAP_LARGE,
	W_MANY_CALL, W_MANY_THREAD, W_MANY_MAP, W_MANY_FLUSH,
	W_OPEN_0, W_OPEN_7, W_CLOSED_0, W_CLOSED_7, W_SPLIT, W_QUEUED, W_SSE, W_STRING,
	W_MAP_TOUCHED, W_UNMAP_TOUCHED, W_FLUSH_TOUCHED,
	W_PLAIN_2, W_MAP_FLUSH_2M, W_EXCEPTION, W_THREAD_START, W_SPACE, W_SHORT, W_PORTS, W_DRIVER,
	W_ALL_PORTS, W_STUB, W_STUB_BARE, W_STUB_REFUSED, W_SWITCH, W_SCHEDULE, W_POLL, W_EXREGS,
	W_YIELD, W_MAP_64K, W_UNMAP_64K, W_REVOKE_W,
	W_CURVE, W_CURVE_2, W_CURVE_3,
	W_CLIFF, W_CLIFF_2, W_CLIFF_3,
};

enum {
	REPEAT		= 32,		/* windows of a figure; the first ones are warm-up */
	REPEAT_BULK	= 6,
	REPEAT_POINT	= 8,		/* of a point of a curve */
	PAGE		= 4096,
	BULK_LOG2	= 22,
	BULK_PAGES	= (1 << BULK_LOG2) / PAGE,
	REVOKED_LOG2	= 17,
	REVOKED_PAGES	= (1 << REVOKED_LOG2) / PAGE,
	UTCB_AREA_LOG2	= 18,		/* of this space as the kernel made it, and of the second */
	/* of the 4 MiB at EXTENT_AT, without the kernel's pages */
	EXTENT_PAGES	= BULK_PAGES - 1 - (1 << UTCB_AREA_LOG2) / PAGE,
	SPARE		= 40,		/* a thread number far from the others */
	MANY_THREADS	= 10000,
	MANY_MAPPINGS	= 1000,
	PRIORITY	= 100,		/* of all threads; the interrupt handler is above */
	PRIORITY_CLIENT	= 110,		/* of those that must find their server busy */
	PRIORITY_IRQ	= 200,
	PRIORITY_TOP	= 250,
};

/* One operation, so many times, each in a window of its own. */
#define MEASURE_TIMES(times, window, operation)			\
	do {							\
		for (unsigned i_ = 0; i_ < (times); i_++) {	\
			SCOPE_BEGIN(window);			\
			operation;				\
			SCOPE_END(window);			\
		}						\
	} while (0)
#define MEASURE(window, operation) MEASURE_TIMES(REPEAT, window, operation)

/* The point of a curve where there are n of something. */
#define POINT(curve, n, window, operation)				\
	do {								\
		MEASURE_TIMES(REPEAT_POINT, window, operation);		\
		point(curve, n, window, REPEAT_POINT, 1);		\
	} while (0)

/* A cost with a name of its own. */
#define COST(name, operation)						\
	do {								\
		MEASURE_TIMES(REPEAT_POINT, W_CLIFF, operation);	\
		cost(name, W_CLIFF, REPEAT_POINT, 1);			\
	} while (0)

typedef void entry_fn(void);

enum counted { BOTH, KERNEL };		/* user code and kernel, or only the kernel and its gateway page */

/* A window whose count / divisor is a figure. */
struct figure {
	unsigned window, divisor;
	const char *name, *text;
	enum counted counts;
};

/* ---- say.c: what bench/run reads ---- */

void put(const char *text);
void put_number(L4_Word_t n);
void fail(const char *what) __attribute__((noreturn));

void announce(const struct figure *some, unsigned count);
void refused(const char *name);		/* the kernel does not do what this figure measures */

/* The last `windows` windows of that number were curve `curve` at n; each did `divisor` operations. */
void point(const char *curve, unsigned n, unsigned window, unsigned windows, unsigned divisor);

/* The last `windows` windows of that number were the cost `name`; each did `divisor` operations. */
void cost(const char *name, unsigned window, unsigned windows, unsigned divisor);
void cost_of(const char *name, unsigned n, unsigned window, unsigned windows);	/* `name`_n, one operation */

bool argument(const char *word);		/* returns true if the command line has the word */

/* ---- world.c: threads and the other spaces ---- */

extern L4_ThreadId_t main_thread, pager;

void world_init(void);				/* starts the pager */
L4_ThreadId_t thread_id(unsigned n);		/* the n-th id for a thread of ours, from 0 */
L4_ThreadId_t thread_here(entry_fn *entry);	/* a new thread in this space */
L4_ThreadId_t thread_there(entry_fn *entry);	/* in the second space; same code and data, mapped 1:1 */
L4_ThreadId_t thread_apart(entry_fn *entry);	/* in a space of its own; same memory */
void *utcb_here(unsigned n);			/* UTCB location of thread n in this space */
void page_touch(volatile char *page);		/* present and writable after it */
void space_create(L4_ThreadId_t t, L4_Word_t utcb_log2);	/* t becomes its first thread, inactive */
void space_cycle(L4_ThreadId_t t);		/* creates and deletes one */

/* ---- crowd.c: many threads in a third space, of any priority, and how to be rid of them ---- */

enum { CROWD_MAX = 10000 };

/* The crowd has n threads; those that are new begin with entry at priority, or at 1, 2, 3... for 0. */
void crowd_grow(unsigned n, entry_fn *entry, unsigned priority);
unsigned crowd_index(void);			/* of the calling thread, from 0 */
void crowd_end(void);

/* ---- the rows of the table ---- */

void bench_calls(void);
void bench_ipc(void);
void bench_message(void);
void bench_fault(void);
void bench_map(void);
void bench_map_ranges(void);	/* after bench_map */
void bench_blocks(void);	/* the same */
void bench_irq(void);
void bench_ports(void);
void bench_all_ports(L4_ThreadId_t to);	/* arch; after bench_map */
void bench_exception(void);
void bench_stubs(void);
void bench_null_calls(void);	/* after bench_ipc, with all other threads blocked */
void bench_threads(void);
void bench_many_threads(void);	/* after bench_ipc and bench_threads */
void bench_many_mappings(void);	/* after bench_map */

void bench_machine(void);	/* arch: rows that only this machine has, after all others */

/* ---- the curves ---- */

void bench_curves(void);
void curve_mappings(const unsigned *n);		/* a list that ends with 0 */

/* ---- the cliffs ---- */

void cliffs_ipc(void);		/* after echo_start */
void cliffs_strings(void);
void cliffs_memory(void);	/* after receiver_start */
void cliffs_threads(void);
void cliffs_servers(void);
void cliffs_fpages(void);	/* after receiver_start */
void cliffs_ready(void);	/* after echo_start */
void pairs(void);

/* From now on messages that leave the space of `t` go to `to`, or, for anythread, where they are sent. */
void redirect(L4_ThreadId_t t, L4_ThreadId_t to);

/* ---- operations, inline: a function around them would count too ---- */

extern L4_ThreadId_t echo_there, receiver;	/* threads there: echo; accept mappings */

void echo_start(void);
void echo_main(void);	/* answers with as many words as came */
void receiver_start(void);

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

/* Send alone, receive alone. */
static inline void split_call(L4_ThreadId_t to)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(to);
	L4_Receive(to);
}

static inline void call_within(L4_ThreadId_t to, L4_Time_t limit)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_Call_Timeouts(to, L4_Never, limit);
}

static inline L4_ThreadId_t answer_any(L4_ThreadId_t to)
{
	L4_Set_MsgTag(L4_Niltag);
	L4_ReplyWait(to, &to);
	return to;
}

void vector_use(void);	/* arch: changes a vector register; the rest of this program uses none */

void split_main(void);		/* answers each split_call of main */
void answer_main(void);		/* answers each message without a word */
void sse_main(void);		/* the same, and uses a vector register before each answer */

/*
 * The partner runs until it receives before each window. Otherwise a time slice that ends at the wrong
 * place would leave it one step behind, and each message queued, until another one does.
 */
#define MEASURE_SPLIT(times, window, to)			\
	do {							\
		for (unsigned i_ = 0; i_ < (times); i_++) {	\
			L4_ThreadSwitch(to);			\
			SCOPE_BEGIN(window);			\
			split_call(to);				\
			SCOPE_END(window);			\
		}						\
	} while (0)

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
