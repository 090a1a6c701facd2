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
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <stddef.h>
#include <string.h>
#include "job.h"
#include "root.h"

/*
 * A task is ended when the checks of so many halves of its section's time, one after the other, find no sign
 * of life. The period of the checks is half of the shortest time, less its 128th part, as a wait ends later
 * than meant (supervise_pause): so the last of them is within the time. NOTICE_AGAIN without a shortest time.
 */
enum { SECOND = 1000000, SILENT_MAX = 3, NOTICE_AGAIN = 5 * SECOND, SOONER = 128,
       LOOKS = 16, STEP_US = 1 };

struct supervised {
	l4_word_t task;				/* id; 0: it does not run */
	bool due;				/* to be started by the message loop */
	bool starved;				/* to be started when memory has been given back */
	l4_word_t thread;			/* that shows whether it is alive; 0: it is being loaded */
	bool calls;				/* that thread calls servers */
	l4_word_t worker;			/* its thread that works for others of the task; 0: none */
	l4_word_t notices;			/* its thread that wants notices; 0: none */
	bool has_notice;			/* that was not taken yet */
	l4_word_t silent;			/* checks in a row without a sign of life */
	l4_word_t stuck;			/* checks in a row in which the worker hangs */
	l4_word_t used, ran;			/* us of the CPU: up to the last check; between it and that before */
	l4_word_t ended[CONFIG_RESTARTS];	/* us: the last restarts, a ring */
	unsigned restarts;			/* since boot */
	l4_word_t kept;				/* physical address of the memory that outlives it, 0: none */
};

static struct supervised supervised[CONFIG_STARTS];
static bool any_due;
static l4_word_t shortest;		/* us: half of the shortest time; 0: no heartbeat is expected */
static l4_word_t period;			/* us between two checks; 0: there is nothing to check */
static l4_word_t next_check;
static unsigned looked;			/* of a check: at so many tasks, then at so many times; 0: none is done */
static bool was_idle;			/* the machine, some time before that check */
static l4_word_t loop_time;		/* of the message loop: read once for each message, if period is not 0 */

static l4_word_t now(void) { return L4_SystemClock().raw; }

/* Half of the time of the section's heartbeat, in us; 0: none is expected. */
static l4_word_t half_of(const struct program *p)
{
	return p->heartbeat * (l4_word_t)(SECOND / 2);
}

static struct supervised *of_task(const struct task *t)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].task == t->id)
			return &supervised[i];
	return 0;
}

static const struct start *start_of(const struct supervised *s)
{
	return &root.config.start[s - supervised];
}

l4_word_t supervise_place(const struct task *t)
{
	const struct supervised *s = of_task(t);

	return s != 0 ? (l4_word_t)(s - supervised) + 1 : CONFIG_STARTS + t->id;
}

unsigned supervise_section(const struct task *t)
{
	return t->program->started && of_task(t) == 0 ? 0 : t->program->number;
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
	s->thread = 0;
	s->calls = s->has_notice = false;
	s->worker = s->notices = s->silent = s->stuck = s->used = s->ran = 0;
	return t;
}

void supervise_started(const struct task *t, enum root_error error)
{
	struct supervised *s = of_task(t);

	if (s == 0)
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

void supervise_given(void)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].starved && supervised[i].task == 0)
			supervised[i].due = any_due = true;
}

bool supervise_expects_names(void)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct supervised *s = &supervised[i];
		bool changes = s->task != 0 && task_by_id(s->task) == 0;	/* it ends, or starts */

		if ((start_of(s)->program->rights & ROOT_RIGHT_NAMES) && (changes || s->due || s->starved))
			return true;
	}
	return false;
}

/* Memory that outlives the tasks of a section: given once, at boot, as it may take long to clear. */
static l4_word_t make_kept(const struct program *p)
{
	unsigned order = 0;
	l4_word_t at;

	while (PAGE_BYTES << order < p->keep)
		order++;
	if (p->keep == 0 || 1ul << order > root.pool.free - root.pool.kept)
		return 0;
	at = pool_alloc(&root.pool, order);
	if (at != 0)
		memset(direct(at), 0, PAGE_BYTES << order);
	return at;
}

/* Without heartbeats there is something to check only while a notice has to be sent again. */
static void set_period(void)
{
	period = shortest - shortest / SOONER;
	for (unsigned i = 0; i < root.config.starts && shortest == 0; i++)
		if (supervised[i].has_notice)
			period = NOTICE_AGAIN;
}

void supervise_boot(void)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		l4_word_t half = half_of(root.config.start[i].program);
		struct task *t;

		supervised[i].kept = make_kept(root.config.start[i].program);
		t = start(&supervised[i]);
		if (t != 0)
			job_run(t);	/* no other task runs before all are there */
		if (half != 0 && (shortest == 0 || half < shortest))
			shortest = half;
	}
	set_period();
	loop_time = now();
	next_check = loop_time + period;
}

/* ---- the end of a task ---- */

