/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.c - small spaces (ia32 5): where they can be, what they cannot reach, and when they become large.
 */
#include "args.h"
#include "machine.h"
#include "random.h"
#include "small_space.h"

enum { SIZE = SMALL_MB << 20, AREA = 0xc0000000, UTCB_CELL = 0xfff00000, SMALLEST_MB = 4, LARGEST_MB = 64 };

/* Skips the test where the kernel refuses small spaces. */
static void need_small(void)
{
	struct space s;

	space_make(&s);
	if (!small_get(s.anchor) && !small_at(s.anchor, 0, SMALL_MB))
		guest_skip("no small spaces: the CPU checks no segment limits, or small=0");
	space_delete(&s);
}

/* A space at that place, whatever the option small= says. */
static void make_at(struct space *s, word mb)
{
	space_make(s);
	CHECK(small_get(s->anchor) == L4_SmallSpace(mb, SMALL_MB) || small_at(s->anchor, mb, SMALL_MB));
}

static bool is_small(struct space *s) { return small_get(s->anchor) != 0; }

/* One without areas, which fits everywhere. */
static L4_ThreadId_t bare_space(void)
{
	L4_ThreadId_t t = tid_new();

	adopt(t);
	CHECK_EQ(thread_control(t, t, supervisor, L4_nilthread, -1ul), 0);
	return t;
}

TEST_N(GSML0001, "each size from 4 to 64 MB is accepted at each place that is aligned to it, and no other")
{
	L4_ThreadId_t t = bare_space();

	need_small();
	for (word specifier = 1; specifier < 256; specifier++) {
		word size = (specifier & -specifier) * SMALLEST_MB, mb = (specifier & (specifier - 1)) * 2;
		bool good = size <= LARGEST_MB && mb + size <= SMALL_AREA_MB;
		word old;

		CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | specifier, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
		CHECK_EQ(old, good ? SMALL_APPLY : 0);
		CHECK_EQ(small_get(t), good ? specifier : 0);
		CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
		CHECK_EQ(old, SMALL_APPLY | (good ? specifier : 0));
		CHECK_EQ(small_get(t), 0);
	}
}

TEST_N(GSML0002, "a specifier without the bit that applies it changes nothing")
{
	L4_ThreadId_t t = bare_space();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, L4_SmallSpace(0, 4), L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, 0);
	CHECK_EQ(small_get(t), 0);
	CHECK(small_at(t, 8, 4));
	CHECK_EQ(L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, L4_SmallSpace(8, 4));
}

TEST_N(GSML0003, "a slot that another space has, in whole or in part, is refused until that one leaves it")
{
	L4_ThreadId_t a = bare_space(), b = bare_space();

	need_small();
	CHECK(small_at(a, 16, 16));
	for (word mb = 0; mb < 64; mb += 4)
		CHECK_EQ(small_at(b, mb, 4), mb < 16 || mb >= 32);
	CHECK(small_at(b, 0, 4));
	for (word size = 8; size <= LARGEST_MB; size *= 2)
		CHECK_EQ(small_at(b, 0, size), size <= 16);
	CHECK_EQ(small_get(b), L4_SmallSpace(0, 16));	/* where it was accepted last */
	CHECK(small_at(a, 16, 8));			/* its own slots are free to it */
	CHECK(!small_at(b, 0, 32));
	thread_delete(a);
	disown(a);
	CHECK(small_at(b, 0, 32));
}

TEST_N(GSML0004, "a space with an area or a page beyond the size is refused, and stays as it was")
{
	struct space s;
	struct received r;
	word old;

	need_small();
	space_make(&s);
	small_at(s.anchor, 0, 0);
	CHECK(!small_at(s.anchor, 0, 16));		/* its areas are at 30 MB */
	CHECK(small_at(s.anchor, 0, 32));
	small_at(s.anchor, 0, 0);
	map_into(&s, fpage(pool(0), 12, L4_FullyAccessible), 0, L4_FpageLog2(SIZE + 5 * PAGE, 12), &r);
	CHECK_EQ(r.error, 0);
	CHECK(!small_at(s.anchor, 0, 32));
	CHECK(small_at(s.anchor, 0, 64));
	CHECK_EQ(probe_read(&s, SIZE + 5 * PAGE).faulted, false);
	CHECK_EQ(L4_SpaceControl(s.anchor, SMALL_APPLY, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY | L4_SmallSpace(0, 64));
}

TEST_N(GSML0005, "areas that the same call sets count")
{
	L4_ThreadId_t t = bare_space();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x400000, 12),
				 L4_FpageLog2(0x200000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, 0);
	t = bare_space();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x200000, 12),
				 L4_FpageLog2(0x400000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, 0);
	t = bare_space();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x3ff000, 12),
				 L4_FpageLog2(0x200000, 16), L4_anythread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY);
}

