/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_steps.c - keys of states, random steps and steps in words of the IPC game.
 */
#include <stdio.h>
#include <string.h>
#include <lib/bits.h>
#include "ipc_spec.h"
#include "ipc_steps.h"

const char *const ipc_faults[IPC_FAULTS] = {
	"the sender that came last is taken first", "a closed wait takes any message",
	"a wait for local threads takes foreign messages", "a receive without patience waits",
	"errors of the receive phase have the send phase", "senders to a deleted thread get no error",
	"waiters for a deleted thread get no error", "an old id still names the thread",
	"a call hands over to lower priorities", "a woken thread preempts none",
	"a cancelled call has the error of a timeout", "a halted thread runs",
	"a thread continues without its pager", "a move starts a thread",
	"propagation to the sender's own space is refused", "chains of redirectors end after one",
	"waits do not follow messages", "without its redirector a space is free", "timeouts are late",
	"the receiver of a queued message runs before its sender", "ActualSender is a local id inside a space",
	"an answer from above comes with the slice of the thread above",
	"a call from above comes without the caller's slice", "a thread that sends without waiting pays nothing",
	"the redirector gets a label of the kernel's without r",
};

/* ---- keys ---- */

/* How many of the numbers in use are below n: the numbers themselves grow for ever. */
static uint8_t rank_of(uint32_t n)
{
	uint8_t rank = 0;

	for (int i = 0; i < THREADS; i++) {
		const struct party *p = &ipc_state.party[i];

		rank += (p->stands && p->waits < n) + (p->entry != NEVER && p->entered < n);
		if (p->phase < SENDING)
			continue;
		if (p->phase == SENDING)
			rank += (p->order < n) + (p->place < n);
	}
	return rank;
}

static uint8_t named(struct name n, const uint8_t *as)
{
	return n.who < THREADS ? (uint8_t)(as[n.who] << 4 | n.version) : 0xf0;
}

static uint8_t as_instant(uint32_t tick)
{
	return tick == NEVER ? 0xff : (tick - ipc_state.clock) & 0x7f;
}

static size_t key_of_wait(uint8_t *out, const struct party *p, const uint8_t *as)
{
	size_t n = 0;

	out[n++] = p->wants;
	out[n++] = (uint8_t)p->want.whom;
	out[n++] = p->want.whom >= ONE ? named(p->want.name, as) : 0;
	out[n++] = p->patience;
	out[n++] = p->patience == AT_POINT ? p->point > ipc_state.clock : 0;
	out[n++] = as_instant(p->due);
	return n;
}

static size_t key_of_message(uint8_t *out, const struct party *p, const uint8_t *as)
{
	size_t n = 0;

	out[n++] = p->words;
	out[n++] = p->flags;
	out[n++] = p->flags & PROPAGATED ? named(p->speaker, as) : 0;
	out[n++] = p->flags & REDIRECTED ? named(p->intended, as) : 0;
	out[n++] = as[p->to];
	out[n++] = p->local;
	out[n++] = rank_of(p->order);
	out[n++] = rank_of(p->place);
	return n;
}

static size_t key_of_thread(uint8_t *out, const struct party *p, const uint8_t *as)
{
	size_t n = 0;

	out[n++] = (uint8_t)p->phase;
	out[n++] = p->version;
	if (p->phase == GONE)
		return n;
	out[n++] = (uint8_t)(p->reason << 4 | p->team << 1 | p->halted);
	out[n++] = p->prio;
	out[n++] = as_instant(p->entry);
	if (p->entry != NEVER)
		out[n++] = rank_of(p->entered);
	if (p->phase == SENDING)
		n += key_of_message(out + n, p, as);
	if (p->phase >= SENDING)
		n += key_of_wait(out + n, p, as);
	if (p->stands) {
		out[n++] = named(p->at, as);
		out[n++] = rank_of(p->waits);
	}
	return n;
}

/* Slices have no end, so it matters only that the payer is above another thread. */
static uint8_t as_payer(const uint8_t *as)
{
	for (int i = 0; i < THREADS && ipc_state.payer != NO_THREAD; i++)
		if (ipc_state.party[i].prio < ipc_state.party[ipc_state.payer].prio)
			return as[ipc_state.payer];
	return 0xff;
}

