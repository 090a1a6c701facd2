/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * liveness.c - see liveness.h. Root looks at the threads; what it has seen is judged here.
 */
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <pecan/root.h>
#include <proto/root_client.h>
#include <proto/supervise.h>
#include <stdbool.h>
#include "liveness.h"
#include "tasks.h"

/*
 * A task is ended when the checks of so many halves of its section's time, one after the other, find no sign
 * of life. The period of the checks is half of the shortest time, less its 128th part, as a wait ends later
 * than meant (main.c): so the last of them is within the time. NOTICE_AGAIN without a shortest time.
 */
enum { SILENT_MAX = 3, NOTICE_AGAIN = 5 * SUPERVISE_SECOND, SOONER = 128 };
_Static_assert((SILENT_MAX + 1ull) * CONFIG_HEARTBEAT * SUPERVISE_SECOND / 2 <= UINT32_MAX, "cause_of");

static L4_Word_t shortest;		/* us: half of the shortest time; 0: no heartbeat is expected */
static uint64_t next_check;		/* us of the clock; 0: not set, or nothing to check */
static L4_Word_t period;		/* us, before this check */
static uint64_t time;			/* us of the clock, after the last event */
static bool idle;			/* was any time idle? */
static L4_Word_t silents;		/* bit n: start n is silent, or its worker hangs */
static L4_Word_t lives;			/* bit n: a heartbeat is expected of it */
static L4_Word_t noticed;		/* bit n: a notice has not been received */
static L4_Word_t rest;			/* bit n: root_next is to look at it */

static uint64_t now(void) { return L4_SystemClock().raw; }

static const struct supervised *end_of(void) { return tasks + tasks_count; }

static L4_Word_t bit_of(const struct supervised *s) { return (L4_Word_t)1 << (s - tasks); }

/* Half of the time of the section's heartbeat, in us; 0: none is expected. */
static L4_Word_t half_of(const struct supervised *s)
{
	return s->rules.heartbeat * (L4_Word_t)(SUPERVISE_SECOND / 2);
}

void liveness_begin(void)
{
	shortest = silents = rest = 0;
	for (const struct supervised *s = tasks; s < end_of(); s++)
		if (half_of(s) != 0 && (shortest == 0 || half_of(s) < shortest))
			shortest = half_of(s);
	time = now();
	next_check = 0;
}

/* Without heartbeats there is something to check only while a notice has to be sent again. */
static void set_period(void)
{
	period = shortest - shortest / SOONER;
	for (const struct supervised *s = tasks; s < end_of() && shortest == 0; s++)
		if (s->noticed)
			period = NOTICE_AGAIN;
}

uint64_t liveness_pause(void)
{
	if (next_check == 0) {			/* one was done; or a notice may have come */
		set_period();
		next_check = period != 0 ? time + period : 0;
	}
	if (next_check == 0)
		return 0;
	return next_check > time ? next_check - time : 1;
}

/* ---- what root sees ---- */

/* Is a heartbeat expected of it? */
static bool is_checked(const struct supervised *s)
{
	return s->task != 0 && s->rules.heartbeat != 0 && !s->rests;
}

/*
 * A thread that calls servers is alive in each wait, any other one in a wait for any thread. If no thread was
 * ready for some time since the last check, each that waits could have run. Else it may not have run for
 * long: it gets a notice, and is silent at the next check if it does not wait again by then. Without the
 * kernel's inspection all servers get notices, and threads that call servers are always alive.
 *
 * Returns the number of checks in which it was silent. A thread that is ready, although no thread was for
 * some time, waited at that time. It was woken since, and can have begun to loop: the check counts as the
 * first one, but not as a further one.
 */
static L4_Word_t silence(const struct supervised *s, L4_Word_t seen)
{
	L4_Word_t before = seen & ROOT_SEEN_HEARD ? 0 : s->silent;

	if (!(seen & ROOT_SEEN_CALLS) && !idle)
		return seen & ROOT_SEEN_RECEIVES ? 0 : before + 1;
	if (!L4_HasInspect())
		return 0;
	if (idle && (seen & ROOT_SEEN_READY))
		return before ? before : 1;
	return seen & ROOT_SEEN_WAITS ? 0 : before + 1;
}

static void set_silent(struct supervised *s, L4_Word_t silent, L4_Word_t stuck)
{
	s->silent = silent;
	s->stuck = stuck;
	s->end = ROOT_ALIVE;
	silents = silent != 0 || stuck != 0 ? silents | bit_of(s) : silents & ~bit_of(s);
}

/* Of one that does not simply run and wait. A task that is being started has not begun to be silent. */
static void note_seen(struct supervised *s)
{
	struct root_seen_out out;
	L4_Word_t seen;

	tasks_pause();
	root_seen(pecan_root(), (L4_Word_t)(s - tasks), &out);
	seen = out.found;
	s->noticed = seen & ROOT_SEEN_NOTICE;
	s->rests = seen & ROOT_SEEN_RESTS;
	s->ready = seen & ROOT_SEEN_READY;
	tasks_changed = true;
	if (!is_checked(s) || !(seen & ROOT_SEEN_RUNS))
		set_silent(s, 0, 0);
	else
		set_silent(s, silence(s, seen), seen & ROOT_SEEN_HANGS ? s->stuck + 1 : 0);
}