TEST(GSML0006, "small spaces see their own pages at one address, whichever ran before")
{
	enum { SPACES = 4, ROUNDS = 3 };
	struct space s[SPACES];

	need_small();
	for (unsigned i = 0; i < SPACES; i++) {
		make_at(&s[i], i * SMALL_MB);
		*(volatile word *)pool(i) = 0x51100 + i;
		map_page(&s[i], i, 0, L4_FullyAccessible);
	}
	for (unsigned i = 0; i < SPACES * ROUNDS; i++) {
		CHECK_EQ(probe_read(&s[i % SPACES], WINDOW).value, 0x51100 + i % SPACES);
		CHECK(is_small(&s[i % SPACES]));
	}
}

/* Accesses of four bytes near the end of a small space. */
static void reach(word at, bool grows, word fault)
{
	struct space a, b;
	struct probe p;

	make_at(&a, 0);
	make_at(&b, SMALL_MB);
	p = probe_read(&a, at);
	CHECK(p.faulted);
	CHECK_EQ(p.address, fault);
	CHECK_EQ(is_small(&a), !grows);
	CHECK(is_small(&b));
	space_delete(&a);
	space_delete(&b);
}

TEST_N(GSML0007, "an access in the last word of a small space leaves it small, one beyond makes it large")
{
	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	reach(SIZE - 4, false, SIZE - 4);
	reach(SIZE - 3, true, SIZE - 3);
	reach(SIZE - 1, true, SIZE - 1);
	reach(SIZE, true, SIZE);
	reach(SIZE + 1, true, SIZE + 1);
	reach(2 * SIZE, true, 2 * SIZE);
}

static void map_at(struct space *s, word at)
{
	struct received r;

	map_into(s, fpage(pool(0), 12, L4_FullyAccessible), 0, L4_FpageLog2(at, 12), &r);
	CHECK_EQ(r.error, 0);
}

TEST(GSML0008, "the same by the stack, by a string instruction, by FS and by a jump")
{
	static void (*const ways[])(void *) = { small_by_stack, small_by_es, small_by_fs, small_by_jump };
	static word at;

	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	at = SIZE + 0x123000;
	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct space a, b;
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		make_at(&a, 0);
		make_at(&b, SMALL_MB);			/* at this address, seen from the first one */
		map_at(&b, 0x123000);
		t = space_start_pager(&a, ways[i], &at, L4_Myself());
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), at);
		CHECK(!is_small(&a));
		thread_delete(t);
		space_forget_last(&a);
		space_delete(&a);
		space_delete(&b);
	}
}

TEST(GSML0009, "a page that is mapped beyond the size makes the space large, and what it had stays")
{
	struct space s;
	struct received r;

	need_small();
	make_at(&s, 0);
	*(volatile word *)pool(0) = 0x51109;
	*(volatile word *)pool(1) = 0x5110a;
	map_page(&s, 0, 0, L4_FullyAccessible);
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x51109);
	map_into(&s, fpage(pool(1), 12, L4_FullyAccessible), 0, L4_FpageLog2(SIZE, 12), &r);
	CHECK_EQ(r.error, 0);
	CHECK(!is_small(&s));
	CHECK_EQ(probe_read(&s, WINDOW).value, 0x51109);
	CHECK_EQ(probe_read(&s, SIZE).value, 0x5110a);
}

TEST(GSML0010, "the pages of a space that was small are not seen in another large one")
{
	enum { PAGES = 12 };
	struct space s, other;

	need_small();
	make_at(&s, 0);
	space_make_large(&other);
	for (unsigned i = 0; i < PAGES; i++) {
		*(volatile word *)pool(i) = 0x51100 + i;
		map_page(&s, i, i * PAGE, L4_FullyAccessible);
		CHECK_EQ(probe_read(&s, WINDOW + i * PAGE).value, 0x51100 + i);
	}
	small_at(s.anchor, 0, 0);
	CHECK(!is_small(&s));
	for (unsigned i = 0; i < PAGES; i++) {
		CHECK_EQ(probe_read(&s, WINDOW + i * PAGE).value, 0x51100 + i);
		CHECK(probe_read(&other, WINDOW + i * PAGE).faulted);
	}
}

