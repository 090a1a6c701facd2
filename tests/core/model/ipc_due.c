/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_due.c - deadlines, in the model of ipc_spec.c: they stay when what they were for has ended
 * (docs/decisions/scheduling.md).
 */
#include "ipc_due.h"
#include "ipc_ready.h"
#include "model.h"

void due_enter(struct party *p, uint32_t due)
{
	p->entry = due;
	p->entered = ++ipc_state.count;
}

void due_limit(struct party *p, uint32_t due)
{
	p->due = due;
	if (due < p->entry)
		due_enter(p, due);
}

int due_first(uint32_t tick)
{
	int best = NO_THREAD;

	FOR_PARTIES(i) {
		const struct party *p = party(i);

		if (p->phase == GONE || p->entry > tick)
			continue;
		if (best == NO_THREAD || p->entered < party(best)->entered)
			best = i;
	}
	return best;
}

bool spec_may_tick(void)
{
	uint32_t tick = ipc_state.clock + 1;
	int first = due_first(tick), running = ipc_state.current;

	if (first == NO_THREAD)
		return true;
	FOR_PARTIES(i)
		if (party(i)->phase != GONE && party(i)->entry <= tick && party(i)->prio != party(first)->prio)
			return false;
	return running == NO_THREAD || party(running)->prio <= party(first)->prio;
}
