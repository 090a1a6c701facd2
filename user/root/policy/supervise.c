/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervise.c - the tasks that the system description starts: starts them, and starts them again.
 *
 * A task of a section with `restart` that has ended is started again by the message loop, after the message
 * that ended it has been served; so no function that ends a task sees a new one in its place. When the limit
 * is reached it is given up. A task of a section with `heartbeat` that is silent for too long is ended
 * (docs/decisions/supervision.md).
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/frame.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/report/log.h>
#include <root/root.h>
#include <root/section/config.h>
#include <root/task/start.h>
#include <root/task/task.h>
#include <string.h>
#include <x2/fpage.h>
#include "liveness.h"
#include "supervise.h"
#include "supervised.h"

/*
 * A task is ended when the checks of so many halves of its section's time, one after the other, find no sign
 * of life. The period of the checks is half of the shortest time, less its 128th part, as a wait ends later
 * than meant (supervise_pause): so the last of them is within the time. NOTICE_AGAIN without a shortest time.
 */
enum { SECOND = SUPERVISE_SECOND, NOTICE_AGAIN = 5 * SECOND, SOONER = 128 };

struct supervised supervised[CONFIG_STARTS];
static bool any_due;
static l4_word_t shortest;		/* us: half of the shortest time; 0: no heartbeat is expected */
static l4_word_t period;			/* us between two checks; 0: there is nothing to check */
static uint64_t next_check;
static bool here;			/* the next step of a check is made without a worker */
static uint64_t loop_time;		/* of the message loop: read once for each message, if period is not 0 */

static uint64_t now(void) { return L4_SystemClock().raw; }

static struct supervised *of_task(const struct task *t)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].task == t->id)
			return &supervised[i];
	return 0;
}

l4_word_t supervise_place(const struct task *t)
{
	const struct supervised *s = of_task(t);

	return s ? (l4_word_t)(s - supervised) + 1 : CONFIG_STARTS + t->id;
}

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

/*
 * It has not started. One that has run before is not given up for too little memory: other tasks have what is
 * not reserved for it, and it is tried again each time that some has been given back.
 */
static void not_started(struct supervised *s, enum root_error e)
{
	const char *name = start_of(s)->program->name;
	bool wait = s->restarts > 0 && (e == ROOT_E_POOL || e == ROOT_E_KMEM);

	if (!s->starved)
		report("cannot start %s%s: %s", name, wait ? " yet" : "", why(e));
	s->task = 0;
	s->starved = wait;
}

static struct task *start(struct supervised *s)
{
	const struct start *what = start_of(s);
	struct spawn spawn = { .name = what->program->name, .args = what->args, .renew = s->restarts > 0 };
	struct task *t;
	enum root_error e = task_start(&spawn, &t);

	if (e != ROOT_OK) {
		not_started(s, e);
		return 0;
	}
	s->task = t->id;
	s->slot = t->slot;
	s->thread = 0;
	s->calls = s->rests = s->has_notice = false;
	s->end = ROOT_ALIVE;
	s->worker = s->notices = s->silent = s->stuck = s->used = s->ran = 0;
	return t;
}

static void started(const struct task *t, enum root_error error)
{
	struct supervised *s = of_task(t);

	if (!s)
		return;
	s->thread = t->thread[0].id;
	if (error != ROOT_OK) {
		not_started(s, error);
		return;
	}
	s->starved = false;
	if (s->restarts > 0)
		report("%s is started again, as task %lu", t->program->name, t->id);
}

static void given(void)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].starved && supervised[i].task == 0)
			supervised[i].due = any_due = true;
}

bool supervise_expects_names(void)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct supervised *s = &supervised[i];
		bool changes = s->task != 0 && !supervised_task(s);	/* it ends, or starts */

		if ((start_of(s)->program->rights & ROOT_RIGHT_NAMES) && (changes || s->due || s->starved))
			return true;
	}
	return false;
}

/* Without heartbeats there is something to check only while a notice has to be sent again. */
void supervise_set_period(void)
{
	period = shortest - shortest / SOONER;
	for (unsigned i = 0; i < root.config.starts && shortest == 0; i++)
		if (supervised[i].has_notice)
			period = NOTICE_AGAIN;
}

/*
 * Returns the priority above all threads of tasks that are started and have a heartbeat; of all that are
 * started, if none has one. Not above what their sections allow: the shell may start a program of priority
 * 254, and above that the check would delay threads that it has nothing to do with.
 */
static unsigned check_priority(void)
{
	unsigned p = 0;

	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct supervised *s = &supervised[i];
		bool counts = shortest == 0 || start_of(s)->program->heartbeat != 0;
		const struct task *t = counts ? supervised_task(s) : 0;

		if (t && t->highest > p)
			p = t->highest;
	}
	return priority_above(p);
}

void supervise_boot(void)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct program *p = root.config.start[i].program;
		l4_word_t half = supervise_half(p);
		struct task *t = 0;

		if (p->keep != 0)
			keep_make(&supervised[i].keep, &root.pool, p->keep);
		supervised[i].not_found = p->when_found;
		if (!p->when_found)
			t = start(&supervised[i]);
		if (t)
			job_run(t);	/* no other task runs before all are there */
		if (half != 0 && (shortest == 0 || half < shortest))
			shortest = half;
	}
	supervise_set_period();
	loop_time = now();
	next_check = loop_time + period;
}

static void found(l4_word_t device)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		struct supervised *s = &supervised[i];

		if (!s->not_found || !ranges_hold(&start_of(s)->program->pci, device, device))
			continue;
		s->not_found = false;
		s->due = any_due = true;
	}
}

