/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - rows that only ia32 has: round trips by loops.S between large and small spaces (ia32 5), unmapping
 * from a small space, and how a small space becomes large.
 *
 * The spaces show the same memory at the same addresses, as all others of the benchmark. Of it the threads of
 * small spaces use the code and the stacks below, which are at the beginning of the program.
 */
#include <l4/arch.h>

#include "../../world.h"
#include "loops.h"

enum {
	FIRST = 48,		/* thread numbers, above those of world.c, below those of crowd.c */
	LOOPS = 24,		/* as many as this file starts */
	STACK_WORDS = 64,
	SMALL_MIB = 32,
	GROW_LOG2 = 20,		/* bytes that are mapped in a space that becomes large: 256 pages */
};

/* In a small space: kernel interface page, UTCB, and where pages come; nothing else of ours is there. */
#define SMALL_KIP	0x400000UL
#define SMALL_UTCB	0x800000UL
#define SMALL_PAGES	0xc00000UL

#define APPLY		(1UL << 31)	/* SpaceControl: use the specifier; out: it took effect */

static const struct figure figures[] = {
	{ W_SMALL_SMALL, 1, "ipc_rtt_small_small", "round trip by a bare loop, two small spaces", BOTH },
	{ W_LARGE_SMALL, 1, "ipc_rtt_large_small", "the same, the caller's space is large", BOTH },
	{ W_LARGE_LARGE, 1, "ipc_rtt_large_large", "the same, both spaces are large", BOTH },
	{ W_SAME_SPACE, 1, "ipc_rtt_same_bare", "the same inside one space", BOTH },
	{ W_RING_ONE, 1, "ring_one_large", "a message in a circle of four spaces, one of them large", BOTH },
	{ W_RING_TWO, 1, "ring_two_large", "the same, two of them are large, not beside each other", BOTH },
	{ W_UNMAP_SMALL, 1, "unmap_small", "unmap a page from a small space that does not run", BOTH },
	{ W_FLUSH_SMALL, 1, "flush_small", "flush it, from there and here", BOTH },
	{ W_GROW, 1, "small_grow", "SpaceControl makes a small space with 256 pages large", BOTH },
};

/* In the data: it comes before the large objects, so within SMALL_MIB. */
static L4_Word_t stacks[LOOPS][STACK_WORDS] __attribute__((section(".data")));
static unsigned ids, loops;		/* thread numbers and stacks in use */

static volatile char grow_pages[1 << GROW_LOG2] __attribute__((aligned(1 << GROW_LOG2)));
static volatile char unmap_pages[2][PAGE] __attribute__((aligned(2 * PAGE)));

void loop_failed(void)
{
	fail("a round trip by a bare loop");
}

/* Makes t the first thread of a small space in slot n of SMALL_MIB. False: refused, and t is not there. */
static bool small_create(L4_ThreadId_t t, unsigned n)
{
	L4_Word_t control = APPLY | L4_SmallSpace(n * SMALL_MIB, SMALL_MIB), old = 0;
	L4_Fpage_t kip = L4_FpageLog2(SMALL_KIP, 12), utcb = L4_FpageLog2(SMALL_UTCB, 12);

	if (!L4_ThreadControl(t, t, main_thread, L4_nilthread, (void *)-1))
		fail("a small space");
	if (L4_SpaceControl(t, control, kip, utcb, L4_nilthread, &old) && old & APPLY)
		return true;
	delete(t);
	return false;
}

/* ---- threads of loops.S ---- */

/* A thread of the next number, in a space of its own: the slot of a small one, or LARGE. */
enum { LARGE = -1 };

struct loop {
	L4_ThreadId_t thread;
	L4_Word_t kip, utcb;
	struct loop_arguments *arguments;
};

/* False: the small space is refused. */
static bool loop_create(struct loop *l, int slot)
{
	l->thread = thread_id(FIRST + ids++);
	l->kip = slot == LARGE ? KIP_AREA : SMALL_KIP;
	l->utcb = slot == LARGE ? UTCB_AREA : SMALL_UTCB;
	if (slot == LARGE)
		space_create(l->thread, 12);
	return slot == LARGE || small_create(l->thread, (unsigned)slot);
}

static void loop_start(struct loop *l, L4_ThreadId_t space, entry_fn *entry, L4_ThreadId_t to,
		       L4_ThreadId_t from)
{
	L4_Word_t *sp = &stacks[loops++][STACK_WORDS - sizeof(struct loop_arguments) / sizeof(L4_Word_t)];
	struct place p = { l->thread, space, l->utcb };

	l->arguments = (struct loop_arguments *)sp;
	*l->arguments = (struct loop_arguments){
		.link = l->kip + __L4_Kip(L4_GetKernelInterface())->Ipc,
		.to = to.raw, .from = from.raw, .count = REPEAT, .done = main_thread.raw,
		.best = ~0UL,
	};
	thread_launch(&p, entry, (L4_Word_t)sp, PRIORITY);
}

