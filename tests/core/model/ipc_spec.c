/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_spec.c - rendezvous as it shall be. See ipc_spec.h; the rules are those of docs/api/ipc.md,
 * docs/decisions/ipc.md and docs/decisions/scheduling.md.
 */
#include <core/config.h>
#include "ipc_due.h"
#include "ipc_ready.h"
#include "ipc_route.h"
#include "model.h"

enum { ROOT = THREADS };		/* a pager that is none of the threads */

struct ipc_state ipc_state;

static uint32_t next_number(void) { return ++ipc_state.count; }

/* ---- names ---- */

bool spec_exists(struct name n)
{
	if (n.who >= THREADS)
		return false;
	return party(n.who)->phase != GONE
	    && (party(n.who)->version == n.version || spoilt(IPC_FAULT_OLD_NAME));
}

/* Returns the thread that t names, or NO_THREAD. */
int spec_resolve(int t, struct call_name n)
{
	int who = n.name.who;

	if (n.whom == HERE)
		return party(who)->phase != GONE && party(who)->team == party(t)->team ? who : NO_THREAD;
	return n.whom == ONE && spec_exists(n.name) ? who : NO_THREAD;
}

static bool in_team(struct name n, unsigned team)
{
	return spec_exists(n) && party(n.who)->team == team;
}

/* ---- which message a wait accepts ---- */

/* Is from's message in the name of a thread of the team? */
static bool is_local(int from, unsigned team)
{
	const struct party *p = party(from);

	return p->flags & PROPAGATED ? in_team(p->speaker, team) : p->team == team;
}

/* Returns true if t's receive phase accepts a message of `from`, propagated or not. */
static bool matches(int t, int from, bool local)
{
	const struct call_name *want = &party(t)->want;
	const struct party *p = party(from);

	switch (want->whom) {
	case ANY:
		return true;
	case ANY_LOCAL:
		return local || spoilt(IPC_FAULT_LOCAL);
	default:
		return is(want->name, from) || spoilt(IPC_FAULT_CLOSED)
		    || (p->flags & PROPAGATED && p->speaker.who == want->name.who
			&& p->speaker.version == want->name.version);
	}
}

static bool accepts(int t, int from)
{
	return party(t)->phase == WAITING && matches(t, from, is_local(from, party(t)->team));
}

/*
 * The number of p, a sender queued at t: of those in one queue t takes the one with the lowest number. In a
 * closed wait it says when the message came, in an open one the place in the queue.
 */
static uint32_t rank_for(int t, const struct party *p)
{
	return party(t)->want.whom == ONE ? p->order : p->place;
}

/*
 * The queued sender that t takes: of the first of the local and the first of the other ones that it accepts,
 * the one that came first. After a move of t the first place of a queue may be that of a later message.
 */
static int queued_sender(int t)
{
	int first[TEAMS] = { NO_THREAD, NO_THREAD };

	FOR_PARTIES(i) {
		struct party *p = party(i);
		int *best = &first[p->local];

		if (p->phase != SENDING || p->to != t || !matches(t, i, p->local))
			continue;
		if (*best == NO_THREAD
		    || (rank_for(t, p) < rank_for(t, party(*best))) != spoilt(IPC_FAULT_ORDER))
			*best = i;
	}
	if (first[0] == NO_THREAD || first[1] == NO_THREAD)
		return first[0] == NO_THREAD ? first[1] : first[0];
	return party(first[0])->order < party(first[1])->order ? first[0] : first[1];
}

/* ---- ends ---- */

/* t's IPC fails; what follows depends on its origin (enum reason). */
static void fail(int t, unsigned error, unsigned phase)
{
	struct party *p = party(t);

	p->phase = READY;
	p->due = NEVER;
	if (p->reason == CALL)
		p->outcome = (struct outcome){ .kind = FAILED, .error = (uint8_t)error,
					       .phase = spoilt(IPC_FAULT_PHASE) ? 0 : (uint8_t)phase };
	if (p->reason == FAULT && error != CANCELLED)
		p->halted = true;
	p->reason = CALL;
}

/* From outside. */
static void cancel(int t, unsigned error)
{
	bool sending = party(t)->phase == SENDING;

	if (party(t)->phase == READY)
		return;
	dequeue(t);
	fail(t, error, !sending);
	wake(t);
}

