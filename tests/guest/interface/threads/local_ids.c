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

/* ---- a call whose partner moves away ---- */

static L4_ThreadId_t server;

/* Answer one call and wait for the supervisor; once that has moved this thread, take the queued call. */
static void answer_and_move(void *unused)
{
	L4_ThreadId_t client;

	(void)unused;
	L4_Wait(&client);
	L4_LoadMR(0, 0);
	L4_Ipc(client, supervisor, L4_Timeouts(L4_ZeroTime, L4_Never), &client);
	L4_Wait(&client);
	guest_wait();
}

struct caller {
	bool by_local_id;
	volatile word error;
};

static void call_twice(void *of)
{
	struct caller *c = of;
	L4_ThreadId_t name = c->by_local_id ? L4_LocalIdOf(server) : server;

	L4_LoadMR(0, 0);
	L4_Call(name);
	L4_LoadMR(0, 0);
	c->error = L4_IpcFailed(L4_Call(name)) ? L4_ErrorCode() : 0;
	guest_wait();
}

/* The second call is queued at the server when that is moved to another space. Returns the caller. */
static L4_ThreadId_t call_one_that_moves(struct caller *c)
{
	struct space from, to;
	L4_ThreadId_t t;

	space_make(&from);
	space_make(&to);
	server = space_start(&from, answer_and_move, 0);
	t = space_start(&from, call_twice, c);
	CHECK_EQ(thread_state(t), L4_SCHEDRESULT_PENDING_SEND);
	CHECK_EQ(thread_control(server, to.anchor, L4_nilthread, L4_nilthread, -1ul), 0);
	sleep_us(2000);
	CHECK_EQ(thread_state(server), L4_SCHEDRESULT_WAITING);
	return t;
}

TEST_N(GLID0005, "a call by a local id that names no thread any more when its wait begins fails then")
{
	static struct caller c;

	c = (struct caller){ .by_local_id = true };
	call_one_that_moves(&c);
	CHECK_EQ(c.error, RECEIVE_NOT_EXISTING);
}

TEST_N(GLID0006, "a call by global id waits for a partner that has moved to another space")
{
	static struct caller c;

	c = (struct caller){ .error = -1ul };
	CHECK_EQ(thread_state(call_one_that_moves(&c)), L4_SCHEDRESULT_WAITING);
	CHECK_EQ(c.error, -1ul);
}
