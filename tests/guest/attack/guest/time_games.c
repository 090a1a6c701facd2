/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time_games.c - what threads do to get more of the CPU than their turns: they switch to each other, call,
 * fault, sleep, flood servers above, also with messages that fail, and ask for more just before their slices
 * end, on their own and with accomplices, with a total quantum that their scheduler refills, and with a delay
 * of preemption that it has granted.
 */
#include "time_theft.h"

L4_ThreadId_t server, sleeper, front, reader, pager;
word ticks_khz;

word us_now(void) { return (word)(cpu_ticks() * 1000 / ticks_khz); }

/* Computes until so long after the turn's begin. The turn began when another thread has run. */
static void compute_until(struct member *m, word length)
{
	word last = us_now(), at = last;

	while (at - m->turn < length) {
		at = us_now();
		if (at - last > GAP)
			m->turn = at;
		last = at;
		m->steps++;
	}
}

/* Up to a moment close before the end of the slice. */
static void compute_almost(struct member *m) { compute_until(m, SLICE - EDGE); }

static void compute_for(struct member *m, word us)
{
	word end = us_now() + us;

	while (us_now() < end)
		m->steps++;
}

static void compute(struct member *m, word limit) { compute_for(m, random_below(limit)); }

void call(L4_ThreadId_t t)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(t);
	(void)tag;
}

static void send_tagged(L4_ThreadId_t t, L4_MsgTag_t tag)
{
	L4_Set_MsgTag(tag);
	tag = L4_Send(t);
	(void)tag;
}

static void send(L4_ThreadId_t t) { send_tagged(t, L4_Niltag); }

static void yield(struct member *m)
{
	(void)m;
	L4_Yield();
}

static void switch_to_itself(struct member *m)
{
	(void)m;
	L4_ThreadSwitch(L4_Myself());
}

static void nap(struct member *m)
{
	(void)m;
	sleep_us(1);
}

static void nap_some(struct member *m)
{
	(void)m;
	sleep_us(1 + random_below(SLICE - 1));
}

/* The partner's message, or the end of a short timeout, wakes it. */
static void nap_or_meet(struct member *m)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Ipc(m->partner, L4_anythread, L4_Timeouts(L4_ZeroTime, L4_TimePeriod(1 + random_below(SLICE))),
		     &from);
	(void)tag;
}

static void donate(struct member *m) { L4_ThreadSwitch(m->partner); }

static void call_server(struct member *m)
{
	(void)m;
	call(server);
}

static void call_sleeper(struct member *m)
{
	(void)m;
	call(sleeper);
}

static void call_front(struct member *m)
{
	(void)m;
	call(front);
}

static void send_server(struct member *m)
{
	(void)m;
	send(server);
}

static void flood_server(struct member *m)
{
	m->steps++;
	send(server);
}

static void flood_with_flag(struct member *m)
{
	L4_DisablePreemption();
	flood_server(m);
}

/* The item, of nothing, takes the path of messages that are delivered in steps. */
static void flood_with_items(struct member *m)
{
	m->steps++;
	load_map(1, L4_Nilpage, 0);
	send_tagged(server, tag_make(0, 0, 2));
}

/* A tag that is too long: both sides get an error. */
static void flood_too_long(struct member *m)
{
	m->steps++;
	send_tagged(server, tag_make(0, 60, 10));
}

/* A string that fails on both sides: its page is missing. */
static void fail_string(struct member *m, L4_Time_t limit)
{
	L4_StringItem_t item = L4_StringItem(sizeof(word), (void *)WINDOW);

	m->steps++;
	L4_Set_XferTimeouts(L4_Timeouts(limit, limit));
	L4_LoadMRs(1, 2, item.raw);
	send_tagged(reader, tag_make(0, 0, 2));
}

static void flood_without_page(struct member *m) { fail_string(m, L4_ZeroTime); }

static void flood_without_pager(struct member *m)
{
	flood_without_page(m);		/* what it needs without a pager is there then, or it would be halted */
	L4_Set_Pager(L4_nilthread);
	fail_string(m, L4_Never);
	L4_Set_Pager(pager);
}

static void fault(struct member *m)
{
	(void)m;
	L4_Flush(fpage(WINDOW, 12, L4_FullyAccessible));
	(void)*(volatile word *)WINDOW;
}

static void pass_along(struct member *m)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Ipc(m->partner, L4_anythread, L4_Timeouts(L4_Never, L4_Never), &from);
	(void)tag;
}

static void flood_or_drain(struct member *m)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	compute(m, SLICE / 8);
	if (m == member) {
		send(m->partner);
		return;
	}
	tag = L4_Wait(&from);
	(void)tag;
}

static void flag(struct member *m)
{
	L4_DisablePreemption();
	L4_EnablePreemptionFaultException();
	compute_until(m, 2 * SLICE);
}

/* Computes with d set until the kernel delays a preemption, and then for so long. */
static void hold(struct member *m, word us)
{
	L4_DisablePreemption();
	while (!L4_PreemptionPending())
		m->steps++;
	compute_for(m, us);
}

static void hold_and_yield(struct member *m)
{
	hold(m, DELAY_US - EDGE);
	L4_Yield();
}

static void hold_and_donate(struct member *m)
{
	hold(m, DELAY_US - EDGE);
	donate(m);
}