/* ---- receiving ---- */

/* When a phase that begins now is to end. */
static uint32_t end_of(const struct party *p, uint8_t patience)
{
	if (patience == AT_POINT)
		return p->point;
	return patience == FOREVER ? NEVER : ipc_state.clock + patience;
}

static void wait_until(int t, uint32_t due)
{
	struct party *p = party(t);

	p->phase = WAITING;
	if (p->want.whom == ONE && (p->want.name.who == ROOT || spec_exists(p->want.name)))
		stand_at(p, p->want.name);
	if (p->due == NEVER)			/* a wait that was moved to another partner keeps its deadline */
		due_limit(p, due);
}

static void begin_receive(int t)
{
	struct party *p = party(t);
	int source = p->want.whom >= ONE ? spec_resolve(t, p->want) : NO_THREAD;

	if (p->want.whom >= ONE && p->wants) {
		if (source == NO_THREAD && p->reason != START) {
			fail(t, NOT_EXISTING, 1);
			return;
		}
		if (source != NO_THREAD)
			p->want = (struct call_name){ ONE, name_of(source) };
	}
	if (!p->wants) {
		p->phase = READY;
		p->outcome = (struct outcome){ .kind = SENT };
	} else if (queued_sender(t) != NO_THREAD) {
		p->phase = TAKING;
	} else if (end_of(p, p->patience) <= ipc_state.clock && p->due == NEVER && !spoilt(IPC_FAULT_ZERO)) {
		fail(t, TIMEOUT, 1);
	} else {
		wait_until(t, end_of(p, p->patience));
	}
}

/* ---- a message on its way ---- */

/* The virtual sender of from's message to t, if it waits for `from`, waits for t from now on. */
static void follow(int from, int t)
{
	struct name speaker = party(from)->speaker;
	struct party *v = party(speaker.who);

	if (!spec_exists(speaker) || v->phase != WAITING || v->want.whom != ONE || !is(v->want.name, from))
		return;
	v->want.name = name_of(t);
	stand_at(v, name_of(t));
	if (queued_sender(speaker.who) == NO_THREAD)
		return;
	v->phase = TAKING;
	wake(speaker.who);
}

static struct outcome message(int from, int t)
{
	const struct party *p = party(from);
	struct outcome o = { .kind = GOT, .from = name_of(from), .flags = p->flags, .label = p->label,
			     .words = p->words, .fault = p->reason == FAULT };

	if (p->flags & PROPAGATED)
		o.from = p->speaker;
	o.local = in_team(o.from, party(t)->team);
	o.actual = name_of(from);
	o.actual_local = spoilt(IPC_FAULT_LOCAL_SENDER) && p->team == party(t)->team;
	o.intended = p->intended;
	o.intended_local = in_team(p->intended, party(t)->team);
	return o;
}

/*
 * Has sender, queued at t and not halted, called t by words in its own name, with no sender queued at itself,
 * and with a receive timeout that cannot be over at once, if any?
 */
static bool is_plain_call(int sender, int t)
{
	const struct party *p = party(sender);

	if (p->halted || p->reason != CALL || p->flags || !p->wants || p->patience == 0 || p->patience == AT_POINT
	    || p->want.whom != ONE || !is(p->want.name, t))
		return false;
	FOR_PARTIES(i)
		if (party(i)->phase == SENDING && party(i)->to == sender)
			return false;
	return true;
}

/* If the message that t, which runs and has sent its own, is to take is a plain call, t takes it at once. */
static void take_call(int t)
{
	struct party *p = party(t);
	int sender = queued_sender(t);

	if (p->reason != CALL || !is_plain_call(sender, t))
		return;
	p->phase = READY;
	p->outcome = message(sender, t);
	party(sender)->due = NEVER;
	begin_receive(sender);
}

/* The message of `from` arrives at t; one of the two runs. */
static void deliver(int running, int from, int t)
{
	struct party *p = party(t);
	int other = running == from ? t : from;

	p->phase = READY;
	p->due = NEVER;
	if (p->reason == CALL)
		p->outcome = message(from, t);
	if (p->reason == START && party(from)->words == 2)
		p->ip = party(from)->reason == FAULT ? FAULT_AT : word_of(party(from)->label, 1);
	p->reason = CALL;
	if (party(from)->flags & PROPAGATED && !spoilt(IPC_FAULT_FOLLOW))
		follow(from, t);
	begin_receive(from);
	if (from == running && party(from)->phase == TAKING)
		take_call(from);
	if (!runnable(running) && runnable(other) && !in_ready(other)) {
		hand_over(running, other);
	} else if (running == from) {
		leave_woken(running, other);
	} else if (runnable(from) && !in_ready(from)) {
		stand_back(running, from);
	} else {
		wake(other);
		leave(running);
	}
}

