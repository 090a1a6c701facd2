/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unmap.c - Unmap: revoking, flushing, and the status of pages (api 6.3).
 */
#include "machine.h"

#define RWX L4_FullyAccessible
#define RW L4_ReadWriteOnly

enum { FLUSH = 0x40 };

static bool there(struct space *s, word offset) { return !probe_read(s, WINDOW + offset).faulted; }
static bool writable(struct space *s, word offset)
{
	return !probe_write(s, WINDOW + offset, 1).faulted;
}

static L4_Fpage_t page_rights(unsigned n, word rights) { return fpage(pool(n), 12, rights); }

/* Reset the status of the page. */
static void reset_status(unsigned n) { L4_GetStatus(page_rights(n, 0)); }

struct pass { L4_ThreadId_t to; word offset; };

static void pass_page(void *arg)
{
	struct pass *p = arg;
	L4_Fpage_t f = fpage(WINDOW + p->offset, 12, RWX);
	L4_MsgTag_t tag;

	load_map(1, f, 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Send(p->to);
	(void)tag;
}

/* The page at WINDOW + offset of `from` is mapped on to the same address of `to`. */
static void pass_on(struct space *from, struct space *to, word offset)
{
	static struct receiver r;
	static struct pass p;

	r = (struct receiver){ .from = L4_anythread, .window = L4_FpageLog2(WINDOW + offset, 12).raw };
	p = (struct pass){ space_start(to, receive_once, &r), offset };
	space_start(from, pass_page, &p);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, 0);
}

TEST(GUNM0001, "Unmap of a page removes derived mappings and keeps the own one")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	*(volatile word *)pool(0) = 1;
	CHECK(there(&s, 0));
	L4_UnmapFpage(page_rights(0, RWX));
	CHECK(!there(&s, 0));
	*(volatile word *)pool(0) = 2;
}

TEST(GUNM0002, "a flush removes the own mapping too")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;
	volatile word *at = (volatile word *)(word)0x62000000;

	space_make(&s);
	r = (struct receiver){ .from = L4_Myself(), .window = L4_FpageLog2((word)at, 12).raw };
	t = thread_start(receive_once, &r);
	load_map(1, page_rights(0, RW), 0);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	at[0] = 7;
	map_into(&s, fpage((word)at, 12, RW), 0, L4_FpageLog2(WINDOW, 12), &r.got);
	CHECK(there(&s, 0));
	L4_Flush(fpage((word)at, 12, RWX));
	CHECK(!there(&s, 0));
	map_into(&s, fpage((word)at, 12, RW), 0, L4_FpageLog2(WINDOW, 12), &r.got);
	CHECK(!there(&s, 0));
}

TEST(GUNM0003, "revoking W leaves a page that can be read")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	CHECK(writable(&s, 0));
	L4_UnmapFpage(page_rights(0, L4_Writable));
	CHECK(there(&s, 0));
	CHECK(!writable(&s, 0));
	*(volatile word *)pool(0) = 3;
}

TEST(GUNM0004, "revoking X leaves a page that can be read and written, but not executed")
{
	struct space s;

	need_execute_right();
	space_make(&s);
	code_return(pool(0));
	map_page(&s, 0, 0, RWX);
	CHECK(!probe_execute(&s, WINDOW).faulted);
	L4_UnmapFpage(page_rights(0, L4_eXecutable));
	CHECK(probe_execute(&s, WINDOW).faulted);
	CHECK(writable(&s, 0));
}

TEST(GUNM0005, "revoking R alone has no effect on this machine")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	L4_UnmapFpage(page_rights(0, L4_Readable));
	CHECK(there(&s, 0));
	CHECK(writable(&s, 0));
}

TEST(GUNM0006, "no rights: nothing is revoked, the status is read")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	CHECK(writable(&s, 0));
	CHECK(L4_WasWritten(L4_GetStatus(page_rights(0, 0))));
	CHECK(writable(&s, 0));
}

TEST(GUNM0007, "the status shows whether a derived page was referenced and written")
{
	struct space s;
	L4_Fpage_t f;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	reset_status(0);
	CHECK(there(&s, 0));
	f = L4_GetStatus(page_rights(0, 0));
	CHECK(L4_WasReferenced(f));
	CHECK(!L4_WasWritten(f));
	CHECK(writable(&s, 0));
	CHECK(L4_WasWritten(L4_GetStatus(page_rights(0, 0))));
}

