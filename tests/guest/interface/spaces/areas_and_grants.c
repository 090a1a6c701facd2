/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * areas_and_grants.c - maps and grants from, over and into what belongs to the kernel: KIP, UTCBs, gateway;
 * and what a grant does to granter, receiver and the spaces below (api 6.2).
 */
#include "map.h"
#include "bad_values.h"

enum { SPECIAL_SPAN = 1 << BIG_LOG2, UTCB_END = SPACE_UTCB + (1 << SPACE_UTCB_LOG2) };

/* Grant one page of `from` at WINDOW to `to`. */
static void grant_on(struct space *from, struct space *to, word rights, L4_Fpage_t w)
{
	L4_Fpage_t f = fpage(WINDOW, 12, rights);

	pass_on(from, to, L4_GrantItem(f, 0).raw[0], f, w);
}

static void check_areas(struct space *s)
{
	CHECK_EQ(probe_read(s, SPACE_KIP).value, *(word *)kip);
	CHECK(probe_write(s, SPACE_KIP, 1).faulted);
	CHECK(probe_read(s, SPACE_UTCB + (1 << SPACE_UTCB_LOG2) - PAGE).faulted);
	CHECK(!probe_read(s, SPACE_UTCB).faulted);
}

TEST(GSPR0001, "a large page mapped over both areas is seen around them, and they stay as they were")
{
	word big = big_page();
	struct space s;

	for (word at = 0; at < SPECIAL_SPAN; at += PAGE)
		*(volatile word *)(big + at) = CONTENT + at;
	space_make(&s);
	CHECK_EQ(map_error(&s, fpage(big, BIG_LOG2, RWX), 0, L4_FpageLog2(SPACE_KIP, BIG_LOG2)), 0);
	check_areas(&s);
	CHECK_EQ(probe_read(&s, SPACE_KIP + PAGE).value, CONTENT + PAGE);
	CHECK_EQ(probe_read(&s, SPACE_UTCB - PAGE).value, CONTENT + (word)(SPACE_UTCB - SPACE_KIP - PAGE));
	CHECK_EQ(probe_read(&s, UTCB_END).value, CONTENT + (word)(UTCB_END - SPACE_KIP));
	L4_UnmapFpage(fpage(big, BIG_LOG2, RWX));
	check_areas(&s);
	CHECK(probe_read(&s, SPACE_KIP + PAGE).faulted);
	check_alive();
}

TEST(GSPR0002, "a grant into KIP, UTCB area, gateway or kernel changes nothing there")
{
	static word into[] = {
		SPACE_KIP, SPACE_UTCB, SPACE_UTCB + (1 << SPACE_UTCB_LOG2) - PAGE, 0, KERNEL_IMAGE, NO_ADDRESS,
	};
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	into[3] = GATEWAY_PAGE;
	for (unsigned i = 0; i < sizeof into / sizeof *into; i++) {
		map_page(&b, 0, 0, RW);
		grant_on(&b, &c, RW, L4_FpageLog2(into[i], 12));
		check_areas(&c);
		space_forget_last(&b);
		thread_delete(b.thread[b.threads]);
		space_forget_last(&c);
		thread_delete(c.thread[c.threads]);
	}
	CHECK_EQ(*(volatile word *)pool(0), CONTENT);
	check_alive();
}

TEST(GSPR0003, "KIP, UTCBs and gateway cannot be granted: the granter keeps them, the receiver gets none")
{
	static word from[] = { SPACE_KIP, SPACE_UTCB, 0 };
	struct space b, c;

	space_make(&b);
	space_make(&c);
	from[2] = GATEWAY_PAGE;
	for (unsigned i = 0; i < 3; i++) {
		L4_Fpage_t f = fpage(from[i], 12, RWX);

		pass_on(&b, &c, L4_GrantItem(f, 0).raw[0], f, window(0, 12));
		CHECK_EQ(seen(&c, 0), -1);
		check_areas(&b);
	}
	check_alive();
}

struct toucher { volatile word done; };

static void touch_unused_utcb(void *arg)
{
	(void)*(volatile word *)(SPACE_UTCB + (1 << SPACE_UTCB_LOG2) - PAGE);
	((struct toucher *)arg)->done = 1;
}