/* With the threads renumbered: order[i] is the one that gets the number i. */
static size_t key_named(uint8_t *out, const uint8_t *order)
{
	uint8_t as[THREADS];
	size_t n = 0;

	for (uint8_t i = 0; i < THREADS; i++)
		as[order[i]] = i;
	for (unsigned i = 0; i < THREADS; i++)
		n += key_of_thread(out + n, &ipc_state.party[order[i]], as);
	out[n++] = ipc_state.current == NO_THREAD ? 0xff : as[ipc_state.current];
	out[n++] = as_payer(as);
	for (int i = 0; i < ipc_state.nready; i++)
		out[n++] = as[ipc_state.ready[i]];
	for (unsigned i = 0; i < TEAMS; i++)
		out[n++] = ipc_state.watched[i] ? named(ipc_state.redirector[i], as) : 0xff;
	return n;
}

/* Threads do not differ but by what the state says: of all names the ones with the smallest key. */
size_t ipc_key(uint8_t *out)
{
	static const uint8_t order[][THREADS] = {
		{ 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	uint8_t one[KEY_MAX];
	size_t n = key_named(out, order[0]);

	for (unsigned i = 1; i < ARRAY_LEN(order); i++) {
		size_t m = key_named(one, order[i]);
		int less = memcmp(one, out, m < n ? m : n);

		if (less < 0 || (less == 0 && m < n))
			memcpy(out, one, n = m);
	}
	return n;
}

/* ---- random steps ---- */

static uint8_t any_thread(unsigned kind) { return (uint8_t)(kind | dice(THREADS)); }

/* Mostly a thread that is there, by its global id. */
static uint8_t any_name(void)
{
	switch (dice(12)) {
	case 0:
		return any_thread(NAME_OTHER);
	case 1: case 2:
		return any_thread(NAME_HERE);
	default:
		return any_thread(NAME_NOW);
	}
}

static uint8_t any_source(void)
{
	switch (dice(8)) {
	case 0: case 1:
		return NAME_ANY;
	case 2:
		return NAME_ANY_LOCAL;
	case 3:
		return NAME_NIL;
	default:
		return any_name();
	}
}

static uint8_t any_times(void)
{
	static const uint8_t time[] = {
		WAIT_FOREVER, WAIT_FOREVER, WAIT_FOREVER, WAIT_1, WAIT_2, WAIT_POINT, WAIT_NOT,
	};

	return (uint8_t)(time[dice(sizeof(time))] << 4 | time[dice(sizeof(time))]);
}

static struct step random_call(void)
{
	struct step s = { { IPC_CALL_IPC, (uint8_t)dice(THREADS), any_name(), any_source() } };

	if (dice(3) == 0)
		s.arg[S_TO] = dice(12) ? NAME_NIL : dice(2) ? NAME_ANY : NAME_ANY_LOCAL;
	if (s.arg[S_TO] == NAME_NIL && s.arg[S_FROM] == NAME_NIL)
		s.arg[S_FROM] = NAME_ANY;
	if (dice(3) == 0)
		s.arg[S_FROM] = s.arg[S_TO];			/* a call */
	s.arg[S_SPEAKER] = dice(4) ? NAME_NIL : any_name();
	s.arg[S_TIMES] = any_times();
	s.arg[S_LABEL] = (uint8_t)(1 + dice(200));
	s.arg[S_WORDS] = (uint8_t)(dice(2) ? 2 : dice(10));
	return s;
}

static struct step random_control(void)
{
	static const uint8_t what[] = {
		IPC_EXCHANGE, IPC_EXCHANGE, IPC_CREATE, IPC_CREATE_STARTED, IPC_CREATE_STARTED, IPC_CREATE_STARTED,
		IPC_DELETE, IPC_RENAME, IPC_MOVE, IPC_PRIO, IPC_PRIO, IPC_PRIO, IPC_WATCH,
	};
	struct step s = { { what[dice(sizeof(what))], (uint8_t)dice(THREADS) } };

	switch (s.arg[S_STEP]) {
	case IPC_EXCHANGE:
		s.arg[S_HOW] = (uint8_t)(dice(2) ? 1 + dice(3) : dice(2) ? dice(4) | HOW_RESUME : dice(4) | HOW_HALT);
		break;
	case IPC_CREATE:
	case IPC_CREATE_STARTED:
		s.arg[S_WHO] |= (uint8_t)(dice(TEAMS) << 4);
		s.arg[S_HOW] = any_thread(NAME_NOW);
		break;
	case IPC_WATCH:
		s.arg[S_WHO] = (uint8_t)(dice(TEAMS) << 4);
		s.arg[S_HOW] = dice(2) ? NAME_NIL : any_thread(dice(8) ? NAME_NOW : NAME_OTHER);
		break;
	}
	return s;
}

struct step ipc_random(void)
{
	switch (dice(12)) {
	case 0: case 1:
		return random_control();
	case 2:
		return (struct step){ { IPC_TICK } };
	case 3:
		return (struct step){ { dice(4) ? IPC_PAGE : IPC_YIELD, (uint8_t)dice(THREADS),
				      dice(5) ? any_name() : NAME_NIL } };
	default:
		return random_call();
	}
}

/* ---- words ---- */

static const char *words_for(uint8_t arg)
{
	static char text[8][24];
	static unsigned next;
	char *out = text[next++ % ARRAY_LEN(text)];

	switch (arg & NAME_KIND) {
	case NAME_NOW:
		snprintf(out, sizeof(text[0]), "%d", arg & 0xf);
		break;
	case NAME_OTHER:
		snprintf(out, sizeof(text[0]), "%d's other id", arg & 0xf);
		break;
	case NAME_HERE:
		snprintf(out, sizeof(text[0]), "%d's local id", arg & 0xf);
		break;
	default:
		return arg == NAME_NIL ? "nobody" : arg == NAME_ANY ? "anybody" : "any local thread";
	}
	return out;
}

static void say_call(struct step s, char *out, size_t size)
{
	static const char *const time[WAITS] = { "never", "0", "1 tick", "2 ticks", "the next tick" };
	char speaker[40] = "";

	if (s.arg[S_SPEAKER] != NAME_NIL)
		snprintf(speaker, sizeof(speaker), ", in the name of %s", words_for(s.arg[S_SPEAKER]));
	snprintf(out, size, "thread %d sends %d words to %s (%s)%s, receives from %s (%s)", s.arg[S_WHO],
		 s.arg[S_WORDS], words_for(s.arg[S_TO]), time[s.arg[S_TIMES] >> 4], speaker,
		 words_for(s.arg[S_FROM]), time[s.arg[S_TIMES] & 0xf]);
}

void ipc_say(struct step s, char *out, size_t size)
{
	static const char *const what[] = {
		[IPC_PAGE] = "faults, pager", [IPC_YIELD] = "yields", [IPC_EXCHANGE] = "is exchanged:",
		[IPC_CREATE] = "is created, pager", [IPC_CREATE_STARTED] = "is created and started",
		[IPC_DELETE] = "is deleted", [IPC_RENAME] = "gets its other id", [IPC_MOVE] = "moves",
		[IPC_PRIO] = "changes its priority",
	};
	unsigned how = s.arg[S_HOW];

	switch (s.arg[S_STEP]) {
	case IPC_CALL_IPC:
		say_call(s, out, size);
		break;
	case IPC_TICK:
		snprintf(out, size, "a tick passes");
		break;
	case IPC_WATCH:
		snprintf(out, size, "space %d gets the redirector %s", s.arg[S_WHO] >> 4, words_for(s.arg[S_HOW]));
		break;
	case IPC_EXCHANGE:
		snprintf(out, size, "thread %d is exchanged:%s%s%s%s", s.arg[S_WHO], how & HOW_SEND ? " S" : "",
			 how & HOW_RECEIVE ? " R" : "", how & HOW_HALT ? " halt" : "",
			 how & HOW_RESUME ? " resume" : "");
		break;
	default:
		snprintf(out, size, "thread %d %s %s", s.arg[S_WHO] & 0xf, what[s.arg[S_STEP]],
			 s.arg[S_STEP] == IPC_PAGE || s.arg[S_STEP] == IPC_CREATE ? words_for(s.arg[S_HOW]) : "");
	}
}
