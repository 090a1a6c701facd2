/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_ready.c - the choice of the next thread, in the model of ipc_spec.c: one list of all that are ready, in
 * order.
 */
#include "ipc_ready.h"
#include "model.h"

int next_to_tell(int t)
{
	int best = NO_THREAD;

	FOR_PARTIES(i) {
		const struct party *p = party(i), *b = best == NO_THREAD ? 0 : party(best);

		if (p->phase != SENDING || p->to != t)
			continue;
		if (!b || p->local < b->local || (p->local == b->local && p->place < b->place))
			best = i;
	}
	return best;
}

bool runnable(int t)
{
	const struct party *p = party(t);

	if (p->phase == READY && ipc_state.telling == t && next_to_tell(t) != NO_THREAD)
		return false;
	return p->phase == TAKING || (p->phase == READY && (!p->halted || spoilt(IPC_FAULT_HALT)));
}

static int place_in_ready(int t)
{
	for (int i = 0; i < ipc_state.nready; i++)
		if (ipc_state.ready[i] == t)
			return i;
	return NO_THREAD;
}

bool in_ready(int t) { return place_in_ready(t) != NO_THREAD; }

void enqueue(int t, bool front)
{
	int at = front ? 0 : ipc_state.nready;

	for (int i = ipc_state.nready++; i > at; i--)
		ipc_state.ready[i] = ipc_state.ready[i - 1];
	ipc_state.ready[at] = (int8_t)t;
}

void dequeue(int t)
{
	int at = place_in_ready(t);

	if (at == NO_THREAD)
		return;
	ipc_state.nready--;
	for (int i = at; i < ipc_state.nready; i++)
		ipc_state.ready[i] = ipc_state.ready[i + 1];
}

void wake(int t)
{
	if (runnable(t) && !in_ready(t))
		enqueue(t, false);
}

static int highest(void)
{
	int best = NO_THREAD;

	for (int i = 0; i < ipc_state.nready; i++)
		if (best == NO_THREAD || party(ipc_state.ready[i])->prio > party(best)->prio)
			best = ipc_state.ready[i];
	return best;
}

void pick(void)
{
	ipc_state.current = ipc_state.payer = (int8_t)highest();
	dequeue(ipc_state.current);
}

static bool outranked(int t)
{
	return highest() != NO_THREAD && party(highest())->prio > party(t)->prio;
}

void leave(int t)
{
	if (runnable(t) && (!outranked(t) || spoilt(IPC_FAULT_PREEMPT))) {
		ipc_state.current = (int8_t)t;
		return;
	}
	if (runnable(t))
		enqueue(t, true);
	pick();
}

void leave_woken(int t, int other)
{
	int8_t payer = ipc_state.payer;

	wake(other);
	leave(t);
	if (ipc_state.current == other && !spoilt(IPC_FAULT_FREE_SEND))
		ipc_state.payer = payer;
}

static bool equal_is_ready(int t)
{
	return highest() != NO_THREAD && party(highest())->prio == party(t)->prio;
}

/* Does self call t, that is, wait for its message next? One that is halted does not. */
static bool calls(int self, int t)
{
	const struct party *p = party(self);

	return (p->phase == WAITING || p->phase == SENDING) && !p->halted && p->want.whom == ONE
	    && is(p->want.name, t) && !spoilt(IPC_FAULT_CALL_BELOW);
}

/* Has self, above t, answered it on the slice of a thread above t? Then t waits for its turn. */
static bool keeps_slice(int self, int t)
{
	int payer = ipc_state.payer;

	return party(payer)->prio > party(t)->prio && party(self)->prio > party(t)->prio
	    && !calls(self, t) && !calls(payer, t) && !spoilt(IPC_FAULT_ANSWER);
}

void hand_over(int self, int t)
{
	ipc_state.current = (int8_t)t;
	if (!outranked(t) && !(equal_is_ready(t) && keeps_slice(self, t)) && !spoilt(IPC_FAULT_HANDOVER))
		return;
	enqueue(t, false);
	pick();
}

void stand_back(int t, int other)
{
	if (party(other)->prio != party(t)->prio || outranked(t) || spoilt(IPC_FAULT_TAKEN)) {
		wake(other);
		leave(t);
		return;
	}
	enqueue(t, false);
	ipc_state.current = (int8_t)other;
}

bool spec_can_run(int t) { return party(t)->phase == READY && !party(t)->halted; }

void spec_run(int t)
{
	int donor = ipc_state.current;

	if (donor == t)
		return;
	if (outranked(donor) && outranked(t))	/* it runs first, and donates then */
		donor = highest();
	dequeue(t);
	enqueue(ipc_state.current, false);
	ipc_state.current = (int8_t)t;
	ipc_state.payer = (int8_t)donor;
}

