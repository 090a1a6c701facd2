/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time_theft.c - what an equal of the threads of time_games.c loses of its share of the CPU.
 *
 * The victim computes, at the adversary's priority, and notes by the TSC when it runs and when it does not.
 * Its share is that of so many equals as there are ready threads. An instruction takes 1 ns (-icount).
 * A granted delay is a right: it comes on top of each slice after which the thread has called ThreadSwitch,
 * which refills it (api 7.1), and of no other.
 * A second victim, above, finds how far the adversaries come while it is ready, not at all, and how often
 * the kernel works for them then, for longer than an interrupt takes: never. Nor does a crowd below that
 * sleeps until the same instants take more of its time than some interrupts (LOST_US).
 */
#include "time_theft.h"

static struct space spaces[MEMBERS];
struct member member[MEMBERS];
static L4_ThreadId_t self[MEMBERS], scheduler;

static const struct game *playing;

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
		play(playing, m);
	}
}

/* By the TSC, from its first turn to the begin of its newest. */
static struct victim { volatile word ran, passed; } victim;

static word ticks(word us) { return (word)((uint64_t)us * ticks_khz / 1000); }

static void note_turns(void *unused)
{
	word first = (word)cpu_ticks(), turn = first, last = first, at;

	(void)unused;
	for (;;) {
		at = (word)cpu_ticks();
		if (at - last > ticks(GAP)) {
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

/* Honest servers above all, for any client. One of them waits for a device. */
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

/* An honest server above the adversaries that accepts strings, and waits again after an error. */
static void read_strings(void *unused)
{
	static char text[PAGE];
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	(void)unused;
	text[0] = 1;			/* its page is there */
	L4_Accept(L4_StringItemsAcceptor);
	L4_LoadBR(1, L4_StringItem(sizeof(text), text).raw[0]);
	L4_LoadBR(2, L4_StringItem(sizeof(text), text).raw[1]);
	for (;;) {
		tag = L4_Wait(&from);
		(void)tag;
	}
}

/* An honest pager above all: page 0 of the pool at WINDOW. */
static void serve_faults(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		word address = mr(1);

		work();
		if (image_fault(tag, address)) {
			image_map(address);
		} else {
			load_map(1, fpage(pool(0), 12, RW), WINDOW);
			L4_Set_MsgTag(tag_make(0, 0, 2));
		}
		tag = L4_ReplyWait(from, &from);
	}
}

static void set_slice(L4_ThreadId_t t)
{
	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
}

static word quantum_of(const struct game *g)
{
	return g->terms & QUANTUM ? SLICE : g->terms & QUANTA ? QUANTUM_SHORT : 0;
}

/* A slice, and the total quantum of the game. */
static void give_time(L4_ThreadId_t t)
{
	word quantum = quantum_of(playing);

	CHECK(L4_Set_Timeslice(t, L4_TimePeriod(SLICE), quantum ? L4_TimePeriod(quantum) : L4_Never) != 0);
}

/* An honest scheduler above all, which gives each thread that has used up its quantum the same again. */
static void refill(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;)
		if (tag_protocol(L4_Wait(&from)) == N_PREEMPTION)
			give_time(from);
}

/* sensitive: up to which priority it may delay preemptions, in games with a delay. */
static void start_members(const struct game *g, word prio, word sensitive)
{
	playing = g;
	server = thread_start_prio(serve, 0, PRIO_SERVER);
	sleeper = thread_start_prio(serve, &sleeper, PRIO_SERVER);
	front = thread_start_prio(serve_in_front, 0, PRIO_FRONT);
	reader = thread_start_prio(read_strings, 0, prio + 1);
	pager = thread_start_prio(serve_faults, 0, PRIO_SERVER);
	scheduler = thread_start_prio(refill, 0, PRIO_SERVER);
	for (word i = 0; i < g->members; i++) {
		struct space *s = &spaces[g->terms & ONE_SPACE ? 0 : i];

		if (i == 0 || !(g->terms & ONE_SPACE))
			space_make(s);
		member[i] = (struct member){ .steps = 0 };
		self[i] = space_waiting(s, supervisor);
		CHECK_EQ(thread_control(self[i], self[i], scheduler, L4_nilthread, -1ul), 0);
		give_time(self[i]);
		if (g->terms & DELAY)
			CHECK(L4_Set_PreemptionDelay(self[i], sensitive, DELAY_US) != 0);
	}
	for (word i = 0; i < g->members; i++) {
		member[i].partner = self[(i + 1) % g->members];
		thread_go(self[i], prio, thread_frame(stack_new(), attack, &member[i]));
	}
}

static void end_members(const struct game *g)
{
	thread_delete(scheduler);	/* first: it gives time to members only that are there */
	for (word i = 0; i < (g->terms & ONE_SPACE ? 1 : g->members); i++)
		space_delete(&spaces[i]);
	thread_delete(server);
	thread_delete(sleeper);
	thread_delete(front);
	thread_delete(reader);
	thread_delete(pager);
}

static word all_steps(void)
{
	word sum = 0;

	for (unsigned i = 0; i < MEMBERS; i++)
		sum += member[i].steps;
	return sum;
}

static void find_ticks(void)
{
	ticks_khz = TICKS_KHZ;
}

/*
 * Thousandths that the victim lacks of its share. One that does not run in half of the window has starved, as
 * the adversary still makes steps: a victim that is alone has no turns either.
 */
static word share_lost(const struct game *g, word window_us)
{
	static struct space mine;
	struct mark mark = world_mark();
	word window = ticks(window_us), turn = g->terms & REFILLS ? SLICE + DELAY_US : SLICE, got, steps;

	victim = (struct victim){ 0 };
	space_make(&mine);
	start_members(g, PRIO, PRIO_SERVER);
	set_slice(space_start_prio(&mine, note_turns, 0, PRIO));
	sleep_us(WARM_UP);
	steps = all_steps();
	sleep_us(window_us);
	CHECK(window_us < WINDOW_US || all_steps() > steps);
	got = (word)((uint64_t)victim.ran * (SLICE + g->ready * turn) / SLICE * WHOLE
		     / (victim.passed > window / 2 ? victim.passed : window));
	end_members(g);
	space_delete(&mine);
	world_release(mark);
	return got < WHOLE ? WHOLE - got : 0;
}

/* All games, as often as it takes to have so many windows. */
TEST(ATIM0001, "whatever a thread does, an equal that computes has its share of the CPU")
{
	word windows = (rounds_asked() + GAMES - 1) / GAMES * GAMES, worst = 0;

	find_ticks();
	for (unsigned g = 0; g < GAMES; g++)
		share_lost(&games[g], SLICE);
	memory_note();
	for (word w = 0; w < windows; w++) {
		word lost = share_lost(&games[w % GAMES], WINDOW_US);

		if (lost > worst)
			guest_note("game", w % GAMES);
		worst = lost > worst ? lost : worst;
	}
	guest_figure("time-theft", windows, worst);
	CHECK(worst <= WHOLE / 100);
	CHECK_EQ(memory_changed(), 0);
}

/* ---- a victim above the adversaries ---- */

static struct above { volatile word times, stolen, gaps, lost; } above;

static volatile word together;		/* naps of the crowd */
static L4_ThreadId_t crowd[CROWD];

/* Is ready for a while, again and again; finds steps of others, and work of the kernel for them. */
static void outrank(void *unused)
{
	(void)unused;
	above.gaps += us_now() == 0;	/* the pages are there before time is measured */
	for (;;) {
		word steps = all_steps(), begin = us_now(), last = begin, at;

		do {
			at = us_now();
			above.gaps += at - last > GAP;
			last = at;
		} while (at - begin < READY_US);
		above.stolen += all_steps() - steps;
		above.times++;
		sleep_us(PAUSE_US);
	}
}

static void sleep_together(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Clock_t now = L4_SystemClock(), until = { .raw = (now.raw / TOGETHER_US + 1) * TOGETHER_US };

		together++;
		L4_Sleep(__L4_TimePointFrom(until, now));
	}
}