static void hold_send_yield(struct member *m)
{
	hold(m, DELAY_US / 2);
	send(server);
	L4_Yield();
}

/* None of these refills the delay; so they leave as much as they can. */
static void hold_and_nap(struct member *m)
{
	hold(m, 0);
	nap(m);
}

static void hold_and_call(struct member *m)
{
	hold(m, 0);
	call(server);
}

static void ask_for_more(struct member *m)
{
	L4_ThreadId_t me = L4_MyGlobalId();

	m->steps += L4_Set_Timeslice(me, L4_Never, L4_Never) != 0 || L4_Set_Priority(me, PRIO + 1) != 0
		|| L4_Set_PreemptionDelay(me, PRIO + 1, WINDOW_US) != 0;
}

/* The two halt and resume each other. Neither has a new turn by that. */
static void restart_partner(struct member *m)
{
	compute_almost(m);
	L4_Stop(m->partner);
	L4_Start(m->partner);
}

/* The first one computes. The other one sleeps until about the end of each of its slices: for a tick then. */
static void nap_until_end(struct member *m)
{
	word now = us_now(), end = member->turn + SLICE;

	if (m != member) {
		while (end <= now + EDGE)
			end += 2 * SLICE;
		sleep_us(end - EDGE + random_below(2 * EDGE) - now);
	} else if (m[1].turn == 0) {
		L4_Set_MsgTag(L4_Niltag);
		L4_Send_Timeout(m->partner, L4_ZeroTime);
		L4_Yield();
	} else {
		compute_until(m, 2 * SLICE);
	}
}

/* ---- the games ---- */

const struct game games[] = {
	{ SOON, yield, 1, 1, USUAL }, { LATE, yield, 1, 1, USUAL }, { LATE, switch_to_itself, 1, 1, USUAL },
	{ LATE, nap, 1, 1, USUAL }, { SOON, nap, 1, 1, USUAL },
	{ LATE, donate, 2, 2, USUAL }, { SOON, donate, 2, 2, USUAL },
	{ LATE, call_server, 1, 1, USUAL }, { SOON, call_server, 1, 1, USUAL },
	{ LATE, send_server, 1, 1, USUAL }, { SOON, send_server, 1, 1, USUAL },
	{ AT_ONCE, flood_server, 1, 1, USUAL }, { AT_ONCE, flood_with_flag, 1, 1, USUAL },
	{ AT_ONCE, flood_with_items, 1, 1, USUAL }, { AT_ONCE, flood_too_long, 1, 1, USUAL },
	{ AT_ONCE, flood_without_page, 1, 1, USUAL }, { AT_ONCE, flood_without_pager, 1, 1, USUAL },
	{ LATE, call_sleeper, 1, 1, USUAL }, { SOON, call_sleeper, 1, 1, USUAL },
	{ LATE, call_front, 1, 1, USUAL }, { SOON, call_front, 1, 1, USUAL }, { LATE, fault, 1, 1, USUAL },
	{ LATE, pass_along, 3, 1, USUAL }, { SOON, pass_along, 3, 1, USUAL },
	{ LATE, nap_some, 1, 1, USUAL }, { SOON, nap_some, 1, 1, USUAL }, { LATE, nap_or_meet, 2, 2, USUAL },
	{ AT_ONCE, flood_or_drain, 2, 2, USUAL },
	{ AT_ONCE, flag, 1, 1, USUAL }, { SOON, ask_for_more, 1, 1, USUAL },
	{ AT_ONCE, restart_partner, 2, 2, ONE_SPACE }, { AT_ONCE, nap_until_end, 2, 1, USUAL },
	{ LATE, yield, 1, 1, QUANTUM }, { LATE, nap_some, 1, 1, QUANTUM }, { LATE, donate, 2, 2, QUANTUM },
	{ LATE, call_server, 1, 1, QUANTUM }, { LATE, call_front, 1, 1, QUANTUM },
	{ LATE, pass_along, 3, 1, QUANTUM }, { AT_ONCE, flood_server, 1, 1, QUANTUM },
	{ AT_ONCE, flag, 1, 1, QUANTA }, { SOON, call_server, 1, 1, QUANTA }, { SOON, donate, 2, 2, QUANTA },
	{ SOON, pass_along, 3, 1, QUANTA }, { AT_ONCE, flood_server, 1, 1, QUANTA },
	{ AT_ONCE, hold_and_yield, 1, 1, DELAYS }, { AT_ONCE, hold_and_donate, 2, 2, DELAYS },
	{ AT_ONCE, hold_send_yield, 1, 1, DELAYS },
	{ AT_ONCE, flag, 1, 1, DELAY }, { AT_ONCE, hold_and_nap, 1, 1, DELAY },
	{ AT_ONCE, hold_and_call, 1, 1, DELAY }, { AT_ONCE, flood_with_flag, 1, 1, DELAY },
};

_Static_assert(sizeof games / sizeof *games == GAMES, "the number of games");

void play(const struct game *g, struct member *m)
{
	if (g->when == SOON)
		compute(m, SLICE / 4);
	if (g->when == LATE)
		compute_almost(m);
	g->act(m);
	if (g->when == LATE)
		m->turn = us_now();
}
