/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_and_large.c - small spaces beside large ones (ia32 5): messages, pages and selectors while spaces
 * become small or large.
 */
#include "args.h"
#include "machine.h"
#include "random.h"
#include "small_space.h"

enum { SIZE = SMALL_MB << 20, UTCB_CELL = 0xfff00000 };

/* A server that tells what it reads at WINDOW, and its client. */
struct look { L4_ThreadId_t boss, server; word own, other; volatile word wrong, rounds; };

static void tell(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		L4_LoadMR(1, *(volatile word *)WINDOW);
		L4_Set_MsgTag(tag_make(0, 1, 0));
		tag = L4_ReplyWait(from, &from);
		(void)tag;
	}
}

static void ask(void *arg)
{
	struct look *l = arg;
	L4_MsgTag_t tag;

	for (l->rounds = 0;; l->rounds++) {
		l->wrong += *(volatile word *)WINDOW != l->own;
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_Call(l->rounds == 0 ? l->boss : l->server);
		l->wrong += L4_IpcFailed(tag) || (l->rounds > 0 && mr(1) != l->other);
	}
}

TEST(GSML0016, "a space that has become large and a large one see their own page in the messages right after")
{
	static struct look l;
	struct space s, other;
	L4_ThreadId_t client;
	L4_MsgTag_t tag;

	need_small();
	make_at(&s, 0);
	space_make_large(&other);
	l = (struct look){ .boss = L4_Myself(), .own = 0x51116, .other = 0x51117 };
	*(volatile word *)pool(0) = l.own;
	*(volatile word *)pool(1) = l.other;
	map_page(&s, 0, 0, L4_FullyAccessible);
	map_page(&other, 1, 0, L4_FullyAccessible);
	l.server = space_start(&other, tell, 0);
	L4_Set_Priority(l.server, 50);
	client = space_start_prio(&s, ask, &l, 50);
	tag = L4_Receive(client);
	CHECK(L4_IpcSucceeded(tag) && is_small(&s));
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(l.server);
	CHECK_EQ(mr(1), l.other);
	small_at(s.anchor, 0, 0);
	CHECK(!is_small(&s));
	L4_Set_MsgTag(L4_Niltag);
	L4_Reply(client);
	AWAIT(l.rounds > 1000);
	CHECK(l.rounds > 1000);
	CHECK_EQ(l.wrong, 0);
}

TEST(GSML0017, "a large page can be mapped into a small space, which stays small, and be taken away")
{
	word page = big_page(), last = ((word)1 << BIG_LOG2) - PAGE;
	struct received r;
	struct space s;

	need_small();
	make_at(&s, 0);
	*(volatile word *)page = 0x51118;
	*(volatile word *)(page + last) = 0x51119;
	map_into(&s, fpage(page, BIG_LOG2, L4_FullyAccessible), 0, L4_FpageLog2(WINDOW, BIG_LOG2), &r);
	CHECK_EQ(r.error, 0);
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x51118);
	CHECK_EQ(probe_read(&s, WINDOW + last).value, 0x51119);
	CHECK(is_small(&s));
	L4_UnmapFpage(fpage(page, BIG_LOG2, L4_FullyAccessible));
	CHECK(probe_read(&s, WINDOW).faulted);
	CHECK(probe_read(&s, WINDOW + last).faulted);
	CHECK(is_small(&s));
}

TEST(GSML0018, "a thread that is started beyond its small space faults there, in a space that is large")
{
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	need_small();
	make_at(&s, 0);
	t = space_waiting(&s, L4_Myself());
	L4_LoadMR(1, SIZE + 0x1000);
	L4_LoadMR(2, stack_new());
	L4_Set_MsgTag(tag_make(0, 2, 0));
	tag = L4_Send(t);
	CHECK(L4_IpcSucceeded(tag));
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), SIZE + 0x1000);
	CHECK_EQ(mr(2), SIZE + 0x1000);
	CHECK(!is_small(&s));
}

/* A thread of a small space that maps its page at GIFT to one of a large space, and unmaps it. */
enum { GIFT_OFFSET = 0x37 * PAGE, GIFT = WINDOW + GIFT_OFFSET };

struct gift { L4_ThreadId_t boss, to; bool pauses; volatile word seen, after; };

static void take_and_tell(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	(void)unused;
	L4_Accept(L4_MapGrantItems(L4_FpageLog2(GIFT, 12)));
	tag = L4_Wait(&from);
	for (;;) {
		L4_LoadMR(1, *(volatile word *)GIFT);
		L4_Set_MsgTag(tag_make(0, 1, 0));
		tag = L4_ReplyWait(from, &from);
		(void)tag;
	}
}

static void give(void *arg)
{
	L4_Fpage_t page = fpage(GIFT, 12, L4_FullyAccessible);
	struct gift *g = arg;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(tag_make(0, 0, 2));
	load_map(1, page, 0);
	tag = L4_Call(g->to);
	g->seen = L4_IpcFailed(tag) ? 0 : mr(1);
	L4_Set_MsgTag(L4_Niltag);
	if (g->pauses)
		tag = L4_Call(g->boss);
	L4_UnmapFpage(page);
	L4_Set_MsgTag(L4_Niltag);		/* MR0 was the fpage */
	tag = L4_Call(g->to);
	g->after = L4_IpcFailed(tag) ? 1 : mr(1);
}