TEST(GUNM0008, "reading the status resets it, and later accesses are seen again")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	CHECK(writable(&s, 0));
	CHECK_EQ(L4_Rights(L4_GetStatus(page_rights(0, 0))) & 2, 2);
	CHECK_EQ(L4_Rights(L4_GetStatus(page_rights(0, 0))), 0);
	CHECK(writable(&s, 0));
	CHECK_EQ(L4_Rights(L4_GetStatus(page_rights(0, 0))) & 2, 2);
}

TEST(GUNM0009, "without a flush the own accesses are not reported, with one they are")
{
	*(volatile word *)pool(1) = 5;
	L4_GetStatus(page_rights(1, 0));
	*(volatile word *)pool(1) = 6;
	CHECK_EQ(L4_Rights(L4_GetStatus(page_rights(1, 0))), 0);
	CHECK(L4_WasWritten(L4_Flush(page_rights(1, 0))));
	CHECK_EQ(*(volatile word *)pool(1), 6);
}

TEST(GUNM0010, "the status of a revoked page is not lost: it comes with the revocation")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	reset_status(0);
	CHECK(writable(&s, 0));
	CHECK(L4_WasWritten(L4_UnmapFpage(page_rights(0, RWX))));
}

TEST(GUNM0011, "the result is the fpage with its rights replaced by the status")
{
	L4_Fpage_t f = page_rights(200, RWX), result;

	L4_UnmapFpage(f);		/* reads what the other spaces did with it */
	result = L4_UnmapFpage(f);
	CHECK_EQ(result.raw, f.raw & ~7ul);
}

TEST(GUNM0012, "revocation reaches the third and fourth generation")
{
	static struct space s[4];

	for (unsigned i = 0; i < 4; i++)
		space_make(&s[i]);
	map_page(&s[0], 0, 0, RW);
	for (unsigned i = 1; i < 4; i++)
		pass_on(&s[i - 1], &s[i], 0);
	CHECK(there(&s[3], 0));
	L4_UnmapFpage(page_rights(0, L4_Writable));
	for (unsigned i = 0; i < 4; i++)
		CHECK(there(&s[i], 0) && !writable(&s[i], 0));
	L4_UnmapFpage(page_rights(0, RWX));
	for (unsigned i = 0; i < 4; i++)
		CHECK(!there(&s[i], 0));
}

struct unmap_job { word control, fpage; volatile word result; };

static void unmap_once(void *arg)
{
	struct unmap_job *job = arg;

	L4_LoadMR(0, job->fpage);
	L4_Unmap(job->control);
	job->result = mr(0);
}

TEST(GUNM0013, "a mapping in the middle revokes below itself, and neither above nor beside")
{
	static struct space s[4];
	static struct unmap_job job;

	for (unsigned i = 0; i < 4; i++)
		space_make(&s[i]);
	map_page(&s[0], 0, 0, RW);
	map_page(&s[3], 0, 0, RW);
	pass_on(&s[0], &s[1], 0);
	pass_on(&s[1], &s[2], 0);
	job = (struct unmap_job){ FLUSH, fpage(WINDOW, 12, RWX).raw, 0 };
	space_start(&s[1], unmap_once, &job);
	CHECK(there(&s[0], 0));
	CHECK(!there(&s[1], 0));
	CHECK(!there(&s[2], 0));
	CHECK(there(&s[3], 0));
}

TEST(GUNM0014, "what a lower level has read is still seen higher up")
{
	static struct space b, c;
	static struct unmap_job job;

	space_make(&b);
	space_make(&c);
	map_page(&b, 0, 0, RW);
	pass_on(&b, &c, 0);
	reset_status(0);
	CHECK(writable(&c, 0));
	job = (struct unmap_job){ 0, fpage(WINDOW, 12, 0).raw, 0 };
	space_start(&b, unmap_once, &job);
	CHECK_EQ(job.result & 2, 2);
	CHECK(L4_WasWritten(L4_GetStatus(page_rights(0, 0))));
}

TEST(GUNM0015, "a part of a mapped fpage can be revoked")
{
	struct space s;
	struct received r;

	space_make(&s);
	map_into(&s, fpage(pool(0), 16, RW), 0, L4_FpageLog2(WINDOW, 16), &r);
	L4_UnmapFpage(fpage(pool(4), 14, RWX));
	for (unsigned i = 0; i < 16; i++)
		CHECK_EQ(there(&s, i * PAGE), i < 4 || i >= 8);
}

TEST(GUNM0016, "one fpage covers pages that were mapped one by one, to several spaces")
{
	struct space a, b;

	space_make(&a);
	space_make(&b);
	map_page(&a, 3, 0, RW);
	map_page(&a, 7, PAGE, RW);
	map_page(&b, 12, 0, RW);
	map_page(&b, 30, PAGE, RW);
	L4_UnmapFpage(fpage(pool(0), 16, RWX));
	CHECK(!there(&a, 0) && !there(&a, PAGE));
	CHECK(!there(&b, 0) && there(&b, PAGE));
}