/* Which starts root looks at. */
static void choose(void)
{
	tasks_changed = false;
	lives = noticed = 0;
	for (const struct supervised *s = tasks; s < end_of(); s++) {
		if (s->noticed)
			noticed |= bit_of(s);
		if (is_checked(s))
			lives |= bit_of(s);
	}
}

/* It waits, and has received its notice. */
static void note_well(struct supervised *s)
{
	tasks_changed |= s->noticed;
	s->noticed = false;
	set_silent(s, 0, 0);
}

static void note_others(L4_Word_t others)
{
	for (; others != 0; others &= others - 1)
		note_seen(&tasks[__builtin_ctzl(others)]);
}

/*
 * Look at these starts. Most checks find all well that were so before, and then the rest is looked at by the
 * request that waits for the next event (root_next): a message less.
 */
static void look(L4_Word_t starts, bool first)
{
	struct root_look_out out;

	for (; starts != 0 && (first || (silents | noticed) != 0); first = false) {
		if (root_look(pecan_root(), starts, lives, first, &out) != ROOT_OK)
			return;
		idle = out.idle != 0;
		for (L4_Word_t i = starts & ~out.left & ~out.others & (silents | noticed); i != 0; i &= i - 1)
			note_well(&tasks[__builtin_ctzl(i)]);
		note_others(out.others);
		starts = out.left;
	}
	rest = starts;
}

L4_Word_t liveness_rest(void)
{
	L4_Word_t starts = rest;

	rest = 0;
	return starts;
}

/* us that its threads have run; those that it makes meanwhile are not all among them. */
static L4_Word_t used_by(const struct supervised *s)
{
	struct root_times_out out = { 0 };
	L4_Word_t used = 0;

	if (!is_checked(s))
		return 0;
	do {
		if (root_times(pecan_root(), (L4_Word_t)(s - tasks), out.next, &out) != ROOT_OK)
			break;
		used += out.used;
		tasks_pause();
	} while (out.next != 0);
	return used;
}

/* Read only if a task is silent: that of one that is ended is known from its last checks. */
static void note_time(struct supervised *s)
{
	L4_Word_t used = used_by(s);

	s->ran = used >= s->used ? used - s->used : 1;	/* less: a thread has ended, so it ran */
	s->used = used;
}

/* ---- the verdict ---- */

/*
 * Is a task of a higher priority silent since the same time? Then this one may not have run. Their last
 * heartbeats may have come on both sides of a check.
 */
static bool may_be_starved(const struct supervised *s)
{
	for (const struct supervised *o = tasks; o < end_of(); o++)
		if (is_checked(o) && o->priority > s->priority && o->silent + 1 >= s->silent)
			return true;
	return false;
}

/* A task above one that has not run, which took the time: it has heartbeats, and does not stop. 0: none. */
static struct supervised *taker_from(const struct supervised *s)
{
	for (struct supervised *o = tasks; o < end_of() && s->ran == 0; o++)
		if (is_checked(o) && o->priority > s->priority && o->ran > period / 2)
			return o;
	return 0;
}

/* The task that is to be ended for the silence of this one: mostly itself; 0: none. */
static struct supervised *cause_of(struct supervised *s)
{
	struct supervised *taker;
	L4_Word_t checks;

	if (!is_checked(s))
		return 0;
	checks = (SILENT_MAX * half_of(s) + shortest - 1) / shortest;
	if (s->stuck >= checks)		/* whatever the other threads do: it waits, so it is not starved */
		return s;
	if (s->silent < checks || may_be_starved(s))
		return 0;
	taker = taker_from(s);
	if (!taker && s->ready && s->ran == 0)
		return 0;		/* what is not checked takes the time: nothing of this one hangs */
	return taker ? taker : s;
}

static void note_cause(struct supervised *s)
{
	struct supervised *cause = cause_of(s);

	if (!cause || cause->end != ROOT_ALIVE)
		return;
	cause->end = cause == s ? ROOT_END_HANG : ROOT_END_KILL;
	if (cause == s)
		return;
	tasks_pause();
	say("%s (task %lu) leaves no time for %s (task %lu)", cause->name, cause->task, s->name, s->task);
}

static void end_silent(struct supervised *s)
{
	if (s->end == ROOT_ALIVE)
		return;
	root_stop(pecan_root(), (L4_Word_t)(s - tasks), s->task, s->end == ROOT_END_HANG);
}

static void at_each(void (*what)(struct supervised *s))
{
	for (struct supervised *s = tasks; s < end_of(); s++)
		what(s);
}

/* When all have been looked at; if none is silent the rest need not have been. */
static void judge(void)
{
	if (silents == 0)
		return;
	at_each(note_time);
	at_each(note_cause);
	at_each(end_silent);
}

/*
 * It counts checks, not time: after a pause of the whole machine the tasks get time for a sign of life before
 * they are ended. After the end of a task those below it have the time between two checks for one.
 */
static void check(void)
{
	if (tasks_changed)
		choose();
	silents &= lives;
	look(lives | noticed, true);
	judge();
}

void liveness_seen(const struct root_next_out *seen)
{
	idle = seen->how != 0;
	note_others(seen->task);
	look(seen->start, false);
	judge();
}

void liveness_run(void)
{
	time = now();
	if (next_check == 0 || time < next_check)
		return;
	check();
	next_check = 0;
}