/* s, small, maps a page to a thread of `large`, which reads it. Returns the mapper. */
static L4_ThreadId_t make_gift(struct gift *g, struct space *s, struct space *large, bool pauses)
{
	space_make_large(large);
	make_at(s, 0);
	*(volatile word *)pool(0) = 0x51121;
	map_page(s, 0, GIFT_OFFSET, L4_FullyAccessible);
	*g = (struct gift){ .boss = L4_Myself(), .pauses = pauses };
	g->to = space_start_pager(large, take_and_tell, 0, L4_Myself());
	CHECK(L4_IpcFailed(pager_serve(g->to)));	/* it waits */
	return space_start(s, give, g);
}

TEST(GSML0019, "a page that a small space maps to a large one and unmaps is gone there at the next access")
{
	static struct gift g;
	struct space s, large;
	L4_MsgTag_t tag;

	need_small();
	make_gift(&g, &s, &large, false);
	tag = pager_serve(g.to);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), GIFT);
	CHECK_EQ(g.seen, 0x51121);
	CHECK_EQ(g.after, 0);
	CHECK(is_small(&s));
}

TEST(GSML0020, "a page that a small space has mapped to a large one is not seen in another large one")
{
	static struct gift g;
	struct space s, large, other;
	L4_MsgTag_t tag;

	need_small();
	space_make_large(&other);
	tag = L4_Receive(make_gift(&g, &s, &large, true));
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(g.seen, 0x51121);
	CHECK(probe_read(&other, GIFT).faulted);
}

TEST(GSML0031, "a write to the kernel's page at which GS points is a fault at that address, and at no other")
{
	struct space s;
	L4_ThreadId_t t;

	need_small();
	for (unsigned small = 0; small < 2; small++) {
		make_at(&s, 0);
		small_at(s.anchor, 0, small ? SMALL_MB : 0);
		t = space_start_pager(&s, small_by_gs, 0, L4_Myself());
		CHECK_EQ(tag_protocol(pager_serve(t)), N_PAGEFAULT);
		CHECK_EQ(mr(1), UTCB_CELL);
		CHECK_EQ(is_small(&s), small);
		thread_delete(t);
		space_forget_last(&s);
		space_delete(&s);
	}
}

TEST(GSML0032, "a thread that loads the selector of GS into SS gets its stack again, its space stays small")
{
	static volatile word done;
	struct space s;
	L4_ThreadId_t t;

	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	done = 0;
	make_at(&s, 0);
	t = space_start_pager(&s, small_by_wrong_ss, (void *)&done, L4_Myself());
	CHECK(L4_IpcFailed(pager_serve(t)));
	CHECK_EQ(done, 1);
	CHECK(is_small(&s));
}

/* ---- operations at random, beside a model of what they come to ---- */

enum { SPACES = 4, PAGES = 6, APART = 0x13 * PAGE };

struct model { struct space s; word specifier; bool has[PAGES]; };

static unsigned random_below(unsigned n)
{
	static uint64_t state = 34;

	return (unsigned)(random_next(&state) % n);
}

static word places_of(word specifier) { return (specifier & -specifier) * 2; }

/* In units of 2 MB: does the place of one lie in that of the other? */
static bool overlap(word a, word b)
{
	word at = a & (a - 1), bt = b & (b - 1);

	return a && b && at < bt + places_of(b) && bt < at + places_of(a);
}

static void resize(struct model *m, unsigned n)
{
	static const word sizes[] = { 0, 32, 32, 64 };
	word size = sizes[random_below(4)], mb = random_below(4) * 32;
	word specifier = size ? L4_SmallSpace(mb & -size, size) : 0;
	bool fits = true;

	for (unsigned i = 0; i < SPACES; i++)
		fits &= i == n || !overlap(specifier, m[i].specifier);
	CHECK_EQ(small_at(m[n].s.anchor, mb & -size, size), fits);
	if (fits)
		m[n].specifier = specifier;
}

static word frame(unsigned n, unsigned page) { return pool(n * PAGES + page); }

static void change_page(struct model *m, unsigned n, unsigned page)
{
	m->has[page] = random_below(2);
	if (m->has[page])
		map_page(&m->s, n * PAGES + page, page * APART, L4_FullyAccessible);
	else
		L4_UnmapFpage(fpage(frame(n, page), 12, L4_FullyAccessible));
}

static void anew(struct model *m)
{
	space_delete(&m->s);
	disown(m->s.anchor);
	*m = (struct model){ .specifier = 0 };
	space_make_large(&m->s);
}

/* Reads a page of a space. */
static void look(struct model *m, unsigned n, unsigned page)
{
	struct probe p = probe_read(&m->s, WINDOW + page * APART);

	CHECK_EQ(p.faulted, !m->has[page]);
	CHECK(p.faulted || p.value == 0x51200 + n * PAGES + page);
	CHECK_EQ(small_get(m->s.anchor), m->specifier);
}

TEST(GSML0033, "spaces made, resized, mapped to and deleted in any order have their own pages and no others")
{
	static struct model m[SPACES];
	word steps = args_number("steps", 200);

	need_small();
	for (unsigned n = 0; n < SPACES; n++) {
		m[n] = (struct model){ .specifier = 0 };
		space_make_large(&m[n].s);
		for (unsigned page = 0; page < PAGES; page++)
			*(volatile word *)frame(n, page) = 0x51200 + n * PAGES + page;
	}
	for (word i = 0; i < steps; i++) {
		unsigned n = random_below(SPACES), what = random_below(8);
		struct mark mark;

		if (what == 0)
			anew(&m[n]);
		mark = world_mark();
		if (what > 4)
			resize(m, n);
		else if (what > 0)
			change_page(&m[n], n, random_below(PAGES));
		n = random_below(SPACES);
		look(&m[n], n, random_below(PAGES));
		world_release(mark);
	}
}