/* ---- the end of a task ---- */

/* May it be started again? Not if its last restarts were all within the time that the section names. */
static bool within_limit(struct supervised *s, const struct program *p, uint64_t time)
{
	uint64_t *oldest = &s->ended[s->restarts % p->restarts];

	if (s->restarts >= p->restarts && time - *oldest < (uint64_t)p->within * SECOND)
		return false;
	*oldest = time;
	s->restarts++;
	return true;
}

static void ended(const struct task *t)
{
	struct supervised *s = of_task(t);
	const struct program *p;

	if (!s)
		return;
	p = start_of(s)->program;
	s->task = s->notices = 0;
	s->has_notice = false;
	if (p->restarts == 0)
		return;
	s->due = within_limit(s, p, now());
	any_due |= s->due;
	if (!s->due)
		report("%s has ended %u times in %u s: it is not started again (`restart` in its section)",
		       p->name, p->restarts + 1, p->within);
}

/* First one that has just ended: what was reserved for it is free now. Last those that wait for memory. */
static unsigned rank(const struct supervised *s) { return s->starved ? 2 : s->restarts == 0; }

/* One: several may be due, and messages can come in between. */
static void start_again(void)
{
	struct supervised *next = 0;

	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].due && (!next || rank(&supervised[i]) < rank(next)))
			next = &supervised[i];
	any_due = next;
	if (!next)
		return;
	next->due = false;
	start(next);
}

/* ---- notices ---- */

bool supervise_awaits_root(l4_word_t thread)
{
	unsigned i;
	const struct task *t = task_of_thread(thread, &i);

	return t && t->thread[i].waits != WAITS_NOT;
}

/* A thread that waits for root's answer would take the notice for it. */
bool supervise_send_notice(l4_word_t thread)
{
	L4_MsgTag_t tag = { .raw = 0 };

	if (supervise_awaits_root(thread))
		return false;
	tag.X.label = ROOT_NOTICE;
	L4_Set_MsgTag(tag);
	return L4_IpcSucceeded(L4_Send_Timeout(tid(thread), L4_ZeroTime));
}

/* One that is not taken, as the thread does not wait, is sent again at the next check. */
static void notify(l4_word_t task)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		struct supervised *s = &supervised[i];

		if (s->task != task || s->notices == 0)
			continue;
		s->has_notice = !supervise_send_notice(s->notices);
		if (period == 0) {
			supervise_set_period();
			next_check = now() + period;
		}
	}
}

void supervise_want_notices(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (s)
		s->notices = t->thread[i].id;
}

/* ---- signs of life ---- */

void supervise_heard(const struct task *t)
{
	struct supervised *s = of_task(t);

	if (s)
		s->silent = 0;
}

void supervise_calls(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (!s)
		return;
	s->thread = t->thread[i].id;
	s->calls = true;
}

void supervise_works(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (s)
		s->worker = t->thread[i].id;
}

void supervise_rests(const struct task *t)
{
	struct supervised *s = of_task(t);

	if (s)
		s->rests = true;
}

/* One that is still under way is not begun again, but a checked task may have raised a thread meanwhile. */
static void begin_check(void)
{
	next_check = loop_time + period;
	if (liveness_is_checked()) {
		if (!here)
			job_own(JOB_CHECK, liveness_check, check_priority());
		return;
	}
	liveness_begin(period, shortest);
	here = true;
}

/*
 * As long as no message is there the loop looks at the tasks itself, step by step: to wake a worker would
 * take an idle machine as many instructions, and an interrupt. All else is for a worker.
 */
static void continue_check(bool served)
{
	bool more = served || job_own_step(JOB_CHECK, liveness_check);

	here = more && !served && liveness_is_looked_at();
	if (more && !here)
		job_own(JOB_CHECK, liveness_check, check_priority());
}

/* Not a part of its caller: which is short without it, and is called for each message. */
static __attribute__((noinline)) void read_time(void) { loop_time = now(); }

bool supervise_is_due(void)
{
	if (period != 0)
		read_time();
	return any_due || here || (period != 0 && loop_time >= next_check);
}

void supervise_run(bool served)
{
	if (any_due) {
		start_again();
		return;
	}
	if (period != 0 && loop_time >= next_check)
		begin_check();
	if (here)
		continue_check(served);
}

/* A time period has ten bits of mantissa: one 1/512 longer is not shorter than what is meant. */
L4_Time_t supervise_pause(void)
{
	if (any_due)
		return L4_ZeroTime;
	if (period == 0)
		return L4_Never;
	if (here || loop_time >= next_check)
		return L4_ZeroTime;
	return L4_TimePeriod((next_check - loop_time) * 513 / 512 + 1);
}

/* ---- memory that outlives a task ---- */

enum root_error supervise_keep(struct task *t, l4_word_t *address, l4_word_t *bytes)
{
	struct supervised *s = of_task(t);
	struct area area = { .kind = AREA_KEEP, .rights = L4_R | L4_W };

	if (!s || t->program->keep == 0)
		return ROOT_E_RIGHT;
	*bytes = (t->program->keep + PAGE_MASK) & ~PAGE_MASK;
	if (!s->keep.frame)
		return ROOT_E_POOL;
	area.keep = &s->keep;
	area.base = area_place(t, *bytes, frame_align(*bytes));
	area.last = area.base + *bytes - 1;
	*address = area.base;
	return area.base == 0 ? ROOT_E_LIMIT : limit_area(t, &area);
}

const struct policy supervise_policy = { started, ended, liveness_thread_ended, given, found, notify };
