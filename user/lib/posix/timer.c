/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer.c - the interval timer of setitimer, and the timers of timer_create. A thread of the library waits
 * for the next one, and sends its signal.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <pecan/thread.h>
#include "base.h"
#include "event.h"
#include "futex.h"
#include "signal.h"
#include "time.h"
#include "timer.h"

enum { TIMERS = 32, INTERVAL_TIMER = 0, US = 1000000 };

struct timer {
	bool used;
	int signal, thread;		/* signal 0: none; thread 0: the program */
	union sigval value;
	clockid_t clock;
	uint64_t deadline, interval;	/* us; deadline 0: it does not run */
	bool fired;			/* it has expired, and no signal has been described as its own since */
	uint64_t missed, missed_then;	/* expiries since then without a signal; before the last description */
};

/* As the kernel interface of musl has them. */
struct event { union sigval value; int signal, notify, thread; };
struct interval { struct part { long s, us; } interval, value; };

static struct timer timers[TIMERS] = { [INTERVAL_TIMER] = { .used = true, .signal = SIGALRM } };
static int lock;
static int changes;			/* what the thread waits for, besides the time */

/* ---- expiry ---- */

/*
 * Under the lock. Returns true if its signal is to be sent: not while one waits, or has been taken and is not
 * described yet, as that one is described as of all these expiries. A signal that was ignored is sent again.
 */
static bool expire(struct timer *t, uint64_t now)
{
	uint64_t periods = t->interval ? (now - t->deadline) / t->interval + 1 : 1;

	t->deadline = t->interval ? t->deadline + periods * t->interval : 0;
	if (t->fired && px_signal_waits(t->thread, t->signal)) {
		t->missed += periods;
		return false;
	}
	t->missed = periods - 1;
	t->fired = t->signal && t != &timers[INTERVAL_TIMER];
	return t->signal;
}

/*
 * Sends the signal of a timer whose time has come. Returns false if there is none; *next: the first deadline,
 * or 0. The lock is held until the signal is sent: none comes after a timer has been ended.
 */
static bool expire_one(uint64_t *next)
{
	uint64_t now = px_now();
	bool expired = false;

	*next = 0;
	px_lock(&lock);
	for (struct timer *t = timers; t < timers + TIMERS && !expired; t++) {
		expired = t->deadline && t->deadline <= now;
		if (expired && expire(t, now))
			px_signal_send(t->thread, t->signal);
		else if (t->deadline && (*next == 0 || t->deadline < *next))
			*next = t->deadline;
	}
	px_unlock(&lock);
	return expired;
}

static void run_timers(void *unused)
{
	(void)unused;
	for (;;) {
		int seen = __atomic_load_n(&changes, __ATOMIC_SEQ_CST);
		uint64_t next;

		while (expire_one(&next))
			continue;
		px_library_wait(&changes, seen, next);
	}
}

/* Under the lock. */
static bool start_thread(void)
{
	static bool started;

	started = started || pecan_thread_start(run_timers, NULL, 0, NULL) == ROOT_OK;
	return started;
}

static void describe(struct timer *t, siginfo_t *info)
{
	t->fired = false;
	t->missed_then = t->missed;
	info->si_code = SI_TIMER;
	info->si_timerid = (int)(t - timers);
	info->si_overrun = (int)t->missed;
	info->si_value = t->value;
}

/* Two timers can have one signal, which waits once: it is sent again for the second one. */
void px_timer_describe(int signal, siginfo_t *info)
{
	struct timer *t = timers + INTERVAL_TIMER + 1;

	*info = (siginfo_t){ .si_signo = signal, .si_code = SI_USER };
	px_lock(&lock);
	for (; t < timers + TIMERS; t++) {
		if (!t->fired || t->signal != signal || (t->thread && t->thread != px_my_number()))
			continue;
		if (info->si_code == SI_TIMER)
			break;
		describe(t, info);
	}
	if (t < timers + TIMERS)
		px_signal_send(t->thread, signal);
	px_unlock(&lock);
}

void px_timer_forget(int signal)
{
	px_lock(&lock);
	for (struct timer *t = timers; t < timers + TIMERS; t++)
		if (t->fired && t->signal == signal && !px_signal_waits(t->thread, signal))
			t->fired = false;
	px_unlock(&lock);
}

/* ---- setting ---- */

/* Under the lock. */
static struct itimerspec rest_of(const struct timer *t)
{
	uint64_t now = px_now();

	return (struct itimerspec){
		px_timespec(t->interval), px_timespec(t->deadline > now ? t->deadline - now : 0),
	};
}

