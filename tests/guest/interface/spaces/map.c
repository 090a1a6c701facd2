/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map.c - map and grant items: rights, sizes, windows, hot spots, holes (api 5.3, 6.2).
 */
#include "map.h"

/* b passes an fpage at WINDOW on to WINDOW + offset of c. */
static void pass_window(struct space *b, struct space *c, word rights, int log2, word offset)
{
	L4_Fpage_t f = fpage(WINDOW, log2, rights);

	pass_on(b, c, L4_MapItem(f, 0).raw[0], f, window(offset, log2));
}

TEST(GMAP0001, "a mapped page is seen in the other space, and writes go both ways")
{
	struct space s;

	space_make(&s);
	fill(0, 1);
	CHECK_EQ(seen(&s, 0), -1);
	map_page(&s, 0, 0, RW);
	CHECK_EQ(seen(&s, 0), 0);
	CHECK(!probe_write(&s, WINDOW + 8, 4711).faulted);
	CHECK_EQ(*(volatile word *)(pool(0) + 8), 4711);
}

TEST(GMAP0002, "a page mapped read-only cannot be written: the fault is a write fault")
{
	struct space s;
	struct probe p;

	space_make(&s);
	fill(0, 1);
	map_page(&s, 0, 0, L4_Readable);
	CHECK_EQ(seen(&s, 0), 0);
	p = probe_write(&s, WINDOW, 1);
	CHECK(p.faulted);
	CHECK_EQ(p.access, L4_Writable);
	CHECK_EQ(*(volatile word *)pool(0), CONTENT);
}

TEST(GMAP0003, "code runs only from a page mapped with X: the fault is an execute fault")
{
	struct space s;
	struct probe p;

	need_execute_right();
	space_make(&s);
	code_return(pool(0));
	map_page(&s, 0, 0, RW);
	p = probe_execute(&s, WINDOW);
	CHECK(p.faulted);
	CHECK_EQ(p.access, L4_eXecutable);
	CHECK_EQ(p.ip, WINDOW);
	map_page(&s, 0, 0, RWX);
	CHECK(!probe_execute(&s, WINDOW).faulted);
}

TEST(GMAP0004, "a page held read-only is passed on read-only, whatever the rights of the send fpage")
{
	struct space b, c;
	struct probe p;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, L4_Readable);
	pass_window(&b, &c, RWX, 12, 0x10000);
	CHECK_EQ(seen(&c, 0x10000), 0);
	p = probe_write(&c, WINDOW + 0x10000, 1);
	CHECK(p.faulted);
	CHECK_EQ(p.access, L4_Writable);
}

TEST(GMAP0005, "X cannot be added on the way either")
{
	struct space b, c;

	need_execute_right();
	space_make(&b);
	space_make(&c);
	code_return(pool(0));
	map_page(&b, 0, 0, RW);
	pass_window(&b, &c, RWX, 12, 0);
	CHECK(probe_execute(&c, WINDOW).faulted);
}

/* From page `at` of the window on so many pages are those from number `first` of the pool on; -1: none is. */
struct sight { word at, pages; long first; };

static void check_seen(struct space *s, const struct sight *sight)
{
	for (; sight->pages; sight++)
		for (word i = 0; i < sight->pages; i++)
			CHECK_EQ(seen(s, (sight->at + i) * PAGE), sight->first < 0 ? -1 : sight->first + (long)i);
}

#define SEES(...)	((const struct sight[]){ __VA_ARGS__, { 0, 0, 0 } })

static void lands(L4_Fpage_t send, word base, L4_Fpage_t in, const struct sight *sight)
{
	struct space s;

	space_make(&s);
	fill(0, 64);
	CHECK_EQ(map_error(&s, send, base, in), 0);
	check_seen(&s, sight);
}

TEST_ROW(GMAP0006, "in a larger window the send base chooses the place",
	 lands(fpage(pool(3), 12, RW), 0x5000, window(0, 16), SEES({ 0, 5, -1 }, { 5, 1, 3 }, { 6, 10, -1 })))