/* t runs, and begins with what it has put off: the message that was queued for it. */
static void take(int t)
{
	int sender = queued_sender(t);

	if (sender == NO_THREAD) {		/* gone since */
		begin_receive(t);
		leave(t);
		return;
	}
	party(sender)->due = NEVER;
	deliver(t, sender, t);
}

static void settle(void)
{
	while (ipc_state.current != NO_THREAD && party(ipc_state.current)->phase == TAKING)
		take(ipc_state.current);
}

void spec_yield(int t)
{
	enqueue(t, false);
	pick();
	settle();
}

/* ---- calls ---- */

static void block(int t, int dest, uint8_t patience)
{
	struct party *p = party(t);

	if (end_of(p, patience) <= ipc_state.clock) {
		fail(t, TIMEOUT, 0);
		leave(t);
		return;
	}
	p->phase = SENDING;
	p->to = (uint8_t)dest;
	p->local = is_local(t, party(dest)->team);
	p->order = p->place = next_number();
	due_limit(p, end_of(p, patience));
	pick();
}

static void send(int t, int dest, uint8_t patience)
{
	if (dest == NO_THREAD) {
		fail(t, NOT_EXISTING, 0);
		leave(t);
	} else if (accepts(dest, t)) {
		deliver(t, t, dest);
	} else {
		block(t, dest, patience);
	}
}

void spec_ipc(int t, const struct ipc_call *c)
{
	struct party *p = party(t);
	int dest = spec_resolve(t, c->to);

	p->outcome = (struct outcome){ 0 };
	p->wants = c->from.whom != NIL;
	p->want = c->from;
	p->patience = c->patience;
	p->point = ipc_state.clock + 1;
	p->label = c->label;
	p->words = c->words;
	p->flags = 0;
	p->due = NEVER;
	if (c->to.whom == NIL) {
		begin_receive(t);
		if (p->phase == TAKING)
			take(t);
		else
			leave(t);
	} else {
		if (dest != NO_THREAD && c->speaker.whom != NIL)
			spec_propagate(t, c->speaker, dest);
		send(t, dest == NO_THREAD ? NO_THREAD : spec_route(t, dest), c->send_patience);
	}
	settle();
}

/* A page fault: a call to the pager in t's name, of which t sees nothing. */
void spec_fault(int t, struct call_name pager)
{
	struct party *p = party(t);
	int dest = spec_resolve(t, pager);

	p->reason = FAULT;
	p->wants = true;
	p->patience = FOREVER;
	p->words = 2;
	p->flags = 0;
	p->due = NEVER;
	if (dest == t)
		dest = NO_THREAD;
	if (dest != NO_THREAD) {
		p->want = (struct call_name){ ONE, name_of(dest) };
		dest = spec_route(t, dest);
	}
	if (spoilt(IPC_FAULT_PAGER) && dest == NO_THREAD)
		p->reason = CALL;
	send(t, dest, FOREVER);
	settle();
}

/* ---- from above ---- */

/* The running thread is interrupted, and has its turn before its equals afterwards. */
static void interrupt(void)
{
	if (ipc_state.current != NO_THREAD)
		enqueue(ipc_state.current, true);
	ipc_state.current = NO_THREAD;
}

static void resume(void)
{
	pick();
	settle();
}

void spec_create(int t, unsigned team, struct name pager)
{
	interrupt();
	*party(t) = (struct party){
		.reason = START, .team = (uint8_t)team, .version = party(t)->version, .prio = CFG_PRIO_DEFAULT,
		.wants = true, .want = { ONE, pager }, .patience = FOREVER, .due = NEVER, .entry = NEVER,
		.phase = READY,
	};
	begin_receive(t);
	resume();
}

void spec_start(int t, uint32_t ip)
{
	interrupt();
	party(t)->phase = READY;
	party(t)->reason = CALL;
	party(t)->ip = ip;
	wake(t);
	resume();
}

