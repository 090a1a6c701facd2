/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hs_schedule.c - L4_HS_Schedule, which passes a thread id as TimeControl (ppc32 13, P5); and local ids in
 * ThreadControl and SpaceControl (P6).
 */
#include "machine.h"

TEST(GSCH0101, "L4_HS_Schedule is refused with error 5, and changes nothing")
{
	L4_ThreadId_t t = thread_start_prio(receive_once, 0, 90);
	L4_Time_t slice = L4_TimePeriod(7000), left, quantum;
	word old;

	thread_delete(t);
	t = thread_waiting(supervisor);
	CHECK(L4_Set_Timeslice(t, slice, L4_Never));
	CHECK_EQ(L4_HS_Schedule(t, 1, L4_Myself(), 20, 3, &old), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
	CHECK(L4_Timeslice(t, &left, &quantum));
	CHECK_EQ(quantum.raw, L4_Never.raw);
}

TEST(GTHR0101, "a thread of the own space can be modified and deleted by its local id")
{
	L4_ThreadId_t t = thread_waiting(supervisor), local = L4_LocalIdOf(t);

	CHECK_EQ(thread_control(local, supervisor, L4_nilthread, L4_Myself(), -1ul), 0);
	CHECK_EQ(L4_GlobalIdOf(L4_PagerOf(t)).raw, L4_Myself().raw);
	CHECK_EQ(thread_control(local, L4_nilthread, L4_nilthread, L4_nilthread, -1ul), 0);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_ERROR);
	disown(t);
}

TEST(GTHR0102, "a local id that names no thread is error 2, as the space's 3, as the scheduler's 4")
{
	L4_ThreadId_t t = thread_waiting(supervisor), wild = { .raw = L4_MyLocalId().raw + 0x8000 - 64 };

	CHECK_EQ(thread_control(wild, supervisor, L4_nilthread, supervisor, -1ul), L4_ErrInvalidThread);
	CHECK_EQ(thread_control(t, wild, L4_nilthread, supervisor, -1ul), L4_ErrInvalidSpace);
	CHECK_EQ(thread_control(t, supervisor, wild, supervisor, -1ul), L4_ErrInvalidScheduler);
}

TEST(GTHR0103, "a space can be configured by a local id of a thread of it")
{
	word old;

	CHECK_EQ(L4_SpaceControl(L4_MyLocalId(), 0, L4_Nilpage, L4_Nilpage, L4_nilthread, &old), 1);
}
