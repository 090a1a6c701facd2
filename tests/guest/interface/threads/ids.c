/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.c - the sender id of a message, and ids that name no thread (api 4.1, 5.1).
 */
#include "ipc.h"

TEST(GIPC0019, "inside a space the sender's local id is delivered, however the partners wrote each other")
{
	static struct job j;
	struct received r;
	L4_ThreadId_t t, local;

	for (unsigned i = 0; i < 4; i++) {
		j = (struct job){ .to = i & 1 ? L4_MyLocalId() : L4_MyGlobalId() };
		t = thread_start(run_job, &j);
		local = L4_LocalIdOf(t);
		r = receive_now(i & 2 ? local : t, L4_ZeroTime.raw);
		CHECK_EQ(r.error, 0);
		CHECK_EQ(r.from, local.raw);
	}
}

TEST(GIPC0020, "across spaces the sender's global id is delivered")
{
	static struct job j;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	j = (struct job){ .to = L4_Myself() };
	t = space_start(&s, run_job, &j);
	CHECK_EQ(wait_now().from, t.raw);
}

TEST(GIPC0031, "a local id of no thread is a partner that does not exist")
{
	L4_ThreadId_t none = { .raw = utcb_area() + 249 * UTCB_BYTES + MR0_OFFSET };

	CHECK_EQ(empty_send_error(none, L4_Never), SEND_NOT_EXISTING);
	CHECK_EQ(receive_now(none, 0).error, RECEIVE_NOT_EXISTING);
}

TEST(GIPC0033, "a propagation that is not allowed is an ordinary message of its real sender")
{
	static struct receiver r;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	r = (struct receiver){ .from = L4_Myself() };
	t = space_start(&s, receive_once, &r);
	L4_Set_VirtualSender(L4_GlobalId(user_base, 1));
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = tag_make(2, 0, 0).raw | 0x1000 });
	CHECK_EQ(send_error(t, L4_ZeroTime), 0);
	CHECK(r.got.done);
	CHECK_EQ(r.got.from, L4_Myself().raw);
	CHECK_EQ(r.got.tag & 0x1000, 0);
}

/* A line that no test before those of interrupts attaches. */
enum { FRESH_LINE = 11 };

static word attach_fresh(L4_ThreadId_t handler)
{
	L4_ThreadId_t line = L4_GlobalId(FRESH_LINE, 1);

	return thread_control(line, line, L4_nilthread, handler, -1ul);
}

TEST(GIPC0036, "an interrupt that was never attached does not exist: no partner, no Schedule, no detaching")
{
	L4_ThreadId_t line = L4_GlobalId(FRESH_LINE, 1);
	word old;

	CHECK(L4_IpcFailed(L4_Receive_Timeout(line, L4_TimePeriod(1000))));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_NOT_EXISTING);
	L4_Set_MsgTag(L4_Niltag);
	CHECK(L4_IpcFailed(L4_Send_Timeout(line, L4_TimePeriod(1000))));
	CHECK_EQ(L4_ErrorCode(), SEND_NOT_EXISTING);
	CHECK_EQ(L4_Schedule(line, -1ul, -1ul, -1ul, -1ul, &old), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(attach_fresh(line), L4_ErrInvalidThread);
	CHECK_EQ(attach_fresh(tid_new()), L4_ErrInvalidThread);
	CHECK_EQ(L4_Schedule(line, -1ul, -1ul, -1ul, -1ul, &old), L4_SCHEDRESULT_ERROR);
	if (attach_fresh(L4_Myself()) != 0)
		guest_skip("the kernel keeps the line");
	CHECK_EQ(attach_fresh(line), 0);
	CHECK(L4_IpcFailed(L4_Receive_Timeout(line, L4_TimePeriod(1000))));
	CHECK_EQ(L4_ErrorCode(), RECEIVE_TIMEOUT);
	CHECK(L4_Schedule(line, -1ul, -1ul, -1ul, -1ul, &old) != L4_SCHEDRESULT_ERROR);
}

TEST(GIPC0037, "a number beyond the interrupts is no interrupt: error 2")
{
	CHECK_EQ(receive_now(L4_GlobalId(1, 3), L4_ZeroTime.raw).error, RECEIVE_NOT_EXISTING);
	CHECK_EQ(empty_send_error(L4_GlobalId(1, 3), L4_ZeroTime), SEND_NOT_EXISTING);
}

TEST(GIPC0040, "a local id must be exactly a thread's: an address beside it names no thread")
{
	L4_ThreadId_t t = L4_LocalIdOf(thread_waiting(L4_Myself()));

	for (word off = 64; off < UTCB_BYTES; off += 64) {
		L4_ThreadId_t beside = { .raw = t.raw + off }, before = { .raw = t.raw - off };

		CHECK_EQ(empty_send_error(beside, L4_ZeroTime), SEND_NOT_EXISTING);
		CHECK_EQ(receive_now(beside, L4_ZeroTime.raw).error, RECEIVE_NOT_EXISTING);
		CHECK_EQ(empty_send_error(before, L4_ZeroTime), SEND_NOT_EXISTING);
	}
}
