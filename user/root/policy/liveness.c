/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * liveness.c - the check for signs of life of the tasks that the system description starts
 * (docs/decisions/supervision.md).
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <root/job/step.h>
#include <root/report/log.h>
#include <root/root.h>
#include <root/section/config.h>
#include <root/task/end.h>
#include <root/task/task.h>
#include <stddef.h>
#include <string.h>
#include "liveness.h"
#include "supervise.h"
#include "supervised.h"

/* A task is ended when the checks of so many halves of its section's time find no sign of life. */
enum { SILENT_MAX = 3 };

/*
 * A step of a check ends after so many units of work or a few more. A unit is some 600 instructions: a record
 * of the kernel's inspection that is read, a notice that is sent, PLACES_AT_ONCE places for threads. CAUSE: a
 * search for what keeps a silent task from running.
 */
enum { UNITS = 4, UNITS_CAUSE = 2, THREADS_AT_ONCE = 2, PLACES_AT_ONCE = THREADS_MAX / 4 };

/*
 * A check is a job above the tasks that are checked, of one step mostly, if no task is silent. It counts
 * checks, not time: after a pause of the whole machine the tasks get time for a sign of life before they are
 * ended. After the end of a task those below it have the time between two checks for one.
 */
static struct {
	bool under_way, looks;			/* looks: at the first of its rounds */
	unsigned units;				/* of this step so far */
	const struct supervised *timed;		/* whose threads are looked at, 0: none: */
	unsigned thread;			/* those before this one were, */
	unsigned seen;				/* and so many were there */
	bool idle, silent;			/* was any time idle, is any task silent? */
	l4_word_t period, shortest;		/* as in supervise.c */
} check;

/* After each unit of work: the step ends if that were enough. */
static void may_pause(void)
{
	if (check.units >= UNITS) {
		check.units = 0;
		pause_job();
	}
}

/* Is a heartbeat expected of it? */
static bool is_checked(const struct supervised *s)
{
	return s->task != 0 && s->thread != 0 && !s->rests && start_of(s)->program->heartbeat != 0;
}

/*
 * Is a task of a higher priority silent since the same time? Then this one may not have run. Their last
 * heartbeats may have come on both sides of a check.
 */
static bool may_be_starved(const struct supervised *s)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct supervised *o = &supervised[i];

		if (is_checked(o) && start_of(o)->program->priority > start_of(s)->program->priority
		    && o->was_silent + 1 >= s->was_silent)
			return true;
	}
	return false;
}

/* A task above one that has not run, which took the time: it has heartbeats, and does not stop. 0: none. */
static struct supervised *taker_from(const struct supervised *s)
{
	for (unsigned i = 0; i < root.config.starts && s->ran == 0; i++) {
		struct supervised *o = &supervised[i];

		if (is_checked(o) && start_of(o)->program->priority > start_of(s)->program->priority
		    && o->ran > check.period / 2)
			return o;
	}
	return 0;
}

/* us that no thread was ready since the last call; 0 without the kernel's inspection. */
static l4_word_t idle_time(void)
{
	static l4_word_t last;
	struct l4_inspect_system record;
	l4_word_t idle;

	check.units++;
	if (L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &record, sizeof(record) / sizeof(l4_word_t)) == 0)
		return 0;
	idle = record.idle_time - last;
	last = record.idle_time;
	return idle;
}

struct state { l4_word_t id, state, time_used, partner; };

/* Looks at a thread, by the kernel's inspection; false: it has ended. */
static bool state_of(l4_word_t thread, struct state *l)
{
	enum { FIELD = sizeof(l4_word_t), RECORD = 1 };		/* the record is in MR1 and the following */

	check.units++;
	if (L4_Inspect(L4_INSPECT_THREAD, 0, l4_tid_number((l4_tid_t){ thread })) == 0)
		return false;
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, id) / FIELD, &l->id);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, state) / FIELD, &l->state);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, time_used) / FIELD, &l->time_used);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, partner) / FIELD, &l->partner);
	return l->id == thread;
}

/* Of a thread; 0 without the kernel's inspection. */
static l4_word_t cpu_time(l4_word_t thread)
{
	struct state l;

	return state_of(thread, &l) ? l.time_used : 0;
}

