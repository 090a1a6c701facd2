/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owned.c - a space uses up its account of kernel memory in each kind of operation that allocates. It gets
 * the error of that operation, the spaces beside it work as before, and when it is deleted the kernel has the
 * memory that it had, byte for byte. One cycle of each kind comes before: what the kernel keeps beside
 * threads that stay (docs/caveats.md, memory of deleted threads) is there then.
 */
#include <l4/pecan.h>
#include "attack.h"
#include "ports.h"

enum {
	ACCOUNT_KIB = 128, THREADS = 400, FREED = 8, LIMIT = 4000, LABEL_EXHAUSTED = -16,
	NEAR = 2 * PAGE, MOST_PAGES = 64, LENGTH = 700, HEAD = 300, SEED = 5,
	GRANTED_LOG2 = 18, NOWHERE = 0x5000, NOWHERE_LOG2 = 4,	/* ports without a device */
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

/* Threads that are not active, as many as there is room for; their number. */
static unsigned fill_with_threads(const struct space *s, L4_ThreadId_t made[THREADS])
{
	unsigned n = 0;

	do
		made[n] = tid_new();
	while (thread_control(made[n], s->anchor, supervisor, L4_nilthread, -1ul) == 0 && ++n < THREADS);
	return n;
}

static void delete_last(L4_ThreadId_t made[THREADS], unsigned *n, unsigned left)
{
	while (*n > left)
		thread_delete(made[--*n]);
}

static L4_ThreadId_t made[THREADS];

static bool by_threads(struct space *s)
{
	unsigned n = fill_with_threads(s, made);
	bool right = n < THREADS && L4_ErrorCode() == L4_ErrNoMem;

	delete_last(made, &n, 0);
	return right;
}

/* There is room for the threads, but not for all of their UTCBs, each in a frame of its own. */
static bool by_activation(struct space *s)
{
	unsigned n = fill_with_threads(s, made);
	word error = 0, utcb = SPACE_UTCB;

	delete_last(made, &n, n - FREED);
	for (unsigned i = 0; error == 0 && i < n && utcb < SPACE_UTCB + (1 << SPACE_UTCB_LOG2); i++) {
		error = thread_control(made[i], s->anchor, L4_nilthread, supervisor, utcb);
		utcb += PAGE;
	}
	delete_last(made, &n, 0);
	return error == L4_ErrNoMem;
}

/*
 * A space has no room for another's thread; then for its record, but not for its UTCB: it stays where it is,
 * and the room for the record is there for one that is not active.
 */
static bool by_move(struct space *s)
{
	static struct space from;
	unsigned n = fill_with_threads(s, made);
	L4_ThreadId_t active, inactive = tid_new();
	bool right;

	space_make(&from);
	active = space_waiting(&from, supervisor);
	CHECK_EQ(thread_control(inactive, from.anchor, supervisor, L4_nilthread, -1ul), 0);
	right = thread_control(inactive, s->anchor, L4_nilthread, L4_nilthread, -1ul) == L4_ErrNoMem;
	right &= thread_control(active, s->anchor, L4_nilthread, L4_nilthread, -1ul) == L4_ErrNoMem;
	delete_last(made, &n, n - 1);
	right &= thread_control(active, s->anchor, L4_nilthread, L4_nilthread, -1ul) == L4_ErrNoMem;
	right &= thread_state(active) == L4_SCHEDRESULT_WAITING;
	right &= thread_control(inactive, s->anchor, L4_nilthread, L4_nilthread, -1ul) == 0;
	thread_delete(inactive);
	delete_last(made, &n, 0);
	space_delete(&from);
	return right;
}

static bool control(const struct space *s, word limit, L4_Fpage_t kip_area, word *old)
{
	return L4_SpaceControl(s->anchor, limit, kip_area, L4_Nilpage, L4_nilthread, old) == 1;
}

/* KIP areas at places that need page tables each; then limits that are too large, or too small for them. */
static bool by_areas(struct space *s)
{
	word old = 0, i = 0, most = L4_KmemLimit(L4_KmemLimitMax);
	bool right;

	while (i < FAR_PLACES && control(s, 0, L4_FpageLog2(WINDOW + i * FAR_APART, 12), &old))
		i++;
	right = i < FAR_PLACES && L4_ErrorCode() == L4_ErrNoMem;
	right &= !control(s, most, L4_Nilpage, &old) && L4_ErrorCode() == L4_ErrNoMem;
	for (word kib = ACCOUNT_KIB - 1; kib > ACCOUNT_KIB / 2; kib--)
		right &= !control(s, L4_KmemLimit(kib), L4_FpageLog2(WINDOW + i * FAR_APART, 12), &old)
			&& L4_ErrorCode() == L4_ErrNoMem;
	return right && control(s, L4_KmemLimit(ACCOUNT_KIB), L4_Nilpage, &old)
	    && L4_KmemLimitOf(old) == ACCOUNT_KIB;
}

/* Items of a thread with rights to memory, at places that need page tables each. */
static bool by_tables(struct space *s)
{
	struct received r = { .error = 0 };

	for (unsigned i = 0; r.error == 0 && i < FAR_PLACES; i++) {
		L4_Fpage_t window = L4_FpageLog2(WINDOW + (word)i * FAR_APART, 12);

		map_into(s, fpage(pool(i % MOST_PAGES), 12, RW), 0, window, &r);
	}
	if ((r.error & 0xf) != RECEIVE_OVERFLOW)
		return false;
	if (!HAS_PORTS)
		return true;
	map_into(s, ports_fpage(NOWHERE, 1 << NOWHERE_LOG2), 0, L4_CompleteAddressSpace, &r);
	return (r.error & 0xf) == RECEIVE_OVERFLOW;
}

static void touch(void *unused)
{
	(void)unused;
	for (word i = 0; i < FAR_PLACES; i++)
		(void)*(volatile word *)((word)WINDOW + i * FAR_APART);
}

/* As the pager of t, with a page for its fault; 0 or the error. */
static word answer_fault(L4_ThreadId_t t, unsigned page)
{
	L4_Fpage_t f = fpage(pool(page % MOST_PAGES), 12, RW);
	L4_MsgTag_t tag;

	load_map(1, f, mr(1) & -(word)PAGE);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Reply(t);
	return L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

/* Faults that this test answers as the pager. */
static bool by_faults(struct space *s)
{
	L4_ThreadId_t t = space_start_pager(s, touch, 0, L4_Myself());
	L4_MsgTag_t tag = pager_serve(t);

	for (unsigned i = 0; tag_protocol(tag) == N_PAGEFAULT && i < LIMIT; i++) {
		answer_fault(t, i);
		tag = pager_serve(t);
	}
	return tag_protocol(tag) == LABEL_EXHAUSTED && thread_state(t) == L4_SCHEDRESULT_INACTIVE;
}

static struct { bool sends; L4_ThreadId_t pager; struct giver giver; struct taker taker; } cut;

/* In the space, whose account is used up while it waits. */
static void pass_string(void *unused)
{
	(void)unused;
	image_read();
	L4_Set_MsgTag(L4_Niltag);
	L4_Call(cut.pager);
	if (cut.sends)
		give(&cut.giver);
	else
		take(&cut.taker);
}

static bool cut_exactly(void)
{
	word at_sender = cut.sends ? XFER_MINE_SEND : XFER_PARTNER_SEND;
	word at_receiver = cut.sends ? XFER_PARTNER_RECEIVE : XFER_MINE_RECEIVE;

	AWAIT(cut.giver.done && cut.taker.got.done);
	return cut.giver.error == (at_sender | HEAD << OFFSET)
	    && cut.taker.got.error == (at_receiver | HEAD << OFFSET);
}

/*
 * A string into the space, or out of it, with a page there and the next one not. This test answers the fault,
 * and there is no room for the page's tables: the transfer ends where it is.
 */
static bool by_string(struct space *s, bool sends)
{
	word end = (word)FAR_PLACES * FAR_APART, here = WINDOW + end - HEAD;
	word in_s = pool(MOST_PAGES + 2) + PAGE - HEAD, in_other = pool(MOST_PAGES + 3);
	struct space other;
	L4_ThreadId_t t, partner;
	bool right;

	fill_bytes(pool(MOST_PAGES + 2), 2 * PAGE, 0);
	fill_bytes(sends ? in_s : in_other, sends ? HEAD : LENGTH, SEED);
	space_make(&other);
	map_page(&other, MOST_PAGES + 3, 0, RW);
	map_page(s, MOST_PAGES + 2, end - PAGE, RW);
	cut.sends = sends;
	cut.pager = L4_Myself();
	taker_init(&cut.taker);
	taker_buffer(&cut.taker, sends ? WINDOW : here, LENGTH);
	t = space_start_pager(s, pass_string, 0, cut.pager);
	cut.giver = (struct giver){ .to = t, .at = sends ? here : WINDOW, .bytes = LENGTH };
	pager_serve(t);
	right = by_faults(s);
	partner = space_start(&other, sends ? take : give, sends ? (void *)&cut.taker : &cut.giver);
	if (sends)
		cut.giver.to = partner;
	L4_Set_MsgTag(L4_Niltag);
	L4_Reply(t);
	right &= tag_protocol(pager_serve(t)) == N_PAGEFAULT && mr(1) == WINDOW + end;
	right &= (answer_fault(t, 0) & 0xf) == SEND_OVERFLOW && cut_exactly();
	right &= has_bytes(sends ? in_other : in_s, HEAD, SEED, 0);
	space_delete(&other);
	return right;
}

static bool by_string_in(struct space *s) { return by_string(s, false); }
static bool by_string_out(struct space *s) { return by_string(s, true); }

static struct { struct space from; L4_ThreadId_t to; bool grant; volatile word error, received; } passing;

static void receive_items(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&from);

		passing.received = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	}
}

