/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_control.c - ThreadControl (api 4.3) and the start protocol (protocols 1).
 */
#include "machine.h"

#define NIL L4_nilthread
#define NO_UTCB (-1ul)

static L4_MsgTag_t send_start(L4_ThreadId_t t, word ip, word sp)
{
	L4_LoadMR(1, ip);
	L4_LoadMR(2, sp);
	L4_Set_MsgTag(tag_make(0, 2, 0));
	return L4_Reply(t);
}

static void set_flag(void *flag)
{
	*(volatile word *)flag = 1;
}

TEST_N(GTHR0001, "an inactive thread can be created, and created again only as a modification")
{
	L4_ThreadId_t t = tid_new();

	CHECK_EQ(thread_control(t, supervisor, supervisor, NIL, NO_UTCB), 0);
	adopt(t);
	CHECK_EQ(thread_control(t, supervisor, supervisor, NIL, NO_UTCB), 0);
}

TEST_N(GTHR0002, "a send to an inactive thread waits, and times out")
{
	L4_ThreadId_t t = thread_inactive();

	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_TimePeriod(2000))));
	CHECK_EQ(L4_ErrorCode(), SEND_TIMEOUT);
	CHECK(L4_IpcFailed(L4_Receive_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
}

TEST_N(GTHR0003, "a thread starts at IP and SP of its pager's message, with all other registers zero")
{
	L4_ThreadId_t t = thread_waiting(L4_Myself());
	word sp = stack_new() - 32;

	CHECK(L4_Set_Priority(t, 150));
	CHECK(L4_IpcSucceeded(send_start(t, (word)regs_entry, sp)));
	L4_ThreadSwitch(t);
	CHECK_EQ(regs_found.sp, sp);
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((volatile word *)&regs_found)[i], 0);
	CHECK_EQ(regs_found.flags & FLAGS_ALL, FLAGS_FIRST);
}

static volatile word start_error;

static void start_other(void *t)
{
	L4_MsgTag_t tag = send_start(*(L4_ThreadId_t *)t, (word)regs_entry, stack_new());

	start_error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

TEST_N(GTHR0004, "only the pager's message starts a thread")
{
	static L4_ThreadId_t t;

	t = thread_waiting(L4_Myself());
	thread_start(start_other, &t);
	CHECK_EQ(start_error, SEND_TIMEOUT);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST_N(GTHR0005, "a deleted thread no longer exists for IPC")
{
	L4_ThreadId_t t = thread_waiting(L4_Myself());

	thread_delete(t);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), SEND_NOT_EXISTING);
	CHECK(L4_IpcFailed(L4_Receive(t)));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_NOT_EXISTING);
}

TEST_N(GTHR0006, "deleting a thread that does not exist succeeds")
{
	CHECK_EQ(thread_control(tid_new(), NIL, NIL, NIL, NO_UTCB), 0);
}

TEST_N(GTHR0007, "a thread cannot delete itself: error 2")
{
	CHECK_EQ(thread_control(L4_Myself(), NIL, NIL, NIL, NO_UTCB), L4_ErrInvalidThread);
}