TEST_ROW(GMAP0007, "in a smaller window the send base chooses the part",
	 lands(fpage(pool(16), 16, RW), 9 * PAGE, window(0x7000, 12),
	       SEES({ 6, 1, -1 }, { 7, 1, 25 }, { 8, 1, -1 })))
TEST_ROW(GMAP0008, "of a send base only the bits between the sizes count",
	 lands(fpage(pool(16), 14, RW), 0xab8000 | 0x3c00, window(0, 16),
	       SEES({ 7, 1, -1 }, { 8, 4, 16 }, { 12, 1, -1 })))
TEST_ROW(GMAP0009, "in the complete window the send base is the address",
	 lands(fpage(pool(4), 14, RW), WINDOW + 0x24000, L4_CompleteAddressSpace, SEES({ 0x24, 4, 4 })))
TEST_ROW(GMAP0010, "equal sizes: the page lands at the window's base, whatever the send base",
	 lands(fpage(pool(0), 12, RW), (word)0x1234567000, window(0x3000, 12), SEES({ 3, 1, 0 })))
TEST_ROW(GMAP0011, "an fpage of many pages is mapped whole",
	 lands(fpage(pool(0), 18, RW), 0, window(0, 18), SEES({ 0, 64, 0 }, { 64, 1, -1 })))
TEST_ROW(GMAP0015, "an fpage without rights maps nothing",
	 lands(fpage(pool(0), 12, 0), 0, window(0, 12), SEES({ 0, 1, -1 })))
TEST_ROW(GMAP0024, "the base of an fpage is rounded down to its size",
	 lands(fpage(pool(5), 14, RW), 0, window(0x7000, 14), SEES({ 4, 4, 4 })))

/* A thread of s, or of this space if s is 0, that receives one message from this thread with window `in`. */
static L4_ThreadId_t start_receiver(struct space *s, struct receiver *r, L4_Fpage_t in)
{
	*r = (struct receiver){ .from = L4_Myself(), .window = in.raw };
	return s ? space_start(s, receive_once, r) : thread_start(receive_once, r);
}

static void send_overflow(L4_ThreadId_t to, const struct receiver *r)
{
	CHECK(L4_IpcFailed(L4_Send_Timeout(to, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode() & 0xf, SEND_OVERFLOW);
	CHECK(r->got.done);
	CHECK_EQ(r->got.error & 0xf, RECEIVE_OVERFLOW);
}

TEST(GMAP0012, "without a window a map item is an overflow on both sides")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = start_receiver(&s, &r, L4_Nilpage);
	L4_LoadMR(1, 42);
	load_map(2, fpage(pool(0), 12, RW), 0);
	L4_Set_MsgTag(tag_make(0, 1, 2));
	send_overflow(t, &r);
	CHECK_EQ(r.got.mr[1], 42);
}

TEST(GMAP0013, "a nilpage item is delivered and maps nothing")
{
	struct space s;
	struct received r;

	space_make(&s);
	map_into(&s, L4_Nilpage, 0x2000, window(0, 16), &r);
	CHECK_EQ(r.error, 0);
	CHECK_EQ(r.mr[2], 0);
	CHECK_EQ(seen(&s, 0x2000), -1);
}

TEST(GMAP0014, "fpages and windows smaller than a page map nothing, without an error")
{
	struct space s;

	space_make(&s);
	fill(0, 1);
	CHECK_EQ(map_error(&s, fpage(pool(0), 10, RW), 0, window(0, 12)), 0);
	CHECK_EQ(map_error(&s, fpage(pool(0), 11, RW), 0, window(0, 12)), 0);
	CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), 0, window(0, 11)), 0);
	CHECK_EQ(seen(&s, 0), -1);
}

TEST(GMAP0045, "fpages and windows of all sizes: below a page none is mapped, above all there is no more")
{
	fill(0, 1);
	for (word size = 0; size < 64; size++) {
		struct mark mark = world_mark();
		L4_Fpage_t send = { .raw = pool(0) | size << 4 | 7 }, accept = { .raw = WINDOW | size << 4 };
		struct space s;

		space_make(&s);
		CHECK_EQ(map_error(&s, send, pool(0), window(0, 12)), 0);
		CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), WINDOW + PAGE, accept), 0);
		CHECK_EQ(seen(&s, 0), size < 12 && size != 1 ? -1 : 0);
		CHECK_EQ(seen(&s, PAGE), size < 13 && size != 1 ? -1 : 0);
		space_delete(&s);
		world_release(mark);
	}
}

