/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupted.c - a call behind which another thread runs before its caller does: it fills all its registers
 * with other values, and may set the caller's IP and SP.
 */
#include "calls.h"
#include "exregs.h"

enum { PRIO_LOWERED = 40, PRIO_BELOW = 50, PRIO_CALLER = 60, PRIO_ABOVE = 70 };
enum { ROUNDS = 10, LIMIT_US = 5000000 };

/* How the other thread comes to run. */
enum way {
	SWITCH, SCHEDULE, IPC,			/* it is ready, below the caller */
	CALL,					/* it waits above the caller, for it */
	DELETE,					/* the same, for a thread that is deleted */
	EXREGS,					/* it waits to be started */
	WAYS,
	SELF = WAYS,				/* not at all: the caller sets its own IP and SP */
};

static const enum call_number call_of[] = {
	[SWITCH] = CALL_THREAD_SWITCH, [SCHEDULE] = CALL_SCHEDULE, [IPC] = CALL_IPC, [CALL] = CALL_IPC,
	[DELETE] = CALL_THREAD_CONTROL, [EXREGS] = CALL_EXREGS, [SELF] = CALL_EXREGS,
};

static struct meeting {
	enum way way;
	word moves;			/* the control word with which the other thread sets IP and SP, or 0 */
	L4_ThreadId_t caller, other, deleted, test;
	word sp;
	struct regs earlier, before, after, others;	/* others: of the other thread */
	word mr[CALL_MRS];
	volatile bool go, met, first, done;	/* first: the other thread came before the call's end */
} m;

static struct call calls[CALLS];
static uint64_t random;

static void meet(void)
{
	struct regs r = m.others;

	regs_call(&r, (word)ENTER_ONLY);
	m.met = true;
	if (m.moves)
		exchange(m.caller, m.moves, (struct exregs){ .sp = m.sp, .ip = (word)regs_entry });
	L4_Set_MsgTag(L4_Niltag);
	L4_Send(m.test);
	r = m.others;
	if (call_of[m.way] == CALL_IPC && !(m.moves & X_R))
		regs_ipc(&r, m.caller, m.way == CALL ? L4_anythread : L4_nilthread, 0, L4_Niltag);
}

/* Answers the first call, so that the second one can be a short Ipc. */
static void serve(void)
{
	L4_ThreadId_t from;

	L4_Wait(&from);
	L4_Set_MsgTag(L4_Niltag);
	L4_ReplyWait(from, &from);
}

static void be_other(void *unused)
{
	(void)unused;
	if (m.way == DELETE)
		L4_Receive(m.deleted);
	else if (m.way == CALL)
		serve();
	while (!m.go)
		continue;
	meet();
}

static void be_caller(void *unused)
{
	struct regs r = m.earlier;

	(void)unused;
	L4_Set_MsgTag(L4_Niltag);
	if (m.way == CALL)
		L4_Call(m.other);
	regs_call(&r, (word)ENTER_ONLY);
	calls_load(m.mr);
	if (call_of[m.way] == CALL_IPC)
		load_utcb(&m.before);
	m.after = m.before;
	m.go = true;
	regs_call(&m.after, calls[call_of[m.way]].link);
	m.first = m.met;
	m.done = true;
}

/* The values in all registers, of the caller with the arguments of its call. */
static void fill(void)
{
	calls_random(&m.earlier, CALLS, &random);
	calls_random(&m.others, CALLS, &random);
	calls_random(&m.before, call_of[m.way], &random);
	calls_random_mrs(m.mr, &random);
	switch (m.way) {
	case SWITCH: calls_thread_switch(&m.before, m.other); break;
	case SCHEDULE: calls_schedule(&m.before, m.caller, PRIO_LOWERED); break;
	case IPC: calls_ipc(&m.before, L4_nilthread, m.other); break;
	case CALL: calls_ipc(&m.before, m.other, m.other); break;
	case DELETE: calls_thread_control(&m.before, m.deleted, L4_nilthread); break;
	case SELF: calls_exregs(&m.before, m.caller, m.moves, m.sp, (word)regs_entry); break;
	case EXREGS:
		calls_exregs(&m.before, m.other, X_SP | X_IP | X_R | X_DELIVER,
			     thread_frame(stack_new(), be_other, 0), (word)guest_thread_entry);
	}
}

static void start(enum way way, word moves)
{
	m = (struct meeting){ .way = way, .moves = moves, .sp = stack_new(), .test = L4_Myself() };
	regs_found.sp = 0;
	if (way == DELETE)
		m.deleted = thread_inactive();
	if (way == EXREGS) {
		m.other = thread_waiting(supervisor);
		CHECK(L4_Set_Priority(m.other, PRIO_ABOVE) != 0);
	} else if (way != SELF) {
		m.other = thread_start_prio(be_other, 0, way < CALL ? PRIO_BELOW : PRIO_ABOVE);
	}
	if (way == CALL || way == DELETE)
		AWAIT(thread_state(m.other) == L4_SCHEDRESULT_WAITING);
	m.caller = thread_start_prio(be_caller, 0, PRIO_CALLER);
	fill();
}

static void play(enum way way, word moves)
{
	struct mark mark = world_mark();
	struct regs found;
	struct found f = {
		.calls = calls, .n = call_of[way], .moved = moves != 0, .mr = m.mr,
		.before = &m.before, .after = &found, .foreign = { &m.earlier, &m.others },
	};

	start(way, moves);
	if (way != SELF)		/* without a timer, which could wake the caller too early */
		CHECK(L4_IpcSucceeded(L4_Receive_Timeout(m.other, L4_TimePeriod(LIMIT_US))));
	AWAIT(moves ? regs_found.sp == m.sp : m.done);
	CHECK_EQ(m.met, way != SELF);
	CHECK(moves ? !m.done : m.first);
	found = moves ? *(struct regs *)&regs_found : m.after;
	calls_check(&f);
	thread_delete(m.caller);
	if (way != SELF)
		thread_delete(m.other);
	world_release(mark);
}

static void play_all(word moves)
{
	random = 0xbf58476d1ce4e5b9;
	calls_make(calls, supervisor);
	for (unsigned i = 0; i < ROUNDS * WAYS; i++)
		play(i % WAYS, moves);
}

TEST_ROW(GREG0103, "if another thread runs before the caller, the call's registers are as if none had: no"
		   " value of that thread, of an earlier entry or of the kernel", play_all(0))
TEST_ROW(GREG0104, "... and if that thread sets IP and SP, the caller finds values of the call or 0 there",
	 play_all(X_SP | X_IP | X_R | X_S))
TEST_ROW(GREG0105, "... also if its Ipc continues then, and receives a message", play_all(X_SP | X_IP))

TEST(GREG0106, "... also if the caller sets its own IP and SP")
{
	random = 0x94d049bb133111eb;
	calls_make(calls, supervisor);
	for (unsigned i = 0; i < ROUNDS; i++)
		play(SELF, X_SP | X_IP);
}