TEST(GUNM0017, "all 64 message registers can hold fpages")
{
	struct space s;
	struct received r;

	space_make(&s);
	map_into(&s, fpage(pool(0), 19, RW), 0, L4_FpageLog2(WINDOW, 19), &r);
	CHECK(!probe_write(&s, WINDOW + 2 * PAGE, 1).faulted);
	L4_UnmapFpage(fpage(pool(0), 19, 0));
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, page_rights(2 * (unsigned)i, RWX).raw);
	L4_Unmap(63);
	for (int i = 0; i < 64; i++)
		CHECK_EQ(mr(i) & ~7ul, page_rights(2 * (unsigned)i, 0).raw);
	for (unsigned i = 0; i < 128; i += 9)
		CHECK_EQ(there(&s, i * PAGE), i % 2);
}

TEST(GUNM0018, "message registers above k are untouched")
{
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, i <= 4 ? page_rights(1, RWX).raw : 0x1000 + (word)i);
	L4_Unmap(4);
	for (int i = 5; i < 64; i++)
		CHECK_EQ(mr(i), 0x1000 + (word)i);
}

TEST(GUNM0019, "a nilpage is a no-op and comes back as 0")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	CHECK_EQ(L4_UnmapFpage(L4_Nilpage).raw, 0);
	CHECK_EQ(L4_Flush(L4_Nilpage).raw, 0);
	CHECK(there(&s, 0));
}

TEST(GUNM0020, "an fpage where nothing is mapped, and one of the kernel's, have status 0")
{
	CHECK_EQ(L4_Rights(L4_UnmapFpage(fpage(FREE_PLACE + 0x56000, 12, RWX))), 0);
	CHECK_EQ(L4_Rights(L4_Flush(fpage(FREE_PLACE, 21, RWX))), 0);
	CHECK_EQ(L4_Rights(L4_Flush(fpage(KERNEL_IMAGE, 21, RWX))), 0);
	CHECK_EQ(L4_Rights(L4_Flush(fpage(NO_ADDRESS, 12, RWX))), 0);
}

TEST(GUNM0021, "small pages derived from a large one are all removed")
{
	struct space s;
	struct received r;
	word big = big_page();

	space_make(&s);
	for (unsigned i = 0; i < 4; i++) {
		map_into(&s, fpage(big + i * 5 * PAGE, 12, RW), 0,
			 L4_FpageLog2(WINDOW + i * PAGE, 12), &r);
		CHECK(there(&s, i * PAGE));
	}
	L4_UnmapFpage(fpage(big, BIG_LOG2, RWX));
	for (unsigned i = 0; i < 4; i++)
		CHECK(!there(&s, i * PAGE));
}

TEST(GUNM0022, "a small fpage inside a large page revokes what was derived in its range")
{
	struct space s;
	struct received r;
	word big = big_page();

	space_make(&s);
	map_into(&s, fpage(big, 12, RW), 0, L4_FpageLog2(WINDOW, 12), &r);
	map_into(&s, fpage(big + PAGE, 12, RW), 0, L4_FpageLog2(WINDOW + PAGE, 12), &r);
	L4_UnmapFpage(fpage(big + PAGE, 12, RWX));
	CHECK(there(&s, 0));
	CHECK(!there(&s, PAGE));
}

TEST(GUNM0023, "a large page in another space goes when part of its source is revoked")
{
	struct space s;
	struct received r;
	word big = big_page();

	space_make(&s);
	map_into(&s, fpage(big, BIG_LOG2, RW), 0, L4_FpageLog2(WINDOW, BIG_LOG2), &r);
	CHECK(there(&s, PAGE));
	L4_UnmapFpage(fpage(big + PAGE, 12, RWX));
	CHECK(!there(&s, PAGE));
	L4_UnmapFpage(fpage(big, BIG_LOG2, RWX));
	CHECK(!there(&s, 0));
}

TEST(GUNM0024, "a space may flush all it has: it continues with what its pager maps again")
{
	static struct unmap_job job;
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	job = (struct unmap_job){ FLUSH, L4_CompleteAddressSpace.raw | 7, 77 };
	space_start(&s, unmap_once, &job);
	CHECK(job.result != 77);
	CHECK(!there(&s, 0));
	CHECK_EQ(probe_read(&s, SPACE_KIP).value, *(word *)kip);
}

