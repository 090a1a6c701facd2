/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * isolation.c - what one thread or space must not be able to do to another: see old contents, answer for
 * another thread, be taken for another thread, or stop the system by naming itself.
 */
#include "machine.h"
#include "bad_values.h"
#include "ipc.h"

#define RW L4_ReadWriteOnly

TEST_N(GISO0001, "a UTCB page of a new space is empty, whatever the deleted one left there")
{
	struct space a, b;

	for (unsigned round = 0; round < 4; round++) {
		space_make(&a);
		for (unsigned i = 0; i < 4; i++)
			space_waiting(&a, supervisor);
		for (word at = SPACE_UTCB + UTCB_BYTES; at < SPACE_UTCB + PAGE; at += MR0_OFFSET)
			CHECK(!probe_write(&a, at + MR0_OFFSET / 2, 0x5ec4e7).faulted);
		space_delete(&a);
		space_make(&b);
		for (word at = SPACE_UTCB + UTCB_BYTES; at < SPACE_UTCB + PAGE; at += MR0_OFFSET)
			CHECK_EQ(probe_read(&b, at + MR0_OFFSET / 2).value, 0);
		space_delete(&b);
	}
}

struct local_job { L4_ThreadId_t to; volatile word error, done; };

static void send_once(void *arg)
{
	struct local_job *j = arg;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(tag_make(0x10ca1, 0, 0));
	tag = L4_Send_Timeout(j->to, L4_ZeroTime);
	j->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	j->done = 1;
}

TEST(GISO0002, "a local id means a thread of the caller's space, never one of another at that address")
{
	static struct local_job j;
	struct space s;

	space_make(&s);
	j = (struct local_job){ .to = L4_MyLocalId() };
	space_start(&s, send_once, &j);
	CHECK(j.done);
	CHECK_EQ(j.error, SEND_NOT_EXISTING);
}

struct touch { word address; volatile word done; };

static void touch(void *arg)
{
	struct touch *t = arg;

	(void)*(volatile word *)t->address;
	t->done = 1;
}

TEST(GISO0003, "only the pager's answer ends a page fault: others' messages wait")
{
	static struct touch job;
	static struct local_job j;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	job = (struct touch){ WINDOW, 0 };
	t = space_start_pager(&s, touch, &job, L4_Myself());
	pager_serve(t);
	j = (struct local_job){ .to = t };
	thread_start(send_once, &j);
	CHECK_EQ(j.error, SEND_TIMEOUT);
	j = (struct local_job){ .to = t };
	space_start(&s, send_once, &j);
	CHECK_EQ(j.error, SEND_TIMEOUT);
	CHECK(!job.done);
}

static void trap(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	trap_ud();
}

TEST(GISO0004, "only the handler's answer ends an exception")
{
	static L4_ThreadId_t me;
	static struct local_job j;
	L4_ThreadId_t t;

	me = L4_Myself();
	t = thread_start(trap, &me);
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(t, L4_TimePeriod(10000))));
	j = (struct local_job){ .to = t };
	thread_start(send_once, &j);
	CHECK_EQ(j.error, SEND_TIMEOUT);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST_N(GISO0005, "the answer to a deleted thread's fault fails with error 2")
{
	static struct touch job;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	job = (struct touch){ WINDOW, 0 };
	t = space_start_pager(&s, touch, &job, L4_Myself());
	pager_serve(t);
	thread_delete(t);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Reply(t)));
	CHECK_EQ(L4_ErrorCode(), SEND_NOT_EXISTING);
}

static void fault_to(void *pager)
{
	L4_Set_Pager(*(L4_ThreadId_t *)pager);
	(void)*(volatile word *)(word)WINDOW;
}

static void trap_to(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	trap_ud();
}

static void fault_to_self(void *unused)
{
	(void)unused;
	L4_Set_Pager(L4_Myself());
	(void)*(volatile word *)(word)WINDOW;
}

static void trap_to_self(void *unused)
{
	(void)unused;
	L4_Set_ExceptionHandler(L4_MyLocalId());
	trap_ud();
}

TEST(GISO0006, "a thread that is its own pager or handler waits for itself, or stops; others continue")
{
	thread_start(fault_to_self, 0);
	thread_start(trap_to_self, 0);
	sleep_us(1000);
	check_alive();
}

