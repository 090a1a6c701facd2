/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.c - see watch.h.
 */
#include <l4/schedule.h>
#include <proto/root_server.h>
#include <proto/supervise.h>
#include <root/report/log.h>
#include <root/task/end.h>
#include <root/task/task.h>
#include "look.h"
#include "starts.h"
#include "watch.h"

/* It is ended if it has not asked for so long, and started again so often within that time. */
enum { SILENT_S = 15, RESTARTS = 3, WITHIN_S = 60 };

static l4_word_t waiting;		/* thread of the supervisor that waits for an event; 0: none */
static uint64_t deadline;		/* us of the clock: by then it must have asked; 0: it need not */
static uint64_t allowed;		/* us from now on until the deadline; 0: it is as it was */
static uint64_t restarts[RESTARTS];	/* us: the last ones, a ring */
static uint32_t restarted;
static uint64_t loop_time;		/* of the message loop: read once for each message, if there is a deadline */

static struct start *const own = &starts[SUPERVISOR];

static uint64_t now(void) { return L4_SystemClock().raw; }

/* It is to ask in time, from the next look at the clock on. */
static void expect_within(uint64_t us) { allowed = us + SILENT_S * SUPERVISE_SECOND; }

static void expect_nothing(void) { deadline = allowed = 0; }

static void start(void)
{
	expect_within(0);
	starts_begin(own, restarted > 0, 0);
}

void watch_boot(void)
{
	starts_reserve(own);
	start();
}

void watch_heard(void) { expect_within(0); }

/* *out: the event, if there is one. */
static bool next(struct root_next_out *out)
{
	struct start *s;
	enum root_event e = starts_event(&s);

	if (e == ROOT_EVENT_NONE)
		return false;
	*out = (struct root_next_out){ .event = e, .task = starts_gives() };
	if (!s)
		return true;
	out->start = (L4_Word_t)(s - starts);
	out->task = e == ROOT_EVENT_ENDED || s->task == 0 ? s->ended : s->task;
	out->how = e == ROOT_EVENT_ENDED ? (L4_Word_t)s->how : (L4_Word_t)s->failed;
	return true;
}

enum root_error watch_next(struct root_caller *c, const struct root_next_in *in, struct root_next_out *out)
{
	starts_acknowledge((enum root_event)in->done, in->start < root.grants.starts ? &starts[in->start] : 0,
			   in->task, in->again != 0);
	expect_within(in->within);
	if (in->looks != 0 && look_finds(in->looks, out))
		return ROOT_OK;
	if (starts_changed && next(out))
		return ROOT_OK;
	waiting = c->task->thread[c->thread].id;
	c->task->thread[c->thread].waits = WAITS_NEWS;
	if (in->within == 0)
		expect_nothing();
	return ROOT_LATER;
}

/* ---- its end ---- */

static bool within_limit(void)
{
	return supervise_restarts(restarts, &restarted, RESTARTS, WITHIN_S, now());
}

/* Something has happened to its own start. All others run meanwhile. */
static void look_at_own(void)
{
	bool failed = own->events & (1u << ROOT_EVENT_FAILED), ended = own->events & (1u << ROOT_EVENT_ENDED);

	own->events = 0;
	if (!failed && !ended)
		return;
	waiting = 0;
	expect_nothing();
	if (failed && (own->failed == ROOT_E_POOL || own->failed == ROOT_E_KMEM)) {
		report("the supervisor cannot be started yet: no memory is left for it");
		expect_within(0);			/* end_silent tries again */
		return;
	}
	if (failed) {
		report("the supervisor cannot be started: nothing is started or ended any more (bin/supervisor)");
	} else if (own->how == ROOT_END_KILL || within_limit()) {	/* to kill it is no way to be rid of it */
		start();
		return;
	} else {
		report("the supervisor has ended %u times in %u s: nothing is started again any more",
		       RESTARTS + 1, WITHIN_S);
	}
	starts_end();
}

static void end_silent(void)
{
	struct task *t = starts_task(own);

	if (own->task == 0) {
		start();
		return;
	}
	if (!t || t->thread[0].waits != WAITS_NOT) {	/* it is being started, or waits for a start; or its */
		if (t && t->thread[0].waits == WAITS_NEWS)	/* timeout has ended its wait: just now, */
			t->thread[0].waits = WAITS_NOT;		/* after a pause of the machine */
		expect_within(0);
		return;
	}
	expect_nothing();
	report("the supervisor hangs: it has not asked for %u s", SILENT_S);
	task_end(t, ROOT_END_HANG, 0);
}

/* ---- for the message loop ---- */

/* Not a part of its caller: which is short without it, and is called for each message. */
static __attribute__((noinline)) void read_time(void)
{
	loop_time = now();
	if (allowed != 0)
		deadline = loop_time + allowed;
	allowed = 0;
}

bool watch_is_due(void)
{
	if ((deadline | allowed) != 0)
		read_time();
	return (starts_changed && (waiting != 0 || own->events != 0)) || (deadline != 0 && loop_time >= deadline);
}

void watch_run(void)
{
	struct root_next_out out;
	struct task_thread *w;

	if (own->events != 0) {
		look_at_own();
		return;
	}
	if (deadline != 0 && loop_time >= deadline) {
		end_silent();
		return;
	}
	if (!next(&out))
		return;
	w = task_waiter(waiting, WAITS_NEWS);
	waiting = 0;
	expect_within(0);
	if (!w)
		return;
	w->waits = WAITS_NOT;
	answer_root_next(tid(w->id), ROOT_OK, &out);
}

L4_Time_t watch_pause(void)
{
	if (allowed != 0)			/* watch_run has set it */
		read_time();
	if (deadline == 0)
		return L4_Never;
	if (loop_time >= deadline)
		return L4_ZeroTime;
	return supervise_period(deadline - loop_time);
}
