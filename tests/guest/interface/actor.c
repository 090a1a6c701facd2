/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * actor.c - threads in every state. See actor.h.
 */
#include "actor.h"

enum { SLEEP_US = 2000000 };

static void one_ipc(struct actor *a)
{
	bool sends = a->state == SENDING;
	L4_ThreadId_t from = L4_nilthread;
	word timeout = a->state == SLEEPING ? period(SLEEP_US) : 0;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(tag_make(7, 0, 0));
	tag = L4_Ipc(sends ? a->partner : L4_nilthread, sends ? L4_nilthread : a->partner, timeout, &from);
	a->error = L4_IpcFailed(tag) ? L4_ErrorCode() : 0;
	a->done = 1;
}

static void act(void *arg)
{
	struct actor *a = arg;

	switch (a->state) {
	case FAULTING:
		L4_Set_Pager(a->partner);
		(void)*(volatile word *)(word)WINDOW;
		break;
	case TRAPPED:
		L4_Set_ExceptionHandler(a->partner);
		trap_ud();
		break;
	case HALTED:
		L4_Stop(L4_Myself());
		break;
	case RUNNING:
		spin(&a->count);
	default:
		one_ipc(a);
	}
}

static void give_or_take(void *arg)
{
	struct actor *a = arg;

	if (a->state == GIVING) {
		give(&a->giver);
		a->error = a->giver.error;
	} else {
		take(&a->taker);
		a->error = a->taker.got.error;
	}
	a->done = 1;
}

static L4_ThreadId_t start(struct space *s, void (*run)(void *), struct actor *a, word prio)
{
	return s ? space_start_prio(s, run, a, prio) : thread_start_prio(run, a, prio);
}

static void make_string(struct actor *a, struct space *s)
{
	a->mute.mute = true;
	a->pager = thread_start(serve_strings, &a->mute);
	taker_init(&a->taker);
	if (a->state == GIVING) {
		taker_buffer(&a->taker, pool(0), PAGE);
		a->other = thread_start(take, &a->taker);
		a->giver = (struct giver){ .to = a->other, .pager = a->pager, .at = WINDOW, .bytes = PAGE };
		a->t = start(s, give_or_take, a, 150);
	} else {
		taker_buffer(&a->taker, WINDOW, PAGE);
		a->taker.pager = a->pager;
		a->t = start(s, give_or_take, a, 150);
		a->giver = (struct giver){ .to = a->t, .at = pool(0), .bytes = PAGE };
		a->other = thread_start(give, &a->giver);
	}
}

void actor_make(struct actor *a, struct space *s, enum actor_state state, L4_ThreadId_t partner)
{
	*a = (struct actor){ .state = state, .partner = partner };
	if (state == GIVING || state == TAKING) {
		make_string(a, s);
	} else if (state == STARTING) {
		a->t = s ? space_waiting(s, partner) : thread_waiting(partner);
	} else if (state == INACTIVE) {
		a->t = tid_new();
		adopt(a->t);
		CHECK_EQ(thread_control(a->t, s ? s->anchor : supervisor, supervisor, L4_nilthread, -1ul), 0);
	} else {
		a->t = start(s, act, a, state == RUNNING ? 90 : 150);
	}
	while (state == RUNNING && a->count == 0)
		sleep_us(100);
	CHECK_EQ(thread_state(a->t), actor_schedule_state(state));
}

word actor_schedule_state(enum actor_state state)
{
	static const unsigned char is[ACTOR_STATES] = {
		[RUNNING] = L4_SCHEDRESULT_RUNNING, [WAITING] = L4_SCHEDRESULT_WAITING,
		[SENDING] = L4_SCHEDRESULT_PENDING_SEND, [SLEEPING] = L4_SCHEDRESULT_WAITING,
		[FAULTING] = L4_SCHEDRESULT_PENDING_SEND, [TRAPPED] = L4_SCHEDRESULT_PENDING_SEND,
		[GIVING] = L4_SCHEDRESULT_SENDING, [TAKING] = L4_SCHEDRESULT_RECEIVING,
		[HALTED] = L4_SCHEDRESULT_INACTIVE, [STARTING] = L4_SCHEDRESULT_WAITING,
		[INACTIVE] = L4_SCHEDRESULT_INACTIVE,
	};

	return is[state];
}

word actor_error(struct actor *a)
{
	for (unsigned i = 0; i < 100 && !a->done; i++)
		sleep_us(100);
	CHECK(a->done);
	return a->error;
}