static int next_waiter(struct name n)
{
	int best = NO_THREAD;

	FOR_PARTIES(i) {
		const struct party *p = party(i);

		if (p->phase == WAITING && p->reason != START && p->want.whom == ONE
		    && p->want.name.who == n.who && p->want.name.version == n.version
		    && (best == NO_THREAD || p->waits < party(best)->waits))
			best = i;
	}
	return best;
}

/* The partners of t are to be notified, or sorted again: t does not run before that is done. */
static void begin_telling(int t)
{
	ipc_state.telling = (int8_t)t;
	if (!runnable(t))
		dequeue(t);
}

static void end_telling(int t)
{
	ipc_state.telling = NO_THREAD;
	wake(t);
}

/* The name n of t becomes invalid: its senders and waiters are notified. */
static void tell_partners(int t, struct name n)
{
	begin_telling(t);
	for (int i = next_to_tell(t); i != NO_THREAD && !spoilt(IPC_FAULT_DEAD_SENDER); i = next_to_tell(t)) {
		fail(i, NOT_EXISTING, 0);
		wake(t);
		wake(i);
	}
	for (int i = next_waiter(n); i != NO_THREAD && !spoilt(IPC_FAULT_DEAD_WAITER); i = next_waiter(n))
		cancel(i, NOT_EXISTING);
	FOR_PARTIES(i)
		party(i)->stands &= !stands_at(party(i), n);
	end_telling(t);
}

void spec_delete(int t)
{
	interrupt();
	dequeue(t);
	party(t)->phase = GONE;
	tell_partners(t, name_of(t));
	resume();
}

void spec_rename(int t, uint8_t version)
{
	struct name old = name_of(t);

	interrupt();
	party(t)->version = version;
	tell_partners(t, old);
	resume();
}

/* Its IPC is cancelled, but not its wait to be started; its senders are sorted anew. */
void spec_move(int t, unsigned team)
{
	bool told[THREADS] = { false };

	interrupt();
	if (party(t)->reason != START || spoilt(IPC_FAULT_MOVED))
		cancel(t, CANCELLED);
	party(t)->team = (uint8_t)team;
	begin_telling(t);
	for (int i = next_to_tell(t); i != NO_THREAD; i = next_to_tell(t)) {
		told[i] = true;
		party(i)->to = THREADS;		/* done; it is in no queue for the moment */
		party(i)->place = next_number();
		party(i)->local = is_local(i, team);
	}
	FOR_PARTIES(i)
		if (told[i])
			party(i)->to = (uint8_t)t;
	end_telling(t);
	resume();
}

void spec_set_prio(int t, uint8_t prio)
{
	interrupt();
	party(t)->prio = prio;
	if (party(t)->entry != NEVER)
		due_enter(party(t), party(t)->entry);
	if (in_ready(t)) {
		dequeue(t);
		enqueue(t, false);
	}
	resume();
}

void spec_exchange(int t, bool send, bool receive, int halt)
{
	unsigned phase = party(t)->phase;

	interrupt();
	if ((send && phase == SENDING) || (receive && (phase == WAITING || phase == TAKING)))
		cancel(t, spoilt(IPC_FAULT_CANCEL) ? TIMEOUT : CANCELLED);
	if (halt >= 0)
		party(t)->halted = halt;
	if (!runnable(t))
		dequeue(t);
	wake(t);
	resume();
}

void spec_redirect(unsigned team, bool watched, struct name by)
{
	interrupt();
	ipc_state.watched[team] = watched;
	ipc_state.redirector[team] = by;
	resume();
}

/* ---- time ---- */

void spec_tick(void)
{
	bool any = false;

	ipc_state.clock += !spoilt(IPC_FAULT_LATE);
	for (int i = due_first(ipc_state.clock); i != NO_THREAD; i = due_first(ipc_state.clock)) {
		bool over = party(i)->due == party(i)->entry;

		any |= over;
		party(i)->entry = NEVER;
		if (over)
			cancel(i, TIMEOUT);
		else
			due_limit(party(i), party(i)->due);
	}
	if (!any)
		return;
	if (ipc_state.current == NO_THREAD)
		pick();
	else
		leave(ipc_state.current);
	settle();
}
