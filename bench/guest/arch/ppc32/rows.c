/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - rows that only ppc32 has: round trips by loops.S, the null call, refills of the hash table, and a
 * circle of spaces, whose use of the TLB is modelled (bench/scope/arch/ppc32/tlb.c).
 *
 * The spaces show the same memory at the same addresses, as all others of the benchmark.
 */
#include <l4/sigma0.h>

#include "../../world.h"
#include "../../../scope/marks.h"
#include "free_places.h"
#include "loops.h"

enum {
	FIRST = 48,		/* thread numbers, above those of world.c, below those of crowd.c */
	LOOPS = 32,		/* as many as this file starts */
	STACK_WORDS = 64,
	WORDS_9 = 9, WORDS_63 = 63,
	ROUNDS = 24,		/* of the circle; the first 16 are warm-up (bench/scope) */
};

static const struct figure figures[] = {
	{ W_BARE_0, 1, "ipc_rtt_bare_0", "round trip across spaces by a bare loop, no words", BOTH },
	{ W_BARE_9, 1, "ipc_rtt_bare_9", "the same, 9 words", BOTH },
	{ W_BARE_63, 1, "ipc_rtt_bare_63", "the same, 63 words", BOTH },
	{ W_BARE_SAME, 1, "ipc_rtt_same_bare", "the same inside one space, no words", BOTH },
	{ W_NULL_CALL, 1, "null_call", "the call that does nothing", BOTH },
	{ W_REFILL, 1, "hash_refill", "first load of a mapped page: the hash table has no entry", BOTH },
	{ W_EVICTION, 1, "hash_refill_eviction", "the same, both groups are full", BOTH },
	{ W_CIRCLE_SPREAD, ROUNDS, "circle_spread", "a round in a circle of 8 spaces, 8 pages each", BOTH },
	{ W_CIRCLE_SAME, ROUNDS, "circle_same", "the same, all have the same addresses", BOTH },
};

static L4_Word_t stacks[LOOPS][STACK_WORDS] __attribute__((aligned(16)));
static unsigned ids, loops;		/* thread numbers and stacks in use */

void code_written(const char *line);	/* machine.S */

void loop_failed(void)
{
	fail("a round trip by a bare loop");
}

void bench_all_ports(L4_ThreadId_t to)
{
	(void)to;
	refused("map_ports_one");	/* there are no I/O ports */
}

/* ---- threads of loops.S ---- */

struct loop {
	L4_ThreadId_t thread, space;
	L4_Word_t utcb;
	struct loop_arguments *arguments;
};

/* A thread of the next number, in a space of its own. */
static struct loop loop_create(void)
{
	L4_ThreadId_t t = thread_id(FIRST + ids++);

	space_create(t, 12);
	return (struct loop){ t, t, UTCB_AREA, 0 };
}

/* at: where its arguments are. */
static void loop_start(struct loop *l, struct loop_arguments *at, entry_fn *entry, L4_ThreadId_t to,
		       L4_ThreadId_t from, L4_Word_t tag)
{
	struct place p = { l->thread, l->space, l->utcb };

	l->arguments = at;
	at->link = __L4_Kip(L4_GetKernelInterface())->Ipc;
	at->to = to.raw;
	at->from = from.raw;
	at->tag = tag;
	at->count = REPEAT;
	at->done = main_thread.raw;
	thread_launch(&p, entry, (L4_Word_t)at, PRIORITY);
}

static struct loop_arguments *stack_new(void)
{
	return (struct loop_arguments *)&stacks[loops++][STACK_WORDS - 16];
}

static void loop_wait(const struct loop *client)
{
	if (L4_IpcFailed(L4_Receive(client->thread)))
		fail("a bare loop");
}

/* A client calls a server; each in a space of its own, or both in one. */
static void round_trip(entry_fn *entry, L4_Word_t words, bool beside)
{
	struct loop server = loop_create(), client = server;

	loop_start(&server, stack_new(), loop_server, L4_nilthread, L4_nilthread, 0);
	if (beside) {
		client.thread = thread_id(FIRST + ids++);
		client.utcb = utcb_in(server.utcb, 1);
	} else {
		client = loop_create();
	}
	loop_start(&client, stack_new(), entry, server.thread, server.thread, words);
	loop_wait(&client);
	delete(client.thread);
	delete(server.thread);
}

/* ---- the hash table ---- */

enum {
	SEGMENT_LOG2 = 28, SEGMENTS = 11, HALF_SEGMENT_LOG2 = 27,
	ONE_HASH = 2 * SEGMENTS,	/* pages of one value, with a table of 2^15 groups: 256 MiB of RAM */
	BLOCK_LOG2 = 17,		/* REPEAT pages */
};