static bool notify(l4_word_t thread)
{
	check.units++;
	return supervise_send_notice(thread);
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
static l4_word_t silence(const struct supervised *s, bool idle)
{
	struct state l;
	bool alive;

	if (!s->calls && !idle)
		return supervise_awaits_root(s->thread) || notify(s->thread) ? 0 : s->silent + 1;
	if (!L4_HasInspect())
		return 0;
	if (!state_of(s->thread, &l))
		return s->silent + 1;
	if (idle && l.state == L4_SCHEDRESULT_RUNNING)
		return s->silent ? s->silent : 1;
	alive = s->calls ? l.state >= L4_SCHEDRESULT_PENDING_SEND
			 : l.state == L4_SCHEDRESULT_WAITING && l.partner == L4_anythread.raw;
	return alive ? 0 : s->silent + 1;
}

/* It waits to send to a thread of another task, or to receive from one: no thread of its own can end that. */
static bool worker_hangs(const struct supervised *s)
{
	struct state l;
	unsigned i;

	return s->worker != 0 && L4_HasInspect() && state_of(s->worker, &l)
	    && l.state >= L4_SCHEDRESULT_PENDING_SEND && l.partner != L4_anythread.raw
	    && l.partner != L4_anylocalthread.raw && task_of_thread(l.partner, &i) != supervised_task(s);
}

/* ---- the rounds of a check: what each does at a task ---- */

static void note_check(struct supervised *s)
{
	if (s->has_notice)
		s->has_notice = !notify(s->notices);
	if (is_checked(s)) {
		s->silent = silence(s, check.idle);
		s->stuck = worker_hangs(s) ? s->stuck + 1 : 0;
	}
	s->was_silent = s->silent;
	s->end = ROOT_ALIVE;
	check.silent |= s->silent != 0 || s->stuck != 0;
}

/* Of the next portion of the task's places for threads. */
static l4_word_t used_by_portion(const struct task *t)
{
	unsigned end = (check.thread / PLACES_AT_ONCE + 1) * PLACES_AT_ONCE, most = check.seen + THREADS_AT_ONCE;
	l4_word_t used = 0;

	for (; check.thread < end && check.seen < most; check.thread++)
		if (t->thread[check.thread].id != 0) {
			used += cpu_time(t->thread[check.thread].id);
			check.seen++;
		}
	return used;
}

/* us that its threads have run; those that it makes meanwhile are not all among them. */
static l4_word_t used_by(const struct supervised *s)
{
	const struct task *t = is_checked(s) ? supervised_task(s) : 0;
	l4_word_t used = 0;

	check.timed = s;
	check.thread = check.seen = 0;
	while (t && check.seen < t->threads + t->dying && check.thread < THREADS_MAX) {
		check.units++;
		used += used_by_portion(t);
		may_pause();
		t = supervised_task(s);		/* 0: it is ending */
	}
	check.timed = 0;
	return used;
}

/* Read only if a task is silent: that of one that is ended is known from its last checks. */
static void note_time(struct supervised *s)
{
	l4_word_t used = used_by(s);

	s->ran = used >= s->used ? used - s->used : 1;	/* less: a thread has ended, so it ran */
	s->used = used;
}

/* The task that is to be ended for the silence of this one: mostly itself; 0: none. */
static struct supervised *cause_of(struct supervised *s)
{
	struct supervised *taker;
	l4_word_t checks;

	if (!is_checked(s))
		return 0;
	checks = (SILENT_MAX * supervise_half(start_of(s)->program) + check.shortest - 1) / check.shortest;
	if (s->stuck >= checks)		/* whatever the other threads do: it waits, so it is not starved */
		return s;
	if (s->silent < checks || may_be_starved(s))
		return 0;
	taker = taker_from(s);
	return taker ? taker : s;
}

/* In a step of its own: names can be long. The taker may have ended since the last one. */
static void report_taker(const struct supervised *taker, const struct supervised *s)
{
	check.units = UNITS;
	may_pause();
	if (!supervised_task(taker) || taker->end == ROOT_ALIVE)
		return;
	check.units = UNITS;
	report("%s (task %lu) leaves no time for %s (task %lu)", start_of(taker)->program->name, taker->task,
	       start_of(s)->program->name, s->task);
}

static void note_cause(struct supervised *s)
{
	struct supervised *cause = cause_of(s);

	if (s->silent != 0 || s->stuck != 0)
		check.units += UNITS_CAUSE;
	if (!cause || cause->end != ROOT_ALIVE)
		return;
	cause->end = cause == s ? ROOT_END_HANG : ROOT_END_KILL;
	if (cause != s)
		report_taker(cause, s);
}

static void end_silent(struct supervised *s)
{
	struct task *t = s->end != ROOT_ALIVE ? supervised_task(s) : 0;

	if (!t)
		return;
	check.units = UNITS;
	task_end(t, s->end, 0);
}

static void at_each(void (*look)(struct supervised *s))
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		look(&supervised[i]);
		may_pause();
	}
}

void liveness_check(struct task *none, const void *nothing)
{
	(void)none;
	(void)nothing;
	at_each(note_check);
	check.looks = false;
	supervise_set_period();
	if (check.silent) {
		check.units = UNITS;
		may_pause();
		at_each(note_time);
		at_each(note_cause);
		at_each(end_silent);
	}
	check.under_way = false;
}

bool liveness_is_checked(void) { return check.under_way; }
bool liveness_is_looked_at(void) { return check.looks; }

void liveness_thread_ended(const struct task *t, unsigned i)
{
	if (check.timed && i < check.thread && supervised_task(check.timed) == t)
		check.seen--;
}

void liveness_begin(l4_word_t period, l4_word_t shortest)
{
	memset(&check, 0, sizeof(check));
	check.under_way = check.looks = true;
	check.idle = idle_time() > 0;
	check.period = period;
	check.shortest = shortest;
}
