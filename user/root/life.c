/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.c - the check for signs of life of the tasks that the system description starts
 * (docs/decisions/supervision.md).
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <stddef.h>
#include <string.h>
#include "config.h"
#include "end.h"
#include "life.h"
#include "log.h"
#include "root.h"
#include "supervise.h"
#include "supervised.h"
#include "task.h"

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
enum check_phase { CHECK_LOOK, CHECK_TIME, CHECK_CAUSE, CHECK_END, CHECK_DONE };

static struct {
	enum check_phase phase;
	unsigned units;				/* of this step so far */
	unsigned at;				/* the task */
	unsigned thread;			/* CHECK_TIME: from this one on, 0: a new task, */
	unsigned seen;				/* so many threads of it are before that one, */
	l4_word_t used;				/* and have run for so many us */
	const struct supervised *taker;		/* CHECK_CAUSE: the next step reports it; 0: none */
	bool idle, silent;			/* was any time idle, is any task silent? */
	l4_word_t period, shortest;		/* as in supervise.c */
} check = { .phase = CHECK_DONE };

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

struct look { l4_word_t id, state, time_used, partner; };

/* Looks at a thread, by the kernel's inspection; false: it has ended. */
static bool look_at(l4_word_t thread, struct look *l)
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
	struct look l;

	return look_at(thread, &l) ? l.time_used : 0;
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
	struct look l;
	bool alive;

	if (!s->calls && !idle)
		return supervise_awaits_root(s->thread) || notify(s->thread) ? 0 : s->silent + 1;
	if (!L4_HasInspect())
		return 0;
	if (!look_at(s->thread, &l))
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
	struct look l;
	unsigned i;

	return s->worker != 0 && L4_HasInspect() && look_at(s->worker, &l)
	    && l.state >= L4_SCHEDRESULT_PENDING_SEND && l.partner != L4_anythread.raw
	    && l.partner != L4_anylocalthread.raw && task_of_thread(l.partner, &i) != supervised_task(s);
}

/* ---- the phases of a check: what each does at a task ---- */

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

/*
 * Read only if a task is silent: that of one that is ended is known from its last checks. If the task has
 * more places for threads, check.thread is the next one.
 */
static void note_time(struct supervised *s)
{
	const struct task *t = is_checked(s) ? supervised_task(s) : 0;	/* 0: it is ending */
	unsigned threads = t ? t->threads + t->dying : 0, most = check.seen + THREADS_AT_ONCE;
	unsigned i = check.thread, portion = i / PLACES_AT_ONCE;

	check.units += t != 0;
	for (; check.seen < threads && check.seen < most && i / PLACES_AT_ONCE == portion; i++)
		if (t->thread[i].id != 0) {
			check.used += cpu_time(t->thread[i].id);
			check.seen++;
		}
	if (check.seen < threads && i < THREADS_MAX) {
		check.thread = i;
		return;
	}
	s->ran = check.used >= s->used ? check.used - s->used : 1;	/* less: a thread has ended, so it ran */
	s->used = check.used;
	check.used = check.thread = check.seen = 0;
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

/* A step of its own: names can be long. The taker may have ended since the last step. */
static void report_taker(const struct supervised *s)
{
	const struct supervised *taker = check.taker;

	check.taker = 0;
	if (!supervised_task(taker) || taker->end == ROOT_ALIVE)
		return;
	check.units = UNITS;
	report("%s (task %lu) leaves no time for %s (task %lu)", start_of(taker)->program->name, taker->task,
	       start_of(s)->program->name, s->task);
}

static void note_cause(struct supervised *s)
{
	struct supervised *cause;

	if (check.taker) {
		report_taker(s);
		return;
	}
	cause = cause_of(s);
	if (s->silent != 0 || s->stuck != 0)
		check.units += UNITS_CAUSE;
	if (cause && cause->end == ROOT_ALIVE) {
		cause->end = cause == s ? ROOT_END_HANG : ROOT_END_KILL;
		if (cause != s) {
			check.taker = cause;
			check.units = UNITS;
		}
	}
}

static void end_silent(const struct supervised *s)
{
	struct task *t = s->end != ROOT_ALIVE ? supervised_task(s) : 0;

	if (!t)
		return;
	check.units = UNITS;
	task_end(t, s->end, 0);
}

static void check_task(struct supervised *s)
{
	switch (check.phase) {
	case CHECK_LOOK:
		note_check(s);
		break;
	case CHECK_TIME:
		note_time(s);
		break;
	case CHECK_CAUSE:
		note_cause(s);
		break;
	default:
		end_silent(s);
	}
}

enum step life_step(void)
{
	while (check.units < UNITS && check.at < root.config.starts) {
		check_task(&supervised[check.at]);
		check.at += check.thread == 0 && !check.taker;
	}
	check.units = 0;
	if (check.at < root.config.starts)
		return STEP_AGAIN;
	if (check.phase == CHECK_LOOK)
		supervise_set_period();
	check.at = 0;
	check.phase = check.silent ? check.phase + 1 : CHECK_DONE;
	return check.phase < CHECK_DONE ? STEP_AGAIN : STEP_IDLE;
}

bool life_is_checked(void) { return check.phase != CHECK_DONE; }
bool life_is_looked_at(void) { return check.phase == CHECK_LOOK; }

void life_thread_ended(const struct task *t, unsigned i)
{
	if (check.phase == CHECK_TIME && i < check.thread && supervised_task(&supervised[check.at]) == t)
		check.seen--;
}

void life_begin(l4_word_t period, l4_word_t shortest)
{
	memset(&check, 0, sizeof(check));
	check.idle = idle_time() > 0;
	check.period = period;
	check.shortest = shortest;
}