static void map_at(L4_Word_t address, unsigned log2)
{
	L4_Fpage_t at = L4_FpageLog2(address, (int)log2);

	if (L4_IsNilFpage(L4_Sigma0_GetAny(L4_nilthread, log2, at)))
		fail("memory from sigma0");
}

/* What sigma0 maps is in the page table, and comes into the hash table when it is used. */
static void refill(void)
{
	map_at(FREE_PLACE_1, BLOCK_LOG2);
	for (unsigned i = 0; i < REPEAT; i++) {
		volatile char *page = (volatile char *)FREE_PLACE_1 + i * PAGE;

		SCOPE_BEGIN(W_REFILL);
		*page;
		SCOPE_END(W_REFILL);
	}
}

/*
 * Page n of one hash value: the hash is the VSID, whose low bits are the number of the segment, xor the
 * number of the page in it, of which the table has one bit less.
 */
static volatile char *page_of_hash(unsigned n)
{
	L4_Word_t segment = n / 2 + 1, first = FREE_PLACE_1 >> 12 & 0xff0;

	return (volatile char *)(segment << SEGMENT_LOG2 | (n & 1) << HALF_SEGMENT_LOG2
				 | (first ^ segment) << 12);
}

/* More pages than two groups have places, each in turn. */
static void eviction(void)
{
	for (unsigned n = 0; n < ONE_HASH - 2; n++)
		map_at((L4_Word_t)page_of_hash(n), 12);
	for (unsigned i = 0; i < 2 * REPEAT; i++) {
		volatile char *page = page_of_hash(i % (ONE_HASH - 2));

		SCOPE_BEGIN(W_EVICTION);
		*page;
		SCOPE_END(W_EVICTION);
	}
}

/* ---- the circle ---- */

enum {
	MEMBERS = 8, MEMBER_PAGES = 8, CIRCLE_PAGES = MEMBERS * MEMBER_PAGES,
	CODE_AT = 0, ARGUMENTS_AT = 2048, PART = 256,
};

static char circle_pages[CIRCLE_PAGES][PAGE] __attribute__((aligned(CIRCLE_PAGES * PAGE)));

/* A copy of the code at `to`, with the mark of space n in it. Returns where the entry is. */
static entry_fn *copy_code(char *to, unsigned n, bool first)
{
	const char *mark = (const char *)(first ? &loop_circle_mark_first : &loop_circle_mark);
	L4_Word_t *at = (L4_Word_t *)(to + (mark - loop_circle));

	for (unsigned i = 0; i < (unsigned)(loop_circle_end - loop_circle); i++)
		to[i] = loop_circle[i];
	*at = SCOPE_MARK_WORD | SCOPE_MARK_SPACE << 16 | (n + 1);
	for (unsigned i = 0; i < PART; i += 32)
		code_written(to + i);
	return (entry_fn *)(to + ((const char *)(first ? loop_first : loop_member) - loop_circle));
}

/*
 * Each member has a space, and touches eight pages: one with its code and arguments, seven others. spread: of
 * its own addresses; otherwise all members have the same.
 */
static void circle(bool spread)
{
	struct loop member[MEMBERS];

	for (unsigned i = 0; i < MEMBERS; i++)
		member[i] = loop_create();
	for (unsigned i = 1; i <= MEMBERS; i++) {
		unsigned n = i % MEMBERS, region = spread ? n * MEMBER_PAGES : 0;
		char *part = circle_pages[region] + (spread ? 0 : n * PART);
		struct loop_arguments *at = (struct loop_arguments *)(part + ARGUMENTS_AT);

		at->data = (L4_Word_t)circle_pages[region + 1];
		at->step = PAGE;
		at->pages = MEMBER_PAGES - 1;
		loop_start(&member[n], at, copy_code(part + CODE_AT, n, n == 0), member[(n + 1) % MEMBERS].thread,
			   member[(n + MEMBERS - 1) % MEMBERS].thread, 0);
		at->count = ROUNDS;
	}
	if (spread)
		SCOPE_BEGIN(W_CIRCLE_SPREAD);
	else
		SCOPE_BEGIN(W_CIRCLE_SAME);
	loop_wait(&member[0]);		/* the window has ended with the last round */
	for (unsigned i = 0; i < MEMBERS; i++)
		delete(member[i].thread);
}

void bench_machine(void)
{
	announce(figures, sizeof figures / sizeof figures[0]);
	round_trip(loop_bare_0, 0, false);
	round_trip(loop_bare_9, WORDS_9, false);
	round_trip(loop_bare_63, WORDS_63, false);
	round_trip(loop_bare_same, 0, true);
	loop_null_calls(__L4_Kip(L4_GetKernelInterface())->ArchSyscall3, REPEAT);
	refill();
	eviction();
	circle(true);
	circle(false);
}