TEST(GUNM0025, "a revoked page can be mapped again")
{
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 20; i++) {
		map_page(&s, i, 0, RW);
		CHECK(there(&s, 0));
		L4_UnmapFpage(page_rights(i, RWX));
		CHECK(!there(&s, 0));
	}
}

static void flush_own(void *arg)
{
	volatile word *p = arg;

	*p = 1;
	L4_Flush(fpage((word)p, 12, RWX));
	*p = 2;
}

TEST(GUNM0026, "after a flush the very next access faults: no stale translation")
{
	static L4_ThreadId_t t;
	struct space s;
	L4_MsgTag_t tag;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	t = space_start_pager(&s, flush_own, (void *)(word)WINDOW, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(tag_nibble(tag), L4_Writable);
	CHECK_EQ(mr(1), WINDOW);
}

TEST(GUNM0027, "a write right after a status read is seen by the next one")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	for (unsigned i = 0; i < 10; i++) {
		CHECK(writable(&s, 0));
		CHECK(L4_WasWritten(L4_GetStatus(page_rights(0, 0))));
	}
}

TEST(GUNM0028, "UnmapFpages and FlushFpages of the library handle a list")
{
	struct space s;
	L4_Fpage_t list[3] = { page_rights(0, RWX), page_rights(1, L4_Writable), page_rights(2, 0) };

	space_make(&s);
	for (unsigned i = 0; i < 3; i++)
		map_page(&s, i, i * PAGE, RW);
	CHECK(writable(&s, 2 * PAGE));
	L4_UnmapFpages(3, list);
	CHECK(!there(&s, 0));
	CHECK(there(&s, PAGE) && !writable(&s, PAGE));
	CHECK(L4_WasWritten(list[2]));
}

TEST(GUNM0029, "each fpage of a list has a status of its own")
{
	struct space s;
	L4_Fpage_t list[4] = { page_rights(0, 0), L4_Nilpage, page_rights(1, 0), fpage(pool(2), 10, 0) };

	space_make(&s);
	for (unsigned i = 0; i < 3; i++)
		map_page(&s, i, i * PAGE, RW);
	L4_UnmapFpages(4, list);
	CHECK(writable(&s, 0));
	list[0] = page_rights(0, 0);
	L4_UnmapFpages(4, list);
	CHECK(L4_WasWritten(list[0]));
	for (unsigned i = 1; i < 4; i++)
		CHECK_EQ(L4_Rights(list[i]), 0);
}

TEST(GUNM0030, "a large page that goes because of one part takes along what was derived from its others")
{
	static struct receiver r;
	static struct pass p;
	struct space b, c;
	word big = big_page();

	space_make(&b);
	space_make(&c);
	map_into(&b, fpage(big, BIG_LOG2, RW), 0, L4_FpageLog2(WINDOW, BIG_LOG2), &r.got);
	r = (struct receiver){ .from = L4_anythread, .window = L4_FpageLog2(WINDOW + 9 * PAGE, 12).raw };
	p = (struct pass){ space_start(&c, receive_once, &r), 9 * PAGE };
	space_start(&b, pass_page, &p);
	CHECK(there(&c, 9 * PAGE));
	L4_UnmapFpage(fpage(big + PAGE, 12, RWX));
	CHECK(!there(&b, PAGE));
	CHECK_EQ(there(&c, 9 * PAGE), there(&b, 9 * PAGE));
	L4_UnmapFpage(fpage(big, BIG_LOG2, RWX));
	CHECK(!there(&c, 9 * PAGE));
}

TEST(GUNM0031, "a page written before its rights are extended is still reported as written")
{
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	reset_status(0);
	CHECK(writable(&s, 0));
	map_page(&s, 0, 0, RWX);
	CHECK(L4_WasWritten(L4_GetStatus(page_rights(0, 0))));
}

TEST(GUNM0032, "a page written before its W is revoked is reported by that call, and not again")
{
	struct space s;
	L4_Fpage_t f;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	CHECK(writable(&s, 0));
	CHECK(L4_WasWritten(L4_UnmapFpage(page_rights(0, L4_Writable))));
	f = L4_GetStatus(page_rights(0, 0));
	CHECK(!L4_WasWritten(f));
}

static void flush_areas(void *done)
{
	L4_Flush(fpage(SPACE_KIP & ~0x1ffffful, 21, RWX));
	*(volatile word *)done = *(volatile word *)(word)SPACE_KIP;
	L4_Sleep(L4_ZeroTime);
}

TEST(GUNM0033, "flushing the region of the KIP and UTCB areas leaves both")
{
	static volatile word done;
	struct space s;

	done = 0;
	space_make(&s);
	space_start(&s, flush_areas, (void *)&done);
	CHECK_EQ(done, *(word *)kip);
}