TEST(GMAP0016, "W alone, or X alone, can be read too on this machine")
{
	struct space s;

	space_make(&s);
	fill(0, 2);
	map_page(&s, 0, 0, L4_Writable);
	map_page(&s, 1, PAGE, L4_eXecutable);
	CHECK_EQ(seen(&s, 0), 0);
	CHECK(!probe_write(&s, WINDOW, CONTENT).faulted);
	CHECK_EQ(seen(&s, PAGE), 1);
	CHECK(probe_write(&s, WINDOW + PAGE, CONTENT + 1).faulted);
}

TEST(GMAP0017, "mapping the same frame again extends the rights and never reduces them")
{
	struct space s;

	space_make(&s);
	fill(0, 1);
	map_page(&s, 0, 0, L4_Readable);
	CHECK(probe_write(&s, WINDOW + 8, 1).faulted);
	map_page(&s, 0, 0, RW);
	CHECK(!probe_write(&s, WINDOW + 8, 1).faulted);
	map_page(&s, 0, 0, L4_Readable);
	CHECK(!probe_write(&s, WINDOW + 8, 1).faulted);
}

TEST(GMAP0018, "another frame replaces the old one, and what was derived from the old one goes")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 2);
	map_page(&b, 0, 0, RW);
	pass_window(&b, &c, RW, 12, 0);
	CHECK_EQ(seen(&c, 0), 0);
	map_page(&b, 1, 0, RW);
	CHECK_EQ(seen(&b, 0), 1);
	CHECK_EQ(seen(&c, 0), -1);
}

TEST(GMAP0019, "holes of the source leave the destination as it is")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 8);
	map_page(&b, 0, 0, RW);
	map_page(&b, 3, 3 * PAGE, RW);
	map_page(&c, 5, PAGE, RW);
	pass_window(&b, &c, RW, 14, 0);
	CHECK_EQ(seen(&c, 0), 0);
	CHECK_EQ(seen(&c, PAGE), 5);
	CHECK_EQ(seen(&c, 2 * PAGE), -1);
	CHECK_EQ(seen(&c, 3 * PAGE), 3);
}

TEST(GMAP0020, "nothing is mapped over the receiver's KIP and UTCB areas")
{
	struct space s;
	struct probe p;

	space_make(&s);
	fill(0, 64);
	CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), 0, L4_FpageLog2(SPACE_KIP, 12)), 0);
	p = probe_read(&s, SPACE_KIP);
	CHECK(!p.faulted);
	CHECK_EQ(p.value, *(word *)kip);
	CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), 0, L4_FpageLog2(SPACE_UTCB + 0xf000, 12)), 0);
	CHECK(probe_read(&s, SPACE_UTCB + 0xf000).faulted);
	CHECK_EQ(map_error(&s, fpage(pool(0), 17, RW), 0, L4_FpageLog2(SPACE_UTCB, 17)), 0);
	p = probe_read(&s, SPACE_UTCB + 0x10000);
	CHECK(!p.faulted);
	CHECK_EQ(p.value, CONTENT + 16);
	CHECK(probe_read(&s, SPACE_UTCB + 0xf000).faulted);
}

TEST(GMAP0021, "the sender's own KIP and UTCBs are not mapped on")
{
	struct space s;
	word utcb = L4_MyLocalId().raw & ~0xffful;

	space_make(&s);
	CHECK_EQ(map_error(&s, fpage((word)kip, 12, RWX), 0, window(0, 12)), 0);
	CHECK_EQ(seen(&s, 0), -1);
	CHECK_EQ(map_error(&s, fpage(utcb, 12, RWX), 0, window(0, 12)), 0);
	CHECK_EQ(seen(&s, 0), -1);
}

