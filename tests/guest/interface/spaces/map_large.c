/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map_large.c - grant items, and pages of 2 MiB among small ones (api 6.2). With the helpers of map.h.
 */
#include "map.h"

void fill(unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++)
		*(volatile word *)pool(i) = CONTENT + i;
}

long seen(struct space *s, word offset)
{
	struct probe p = probe_read(s, WINDOW + offset);

	return p.faulted ? -1 : (long)(p.value - CONTENT);
}

word map_error(struct space *s, L4_Fpage_t send, word base, L4_Fpage_t w)
{
	struct received r;

	map_into(s, send, base, w, &r);
	return r.error;
}

void map_on(void *arg)
{
	struct map_on *m = arg;
	L4_MsgTag_t tag;

	L4_LoadMR(1, m->first);
	L4_LoadMR(2, m->send);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Send(m->to);
	m->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

void pass_on(struct space *from, struct space *to, word first, L4_Fpage_t send, L4_Fpage_t w)
{
	static struct receiver r;
	static struct map_on m;
	L4_ThreadId_t t;

	r = (struct receiver){ .from = L4_anythread, .window = w.raw & ~0xful };
	t = space_start(to, receive_once, &r);
	m = (struct map_on){ t, first, send.raw, 0 };
	space_start(from, map_on, &m);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, 0);
}

TEST(GMAP0031, "a granted page leaves the granter and stays with the receiver")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, RW);
	pass_on(&b, &c, L4_GrantItem(fpage(WINDOW, 12, RW), 0).raw[0], fpage(WINDOW, 12, RW),
		window(0x8000, 12));
	CHECK_EQ(seen(&b, 0), -1);
	CHECK_EQ(seen(&c, 0x8000), 0);
	CHECK(!probe_write(&c, WINDOW + 0x8008, 1).faulted);
}

TEST(GMAP0032, "a granted page keeps its place in the tree: the space that mapped it can still revoke it")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, RW);
	pass_on(&b, &c, L4_GrantItem(fpage(WINDOW, 12, RW), 0).raw[0], fpage(WINDOW, 12, RW),
		window(0, 12));
	CHECK_EQ(seen(&c, 0), 0);
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	CHECK_EQ(seen(&c, 0), -1);
}

TEST(GMAP0033, "what was derived from a granted page is kept, under its new owner")
{
	struct space b, c, d;

	space_make(&b);
	space_make(&c);
	space_make(&d);
	fill(0, 1);
	map_page(&b, 0, 0, RW);
	pass_on(&b, &d, L4_MapItem(fpage(WINDOW, 12, RW), 0).raw[0], fpage(WINDOW, 12, RW),
		window(0, 12));
	pass_on(&b, &c, L4_GrantItem(fpage(WINDOW, 12, RW), 0).raw[0], fpage(WINDOW, 12, RW),
		window(0, 12));
	CHECK_EQ(seen(&d, 0), 0);
	thread_delete(b.anchor);
	CHECK_EQ(seen(&d, 0), 0);
}

TEST(GMAP0034, "an fpage granted into a smaller window leaves the granter whole")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 4);
	CHECK_EQ(map_error(&b, fpage(pool(0), 14, RW), 0, window(0, 14)), 0);
	pass_on(&b, &c, L4_GrantItem(fpage(WINDOW, 14, RW), PAGE).raw[0], fpage(WINDOW, 14, RW),
		window(0, 12));
	CHECK_EQ(seen(&c, 0), 1);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(seen(&b, i * PAGE), -1);
}

TEST(GMAP0035, "a 2 MiB page is mapped whole")
{
	struct space s;
	word big = big_page();

	space_make(&s);
	*(volatile word *)big = CONTENT + 1;
	*(volatile word *)(big + (1 << BIG_LOG2) - PAGE) = CONTENT + 2;
	CHECK_EQ(map_error(&s, fpage(big, BIG_LOG2, RW), 0, window(0, BIG_LOG2)), 0);
	CHECK_EQ(seen(&s, 0), 1);
	CHECK_EQ(seen(&s, (1 << BIG_LOG2) - PAGE), 2);
}

TEST(GMAP0036, "of a 2 MiB page one small page can be mapped, and only that is seen")
{
	struct space s;
	word big = big_page();

	space_make(&s);
	*(volatile word *)(big + 17 * PAGE) = CONTENT + 17;
	CHECK_EQ(map_error(&s, fpage(big + 17 * PAGE, 12, RW), 0, window(0x5000, 12)), 0);
	CHECK_EQ(seen(&s, 0x5000), 17);
	CHECK_EQ(seen(&s, 0x4000), -1);
	CHECK_EQ(seen(&s, 0x6000), -1);
}

TEST(GMAP0037, "a 2 MiB page lands in a window that is not aligned to it as small pages")
{
	struct space s;
	word big = big_page();

	space_make(&s);
	*(volatile word *)(big + 16 * PAGE) = CONTENT + 16;
	*(volatile word *)(big + 31 * PAGE) = CONTENT + 31;
	CHECK_EQ(map_error(&s, fpage(big, BIG_LOG2, RW), 16 * PAGE, window(0x30000, 16)), 0);
	CHECK_EQ(seen(&s, 0x30000), 16);
	CHECK_EQ(seen(&s, 0x3f000), 31);
	CHECK_EQ(seen(&s, 0x40000), -1);
}

TEST(GMAP0038, "a small page mapped into a large one takes the place it was given")
{
	struct space s;
	word big = big_page();

	space_make(&s);
	fill(9, 1);
	*(volatile word *)big = CONTENT + 100;
	CHECK_EQ(map_error(&s, fpage(big, BIG_LOG2, RW), 0, window(0, BIG_LOG2)), 0);
	CHECK_EQ(seen(&s, 0), 100);
	map_page(&s, 9, 3 * PAGE, RW);
	CHECK_EQ(seen(&s, 3 * PAGE), 9);
}

TEST(GMAP0039, "a large page mapped over small ones takes their place")
{
	struct space s;
	word big = big_page();

	space_make(&s);
	fill(9, 1);
	*(volatile word *)big = CONTENT + 200;
	*(volatile word *)(big + 3 * PAGE) = CONTENT + 203;
	map_page(&s, 9, 3 * PAGE, RW);
	CHECK_EQ(map_error(&s, fpage(big, BIG_LOG2, RW), 0, window(0, BIG_LOG2)), 0);
	CHECK_EQ(seen(&s, 0), 200);
	CHECK_EQ(seen(&s, 3 * PAGE), 203);
}
