/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unmap_own.c - Unmap: threads that flush what they use themselves.
 */
#include "machine.h"

#define RW L4_ReadWriteOnly

enum { FLUSH = 0x40, MANY_LOG2 = 4, MANY = 1 << MANY_LOG2 };

static void flush_own_write(void *arg)
{
	volatile word *p = arg;

	*p = 1;
	L4_Flush(fpage((word)p, 12, L4_Writable));
	(void)*p;
	*p = 2;
}

TEST(GUNM0034, "a thread that gives up its own W right faults at its very next write, not before")
{
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	t = space_start_pager(&s, flush_own_write, (void *)(word)WINDOW, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(tag_nibble(tag), L4_Writable);
	CHECK_EQ(*(volatile word *)pool(0), 1);
}

static word own_status(word page)
{
	L4_LoadMR(0, L4_FpageLog2(page, 12).raw);
	L4_Unmap(FLUSH);
	return mr(0) & 7;
}

struct own { volatile word first, second, third; };

static void watch_own(void *arg)
{
	volatile word *p = (volatile word *)(word)WINDOW;
	struct own *o = arg;

	*p = 1;
	o->first = own_status(WINDOW);
	o->second = own_status(WINDOW);
	*p = 2;
	o->third = own_status(WINDOW);
}

TEST(GUNM0035, "a thread sees its own writes in the status of a flush without rights, each time again")
{
	static struct own o;
	struct space s;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	space_start(&s, watch_own, &o);
	CHECK_EQ(o.first & 6, 6);
	CHECK_EQ(o.second, 0);
	CHECK_EQ(o.third & 6, 6);
	CHECK(!probe_read(&s, WINDOW).faulted);
}

static volatile word survived;

/* All pages are written, lose W in one flush, and are read; then the last is written. */
static void flush_own_many(void *arg)
{
	volatile word *p = arg;

	for (unsigned i = 0; i < MANY; i++)
		p[i * (PAGE / sizeof(*p))] = 1;
	L4_Flush(fpage((word)p, 12 + MANY_LOG2, L4_Writable));
	for (unsigned i = 0; i < MANY; i++)
		(void)p[i * (PAGE / sizeof(*p))];
	p[(MANY - 1) * (PAGE / sizeof(*p))] = 2;
	survived = 1;
}

TEST(GUNM0036, "so does one that gives up its W right to many pages at once")
{
	struct space s;
	L4_MsgTag_t tag;

	survived = 0;
	space_make(&s);
	for (unsigned i = 0; i < MANY; i++)
		map_page(&s, i, i * PAGE, RW);
	tag = pager_serve(space_start_pager(&s, flush_own_many, (void *)(word)WINDOW, L4_Myself()));
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(tag_nibble(tag), L4_Writable);
	CHECK_EQ(mr(1), WINDOW + (MANY - 1) * PAGE);
	CHECK_EQ(survived, 0);
}

/* ---- a server that was called by a short way, flushes, answers by one, and is called by another ---- */

enum { GIVEN = 2 * PAGE, TWO_LOG2 = 13 };

static void flush_and_answer(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (L4_Wait(&from);; L4_ReplyWait(from, &from)) {
		L4_Flush(fpage(WINDOW + GIVEN, TWO_LOG2, RW | L4_eXecutable));
		msg_load(0, 1, *(volatile word *)(word)WINDOW - 1);
	}
}

TEST(GUNM0037, "a server that flushes pages on a client's call still has its own space at the next call")
{
	static struct received r;
	struct space s;
	L4_ThreadId_t server;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	*(volatile word *)pool(0) = 7;
	server = space_start(&s, flush_and_answer, 0);
	for (unsigned i = 0; i < 4; i++) {
		map_into(&s, fpage(pool(2), TWO_LOG2, RW), 0, L4_FpageLog2(WINDOW + GIVEN, TWO_LOG2), &r);
		CHECK_EQ(r.error, 0);
		L4_Set_MsgTag(tag_make(0, 0, 0));
		CHECK(L4_IpcSucceeded(L4_Call(server)));
		CHECK_EQ(mr(1), 7);
		L4_Set_MsgTag(tag_make(0, 0, 0));
		CHECK(L4_IpcSucceeded(L4_Call_Timeouts(server, L4_TimePeriod(100000), L4_TimePeriod(100000))));
		CHECK_EQ(mr(1), 7);
		CHECK(probe_read(&s, WINDOW + GIVEN).faulted);
	}
}

static void answer_seven(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (L4_Wait(&from);; L4_ReplyWait(from, &from))
		msg_load(0, 1, *(volatile word *)(word)WINDOW - 1);
}

/* A message alone, a flush of what its receiver was given, the wait for the answer. 0, or the error. */
static word send_flush_wait(L4_ThreadId_t server, L4_Fpage_t given)
{
	L4_Set_MsgTag(tag_make(0, 0, 0));
	if (L4_IpcFailed(L4_Send_Timeout(server, L4_Never)))
		return L4_ErrorCode();
	L4_Flush(given);
	L4_LoadMR(0, 0);
	return L4_IpcFailed(L4_Receive_Timeout(server, L4_Never)) ? L4_ErrorCode() : 0;
}

TEST(GUNM0038, "a receiver runs, and answers, whose pages the sender flushes between its send and its wait")
{
	static struct received r;
	struct space s;
	L4_ThreadId_t server;

	space_make(&s);
	map_page(&s, 0, 0, RW);
	*(volatile word *)pool(0) = 7;
	server = space_start(&s, answer_seven, 0);
	L4_Set_Priority(server, 90);
	for (unsigned log2 = 12; log2 <= TWO_LOG2; log2++)
		for (unsigned i = 0; i < 4; i++) {
			map_into(&s, fpage(pool(2), log2, RW), 0, L4_FpageLog2(WINDOW + GIVEN, log2), &r);
			CHECK_EQ(r.error, 0);
			L4_Set_MsgTag(tag_make(0, 0, 0));
			CHECK(L4_IpcSucceeded(L4_Call(server)));
			CHECK_EQ(send_flush_wait(server, fpage(pool(2), log2, RW | L4_eXecutable)), 0);
			CHECK_EQ(mr(1), 7);
			CHECK(probe_read(&s, WINDOW + GIVEN).faulted);
		}
}
