/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory_control.c - MemoryControl (api 7.4): attributes as the inspection call shows them. Their effect on
 * caches is not visible under an emulator.
 */
#include <x2/fpage.h>
#include "attributes.h"
#include "pecan.h"

enum { OK = 1, REFUSED = 0 };

/* Of the page there in the space of that thread, its first. */
static word attribute_of(L4_ThreadId_t first, word address)
{
	struct l4_inspect_mapping m, found = { .log2 = 64 };
	struct l4_inspect_space s;
	word start = 0;

	need_inspect();
	CHECK(find_space(first, &s));
	while ((start = L4_InspectRecord(L4_INSPECT_MAPPING, s.number, start, &m, sizeof m / sizeof(word))))
		if (m.base <= address && (address - m.base) >> m.log2 == 0 && m.log2 < found.log2)
			found = m;
	CHECK(found.log2 < 64);
	return found.attribute;
}

static word set(word base, int log2, word attribute)
{
	return L4_Set_PageAttribute(fpage(base, log2, 0), attribute);
}

TEST(GMCT0001, "a page can be written before, under and after each attribute, and keeps what was written")
{
	volatile word *w = (volatile word *)pool(1);
	word name[ATTRIBUTES];
	unsigned n = attributes(name);

	need_flush();
	for (unsigned i = 0; i < n; i++) {
		*w = 100 + i;
		CHECK_EQ(set(pool(1), 12, name[i]), OK);
		CHECK_EQ(L4_ErrorCode(), 0);
		CHECK_EQ(*w, 100 + i);
		*w = 200 + i;
		CHECK_EQ(*w, 200 + i);
		CHECK_EQ(set(pool(1), 12, L4_DefaultMemory), OK);
		CHECK_EQ(*w, 200 + i);
	}
}

TEST(GMCT0002, "an unknown attribute is error 5, one that this CPU has not too")
{
	need_flush();
	for (unsigned i = 0; no_attribute[i]; i++) {
		CHECK_EQ(set(pool(1), 12, no_attribute[i]), REFUSED);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	}
	CHECK_EQ(set(pool(1), 12, SOME_ATTRIBUTE), has_some_attribute() ? OK : REFUSED);
	CHECK_EQ(set(pool(1), 12, L4_DefaultMemory), OK);
}

TEST(GMCT0003, "pages that were mapped to others get the attribute too, and so do those mapped later")
{
	struct space s;

	need_flush();
	space_make(&s);
	map_page(&s, 7, 0, L4_ReadWriteOnly);
	CHECK_EQ(set(pool(7), 12, L4_UncacheableMemory), OK);
	map_page(&s, 7, 2 * PAGE, L4_Readable);
	map_page(&s, 8, 4 * PAGE, L4_Readable);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_UncacheableMemory);
	CHECK_EQ(attribute_of(s.anchor, WINDOW + 2 * PAGE), L4_UncacheableMemory);
	CHECK_EQ(attribute_of(s.anchor, WINDOW + 4 * PAGE), L4_DefaultMemory);
	CHECK(!probe_write(&s, WINDOW, 7).faulted);
	CHECK_EQ(*(volatile word *)pool(7), 7);
	CHECK_EQ(set(pool(7), 12, L4_DefaultMemory), OK);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_DefaultMemory);
}

TEST(GMCT0004, "an attribute follows a page that is granted")
{
	struct received r;
	struct space s;

	need_flush();
	space_make(&s);
	CHECK_EQ(set(pool(9), 12, L4_WriteThroughMemory), OK);
	grant_into(&s, fpage(pool(9), 12, L4_ReadWriteOnly), WINDOW, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_WriteThroughMemory);
	CHECK_EQ(set(pool(9), 12, L4_DefaultMemory), OK);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_WriteThroughMemory);
}

TEST(GMCT0005, "each of several fpages chooses one of four attributes; message registers stay as they are")
{
	word name[4] = { L4_UncacheableMemory, L4_DefaultMemory, L4_WriteThroughMemory, CACHED_MEMORY };
	L4_Fpage_t f[64];
	struct space s;

	need_flush();
	space_make(&s);
	for (unsigned i = 0; i < 64; i++) {
		map_page(&s, 16 + i, i * 2 * PAGE, L4_Readable);
		f[i] = fpage(pool(16 + i), 12, 0);
		f[i].raw |= i & 3;
	}
	CHECK_EQ(L4_Set_PageAttributes(64, f, name), OK);
	for (unsigned i = 0; i < 64; i++)
		CHECK_EQ(mr((int)i), f[i].raw);
	for (unsigned i = 0; i < 64; i += 7)
		CHECK_EQ(attribute_of(s.anchor, WINDOW + i * 2 * PAGE), (i & 3) == 3 ? CACHED_SHOWN : name[i & 3]);
	CHECK_EQ(set(pool(0), 20, L4_DefaultMemory), OK);
}