TEST(GMAP0022, "a window outside the user area receives nothing, without an error")
{
	static const word bases[] = { NO_ADDRESS, KERNEL_IMAGE, KERNEL_MEMORY };
	const word last = (USER_END - 1) & ~0xfffful;
	struct space s;

	space_make(&s);
	fill(0, 16);
	for (unsigned i = 0; i < 3; i++) {
		CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), 0, L4_FpageLog2(bases[i], 12)), 0);
		CHECK_EQ(map_error(&s, fpage(pool(0), 12, RW), bases[i], L4_CompleteAddressSpace), 0);
	}
	CHECK_EQ(map_error(&s, fpage(pool(0), 16, RW), 0, L4_FpageLog2(last, 16)), 0);
	CHECK(!probe_read(&s, last).faulted);
}

TEST(GMAP0023, "a send fpage outside the user area maps nothing, without an error")
{
	static const word bases[] = { NO_ADDRESS, KERNEL_IMAGE, KERNEL_MEMORY, ~0xffful };
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 4; i++)
		CHECK_EQ(map_error(&s, fpage(bases[i], 12, RWX), 0, window(0, 12)), 0);
	CHECK_EQ(seen(&s, 0), -1);
}

TEST(GMAP0025, "the receiver gets the item's words as they were sent")
{
	struct space s;
	struct received r;
	L4_Fpage_t f = fpage(pool(2), 12, L4_Readable);

	space_make(&s);
	map_into(&s, f, 0x9000, window(0, 16), &r);
	CHECK_EQ(r.tag, tag_make(0, 0, 2).raw);
	CHECK_EQ(r.mr[1], L4_MapItem(f, 0x9000).raw[0]);
	CHECK_EQ(r.mr[2], f.raw);
}

static void load_items(unsigned n, word u)
{
	for (unsigned i = 0; i < n; i++)
		load_map(u + 1 + 2 * i, fpage(pool(i), 12, RW), i * PAGE);
	L4_Set_MsgTag(tag_make(1, u, 2 * n));
}

TEST(GMAP0026, "a message may hold words and up to 31 items, which are mapped in order")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	fill(0, 31);
	t = start_receiver(&s, &r, window(0, 20));
	L4_LoadMR(1, 99);
	load_items(31, 1);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(r.got.tag, tag_make(1, 1, 62).raw);
	CHECK_EQ(r.got.mr[1], 99);
	for (unsigned i = 0; i < 31; i += 6)
		CHECK_EQ(seen(&s, i * PAGE), i);
	CHECK_EQ(seen(&s, 31 * PAGE), -1);
}

/* n items, but MR `at` is `value`. */
static void items_overflow(unsigned n, int at, word value, const struct sight *sight)
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	fill(0, n);
	t = start_receiver(&s, &r, window(0, 20));
	load_items(n, 0);
	L4_LoadMR(at, value);
	send_overflow(t, &r);
	check_seen(&s, sight);
}

TEST_ROW(GMAP0027, "items before a bad one stay mapped, and both sides get overflow",
	 items_overflow(3, 3, 0xe, SEES({ 0, 1, 0 }, { 2, 1, -1 })))	/* type 111 */
TEST_ROW(GMAP0028, "an item that is cut off by the end of the message is an overflow",
	 items_overflow(2, 0, tag_make(1, 0, 1).raw, SEES({ 0, 1, -1 })))

TEST(GMAP0029, "a string item is an overflow when the receiver does not accept strings")
{
	static struct receiver r;
	L4_ThreadId_t t;

	t = start_receiver(0, &r, L4_Nilpage);
	L4_LoadMR(1, 16 << 10);
	L4_LoadMR(2, pool(0));
	L4_Set_MsgTag(tag_make(1, 0, 2));
	send_overflow(t, &r);
}