TEST_N(GTHR0008, "thread numbers of the system's range cannot be created: error 2")
{
	CHECK_EQ(thread_control(L4_GlobalId(user_base - 1, 1), supervisor, supervisor, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
	CHECK_EQ(thread_control(L4_GlobalId(system_base + 1, 1), supervisor, supervisor, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
}

TEST_N(GTHR0009, "thread numbers beyond the significant bits cannot be created: error 2")
{
	CHECK_EQ(thread_control(L4_GlobalId(1ul << L4_THREAD_BITS, 1), supervisor, supervisor, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
	CHECK_EQ(thread_control(L4_GlobalId(TOP_BIT >> __L4_VERSION_BITS | (user_base + 9), 1), supervisor,
				supervisor, NIL, NO_UTCB), L4_ErrInvalidThread);
}

TEST_N(GTHR0010, "a new thread without a scheduler is refused: error 4")
{
	CHECK_EQ(thread_control(tid_new(), supervisor, NIL, NIL, NO_UTCB), L4_ErrInvalidScheduler);
}

TEST_N(GTHR0011, "a scheduler that does not exist is refused, when creating and when modifying: error 4")
{
	L4_ThreadId_t t = thread_waiting(supervisor), inactive = thread_inactive();

	CHECK_EQ(thread_control(tid_new(), supervisor, tid_new(), NIL, NO_UTCB),
		 L4_ErrInvalidScheduler);
	CHECK_EQ(thread_control(inactive, supervisor, tid_new(), NIL, NO_UTCB), L4_ErrInvalidScheduler);
	CHECK_EQ(thread_control(t, supervisor, tid_new(), NIL, NO_UTCB), L4_ErrInvalidScheduler);
	CHECK_EQ(thread_control(t, supervisor, L4_Myself(), NIL, NO_UTCB), 0);
}

TEST_N(GTHR0012, "nil, any and anylocal are no destination, nor are local ids on most machines: error 2")
{
	CHECK_EQ(thread_control(L4_anythread, supervisor, supervisor, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
	CHECK_EQ(thread_control(L4_anylocalthread, supervisor, supervisor, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
	CHECK_EQ(thread_control(L4_MyLocalId(), supervisor, supervisor, NIL, NO_UTCB), LOCAL_DEST_ERROR);
	CHECK_EQ(thread_control(NIL, supervisor, supervisor, NIL, NO_UTCB), L4_ErrInvalidThread);
}

TEST_N(GTHR0013, "a version whose low six bits are zero makes no global id: error 2")
{
	L4_ThreadId_t t = L4_GlobalId(L4_ThreadNo(tid_new()), 0x40);

	CHECK_EQ(thread_control(t, supervisor, supervisor, NIL, NO_UTCB), L4_ErrInvalidThread);
}

TEST_N(GTHR0014, "a space specifier that does not exist is refused: error 3")
{
	CHECK_EQ(thread_control(tid_new(), tid_new(), supervisor, NIL, NO_UTCB), L4_ErrInvalidSpace);
}

TEST_N(GTHR0015, "a stale version of a space specifier is refused: error 3")
{
	L4_ThreadId_t stale = L4_GlobalId(L4_ThreadNo(supervisor), L4_Version(supervisor) + 2);

	CHECK_EQ(thread_control(tid_new(), stale, supervisor, NIL, NO_UTCB), L4_ErrInvalidSpace);
}

TEST_N(GTHR0016, "a thread cannot be created active in a space without areas: error 3")
{
	L4_ThreadId_t first = tid_new();

	CHECK_EQ(thread_control(first, first, supervisor, NIL, NO_UTCB), 0);
	adopt(first);
	CHECK_EQ(thread_control(tid_new(), first, supervisor, supervisor, SPACE_UTCB),
		 L4_ErrInvalidSpace);
}

TEST_N(GTHR0017, "a UTCB location that is not aligned is refused: error 6")
{
	CHECK_EQ(thread_control(tid_new(), supervisor, supervisor, supervisor, utcb_new() + MR0_OFFSET),
		 L4_ErrUtcbArea);
}

TEST_N(GTHR0018, "a UTCB location outside the area is refused: error 6")
{
	word area = utcb_area();

	CHECK_EQ(thread_control(tid_new(), supervisor, supervisor, supervisor, area - UTCB_BYTES),
		 L4_ErrUtcbArea);
	CHECK_EQ(thread_control(tid_new(), supervisor, supervisor, supervisor, area + 256 * UTCB_BYTES),
		 L4_ErrUtcbArea);
}

TEST_N(GTHR0019, "the last slot of the UTCB area can be used")
{
	L4_ThreadId_t t = tid_new();

	CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, utcb_area() + 255 * UTCB_BYTES), 0);
	adopt(t);
}

TEST_N(GTHR0020, "a UTCB location that another thread has is refused: error 6")
{
	word utcb = utcb_new();
	L4_ThreadId_t t = tid_new();

	CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, utcb), 0);
	adopt(t);
	CHECK_EQ(thread_control(tid_new(), supervisor, supervisor, supervisor, utcb), L4_ErrUtcbArea);
}

TEST_N(GTHR0021, "an active thread keeps its UTCB location: error 6")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(thread_control(t, supervisor, NIL, NIL, utcb_new()), L4_ErrUtcbArea);
}

TEST_N(GTHR0022, "an inactive thread is activated by giving it a UTCB and a pager")
{
	static volatile word ran;
	L4_ThreadId_t t = thread_inactive();

	ran = 0;
	CHECK_EQ(thread_control(t, supervisor, NIL, L4_Myself(), utcb_new()), 0);
	CHECK(L4_Set_Priority(t, 150));
	CHECK(L4_IpcSucceeded(send_start(t, (word)guest_thread_entry,
					 thread_frame(stack_new(), set_flag, (void *)&ran))));
	L4_ThreadSwitch(t);
	CHECK_EQ(ran, 1);
}

TEST_N(GTHR0023, "an inactive thread without a UTCB cannot be activated: error 6")
{
	L4_ThreadId_t t = thread_inactive();

	CHECK_EQ(thread_control(t, supervisor, NIL, supervisor, NO_UTCB), L4_ErrUtcbArea);
}

TEST_N(GTHR0024, "ThreadControl takes local ids for space, scheduler and pager")
{
	L4_ThreadId_t t = tid_new(), me = L4_MyLocalId();

	CHECK_EQ(thread_control(t, me, me, me, utcb_new()), 0);
	adopt(t);
	CHECK(L4_IpcSucceeded(send_start(t, (word)regs_entry, stack_new())));
}

TEST_N(GTHR0025, "a new version makes the old id stale and the new one valid")
{
	static struct receiver r;
	L4_ThreadId_t t, renamed;

	r = (struct receiver){ .from = L4_anythread };
	t = thread_start(receive_once, &r);
	renamed = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);
	CHECK_EQ(thread_control(renamed, t, NIL, NIL, NO_UTCB), 0);
	adopt(renamed);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(t, L4_ZeroTime)));
	CHECK_EQ(L4_ErrorCode(), SEND_NOT_EXISTING);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(renamed, L4_ZeroTime)));
	CHECK(r.got.done);
}

