/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_route.c - propagation and redirection in the model (api 5.9, 5.10). See ipc_route.h.
 */
#include <core/config.h>
#include "ipc_ready.h"
#include "ipc_route.h"
#include "model.h"

/* Returns true if t is the redirector of the space of `who`, or of that redirector's space, and so on. */
static bool redirects(int t, int who)
{
	for (int hops = 0; hops < CFG_REDIRECTORS; hops++) {
		unsigned team = party(who)->team;

		if (!ipc_state.watched[team] || !spec_exists(ipc_state.redirector[team]))
			return false;
		who = ipc_state.redirector[team].who;
		if (who == t)
			return true;
		if (spoilt(IPC_FAULT_CHAIN))
			return false;
	}
	return false;
}

/* May t speak for the thread that it names? */
void spec_propagate(int t, struct call_name speaker, int dest)
{
	struct party *p = party(t);
	int v = spec_resolve(t, speaker);
	bool forwards = v != NO_THREAD && redirects(t, v);

	if (v == NO_THREAD)
		return;
	if (party(v)->team != p->team && party(dest)->team != p->team && !forwards)
		return;
	if (spoilt(IPC_FAULT_TEAM_RULE) && party(v)->team != p->team && !forwards)
		return;
	p->flags = PROPAGATED;
	p->speaker = name_of(v);
	if (forwards) {
		p->flags |= REDIRECTED;
		p->intended = name_of(dest);
	}
}

/* Does t itself send a message that has a label of the kernel's? */
static bool is_claim(const struct party *p) { return p->reason == CALL && label_of(p->label) < 0; }

/* Returns the thread that gets t's message to dest, or NO_THREAD if it may not leave. */
int spec_route(int t, int dest)
{
	struct party *p = party(t);
	struct name r = ipc_state.redirector[p->team];

	if (!ipc_state.watched[p->team] || party(dest)->team == p->team || is(r, t))
		return dest;
	if (!spec_exists(r))
		return spoilt(IPC_FAULT_ESCAPE) ? dest : NO_THREAD;
	if (party(dest)->team == party(r.who)->team && (!is_claim(p) || spoilt(IPC_FAULT_CLAIM)))
		return dest;
	p->flags |= REDIRECTED;
	p->intended = name_of(dest);
	if (p->want.whom == ONE && is(p->want.name, dest))
		p->want.name = r;
	return r.who;
}