TEST(GMAP0030, "inside a space a page can be mapped to a second address")
{
	static struct receiver r;
	volatile word *alias = (volatile word *)(word)0x60000000;
	L4_ThreadId_t t;

	fill(7, 1);
	t = start_receiver(0, &r, L4_FpageLog2((word)alias, 12));
	load_map(1, fpage(pool(7), 12, RW), 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(alias[0], CONTENT + 7);
	alias[1] = 12345;
	CHECK_EQ(((volatile word *)pool(7))[1], 12345);
	L4_Flush(fpage((word)alias, 12, RWX));
	CHECK_EQ(*(volatile word *)pool(7), CONTENT + 7);
}

TEST(GMAP0040, "a receiver waiting in this space for another's message gets its pages too")
{
	static struct map_on m;
	struct space s;
	volatile word *at = (volatile word *)(word)0x61000000;
	L4_MsgTag_t tag;

	space_make(&s);
	fill(2, 1);
	map_page(&s, 2, 0, RW);
	m = (struct map_on){ L4_Myself(), L4_MapItem(fpage(WINDOW, 12, RW), 0).raw[0],
			     fpage(WINDOW, 12, RW).raw, 0 };
	space_start(&s, map_on, &m);
	L4_Accept(L4_MapGrantItems(L4_FpageLog2((word)at, 12)));
	tag = L4_Receive_Timeout(L4_anythread, L4_ZeroTime);
	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(at[0], CONTENT + 2);
	L4_Flush(fpage((word)at, 12, RWX));
}

TEST(GMAP0041, "deleting a space takes away all that was derived from it")
{
	struct space b, c;

	space_make(&b);
	space_make(&c);
	fill(0, 1);
	map_page(&b, 0, 0, RW);
	pass_window(&b, &c, RW, 12, 0);
	CHECK_EQ(seen(&c, 0), 0);
	space_delete(&b);
	CHECK_EQ(seen(&c, 0), -1);
}

TEST(GMAP0042, "the same page can be mapped to many spaces")
{
	static struct space s[20];

	fill(0, 1);
	for (unsigned i = 0; i < 20; i++) {
		space_make(&s[i]);
		map_page(&s[i], 0, i * PAGE, L4_Readable);
	}
	for (unsigned i = 0; i < 20; i++)
		CHECK_EQ(seen(&s[i], i * PAGE), 0);
}

TEST(GMAP0043, "rights of the same frame add up: X from one mapping, W from the next")
{
	struct space s;

	space_make(&s);
	code_return(pool(0));
	map_page(&s, 0, 0, L4_ReadeXecOnly);
	map_page(&s, 0, 0, RW);
	CHECK(!probe_execute(&s, WINDOW).faulted);
	CHECK(!probe_write(&s, WINDOW + 8, 1).faulted);
}

TEST(GMAP0044, "what surrounds the KIP and UTCB areas can be mapped on, the areas themselves cannot")
{
	struct space b, c;
	struct received r;
	word big = big_page(), base = SPACE_KIP & ~0x1ffffful, offset;

	space_make(&b);
	space_make(&c);
	for (word at = 0; at < 1 << BIG_LOG2; at += PAGE)
		*(volatile word *)(big + at) = CONTENT + at;
	map_into(&b, fpage(big, BIG_LOG2, RW), 0, L4_FpageLog2(base, BIG_LOG2), &r);
	CHECK_EQ(r.error, 0);
	CHECK_EQ(probe_read(&b, SPACE_KIP).value, *(word *)kip);
	CHECK_EQ(probe_read(&b, SPACE_KIP + PAGE).value, CONTENT + (SPACE_KIP + PAGE - base));
	pass_on(&b, &c, L4_MapItem(fpage(base, BIG_LOG2, RWX), 0).raw[0], fpage(base, BIG_LOG2, RWX),
		window(0, BIG_LOG2));
	offset = SPACE_KIP - base;
	CHECK_EQ(seen(&c, offset), -1);
	CHECK_EQ(seen(&c, offset + PAGE), (long)(offset + PAGE));
	offset = SPACE_UTCB - base;
	CHECK_EQ(seen(&c, offset), -1);
	CHECK_EQ(seen(&c, offset - PAGE), (long)(offset - PAGE));
	CHECK_EQ(seen(&c, offset + (1 << SPACE_UTCB_LOG2)), (long)(offset + (1 << SPACE_UTCB_LOG2)));
}