struct id_job { L4_ThreadId_t from; volatile word id; };

static void report_id(void *arg)
{
	struct id_job *job = arg;
	L4_MsgTag_t tag = L4_Receive(job->from);

	(void)tag;
	job->id = L4_MyGlobalId().raw;
}

TEST_N(GTHR0026, "MyGlobalId follows a change of version")
{
	static struct id_job job;
	L4_ThreadId_t t, renamed;

	job = (struct id_job){ .from = L4_Myself() };
	t = thread_start(report_id, &job);
	renamed = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);
	CHECK_EQ(thread_control(renamed, t, NIL, NIL, NO_UTCB), 0);
	adopt(renamed);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcSucceeded(L4_Send_Timeout(renamed, L4_ZeroTime)));
	CHECK_EQ(job.id, renamed.raw);
}

TEST_N(GTHR0027, "the new id as space specifier of its own change is refused: error 3")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_ThreadId_t renamed = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);

	CHECK_EQ(thread_control(renamed, renamed, NIL, NIL, NO_UTCB), L4_ErrInvalidSpace);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST_N(GTHR0028, "a thread that waits for the old id gets error 2")
{
	static struct receiver r;
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_ThreadId_t renamed = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);

	r = (struct receiver){ .from = t };
	thread_start(receive_once, &r);
	CHECK(!r.got.done);
	CHECK_EQ(thread_control(renamed, t, NIL, NIL, NO_UTCB), 0);
	adopt(renamed);
	sleep_us(1000);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, RECEIVE_NOT_EXISTING);
}

TEST_N(GTHR0029, "a thread that waits for a deleted thread's message gets error 2 in the receive phase")
{
	static struct receiver r;
	L4_ThreadId_t t = thread_waiting(supervisor);

	r = (struct receiver){ .from = t };
	thread_start(receive_once, &r);
	thread_delete(t);
	sleep_us(1000);
	CHECK(r.got.done);
	CHECK_EQ(r.got.error, RECEIVE_NOT_EXISTING);
}

struct send_job { L4_ThreadId_t to; volatile word done, error; };

static void send_once(void *arg)
{
	struct send_job *job = arg;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(job->to);
	job->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	job->done = 1;
}

TEST_N(GTHR0030, "queued senders of a deleted thread get error 2 in the send phase")
{
	static struct send_job a, b;
	L4_ThreadId_t t = thread_waiting(supervisor);

	a = b = (struct send_job){ .to = t };
	thread_start(send_once, &a);
	thread_start(send_once, &b);
	CHECK(!a.done && !b.done);
	thread_delete(t);
	sleep_us(1000);
	CHECK(a.done && b.done);
	CHECK_EQ(a.error, SEND_NOT_EXISTING);
	CHECK_EQ(b.error, SEND_NOT_EXISTING);
}