TEST(GMCT0006, "an fpage with an unknown attribute, one of ports, k above 63: nothing is changed")
{
	word name[4] = { L4_UncacheableMemory, 77, 0, 0 };
	struct space s;

	need_flush();
	space_make(&s);
	map_page(&s, 3, 0, L4_Readable);
	L4_LoadMR(0, fpage(pool(3), 12, 0).raw);
	L4_LoadMR(1, fpage(pool(4), 12, 0).raw | 1);
	CHECK_EQ(L4_MemoryControl(1, name), REFUSED);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	L4_LoadMR(1, l4_io_fpage(0x620, 2).raw);
	CHECK_EQ(L4_MemoryControl(1, name), REFUSED);
	L4_LoadMR(1, 0);
	CHECK_EQ(L4_MemoryControl(64, name), REFUSED);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_DefaultMemory);
	CHECK_EQ(L4_MemoryControl(1, name), OK);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_UncacheableMemory);
	CHECK_EQ(set(pool(3), 12, L4_DefaultMemory), OK);
}

TEST(GMCT0008, "a part of 2 MiB: where these are one page all of it gets the attribute; its contents stay")
{
	struct received r;
	struct space s;
	word big = big_page();
	bool one_page = PAGE_SIZES >> BIG_LOG2 & 1;

	need_flush();
	for (word o = 0; o < 1 << BIG_LOG2; o += 37 * PAGE)
		*(volatile word *)(big + o) = o;
	space_make(&s);
	map_into(&s, fpage(big, BIG_LOG2, L4_ReadWriteOnly), WINDOW, L4_CompleteAddressSpace, &r);
	CHECK_EQ(set(big + (one_page ? 5 * PAGE : 0), 12, L4_UncacheableMemory), OK);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_UncacheableMemory);
	for (word o = 0; o < 1 << BIG_LOG2; o += 37 * PAGE)
		CHECK_EQ(*(volatile word *)(big + o), o);
	CHECK_EQ(set(big, BIG_LOG2, L4_DefaultMemory), OK);
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_DefaultMemory);
}

/* ---- a long one ---- */

struct control { word base, done, result; };

static void control_big(void *arg)
{
	volatile struct control *c = arg;

	c->result = set(c->base, BIG_LOG2, L4_UncacheableMemory);
	c->done++;
}

TEST(GMCT0009, "a long MemoryControl is interrupted: a thread that wakes meanwhile runs before it is done")
{
	static struct control c;
	unsigned between = 0;

	need_flush();
	c = (struct control){ .base = big_page() };
	thread_start_prio(control_big, &c, 50);
	for (unsigned i = 0; i < 10000 && !*(volatile word *)&c.done; i++) {
		sleep_us(50);
		between += !*(volatile word *)&c.done;
	}
	CHECK(between > 2);
	CHECK_EQ(c.done, 1);
	CHECK_EQ(c.result, OK);
	CHECK_EQ(set(c.base, BIG_LOG2, L4_DefaultMemory), OK);
}

static void control_ever(void *arg)
{
	volatile struct control *c = arg;

	for (;; c->done++)
		if (set(c->base, BIG_LOG2, c->done % 2 ? L4_DefaultMemory : L4_UncacheableMemory) != OK)
			c->result = L4_ErrorCode();
}

TEST(GMCT0010, "a thread that is deleted in the middle of MemoryControl leaves the pages to others as ever")
{
	static struct control c;

	need_flush();
	c = (struct control){ .base = big_page() };
	for (unsigned i = 0; i < 20; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t = thread_start_prio(control_ever, &c, 50);

		sleep_us(60 + 23 * i);
		thread_delete(t);
		world_release(mark);
		*(volatile word *)c.base = i;
		CHECK_EQ(set(c.base, BIG_LOG2, L4_WriteThroughMemory), OK);
		CHECK_EQ(*(volatile word *)c.base, i);
	}
	CHECK_EQ(c.result, 0);
	CHECK_EQ(set(c.base, BIG_LOG2, L4_DefaultMemory), OK);
}