/* May it be started again? Not if its last restarts were all within the time that the section names. */
static bool within_limit(struct supervised *s, const struct program *p, l4_word_t time)
{
	l4_word_t *oldest = &s->ended[s->restarts % p->restarts];

	if (s->restarts >= p->restarts && time - *oldest < (l4_word_t)p->within * SECOND)
		return false;
	*oldest = time;
	s->restarts++;
	return true;
}

void supervise_ended(const struct task *t)
{
	struct supervised *s = of_task(t);
	const struct program *p;

	if (s == 0)
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

static void start_due(bool starved)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].due && supervised[i].starved == starved) {
			supervised[i].due = false;
			start(&supervised[i]);
		}
}

/* First those that have just ended: what was reserved for them is free now. */
static void start_again(void)
{
	any_due = false;
	start_due(false);
	start_due(true);
}

/* ---- notices ---- */

static bool send_notice(l4_word_t thread)
{
	L4_MsgTag_t tag = { .raw = 0 };

	tag.X.label = ROOT_NOTICE;
	L4_Set_MsgTag(tag);
	return L4_IpcSucceeded(L4_Send_Timeout(tid(thread), L4_ZeroTime));
}

/* One that is not taken, as the thread does not wait, is sent again at the next check. */
void supervise_notify(l4_word_t task)
{
	for (unsigned i = 0; i < root.config.starts; i++) {
		struct supervised *s = &supervised[i];

		if (s->task != task || s->notices == 0)
			continue;
		s->has_notice = !send_notice(s->notices);
		if (period == 0) {
			set_period();
			next_check = now() + period;
		}
	}
}

void supervise_want_notices(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (s != 0)
		s->notices = t->thread[i].id;
}

/* ---- signs of life ---- */

void supervise_heard(const struct task *t)
{
	struct supervised *s = of_task(t);

	if (s != 0)
		s->silent = 0;
}

void supervise_calls(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (s == 0)
		return;
	s->thread = t->thread[i].id;
	s->calls = true;
}

void supervise_works(const struct task *t, unsigned i)
{
	struct supervised *s = of_task(t);

	if (s != 0)
		s->worker = t->thread[i].id;
}

/* Is a heartbeat expected of it? */
static bool is_checked(const struct supervised *s)
{
	return s->task != 0 && s->thread != 0 && start_of(s)->program->heartbeat != 0;
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
		    && o->silent + 1 >= s->silent)
			return true;
	}
	return false;
}

/* 0 without the kernel's inspection. */
static l4_word_t cpu_time(const struct task *t)
{
	struct l4_inspect_thread record;
	l4_word_t sum = 0;

	for (unsigned i = 0; t != 0 && i < THREADS_MAX; i++)
		if (t->thread[i].id != 0
		    && L4_InspectRecord(L4_INSPECT_THREAD, 0, l4_tid_number((l4_tid_t){ t->thread[i].id }), &record,
					sizeof(record) / sizeof(l4_word_t)) != 0)
			sum += record.time_used;
	return sum;
}

/* A task above one that has not run, which took the time: it has heartbeats, and does not stop. 0: none. */
static struct supervised *taker_from(const struct supervised *s)
{
	for (unsigned i = 0; i < root.config.starts && s->ran == 0; i++) {
		struct supervised *o = &supervised[i];

		if (is_checked(o) && start_of(o)->program->priority > start_of(s)->program->priority
		    && o->ran > period / 2)
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

	if (L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &record, sizeof(record) / sizeof(l4_word_t)) == 0)
		return 0;
	idle = record.idle_time - last;
	last = record.idle_time;
	return idle;
}

struct look { l4_word_t id, state, partner; };

/* Looks at a thread, by the kernel's inspection; false: it has ended. */
static bool look_at(l4_word_t thread, struct look *l)
{
	enum { FIELD = sizeof(l4_word_t), RECORD = 1 };		/* the record is in MR1 and the following */

	if (L4_Inspect(L4_INSPECT_THREAD, 0, l4_tid_number((l4_tid_t){ thread })) == 0)
		return false;
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, id) / FIELD, &l->id);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, state) / FIELD, &l->state);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, partner) / FIELD, &l->partner);
	return l->id == thread;
}

/*
 * A thread that calls servers is alive in each wait, any other one in a wait for any thread. If no thread was
 * ready for some time since the last check, each that waits could have run. Else it may not have run for
 * long: it gets a notice, and is silent at the next check if it does not wait again by then. Without the
 * kernel's inspection all servers get notices, and threads that call servers are always alive.
 */
static bool is_alive(const struct supervised *s, bool idle)
{
	struct look l;

	if (!s->calls && !idle)
		return send_notice(s->thread);
	if (!L4_HasInspect())
		return true;
	if (!look_at(s->thread, &l))
		return false;
	return s->calls ? l.state >= L4_SCHEDRESULT_PENDING_SEND
			: l.state == L4_SCHEDRESULT_WAITING && l.partner == L4_anythread.raw;
}

/* It waits to send to a thread of another task, or to receive from one: no thread of its own can end that. */
static bool worker_hangs(const struct supervised *s)
{
	struct look l;
	unsigned i;

	return s->worker != 0 && L4_HasInspect() && look_at(s->worker, &l)
	    && l.state >= L4_SCHEDRESULT_PENDING_SEND && l.partner != L4_anythread.raw
	    && l.partner != L4_anylocalthread.raw && task_of_thread(l.partner, &i) != task_by_id(s->task);
}