/* Is ready for a while, again and again; finds windows in which it loses more to others than LOST_US. */
static void lose(void *unused)
{
	const word window = ticks(READY_US), most = ticks(LOST_US), look = ticks(1);

	(void)unused;
	for (;;) {
		word seen = together, begin = (word)cpu_ticks(), last = begin, at, lost = 0;

		do {
			at = (word)cpu_ticks();
			lost += at - last > look ? at - last : 0;
			last = at;
		} while (at - begin < window);
		above.lost += lost > most;
		above.stolen += together - seen;
		above.times++;
		sleep_us(PAUSE_US);
	}
}

/* As play_below, beside a crowd. */
static void play_crowd(word times)
{
	struct mark mark = world_mark();
	static struct space mine;

	space_make(&mine);
	for (unsigned i = 0; i < CROWD; i++)
		crowd[i] = thread_start_prio(sleep_together, 0, PRIO_BELOW_ALL);
	space_start_prio(&mine, lose, 0, PRIO);
	for (word begin = above.times; above.times - begin < times; )
		sleep_us(WARM_UP);
	CHECK(together > CROWD);
	for (unsigned i = 0; i < CROWD; i++)
		thread_delete(crowd[i]);
	space_delete(&mine);
	world_release(mark);
}

static void play_below(const struct game *g, word times)
{
	static struct space mine;
	struct mark mark = world_mark();

	for (unsigned i = 0; i < MEMBERS; i++)
		member[i].steps = 0;
	space_make(&mine);
	start_members(g, PRIO_BELOW_ALL, PRIO_BELOW_ALL);
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
		play_below(&games[g], 1);
	play_crowd(1);
	above.lost = 0;
	memory_note();
	for (unsigned g = 0; g < GAMES; g++)
		play_below(&games[g], rounds / GAMES + 1);
	above.lost = 0;
	play_crowd(rounds / 4 + 1);
	guest_note("gaps", above.gaps);
	guest_note("windows with more lost than an interrupt takes", above.lost);
	guest_figure("time-below", above.times, above.stolen + above.gaps + above.lost + memory_changed());
	CHECK_EQ(above.stolen + above.gaps + above.lost, 0);
}
