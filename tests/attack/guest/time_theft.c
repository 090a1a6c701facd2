/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time_theft.c - threads that want more of the CPU than their turns: they switch to each other, call, fault,
 * sleep and ask for more just before their slices end, on their own and with accomplices.
 *
 * The victim computes, at the adversary's priority, and notes by the TSC when it runs and when it does not.
 * Its share is that of so many equals as there are ready threads. An instruction takes 1 ns (-icount).
 * A second victim, above, finds how far the adversaries come while it is ready: not at all.
 */
#include "attack.h"

enum {
	PRIO = 90, PRIO_FRONT = 93, PRIO_SERVER = 95, SLICE = 2000, EDGE = 6, GAP = 3,
	WARM_UP = 5000, WINDOW_US = 80000, SERVED_US = 10, MEMBERS = 3, WHOLE = 1000,
	PRIO_BELOW_ALL = 80, READY_US = 1000, PAUSE_US = 500,
};

/* One thread of the adversary. All are in spaces of their own. */
struct member {
	L4_ThreadId_t partner;		/* another one, or the last one's first */
	word turn;			/* when its turn began */
	volatile word steps;
};

static struct space spaces[MEMBERS];
static struct member member[MEMBERS];
static L4_ThreadId_t self[MEMBERS], server, sleeper, front, pager;
static word ticks_per_us;		/* the KIP is elsewhere in other spaces */

/* ---- what adversaries do ---- */

static word us_now(void) { return __L4_Rdtsc() / ticks_per_us; }

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

static void compute(struct member *m, word limit)
{
	word end = us_now() + random_below(limit);

	while (us_now() < end)
		m->steps++;
}

static void call(L4_ThreadId_t t)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Call(t);
	(void)tag;
}

static void send(L4_ThreadId_t t)
{
	L4_MsgTag_t tag;

	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(t);
	(void)tag;
}

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
	L4_MsgTag_t tag;

	m->steps++;
	L4_LoadMR(1, L4_MapItem(L4_Nilpage, 0).raw[0]);
	L4_LoadMR(2, L4_Nilpage.raw);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	tag = L4_Send(server);
	(void)tag;
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

/* ---- the games ---- */

/* LATE: just before the end of the slice; a turn begins after it. */
enum when { AT_ONCE, SOON, LATE };

static const struct game {
	enum when when;
	void (*act)(struct member *m);
	word members, ready;		/* how many threads; how many of them are ready at the same time */
	bool one_space;
} games[] = {
	{ SOON, yield, 1, 1, false }, { LATE, yield, 1, 1, false }, { LATE, switch_to_itself, 1, 1, false },
	{ LATE, nap, 1, 1, false }, { SOON, nap, 1, 1, false },
	{ LATE, donate, 2, 2, false }, { SOON, donate, 2, 2, false },
	{ LATE, call_server, 1, 1, false }, { SOON, call_server, 1, 1, false },
	{ LATE, send_server, 1, 1, false }, { SOON, send_server, 1, 1, false },
	{ AT_ONCE, flood_server, 1, 1, false }, { AT_ONCE, flood_with_flag, 1, 1, false },
	{ AT_ONCE, flood_with_items, 1, 1, false },
	{ LATE, call_sleeper, 1, 1, false }, { SOON, call_sleeper, 1, 1, false },
	{ LATE, call_front, 1, 1, false }, { SOON, call_front, 1, 1, false }, { LATE, fault, 1, 1, false },
	{ LATE, pass_along, 3, 1, false }, { SOON, pass_along, 3, 1, false },
	{ AT_ONCE, flood_or_drain, 2, 2, false },
	{ AT_ONCE, flag, 1, 1, false }, { SOON, ask_for_more, 1, 1, false },
	{ AT_ONCE, restart_partner, 2, 2, true },
};

enum { GAMES = sizeof games / sizeof *games };

static const struct game *playing;

static void move(struct member *m)
{
	if (playing->when == SOON)
		compute(m, SLICE / 4);
	if (playing->when == LATE)
		compute_almost(m);
	playing->act(m);
	if (playing->when == LATE)
		m->turn = us_now();
}

static void attack(void *arg)
{
	struct member *m = arg;
	L4_ThreadId_t from;

	L4_Set_Pager(pager);
	L4_Set_ExceptionHandler(server);	/* of preemptions that a flag reports */
	if (playing->ready < playing->members && m != member)
		L4_Wait(&from);
	m->turn = us_now();
	for (;;) {
		m->steps++;
		move(m);
	}
}

/* By the TSC, from its first turn to the begin of its newest. */
static struct victim { volatile word ran, passed; } victim;

static void note_turns(void *unused)
{
	word first = __L4_Rdtsc(), turn = first, last = first, at;

	(void)unused;
	for (;;) {
		at = __L4_Rdtsc();
		if (at - last > GAP * ticks_per_us) {
			victim.ran += last - turn;
			victim.passed = at - first;
			turn = at;
		}
		last = at;
	}
}

static void work(void)
{
	word end = us_now() + SERVED_US;

	while (us_now() < end)
		continue;
}