TEST(GISO0007, "an interrupt, the kernel's own threads, and anythread are no pager or handler: threads stop")
{
	static L4_ThreadId_t id[4];
	L4_ThreadId_t t[8];

	id[0] = L4_GlobalId(4, 1);
	id[1] = L4_GlobalId(system_base, 1);
	id[2] = L4_anythread;
	id[3] = L4_anylocalthread;
	for (unsigned i = 0; i < 4; i++) {
		t[2 * i] = thread_start(fault_to, &id[i]);
		t[2 * i + 1] = thread_start(trap_to, &id[i]);
	}
	sleep_us(1000);
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(thread_state(t[i]), L4_SCHEDRESULT_INACTIVE);
	check_alive();
}

TEST(GISO0008, "two threads that are each other's pagers wait for each other, and can be deleted")
{
	static L4_ThreadId_t a, b;

	a = thread_waiting(supervisor);
	b = thread_waiting(supervisor);
	thread_go(a, 150, thread_frame(stack_new(), fault_to, &b));
	thread_go(b, 150, thread_frame(stack_new(), fault_to, &a));
	sleep_us(1000);
	thread_delete(a);
	sleep_us(1000);
	thread_delete(b);
	check_alive();
}

TEST(GISO0009, "a thread that is halted while its fault is served continues only when it is resumed")
{
	static struct touch job;
	static L4_ThreadId_t t;
	volatile word *at = (volatile word *)(word)WINDOW;

	job = (struct touch){ (word)at, 0 };
	t = thread_start_pager(touch, &job, L4_Myself());
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(t, L4_TimePeriod(10000))));
	L4_Stop(t);
	load_map(1, fpage(pool(0), 12, RW), (word)at);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	sleep_us(1000);
	CHECK(!job.done);
	L4_Start(t);
	sleep_us(100);
	CHECK_EQ(job.done, 1);
	L4_Flush(fpage((word)at, 12, 7));
}

TEST(GISO0010, "a hundred spaces at once, each with a server that answers")
{
	static struct space s[100];
	static L4_ThreadId_t t[100];

	for (unsigned i = 0; i < 100; i++) {
		space_make(&s[i]);
		t[i] = space_start(&s[i], echo, 0);
	}
	for (word round = 0; round < 3; round++)
		for (unsigned i = 0; i < 100; i++) {
			msg_load(0, 1, round * 1000 + i);
			CHECK(L4_IpcSucceeded(L4_Call(t[i])));
			CHECK_EQ(mr(1), round * 1000 + i + 2);
		}
}

TEST(GISO0011, "a page that was taken away and given to another is not seen by the first any more")
{
	struct space a, b;
	volatile word *p = (volatile word *)pool(0);

	space_make(&a);
	space_make(&b);
	for (word i = 0; i < 20; i++) {
		map_page(&a, 0, 0, RW);
		CHECK(!probe_write(&a, WINDOW, i).faulted);
		L4_UnmapFpage(fpage(pool(0), 12, 7));
		*p = i + 1000;
		map_page(&b, 0, 0, L4_Readable);
		CHECK(probe_read(&a, WINDOW).faulted);
		CHECK_EQ(probe_read(&b, WINDOW).value, i + 1000);
		L4_UnmapFpage(fpage(pool(0), 12, 7));
	}
}

/* A thread that uses its page all the time: a stale translation would be used. */
static void read_all_the_time(void *counter)
{
	volatile word *n = counter;

	for (;;)
		*n += *(volatile word *)(word)WINDOW != 0;
}

TEST(GISO0012, "a thread that computes on a page faults as soon as the page is taken away")
{
	static volatile word counter;
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	counter = 0;
	space_make(&s);
	*(volatile word *)pool(0) = 1;
	map_page(&s, 0, 0, RW);
	t = space_waiting(&s, L4_Myself());
	CHECK(L4_Set_Priority(t, 100));
	L4_LoadMR(1, (word)guest_thread_entry);
	L4_LoadMR(2, thread_frame(stack_new(), read_all_the_time, (void *)&counter));
	L4_Set_MsgTag(tag_make(0, 2, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	tag = pager_serve(t);
	CHECK(L4_IpcFailed(tag));
	CHECK(counter > 0);
	L4_UnmapFpage(fpage(pool(0), 12, 7));
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), WINDOW);
}