/* One page to many places; or a page each, granted, to places that need page tables each. */
static void load_item(word i)
{
	L4_Fpage_t f = fpage(WINDOW + (passing.grant ? i % MOST_PAGES * PAGE : 0), 12, RW);

	if (passing.grant)
		L4_LoadMR(1, L4_GrantItem(f, (word)WINDOW + (i + 1) * FAR_APART).raw[0]);
	else
		L4_LoadMR(1, L4_MapItem(f, (word)WINDOW + i * NEAR).raw[0]);
	L4_LoadMR(2, f.raw);
	L4_Set_MsgTag(tag_make(0, 0, 2));
}

static void pass_items(void *unused)
{
	L4_MsgTag_t tag = L4_Niltag;

	(void)unused;
	for (word i = 0; L4_IpcSucceeded(tag) && i < LIMIT; i++) {
		load_item(i);
		tag = L4_Send(passing.to);
	}
	passing.error = L4_IpcFailed(tag) ? L4_ErrorCode() : -1ul;
}

/* An unprivileged thread of one such space passes items to another, until there is no room. */
static bool by_items(struct space *s, bool grant)
{
	struct received r;

	space_make(&passing.from);
	map_into(&passing.from, fpage(pool(0), GRANTED_LOG2, RW), 0, L4_FpageLog2(WINDOW, GRANTED_LOG2), &r);
	passing.error = passing.received = 0;
	passing.grant = grant;
	passing.to = space_start(s, receive_items, 0);
	space_start(&passing.from, pass_items, 0);
	AWAIT(passing.error);
	space_delete(&passing.from);
	return (passing.error & 0xf) == SEND_OVERFLOW && (passing.received & 0xf) == RECEIVE_OVERFLOW;
}

static bool by_nodes(struct space *s) { return by_items(s, false); }
static bool by_grants(struct space *s) { return by_items(s, true); }

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

static bool (*const ways[])(struct space *) = {
	by_threads, by_activation, by_move, by_areas, by_tables, by_faults, by_nodes, by_grants,
	by_string_in, by_string_out,
};

enum { WAYS = sizeof ways / sizeof *ways };

/* A space that uses up its account in the way of this round, and one beside it. */
static void cycle(word round)
{
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
	word rounds = rounds_asked();

	wrong = 0;
	if (!L4_HasKmemLimit())
		guest_skip("no limits in this kernel");
	CHECK(!HAS_PORTS
	      || !L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, ports_fpage(NOWHERE, 1 << NOWHERE_LOG2))));
	for (word r = 0; r < WAYS; r++)
		cycle(r);
	memory_note();
	for (word r = 0; r < rounds; r++) {
		cycle(r);
		expect(!memory_changed(), "the kernel's memory");
	}
	guest_figure("memory-owned", rounds, wrong);
	CHECK_EQ(wrong, 0);
}