/* The new time is absolute, or from now on; 0 ends the timer. */
static long set(struct timer *t, bool absolute, const struct itimerspec *new, struct itimerspec *old)
{
	int64_t interval = px_period(&new->it_interval), period = px_period(&new->it_value);
	struct itimerspec before;
	bool runs = period > 0;

	if (interval < 0 || period < 0)
		return -EINVAL;
	px_lock(&lock);
	if (runs && !start_thread()) {
		px_unlock(&lock);
		return -ENOMEM;
	}
	before = rest_of(t);
	t->interval = (uint64_t)interval;
	t->deadline = !runs ? 0 : absolute ? px_time_point(t->clock, (uint64_t)period)
					   : px_now() + (uint64_t)period;
	px_unlock(&lock);
	__atomic_add_fetch(&changes, 1, __ATOMIC_SEQ_CST);
	px_futex_wake(&changes, 1);
	if (old)
		*old = before;
	return 0;
}

/* ---- the interval timer ---- */

static struct part to_part(struct timespec t)
{
	return (struct part){ (long)t.tv_sec, t.tv_nsec / 1000 };
}

/* A wrong number of microseconds is one of nanoseconds too. */
static struct timespec to_timespec(struct part t)
{
	return (struct timespec){ t.s, t.us < 0 || t.us >= US ? -1 : t.us * 1000 };
}

static long to_interval(const struct itimerspec *t, struct interval *to)
{
	*to = (struct interval){ to_part(t->it_interval), to_part(t->it_value) };
	return 0;
}

static long check_which(long which)
{
	return which == ITIMER_REAL ? 0 : which == ITIMER_VIRTUAL || which == ITIMER_PROF ? -ENOSYS : -EINVAL;
}

long px_getitimer(const struct px_args *p)
{
	struct itimerspec now;
	long e = check_which(p->a[0]);

	if (e < 0)
		return e;
	px_lock(&lock);
	now = rest_of(&timers[INTERVAL_TIMER]);
	px_unlock(&lock);
	return to_interval(&now, (struct interval *)p->a[1]);
}

long px_setitimer(const struct px_args *p)
{
	const struct interval *value = (const struct interval *)p->a[1];
	struct itimerspec new, old;
	long e = check_which(p->a[0]);

	if (e < 0)
		return e;
	new = (struct itimerspec){ to_timespec(value->interval), to_timespec(value->value) };
	e = set(&timers[INTERVAL_TIMER], false, &new, &old);
	return e < 0 || !p->a[2] ? e : to_interval(&old, (struct interval *)p->a[2]);
}

/* ---- the timers of timer_create ---- */

/* NULL: there is no such timer. */
static struct timer *timer_of(long id)
{
	return id > INTERVAL_TIMER && id < TIMERS && timers[id].used ? &timers[id] : NULL;
}

static bool is_clock(long clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME;
}

static bool is_event(const struct event *e)
{
	if (e->notify == SIGEV_NONE)
		return true;
	return e->signal >= 1 && e->signal < _NSIG && (e->notify != SIGEV_THREAD_ID || px_is_thread(e->thread));
}

long px_timer_create(const struct px_args *p)
{
	const struct event *e = (const struct event *)p->a[1];
	struct timer new = { .used = true, .clock = (clockid_t)p->a[0], .signal = SIGALRM };
	long id = INTERVAL_TIMER + 1;

	if (!is_clock(p->a[0]) || (e && !is_event(e)))
		return -EINVAL;
	px_lock(&lock);
	while (id < TIMERS && timers[id].used)
		id++;
	new.value.sival_int = (int)id;
	if (e) {
		new.value = e->value;
		new.signal = e->notify == SIGEV_NONE ? 0 : e->signal;
		new.thread = e->notify == SIGEV_THREAD_ID ? e->thread : 0;
	}
	if (id < TIMERS)
		timers[id] = new;
	px_unlock(&lock);
	if (id == TIMERS)
		return -EAGAIN;
	*(int *)p->a[2] = (int)id;
	return 0;
}

long px_timer_settime(const struct px_args *p)
{
	const struct itimerspec *new = (const struct itimerspec *)p->a[2];
	struct timer *t = timer_of(p->a[0]);

	return t ? set(t, p->a[1] & TIMER_ABSTIME, new, (struct itimerspec *)p->a[3]) : -EINVAL;
}

long px_timer_gettime(const struct px_args *p)
{
	const struct timer *t = timer_of(p->a[0]);

	if (!t)
		return -EINVAL;
	px_lock(&lock);
	*(struct itimerspec *)p->a[1] = rest_of(t);
	px_unlock(&lock);
	return 0;
}

/* Of the signal that was taken last. */
long px_timer_getoverrun(const struct px_args *p)
{
	const struct timer *t = timer_of(p->a[0]);

	return t ? (long)t->missed_then : -EINVAL;
}

long px_timer_delete(const struct px_args *p)
{
	struct timer *t = timer_of(p->a[0]);

	if (!t)
		return -EINVAL;
	px_lock(&lock);
	*t = (struct timer){ .used = false };
	px_unlock(&lock);
	return 0;
}