TEST(GMCT0011, "two threads of a space set attributes of the same memory at a time: every call succeeds")
{
	static struct control c[2];
	L4_ThreadId_t t[2];

	need_flush();
	c[0] = c[1] = (struct control){ .base = big_page() };
	for (unsigned i = 0; i < 2; i++) {
		t[i] = thread_start_prio(control_ever, &c[i], 50);
		L4_Set_Timeslice(t[i], L4_TimePeriod(300 + 170 * i), L4_Never);
	}
	sleep_us(40000);
	AWAIT(c[0].done + c[1].done > 4);
	for (unsigned i = 0; i < 2; i++) {
		thread_delete(t[i]);
		CHECK_EQ(c[i].result, 0);
	}
	CHECK(c[0].done + c[1].done > 4);
	CHECK_EQ(set(c[0].base, BIG_LOG2, L4_DefaultMemory), OK);
}

/* ---- strings ---- */

static void take_string(void *arg)
{
	struct received *r = arg;
	L4_MsgBuffer_t b;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_MsgBufferClear(&b);
	L4_MsgBufferAppendSimpleRcvString(&b, L4_StringItem(6000, (void *)(pool(8) + 123)));
	L4_AcceptStrings(L4_StringItemsAcceptor, &b);
	tag = L4_Wait(&from);
	receive_note(r, tag, from);
}

TEST(GMCT0012, "strings from and to memory that is not default memory arrive whole")
{
	static struct received r;
	L4_ThreadId_t t;
	L4_Msg_t msg;

	need_flush();
	for (unsigned round = 0; round < 4; round++) {
		for (word i = 0; i < 6000; i++)
			((volatile char *)pool(4))[i] = (char)(i * 7 + round);
		CHECK_EQ(set(pool(4), 13, round & 1 ? L4_UncacheableMemory : L4_DefaultMemory), OK);
		CHECK_EQ(set(pool(8), 13, round & 2 ? L4_WriteThroughMemory : L4_DefaultMemory), OK);
		r.done = false;
		t = thread_start(take_string, &r);
		L4_MsgClear(&msg);
		L4_MsgAppendSimpleStringItem(&msg, L4_StringItem(6000, (void *)pool(4)));
		L4_MsgLoad(&msg);
		CHECK(L4_IpcSucceeded(L4_Send(t)));
		CHECK(r.done);
		for (word i = 0; i < 6000; i++)
			if (((volatile char *)pool(8))[123 + i] != (char)(i * 7 + round))
				CHECK_EQ(i, ~0ul);
		thread_delete(t);
	}
	CHECK_EQ(set(pool(4), 14, L4_DefaultMemory), OK);
	CHECK_EQ(set(pool(8), 14, L4_DefaultMemory), OK);
}

/* ---- sigma0 (protocols 7.1) ---- */

enum { AT = 0x70000000 };

TEST(GSG00023, "memory with an attribute comes mapped so, and keeps it until another is asked for")
{
	word page = L4_FpageLog2(pool(5), 12).raw;
	struct space s;

	need_flush();
	space_make(&s);
	*(volatile word *)pool(5) = 0x2121;
	CHECK(page_with_attribute(page, L4_UncacheableMemory, AT) != 0);
	CHECK_EQ(*(volatile word *)(word)AT, 0x2121);
	CHECK_EQ(attribute_of(supervisor, AT), L4_UncacheableMemory);
	map_page(&s, 5, 0, L4_Readable);	/* here the page is one of many of an extent */
	CHECK_EQ(attribute_of(s.anchor, WINDOW), L4_UncacheableMemory);
	*(volatile word *)(word)AT = 0x2122;
	L4_Flush(fpage(AT, 12, L4_FullyAccessible));
	CHECK(page_with_attribute(page, L4_DefaultMemory, AT) != 0);
	CHECK_EQ(attribute_of(supervisor, AT), L4_UncacheableMemory);
	CHECK(page_with_attribute(page, CACHED_MEMORY, AT) != 0);
	CHECK_EQ(attribute_of(supervisor, AT), CACHED_SHOWN);
	CHECK_EQ(*(volatile word *)pool(5), 0x2122);
	CHECK_EQ(set(pool(5), 12, L4_DefaultMemory), OK);
	L4_Flush(fpage(AT, 12, L4_FullyAccessible));
}

TEST(GSG00024, "any page with an attribute: uncached memory that had no owner")
{
	word got = page_with_attribute(~0x3fful | 12 << 4, L4_WriteThroughMemory, AT);

	need_flush();
	CHECK(got != 0);
	*(volatile word *)(word)AT = 0x2222;
	CHECK_EQ(*(volatile word *)(word)AT, 0x2222);
	CHECK_EQ(attribute_of(supervisor, AT), L4_WriteThroughMemory);
	CHECK(page_with_attribute((got & ~0xffful) | 12 << 4, CACHED_MEMORY, AT) != 0);
	L4_Flush(fpage(AT, 12, L4_FullyAccessible));
}