TEST(GSML0011, "an unmapped page of a small space faults at its next access, after other spaces ran")
{
	enum { PAGES = 24 };
	static const unsigned runs[] = { 1, 2, 8, 9, PAGES };
	struct space s;

	need_small();
	make_at(&s, 0);
	for (unsigned n = 0; n < sizeof runs / sizeof *runs; n++) {
		for (unsigned i = 0; i < runs[n]; i++) {
			map_page(&s, i, i * PAGE, L4_FullyAccessible);
			CHECK(!probe_write(&s, WINDOW + i * PAGE, i).faulted);
		}
		for (unsigned i = 0; i < runs[n]; i++)
			L4_UnmapFpage(L4_FpageAddRights(L4_FpageLog2(pool(i), 12), L4_FullyAccessible));
		for (unsigned i = 0; i < runs[n]; i++)
			CHECK(probe_read(&s, WINDOW + i * PAGE).faulted);
		CHECK(is_small(&s));
	}
}

TEST(GSML0012, "a slot that is used again and again shows nothing of the space before")
{
	enum { ROUNDS = 200 };

	need_small();
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct mark mark = world_mark();
		struct space s;

		make_at(&s, 0);
		CHECK(probe_read(&s, WINDOW).faulted);
		*(volatile word *)pool(i % 8) = i;
		map_page(&s, i % 8, 0, L4_FullyAccessible);
		CHECK_EQ(probe_read(&s, WINDOW).value, i);
		if (i % 2)
			small_at(s.anchor, 0, 0);
		space_delete(&s);
		world_release(mark);
	}
}

TEST(GSML0013, "CLI, SYSEXIT and a write of CR3 are #GP, OUT is an I/O fault, and the space stays small")
{
	static void (*const ways[])(void *) = { small_cli, small_out, small_write_cr3, small_sysexit };
	static L4_ThreadId_t me;

	need_small();
	me = L4_Myself();
	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct space s;
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		make_at(&s, 0);
		t = space_start_pager(&s, ways[i], &me, me);
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), ways[i] == small_out ? N_IO_FAULT : N_EXCEPTION);
		CHECK(is_small(&s));
		thread_delete(t);
		space_forget_last(&s);
		space_delete(&s);
	}
}

TEST(GSML0014, "the UTCB area of a small space can end with it")
{
	L4_ThreadId_t t = bare_space(), thread = tid_new();
	word old;

	need_small();
	CHECK_EQ(L4_SpaceControl(t, SMALL_APPLY | L4_SmallSpace(0, 4), L4_FpageLog2(0x3fe000, 12),
				 L4_FpageLog2(0x3ff000, 12), L4_anythread, &old), 1);
	CHECK_EQ(old, SMALL_APPLY);
	adopt(thread);
	CHECK_EQ(thread_control(thread, t, supervisor, supervisor, 0x400000 - UTCB_BYTES), 0);
	CHECK_EQ(small_get(t), L4_SmallSpace(0, 4));
}

struct both { word at; volatile word done; };

static void touch(void *arg)
{
	struct both *b = arg;

	*(volatile word *)b->at = 1;
	b->done++;
	L4_Sleep(L4_Never);
}

TEST(GSML0015, "two threads that reach beyond before one is served are both served in a large space")
{
	static struct both b;
	struct space s;
	L4_ThreadId_t t[2];

	need_small();
	if (!limits_enforced())
		guest_skip("the CPU checks no segment limits");
	make_at(&s, 0);
	b = (struct both){ .at = SIZE + 0x5000 };
	for (unsigned i = 0; i < 2; i++)
		t[i] = space_start_pager(&s, touch, &b, L4_Myself());
	for (unsigned i = 0; i < 2; i++) {
		CHECK_EQ(tag_protocol(pager_serve(t[i])), N_PAGEFAULT);
		CHECK_EQ(mr(1), b.at);
	}
	CHECK(!is_small(&s));
	for (unsigned i = 0; i < 2; i++) {
		L4_Set_MsgTag(tag_make(0, 0, 2));
		load_map(1, fpage(pool(3), 12, L4_FullyAccessible), b.at);
		CHECK(L4_IpcSucceeded(L4_Reply(t[i])));
	}
	AWAIT(b.done == 2);
	CHECK_EQ(b.done, 2);
}

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