TEST(GSPR0004, "a fault on a UTCB page that is not in use goes to the pager, which cannot map there")
{
	static struct toucher job;
	struct space s;
	L4_ThreadId_t t;
	word at = SPACE_UTCB + (1 << SPACE_UTCB_LOG2) - PAGE;
	L4_MsgTag_t tag;

	job.done = 0;
	space_make(&s);
	t = space_start_pager(&s, touch_unused_utcb, &job, L4_Myself());
	for (unsigned i = 0; i < 3; i++) {
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), at);
		load_map(1, fpage(pool(0), 12, RW), at);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		CHECK(L4_IpcSucceeded(L4_Reply(t)));
	}
	CHECK_EQ(job.done, 0);
}

TEST(GSPR0005, "the gateway can be neither mapped on nor flushed")
{
	word link = GATEWAY_PAGE;
	struct space s;

	space_make(&s);
	CHECK_EQ(map_error(&s, fpage(link, 12, RWX), 0, window(0, 12)), 0);
	CHECK_EQ(seen(&s, 0), -1);
	L4_Flush(fpage(link, 12, RWX));
	check_alive();
}

TEST(GSPR0006, "bit 3 of an fpage, which sigma0 uses, is ignored by the kernel")
{
	enum { EXTENDED = 8 };
	L4_Fpage_t f = fpage(pool(0), 12, RW), w = window(0, 12);
	struct space s;

	space_make(&s);
	fill(0, 1);
	f.raw |= EXTENDED;
	CHECK_EQ(map_error(&s, f, 0, w), 0);
	CHECK_EQ(seen(&s, 0), 0);
	CHECK(!probe_write(&s, WINDOW + 8, 1).faulted);
	f.raw |= L4_FullyAccessible;
	L4_UnmapFpage(f);
	CHECK_EQ(seen(&s, 0), -1);
}

/* ---- grants ---- */

TEST(GGRT0001, "a page granted through four spaces is the last one's, and its first owner takes it back")
{
	struct space s[4];

	fill(0, 1);
	for (unsigned i = 0; i < 4; i++)
		space_make(&s[i]);
	map_page(&s[0], 0, 0, RW);
	for (unsigned i = 0; i < 3; i++)
		grant_on(&s[i], &s[i + 1], RW, window(0, 12));
	for (unsigned i = 0; i < 3; i++)
		CHECK_EQ(seen(&s[i], 0), -1);
	CHECK(!probe_write(&s[3], WINDOW + 8, 77).faulted);
	CHECK_EQ(*(volatile word *)(pool(0) + 8), 77);
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	CHECK_EQ(seen(&s[3], 0), -1);
}

TEST(GGRT0002, "a grant gives the rights of its fpage, and the granter keeps none")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, RWX);
	grant_on(&b, &c, L4_Readable, window(0, 12));
	CHECK_EQ(seen(&b, 0), -1);
	CHECK_EQ(seen(&c, 0), 0);
	CHECK(probe_write(&c, WINDOW, 1).faulted);
	CHECK_EQ(*(volatile word *)pool(0), CONTENT);
}

TEST(GGRT0003, "a page granted back to its mapper, elsewhere, is there, and can be revoked as any other")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, RW);
	grant_on(&b, &c, RW, window(0, 12));
	grant_on(&c, &b, RW, window(0x5000, 12));
	CHECK_EQ(seen(&c, 0), -1);
	CHECK_EQ(seen(&b, 0), -1);
	CHECK_EQ(seen(&b, 0x5000), 0);
	grant_on(&c, &b, RW, window(0x6000, 12));	/* it has none any more */
	CHECK_EQ(seen(&b, 0x6000), -1);
	L4_UnmapFpage(fpage(pool(0), 12, RWX));
	CHECK_EQ(seen(&b, 0x5000), -1);
}

TEST(GGRT0004, "a small part of a large page granted is the receiver's, and no longer the granter's")
{
	word big = big_page();
	struct space b, c;
	L4_Fpage_t f = fpage(WINDOW + 5 * PAGE, 12, RW);

	space_make(&b);
	space_make(&c);
	*(volatile word *)(big + 5 * PAGE) = CONTENT + 5;
	CHECK_EQ(map_error(&b, fpage(big, BIG_LOG2, RW), 0, window(0, BIG_LOG2)), 0);
	pass_on(&b, &c, L4_GrantItem(f, 0).raw[0], f, window(0, 12));
	CHECK_EQ(seen(&c, 0), 5);
	CHECK_EQ(seen(&b, 5 * PAGE), -1);
	L4_UnmapFpage(fpage(big, BIG_LOG2, RWX));
	CHECK_EQ(seen(&c, 0), -1);
}