TEST_N(GTHR0031, "a thread that was deleted while it sent is no longer queued")
{
	static struct send_job a;
	struct receiver r = { .from = L4_anythread, .timeout = L4_ZeroTime.raw };
	L4_ThreadId_t t;

	a = (struct send_job){ .to = L4_Myself() };
	t = thread_start(send_once, &a);
	thread_delete(t);
	receive_once(&r);
	CHECK_EQ(r.got.error, RECEIVE_TIMEOUT);
}

TEST_N(GTHR0032, "a new thread has priority 100, a slice of 10 ms, and no exception handler")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	L4_Time_t slice, quantum;
	word old;

	CHECK(L4_Timeslice(t, &slice, &quantum));
	CHECK_EQ((word)slice.period.m << slice.period.e, 10000);
	CHECK(L4_Schedule(t, -1ul, -1ul, -1ul, -1ul, &old) == L4_SCHEDRESULT_WAITING);
}

static volatile word *utcb_of(L4_ThreadId_t t) { return (word *)(L4_LocalIdOf(t).raw - MR0_OFFSET); }

TEST_N(GTHR0033, "a UTCB is zero at activation, but for id, processor and pager, also if it was used before")
{
	word location = utcb_new();
	L4_ThreadId_t t = tid_new();

	CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, location), 0);
	for (unsigned i = 0; i < 128; i++)
		((volatile word *)location)[i] = 0x5a5a5a5a;
	thread_delete(t);
	t = tid_new();
	CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, location), 0);
	adopt(t);
	CHECK_EQ(utcb_of(t), location);
	for (unsigned i = 0; i < 128; i++) {
		int index = (int)i - 64;
		word w = ((volatile word *)location)[i];

		if (index == __L4_TCR_MY_GLOBAL_ID)
			CHECK_EQ(w, t.raw);
		else if (index == __L4_TCR_PAGER)
			CHECK_EQ(w, supervisor.raw);
		else
			CHECK_EQ(w, 0);
	}
}

static void note_error(void *error)
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag = L4_Wait(&from);

	*(volatile word *)error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
}

