/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owned.c - a space uses up its account of kernel memory in each kind of operation that allocates. It gets
 * the error of that operation, the spaces beside it work as before, and when it is deleted the kernel has the
 * memory that it had, byte for byte. One cycle of each kind comes before: what the kernel keeps beside
 * threads that stay (docs/caveats.md, memory of deleted threads) is there then.
 */
#include "attack.h"
#include "pecan.h"

enum {
	ACCOUNT_KIB = 128, THREADS = 400, LIMIT = 4000, LABEL_EXHAUSTED = -16,
	FAR = 0x40000000, NEAR = 2 * PAGE, MOST_PAGES = 64, LENGTH = 700,
	WAYS = 4, NOWHERE = 0x5000, NOWHERE_LOG2 = 4,	/* ports without a device */
};

static word wrong;

static void expect(bool right, const char *what)
{
	if (!right)
		guest_note(what, ++wrong);
}

static void limited_space(struct space *s)
{
	word old;

	space_make(s);
	CHECK_EQ(L4_SpaceControl(s->anchor, L4_KmemLimit(ACCOUNT_KIB), L4_Nilpage, L4_Nilpage, L4_nilthread,
				 &old), 1);
}

/* ---- ways to use it up; true: with the error that the operation should have ---- */

static bool by_threads(struct space *s)
{
	L4_ThreadId_t made[THREADS];
	word error = 0;
	unsigned n = 0;

	while (error == 0 && n < THREADS) {
		made[n] = tid_new();
		error = thread_control(made[n], s->anchor, supervisor, L4_nilthread, -1ul);
		n += error == 0;
	}
	while (n > 0)
		thread_delete(made[--n]);
	return error == L4_ErrNoMem;
}

/* Items of a thread with rights to memory, at places that need page tables each. */
static bool by_tables(struct space *s)
{
	struct received r = { .error = 0 };

	for (unsigned i = 0; r.error == 0 && i < LIMIT; i++) {
		L4_Fpage_t window = L4_FpageLog2(WINDOW + (word)i * FAR, 12);

		map_into(s, fpage(pool(i % MOST_PAGES), 12, RW), 0, window, &r);
	}
	if ((r.error & 0xf) != RECEIVE_OVERFLOW)
		return false;
	map_into(s, L4_IoFpage(NOWHERE, 1 << NOWHERE_LOG2), 0, L4_CompleteAddressSpace, &r);
	return (r.error & 0xf) == RECEIVE_OVERFLOW;
}

static void touch(void *unused)
{
	(void)unused;
	for (word i = 0; i < LIMIT; i++)
		(void)*(volatile word *)((word)WINDOW + i * FAR);
}

/* Faults that this test answers as the pager. */
static bool by_faults(struct space *s)
{
	L4_ThreadId_t t = space_start_pager(s, touch, 0, L4_Myself());
	L4_MsgTag_t tag = pager_serve(t);

	for (unsigned i = 0; tag_protocol(tag) == N_PAGEFAULT && i < LIMIT; i++) {
		L4_Fpage_t f = fpage(pool(i % MOST_PAGES), 12, RW);

		L4_LoadMR(2, f.raw);
		L4_LoadMR(1, L4_MapItem(f, mr(1) & -(word)PAGE).raw[0]);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		L4_Reply(t);
		tag = pager_serve(t);
	}
	return tag_protocol(tag) == LABEL_EXHAUSTED && thread_state(t) == L4_SCHEDRESULT_INACTIVE;
}

static struct { struct space from; L4_ThreadId_t to; volatile word error, done; } passing;

static void receive_items(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (;;)
		L4_Wait(&from);
}

static void pass_items(void *unused)
{
	L4_MsgTag_t tag = L4_Niltag;
	L4_Fpage_t f = fpage(WINDOW, 12, RW);

	(void)unused;
	for (word i = 0; L4_IpcSucceeded(tag) && i < LIMIT; i++) {
		L4_LoadMR(1, L4_MapItem(f, (word)WINDOW + i * NEAR).raw[0]);
		L4_LoadMR(2, f.raw);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		tag = L4_Send(passing.to);
	}
	passing.error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	passing.done = 1;
}

/* An unprivileged thread of one such space maps one page to another, to a thousand places. */
static bool by_nodes(struct space *s)
{
	space_make(&passing.from);
	map_page(&passing.from, 0, 0, RW);
	passing.error = passing.done = 0;
	passing.to = space_start(s, receive_items, 0);
	space_start(&passing.from, pass_items, 0);
	AWAIT(passing.done);
	space_delete(&passing.from);
	return (passing.error & 0xf) == SEND_OVERFLOW;
}

/* ---- the others ---- */

/* A space beside it is made, gets a page, a string and a thread, and is deleted. */
static void others_work(void)
{
	static struct taker t;
	struct space s;
	struct probe p;

	space_make(&s);
	fill_bytes(pool(MOST_PAGES), PAGE, 3);
	map_page(&s, MOST_PAGES + 1, 0, RW);
	taker_init(&t);
	taker_buffer(&t, WINDOW, PAGE);
	expect(send_string(space_start(&s, take, &t), pool(MOST_PAGES), LENGTH) == 0, "a string beside it");
	expect(t.got.error == 0 && has_bytes(pool(MOST_PAGES + 1), LENGTH, 3, 0), "its bytes");
	p = probe_read(&s, WINDOW);
	expect(!p.faulted && p.value == *(word *)pool(MOST_PAGES + 1), "a page beside it");
	space_delete(&s);
}

/* A space that uses up its account in the way of this round, and one beside it. */
static void cycle(word round)
{
	static bool (*const ways[])(struct space *) = { by_threads, by_tables, by_faults, by_nodes };
	struct mark mark = world_mark();
	struct space s;

	limited_space(&s);
	guest_note("way", round % WAYS);
	expect(ways[round % WAYS](&s), "the error of the operation");
	others_work();
	space_delete(&s);
	world_release(mark);
}

TEST(AOWN0001, "an account used up: the operation's error, no effect on others, all memory comes back")
{
	static struct kernel_memory before, after;
	word rounds = rounds_asked();

	wrong = 0;
	if (!L4_HasInspect() || !L4_HasKmemLimit())
		guest_skip("no inspection or no limits in this kernel");
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(NOWHERE, 1 << NOWHERE_LOG2))));
	for (word r = 0; r < WAYS; r++)
		cycle(r);
	kernel_memory_look(&before);
	for (word r = 0; r < rounds; r++) {
		cycle(r);
		kernel_memory_look(&after);
		expect(kernel_memory_same(&before, &after), "the kernel's memory");
	}
	guest_figure("memory-owned", rounds, wrong);
	CHECK_EQ(wrong, 0);
}