/* Honest servers above all, for anyone. One of them waits for a device. */
static void serve(void *sleeps)
{
	L4_ThreadId_t from;

	L4_Accept(L4_MapGrantItems(fpage(WINDOW, 12, 0)));
	for (L4_Wait(&from); ; ) {
		if (sleeps)
			sleep_us(SERVED_US);
		else
			work();
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

/* An honest server above its clients, which asks the one that waits for a device. */
static void serve_in_front(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (L4_Wait(&from); ; ) {
		call(sleeper);
		L4_Set_MsgTag(L4_Niltag);
		L4_ReplyWait(from, &from);
	}
}

/* An honest pager above all: page 0 of the pool at WINDOW. */
static void serve_faults(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		L4_MapItem_t item = L4_MapItem(fpage(pool(0), 12, RW), WINDOW);
		word address = mr(1);

		work();
		if (image_fault(tag, address)) {
			image_map(address);
		} else {
			L4_LoadMR(1, item.raw[0]);
			L4_LoadMR(2, item.raw[1]);
			L4_Set_MsgTag(tag_make(0, 0, 2));
		}
		tag = L4_ReplyWait(from, &from);
	}
}

static void set_slice(L4_ThreadId_t t)
{
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
}

static void start_members(const struct game *g, word prio)
{
	playing = g;
	server = thread_start_prio(serve, 0, PRIO_SERVER);
	sleeper = thread_start_prio(serve, &sleeper, PRIO_SERVER);
	front = thread_start_prio(serve_in_front, 0, PRIO_FRONT);
	pager = thread_start_prio(serve_faults, 0, PRIO_SERVER);
	for (word i = 0; i < g->members; i++) {
		struct space *s = &spaces[g->one_space ? 0 : i];

		if (i == 0 || !g->one_space)
			space_make(s);
		member[i] = (struct member){ .steps = 0 };
		self[i] = space_waiting(s, supervisor);
		set_slice(self[i]);
	}
	for (word i = 0; i < g->members; i++) {
		member[i].partner = self[(i + 1) % g->members];
		thread_go(self[i], prio, thread_frame(stack_new(), attack, &member[i]));
	}
}

static void end_members(const struct game *g)
{
	for (word i = 0; i < (g->one_space ? 1 : g->members); i++)
		space_delete(&spaces[i]);
	thread_delete(server);
	thread_delete(sleeper);
	thread_delete(front);
	thread_delete(pager);
}

static void find_ticks(void)
{
	ticks_per_us = L4_ProcDescInternalFreq(L4_ProcDesc(kip, 0)) / 1000;
}

/* Thousandths that the victim lacks of its share. One that does not run in half of the window has starved. */
static word share_lost(const struct game *g)
{
	static struct space mine;
	struct mark mark = world_mark();
	word window = WINDOW_US * ticks_per_us, got;

	victim = (struct victim){ 0 };
	space_make(&mine);
	start_members(g, PRIO);
	set_slice(space_start_prio(&mine, note_turns, 0, PRIO));
	sleep_us(WARM_UP + WINDOW_US);
	got = victim.ran * (g->ready + 1) * WHOLE / (victim.passed > window / 2 ? victim.passed : window);
	end_members(g);
	space_delete(&mine);
	world_release(mark);
	return got < WHOLE ? WHOLE - got : 0;
}

TEST(ATIM0001, "whatever a thread does, an equal that computes has its share of the CPU")
{
	word rounds = rounds_asked(), worst = 0;

	find_ticks();
	for (word r = 0; r < rounds; r++) {
		word lost = share_lost(&games[r % GAMES]);

		if (lost > worst)
			guest_note("game", r % GAMES);
		worst = lost > worst ? lost : worst;
	}
	guest_figure("time-theft", rounds, worst);
	CHECK(worst <= WHOLE / 100);
}

/* ---- a victim above the adversaries ---- */

static struct above { volatile word times, stolen; } above;

static word all_steps(void)
{
	word sum = 0;

	for (unsigned i = 0; i < MEMBERS; i++)
		sum += member[i].steps;
	return sum;
}

/* Is ready for a while, again and again. */
static void outrank(void *unused)
{
	(void)unused;
	for (;;) {
		word steps = all_steps(), end = us_now() + READY_US;

		while (us_now() < end)
			continue;
		above.stolen += all_steps() - steps;
		above.times++;
		sleep_us(PAUSE_US);
	}
}

static void play_below(const struct game *g, word times)
{
	static struct space mine;
	struct mark mark = world_mark();

	for (unsigned i = 0; i < MEMBERS; i++)
		member[i].steps = 0;
	space_make(&mine);
	start_members(g, PRIO_BELOW_ALL);
	space_start_prio(&mine, outrank, 0, PRIO);
	for (word begin = above.times; above.times - begin < times; )
		sleep_us(WARM_UP);
	CHECK(all_steps() > 0);
	end_members(g);
	space_delete(&mine);
	world_release(mark);
}

TEST(ATIM0002, "whatever a thread does, it does not run while one above it is ready")
{
	word rounds = rounds_asked();

	find_ticks();
	above = (struct above){ 0 };
	for (unsigned g = 0; g < GAMES; g++)
		play_below(&games[g], rounds / GAMES + 1);
	guest_figure("time-below", above.times, above.stolen);
	CHECK_EQ(above.stolen, 0);
}
