/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tasks.c - see tasks.h.
 *
 * Root repeats an event until it is acknowledged, by the request that follows. So an event may come twice, to
 * a supervisor that has been started again in between: the state says what has been done about it. A start
 * with a task is never given another one by root.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/root.h>
#include <proto/root_client.h>
#include <proto/supervise.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tasks.h"

struct supervised tasks[GRANTS_STARTS];
unsigned tasks_count;
bool tasks_changed;

static unsigned number_of(const struct supervised *s) { return (unsigned)(s - tasks); }

void say(const char *format, ...)
{
	char text[ROOT_LOG_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	root_say(pecan_root(), text);
}

void tasks_take(const struct config *c)
{
	tasks_count = c->grants.starts;
	for (unsigned i = 0; i < tasks_count; i++) {
		const struct grant *p = grants_started(&c->grants, i);
		struct supervised *s = &tasks[i];

		*s = (struct supervised){ .rules = *config_rules(c, i), .priority = p->priority };
		strlcpy(s->name, p->name, sizeof(s->name));
	}
}

static bool any_due;			/* one may be */

static void enter(struct supervised *s, enum past_phase phase)
{
	state_of(number_of(s))->phase = phase;
	any_due |= phase == TASK_DUE;
	state_commit();
}

/* ---- starts ---- */

static const char *why(enum root_error e)
{
	switch (e) {
	case ROOT_E_NAME: return "the boot image has no program of that name in bin/";
	case ROOT_E_IMAGE: return "see the line above";
	case ROOT_E_MEMORY: return "its limit (`memory`) is too little, or more than there is";
	case ROOT_E_POOL: return "no memory is left for it";
	case ROOT_E_KMEM: return "its kernel memory (`kernel-memory`) is too little, or not there";
	case ROOT_E_ARGUMENT: return "its priority is too high";
	case ROOT_E_ARGS: return "it has too many arguments, or too long ones";
	default: return "there are too many tasks";
	}
}

static void runs(struct supervised *s, L4_Word_t task)
{
	s->task = task;
	s->silent = s->stuck = s->used = s->ran = 0;
	s->end = ROOT_ALIVE;
	s->noticed = s->rests = false;
	tasks_changed = true;
}

/*
 * Root tells by an event how it has ended. Phase DUE, or NEW, remains until root has begun: a supervisor that
 * ends here leaves one that is started again, or has a task already.
 */
static void start(struct supervised *s, L4_Word_t flags)
{
	unsigned i = number_of(s);
	L4_Word_t again = state_of(i)->restarts > 0 ? ROOT_BEGIN_AGAIN : 0;
	struct root_start_out now = { .task = 0 };
	struct root_begin_out out;

	if (root_begin(pecan_root(), i, flags | again, &out) != ROOT_OK)	/* it may have a task already */
		root_start(pecan_root(), i, &now);
	runs(s, out.task != 0 ? out.task : now.task);
	enter(s, TASK_RUNS);
}

void tasks_begin(void)
{
	for (struct supervised *s = tasks; s < tasks + tasks_count; s++) {
		if (s->rules.when_found)
			enter(s, TASK_UNFOUND);
		else
			start(s, ROOT_BEGIN_WAIT);
	}
}

static bool is_pending(const struct root_start_out *now, enum root_event event)
{
	return now->events & 1u << event;
}

/* One of which nothing is known was begun, and root has its task or an event of its end; or it was not. */
static void find_out(const struct supervised *s, struct past *p, const struct root_start_out *now)
{
	if (now->starved && !is_pending(now, ROOT_EVENT_FAILED))
		p->phase = TASK_STARVED;
	else
		p->phase = now->begun ? TASK_RUNS : s->rules.when_found ? TASK_UNFOUND : TASK_DUE;
	p->starved = p->phase == TASK_STARVED;		/* which was reported */
	p->restarts = now->ended != 0 && !is_pending(now, ROOT_EVENT_ENDED);
}

/* If a task has ended that is not counted, one that was due had been started. */
static void resume(struct supervised *s, struct past *p)
{
	struct root_start_out now;

	root_start(pecan_root(), number_of(s), &now);
	if (p->phase == TASK_NEW)
		find_out(s, p, &now);
	if (now.task != 0 || (is_pending(&now, ROOT_EVENT_ENDED) && now.ended != p->counted))
		p->phase = TASK_RUNS;
	runs(s, now.task);
	s->noticed = tasks_changed = true;	/* perhaps: the first check finds out */
}

void tasks_resume(void)
{
	for (struct supervised *s = tasks; s < tasks + tasks_count; s++)
		resume(s, state_of(number_of(s)));
	any_due = true;
	state_commit();
}

/* So long that the others get further than the next interrupt. */
void tasks_pause(void)
{
	enum { PAUSE_US = 20 };

	L4_Sleep(L4_TimePeriod(PAUSE_US));
}

/* First one that has just ended: what was reserved for it is free now. Last those that wait for memory. */
static unsigned rank(const struct supervised *s)
{
	const struct past *p = state_of(number_of(s));

	return p->starved ? 2 : p->restarts == 0;
}

void tasks_start_due(void)
{
	while (any_due) {
		struct supervised *next = 0;

		for (struct supervised *s = tasks; s < tasks + tasks_count; s++)
			if (state_of(number_of(s))->phase == TASK_DUE && (!next || rank(s) < rank(next)))
				next = s;
		any_due = next;
		if (!next)
			return;
		tasks_pause();
		start(next, 0);
	}
}

/* ---- events ---- */

static bool within_limit(struct past *p, const struct rules *r)
{
	return r->restarts > 0
	    && supervise_restarts(p->ended, &p->restarts, r->restarts, r->within, L4_SystemClock().raw);
}

static void ended(struct supervised *s, L4_Word_t task, enum root_end how)
{
	struct past *p = state_of(number_of(s));
	const struct rules *r = &s->rules;

	if (p->counted == task)
		return;
	if (how == ROOT_END_HANG)
		say("%s (task %lu) hangs: no heartbeat for %u s", s->name, task, r->heartbeat);
	runs(s, 0);
	p->counted = task;
	enter(s, within_limit(p, r) ? TASK_DUE : TASK_OVER);
	if (r->restarts > 0 && p->phase == TASK_OVER)
		say("%s has ended %u times in %u s: it is not started again (`restart` in its section)", s->name,
		    r->restarts + 1, r->within);
}

static void started(struct supervised *s, L4_Word_t task)
{
	struct past *p = state_of(number_of(s));

	if (p->starved || p->phase != TASK_RUNS) {
		p->starved = false;
		enter(s, TASK_RUNS);
	}
	if (p->restarts > 0)
		say("%s is started again, as task %lu", s->name, task);
}

/*
 * It has not started. One that has run before is not given up for too little memory: other tasks have what is
 * not reserved for it, and it is tried again each time that some has been given back.
 */
static void failed(struct supervised *s, enum root_error e)
{
	struct past *p = state_of(number_of(s));
	bool wait = p->restarts > 0 && (e == ROOT_E_POOL || e == ROOT_E_KMEM);

	runs(s, 0);
	if (!p->starved)
		say("cannot start %s%s: %s", s->name, wait ? " yet" : "", why(e));
	p->starved = wait;
	enter(s, wait ? TASK_STARVED : TASK_OVER);
}

static void memory_back(void)
{
	for (struct supervised *s = tasks; s < tasks + tasks_count; s++)
		if (state_of(number_of(s))->phase == TASK_STARVED)
			enter(s, TASK_DUE);
}

bool tasks_event(const struct root_next_out *event)
{
	struct supervised *s = event->start < tasks_count ? &tasks[event->start] : tasks;
	const struct past *p = state_of(number_of(s));

	if (event->event == ROOT_EVENT_ENDED)
		ended(s, event->task, (enum root_end)event->how);
	else if (event->event == ROOT_EVENT_STARTED)
		started(s, event->task);
	else if (event->event == ROOT_EVENT_FAILED)
		failed(s, (enum root_error)event->how);
	else if (event->event == ROOT_EVENT_FOUND && p->phase == TASK_UNFOUND)
		enter(s, TASK_DUE);
	else if (event->event == ROOT_EVENT_NOTICE)
		s->noticed = tasks_changed = true;
	else if (event->event == ROOT_EVENT_MEMORY)
		memory_back();
	return p->phase == TASK_DUE || p->phase == TASK_STARVED;
}