/* Waits until the client has done all its rounds, and says what the best of them took by the TSC. */
static void loop_wait(const struct loop *client, const char *name)
{
	if (L4_IpcFailed(L4_Receive(client->thread)))
		fail("a bare loop");
	put("ticks ");
	put(name);
	put(" ");
	put_number(client->arguments->best - TICKS_BESIDE);
	put("\n");
}

/* A client calls a server; each in a space of its own. */
static void round_trip(const char *name, entry_fn *entry, int client_slot, int server_slot)
{
	struct loop client, server;

	if (!loop_create(&server, server_slot)) {
		refused(name);
		return;
	}
	loop_start(&server, server.thread, loop_server, L4_nilthread, L4_nilthread);
	if (loop_create(&client, client_slot)) {
		loop_start(&client, client.thread, entry, server.thread, server.thread);
		loop_wait(&client, name);
		delete(client.thread);
	} else {
		refused(name);
	}
	delete(server.thread);
}

static void round_trip_inside(void)
{
	struct loop client, server;

	loop_create(&server, LARGE);
	loop_start(&server, server.thread, loop_server, L4_nilthread, L4_nilthread);
	client = server;
	client.thread = thread_id(FIRST + ids++);
	client.utcb = utcb_in(server.utcb, 1);
	loop_start(&client, server.thread, loop_same_space, server.thread, server.thread);
	loop_wait(&client, "ipc_rtt_same_bare");
	delete(client.thread);
	delete(server.thread);
}

/* ---- a circle of four: the first of them counts ---- */

enum { RING = 4 };

static void ring(const char *name, entry_fn *entry, const int slot[RING])
{
	struct loop member[RING];
	unsigned made = 0;

	while (made < RING && loop_create(&member[made], slot[made]))
		made++;
	for (unsigned i = 1; made == RING && i <= RING; i++) {
		struct loop *l = &member[i % RING];

		loop_start(l, l->thread, i < RING ? loop_member : entry, member[(i + 1) % RING].thread,
			   member[i - 1].thread);
	}
	if (made == RING)
		loop_wait(&member[0], name);
	else
		refused(name);
	while (made > 0)
		delete(member[--made].thread);
}

/* ---- mappings of a small space ---- */

static bool receiver_create(struct loop *l)
{
	if (!loop_create(l, 0))
		return false;
	loop_start(l, l->thread, loop_receiver, L4_nilthread, L4_nilthread);
	return true;
}

/* The first of the two pages stays mapped, as there are others beside the pages of unmap_4k and flush_4k. */
static void unmap_small(void)
{
	L4_Fpage_t beside = page_of(unmap_pages[0], 12), page = page_of(unmap_pages[1], 12);
	struct loop l;

	if (!receiver_create(&l)) {
		refused("unmap_small");
		refused("flush_small");
		return;
	}
	page_touch(unmap_pages[0]);
	map_load(beside, SMALL_PAGES);
	map_call(l.thread);
	for (unsigned i = 0; i < REPEAT; i++) {
		page_touch(unmap_pages[1]);
		map_load(page, SMALL_PAGES + PAGE);
		map_call(l.thread);
		SCOPE_BEGIN(W_UNMAP_SMALL);
		L4_UnmapFpage(page);
		SCOPE_END(W_UNMAP_SMALL);
		map_load(page, SMALL_PAGES + PAGE);
		map_call(l.thread);
		SCOPE_BEGIN(W_FLUSH_SMALL);
		L4_Flush(page);
		SCOPE_END(W_FLUSH_SMALL);
	}
	delete(l.thread);
}

static void grow(void)
{
	L4_Fpage_t pages = page_of(grow_pages, GROW_LOG2);

	for (unsigned at = 0; at < sizeof grow_pages; at += PAGE)
		page_touch(&grow_pages[at]);
	for (unsigned i = 0; i < REPEAT_BULK; i++) {
		struct loop l;
		L4_Word_t old = 0;

		if (!receiver_create(&l)) {
			refused("small_grow");
			return;
		}
		map_load(pages, SMALL_PAGES);
		map_call(l.thread);
		SCOPE_BEGIN(W_GROW);
		L4_SpaceControl(l.thread, APPLY | L4_LargeSpace, L4_Nilpage, L4_Nilpage, L4_nilthread, &old);
		SCOPE_END(W_GROW);
		if (!(old & APPLY))
			fail("a small space that becomes large");
		delete(l.thread);
	}
}

void bench_machine(void)
{
	static const int one_large[RING] = { 0, 1, 2, LARGE }, two_large[RING] = { 0, LARGE, 1, LARGE };

	announce(figures, sizeof figures / sizeof figures[0]);
	round_trip("ipc_rtt_small_small", loop_small_small, 0, 1);
	round_trip("ipc_rtt_large_small", loop_large_small, LARGE, 0);
	round_trip("ipc_rtt_large_large", loop_large_large, LARGE, LARGE);
	round_trip_inside();
	ring("ring_one_large", loop_ring_one, one_large);
	ring("ring_two_large", loop_ring_two, two_large);
	unmap_small();
	grow();
}