static void note_check(struct supervised *s, bool idle)
{
	if (s->has_notice)
		s->has_notice = !send_notice(s->notices);
	if (!is_checked(s))
		return;
	s->silent = is_alive(s, idle) ? 0 : s->silent + 1;
	s->stuck = worker_hangs(s) ? s->stuck + 1 : 0;
}

static bool any_silent(void)
{
	for (unsigned i = 0; i < root.config.starts; i++)
		if (supervised[i].silent != 0 || supervised[i].stuck != 0)
			return true;
	return false;
}

/* Read only if a task is silent: that of one that is ended is known from its last checks. */
static void note_time(struct supervised *s)
{
	const struct task *t = is_checked(s) ? task_by_id(s->task) : 0;		/* 0: it is ending */
	l4_word_t used = t != 0 ? cpu_time(t) : 0;

	s->ran = used - s->used;
	s->used = used;
}

/* The task that is to be ended for the silence of this one: mostly itself; 0: none. */
static struct supervised *cause_of(struct supervised *s)
{
	struct supervised *taker;
	l4_word_t checks;

	if (!is_checked(s))
		return 0;
	checks = (SILENT_MAX * half_of(start_of(s)->program) + shortest - 1) / shortest;
	if (s->stuck >= checks)		/* whatever the other threads do: it waits, so it is not starved */
		return s;
	if (s->silent < checks || may_be_starved(s))
		return 0;
	taker = taker_from(s);
	return taker != 0 ? taker : s;
}

static void report_taker(const struct supervised *taker, const struct supervised *s)
{
	report("%s (task %lu) leaves no time for %s (task %lu)", start_of(taker)->program->name, taker->task,
	       start_of(s)->program->name, s->task);
}

/*
 * Counts checks, not time: after a pause of the whole machine the tasks get time for a sign of life before
 * they are ended. After the end of a task those below it have the time between two checks for one.
 */
static void end_silent(void)
{
	enum root_end ends[CONFIG_STARTS] = { ROOT_ALIVE };
	struct task *t;

	for (unsigned i = 0; i < root.config.starts; i++) {
		const struct supervised *s = &supervised[i], *cause = cause_of(&supervised[i]);

		if (cause == 0 || ends[cause - supervised] != ROOT_ALIVE)
			continue;
		ends[cause - supervised] = cause == s ? ROOT_END_HANG : ROOT_END_KILL;
		if (cause != s)
			report_taker(cause, s);
	}
	for (unsigned i = 0; i < root.config.starts; i++)
		if (ends[i] != ROOT_ALIVE && (t = task_by_id(supervised[i].task)) != 0)
			task_end(t, ends[i], 0);
}

/*
 * A step of a check: looks at some tasks; if one is silent, then at the time of each. Between two steps the
 * threads below root run, for STEP_US at least, or all of it would delay them.
 */
static void check_step(void)
{
	unsigned tasks = root.config.starts, last = looked + LOOKS < tasks ? looked + LOOKS : tasks;

	if (looked == 0)
		was_idle = idle_time() > 0;
	if (looked >= tasks)
		note_time(&supervised[looked++ - tasks]);
	while (looked < last)
		note_check(&supervised[looked++], was_idle);
	if (looked == 2 * tasks)
		end_silent();
	if (looked == 2 * tasks || (looked == tasks && !any_silent())) {
		looked = 0;
		set_period();
		next_check = loop_time + period;
	}
}

static bool must_check(void)
{
	return period != 0 && (looked != 0 || loop_time >= next_check);
}

bool supervise_is_due(void)
{
	if (period != 0)
		loop_time = now();
	return any_due || must_check();
}

void supervise_run(void)
{
	if (must_check())
		check_step();
	if (any_due)
		start_again();
}

/* A time period has ten bits of mantissa: one 1/512 longer is not shorter than what is meant. */
L4_Time_t supervise_pause(void)
{
	if (period == 0)
		return L4_Never;
	if (looked != 0)
		return L4_TimePeriod(STEP_US);
	return loop_time >= next_check ? L4_ZeroTime : L4_TimePeriod((next_check - loop_time) * 513 / 512 + 1);
}

/* ---- memory that outlives a task ---- */

enum root_error supervise_keep(struct task *t, l4_word_t *address, l4_word_t *bytes)
{
	struct supervised *s = of_task(t);
	struct area area = { .kind = AREA_DEVICE, .rights = L4_R | L4_W };

	if (s == 0 || t->program->keep == 0)
		return ROOT_E_RIGHT;
	*bytes = (t->program->keep + PAGE_MASK) & ~PAGE_MASK;
	if (s->kept == 0)
		return ROOT_E_POOL;
	area.physical = s->kept;
	area.base = area_place_like(t, *bytes, s->kept);
	area.last = area.base + *bytes - 1;
	*address = area.base;
	return area.base == 0 ? ROOT_E_LIMIT : limit_area(t, &area);
}