TEST_N(GTHR0034, "a thread moved to another space has its IPC aborted and runs there")
{
	static volatile word seen;
	struct space a, b;
	L4_ThreadId_t t;

	seen = -1ul;
	space_make(&a);
	space_make(&b);
	t = space_start(&a, note_error, (void *)&seen);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(thread_control(t, b.anchor, NIL, NIL, NO_UTCB), 0);
	sleep_us(2000);
	guest_note("error of the aborted receive", seen);
	CHECK(seen == RECEIVE_CANCELLED || seen == RECEIVE_ABORTED);
	thread_delete(a.anchor);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST_N(GTHR0035, "a thread cannot move to a space where its UTCB location is taken: error 6")
{
	struct space a, b;
	L4_ThreadId_t t;

	space_make(&a);
	space_make(&b);
	t = space_waiting(&a, supervisor);
	space_waiting(&b, supervisor);
	CHECK_EQ(thread_control(t, b.anchor, NIL, NIL, NO_UTCB), L4_ErrUtcbArea);
}

TEST_N(GTHR0036, "a space ends with its last thread")
{
	struct space s;
	word old;

	space_make(&s);
	thread_delete(s.anchor);
	CHECK_EQ(L4_SpaceControl(s.anchor, 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidSpace);
}

static void spin_entry(void *counter) { spin(counter); }

TEST_N(GTHR0037, "a running thread of another space can be deleted")
{
	static volatile word counter;
	struct space s;
	L4_ThreadId_t t;
	word seen;

	counter = 0;
	space_make(&s);
	t = space_start_prio(&s, spin_entry, (void *)&counter, 100);
	while (counter == 0)
		L4_ThreadSwitch(t);
	thread_delete(t);
	seen = counter;
	sleep_us(20000);
	CHECK_EQ(counter, seen);
}

TEST_N(GTHR0038, "threads can be created and deleted many times over")
{
	word utcb = utcb_new();

	for (unsigned i = 0; i < 100; i++) {
		L4_ThreadId_t t = tid_new();

		CHECK_EQ(thread_control(t, supervisor, supervisor, supervisor, utcb), 0);
		thread_delete(t);
	}
}

TEST_N(GTHR0039, "spaces can be created and deleted many times over")
{
	for (unsigned i = 0; i < 20; i++) {
		L4_ThreadId_t t = tid_new();
		word old;

		CHECK_EQ(thread_control(t, t, supervisor, NIL, NO_UTCB), 0);
		CHECK_EQ(L4_SpaceControl(t, 0, L4_FpageLog2(SPACE_KIP, 12), L4_FpageLog2(SPACE_UTCB, 16),
					 L4_anythread, &old), 1);
		CHECK_EQ(thread_control(t, t, NIL, supervisor, SPACE_UTCB), 0);
		thread_delete(t);
	}
}

TEST_N(GTHR0040, "the pager can be changed, and then only its message starts the thread")
{
	L4_ThreadId_t t = thread_waiting(supervisor);

	CHECK_EQ(thread_control(t, supervisor, NIL, L4_Myself(), NO_UTCB), 0);
	CHECK_EQ(L4_PagerOf(t).raw, L4_Myself().raw);
}

TEST_N(GTHR0041, "a hundred threads at once")
{
	static struct receiver r[100];

	for (unsigned i = 0; i < 100; i++) {
		r[i] = (struct receiver){ .from = L4_Myself() };
		L4_ThreadId_t t = thread_start(receive_once, &r[i]);

		msg_load(i, 3, i * 1000);
		CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
	}
	for (unsigned i = 0; i < 100; i++) {
		CHECK(r[i].got.done);
		CHECK_EQ(r[i].got.mr[3], i * 1000 + 3);
	}
}

TEST_N(GTHR0042, "a deleted thread's number can be used again with a new version")
{
	L4_ThreadId_t t = thread_inactive(), again = L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2);

	thread_delete(t);
	CHECK_EQ(thread_control(again, supervisor, supervisor, NIL, NO_UTCB), 0);
	adopt(again);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(thread_state(again), L4_SCHEDRESULT_INACTIVE);
}

struct mover { L4_ThreadId_t to; volatile word error, error_there; };

static void move_self(void *arg)
{
	struct mover *m = arg;

	m->error = thread_control(L4_Myself(), m->to, NIL, NIL, NO_UTCB);
	m->error_there = thread_control(L4_Myself(), m->to, NIL, NIL, NO_UTCB);
	(void)*(volatile word *)pool(0);
}

TEST_N(GTHR0044, "a privileged thread that moves itself to an ordinary space is unprivileged from then on")
{
	static struct mover m;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;
	word old;

	m = (struct mover){ .to = tid_new(), .error = 99, .error_there = 99 };
	CHECK_EQ(thread_control(m.to, m.to, supervisor, NIL, NO_UTCB), 0);
	adopt(m.to);
	CHECK_EQ(L4_SpaceControl(m.to, 0, L4_FpageLog2((word)kip, 12),
				 L4_FpageLog2(utcb_area(), L4_INITIAL_UTCB_LOG2), L4_anythread, &old), 1);
	t = thread_start_pager(move_self, &m, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(m.error, 0);
	CHECK_EQ(m.error_there, L4_ErrNoPrivilege);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	CHECK_EQ(mr(1), pool(0));
	thread_delete(m.to);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_WAITING);
}

TEST_N(GTHR0045, "a deletion goes by the number: another version deletes the thread too")
{
	L4_ThreadId_t t = thread_inactive(), active = thread_waiting(supervisor);

	thread_delete(L4_GlobalId(L4_ThreadNo(t), L4_Version(t) + 2));
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	thread_delete(L4_GlobalId(L4_ThreadNo(active), L4_Version(active) + 4));
	CHECK_EQ(thread_state(active), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

TEST_N(GTHR0046, "a thread cannot delete itself by another version, nor any by a longer number: error 2")
{
	L4_ThreadId_t me = L4_Myself(), t = thread_inactive();

	CHECK_EQ(thread_control(L4_GlobalId(L4_ThreadNo(me), L4_Version(me) + 2), NIL, NIL, NIL, NO_UTCB),
		 L4_ErrInvalidThread);
	CHECK_EQ(thread_control(L4_GlobalId(L4_ThreadNo(t) | 1ul << L4_THREAD_BITS, L4_Version(t)), NIL, NIL, NIL,
				NO_UTCB), L4_ErrInvalidThread);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_INACTIVE);
}
