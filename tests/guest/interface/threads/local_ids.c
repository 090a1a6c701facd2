/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local_ids.c - local ids: the own space's, other spaces', and false ones (api 4.1, amd64 4.2).
 */
#include "ipc.h"
#include "bad_values.h"

enum { UTCB_AREA_LOG2 = L4_INITIAL_UTCB_LOG2 };

static word own_area(void) { return L4_MyLocalId().raw >> UTCB_AREA_LOG2 << UTCB_AREA_LOG2; }

/* A space whose areas are where ours are, with one thread at this local id, doing one job. */
static L4_ThreadId_t twin_of(L4_ThreadId_t local, struct job *j)
{
	L4_ThreadId_t t = tid_new();
	word old;

	adopt(t);
	CHECK_EQ(thread_control(t, t, supervisor, L4_nilthread, -1ul), 0);
	CHECK_EQ(L4_SpaceControl(t, 0, L4_FpageLog2((word)kip, 12), L4_FpageLog2(own_area(), UTCB_AREA_LOG2),
				 L4_anythread, &old), 1);
	CHECK_EQ(thread_control(t, t, L4_nilthread, supervisor, local.raw - MR0_OFFSET), 0);
	thread_go(t, 150, thread_frame(stack_new(), run_job, j));
	return t;
}

TEST(GLID0001, "two threads of one local id in two spaces: a receive by it takes the own one's message only")
{
	static struct job own, foreign;
	L4_ThreadId_t mine, other, local;
	struct received r;

	own = (struct job){ .to = L4_Myself(), .u = 1, .first = 10 };
	foreign = (struct job){ .to = L4_Myself(), .u = 1, .first = 20 };
	mine = thread_waiting(supervisor);
	local = L4_LocalIdOf(mine);
	other = twin_of(local, &foreign);
	CHECK_EQ(receive_now(local, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
	CHECK_EQ(receive_now(L4_anylocalthread, L4_ZeroTime.raw).error, RECEIVE_TIMEOUT);
	thread_go(mine, 150, thread_frame(stack_new(), run_job, &own));
	r = receive_now(local, L4_ZeroTime.raw);
	CHECK_EQ(r.mr[1], 11);
	CHECK_EQ(r.from, local.raw);
	r = receive_now(other, L4_ZeroTime.raw);
	CHECK_EQ(r.mr[1], 21);
	CHECK_EQ(r.from, other.raw);
}

/* Checks that no call finds a thread by this local id. */
static void check_nobody(L4_ThreadId_t t)
{
	word old;

	guest_note("id", t.raw);
	CHECK_EQ(empty_send_error(t, L4_Never), SEND_NOT_EXISTING);
	CHECK_EQ(receive_now(t, 0).error, RECEIVE_NOT_EXISTING);
	CHECK_EQ(L4_Schedule(t, -1ul, -1ul, -1ul, -1ul, &old), L4_SCHEDRESULT_ERROR);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
	CHECK_EQ(thread_control(tid_new(), t, supervisor, L4_nilthread, -1ul), L4_ErrInvalidSpace);
	CHECK_EQ(thread_control(tid_new(), supervisor, t, L4_nilthread, -1ul), L4_ErrInvalidScheduler);
	L4_ThreadSwitch(t);
}

TEST(GLID0002, "false local ids - unused, given back, beside a thread, outside the area - name no thread")
{
	L4_ThreadId_t used = thread_waiting(supervisor), gone;
	word local = L4_LocalIdOf(used).raw;
	word ids[] = {
		local + 64, local - 64, local + 256, own_area() - MR0_OFFSET,
		own_area() + 250 * UTCB_BYTES + MR0_OFFSET, own_area() + (1 << UTCB_AREA_LOG2) + MR0_OFFSET,
		(word)kip, 64, 0x1000, SPACE_UTCB + MR0_OFFSET,
		NO_ADDRESS - 64, NO_ADDRESS, KERNEL_IMAGE, ~0x7ful, local ^ TOP_BIT,
	};

	gone = L4_LocalIdOf(thread_waiting(supervisor));
	thread_delete(L4_GlobalIdOf(gone));
	check_nobody(gone);
	for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++)
		check_nobody((L4_ThreadId_t){ .raw = ids[i] });
	check_alive();
}

static void note_local_id(void *id)
{
	*(volatile word *)id = L4_MyLocalId().raw;
}

TEST(GLID0003, "the local id of another space's thread names no thread here")
{
	static volatile word id;
	struct space s;

	id = 0;
	space_make(&s);
	space_start(&s, note_local_id, (void *)&id);
	CHECK_EQ(id, SPACE_UTCB + MR0_OFFSET);
	check_nobody((L4_ThreadId_t){ .raw = id });
}

static void count_up(void *n)
{
	*(volatile word *)n += 1;
}

TEST(GLID0004, "Schedule, ThreadSwitch, ThreadControl and SpaceControl's redirector take local ids")
{
	static volatile word ran;
	L4_ThreadId_t t, local;
	struct space s;
	word old;

	ran = 0;
	t = thread_start_prio(count_up, (void *)&ran, 50);
	local = L4_LocalIdOf(t);
	CHECK_EQ(L4_Schedule(local, -1ul, -1ul, -1ul, -1ul, &old), L4_SCHEDRESULT_RUNNING);
	CHECK_EQ(ran, 0);
	L4_ThreadSwitch(local);
	CHECK_EQ(ran, 1);
	CHECK_EQ(thread_control(t, L4_MyLocalId(), L4_MyLocalId(), L4_MyLocalId(), -1ul), 0);
	CHECK_EQ(L4_PagerOf(t).raw, L4_Myself().raw);
	space_make(&s);
	CHECK_EQ(L4_SpaceControl(s.anchor, 0, L4_Nilpage, L4_Nilpage, local, &old), 1);
	CHECK_EQ(L4_SpaceControl(s.anchor, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old), 1);
}
