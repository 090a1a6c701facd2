/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.c - see event.h.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include "error.h"
#include "event.h"
#include "futex.h"
#include "signal.h"
#include "time.h"

enum { WATCHERS = 2 };			/* ready.c, child.c */

int px_changes;
static px_watcher *watchers[WATCHERS];

void px_watch(px_watcher *w)
{
	for (unsigned i = 0; i < WATCHERS; i++) {
		px_watcher *old = NULL;

		if (__atomic_compare_exchange_n(&watchers[i], &old, w, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
		    || old == w)
			return;
	}
}

static void change(bool interrupt)
{
	__atomic_add_fetch(&px_changes, 1, __ATOMIC_SEQ_CST);
	px_futex_wake(&px_changes, INT_MAX);
	for (unsigned i = 0; i < WATCHERS; i++) {
		px_watcher *w = __atomic_load_n(&watchers[i], __ATOMIC_SEQ_CST);

		if (w)
			w(interrupt);
	}
}

void px_changed(void)
{
	change(false);
}

void px_break(void)
{
	change(true);
	px_signal_send(0, SIGINT);
}

long px_wait(int seen, uint64_t deadline)
{
	long e;

	px_error_flush();
	if (px_interrupted())
		return -EINTR;
	e = px_futex_wait(&px_changes, seen, deadline);
	return e == -EAGAIN ? 0 : e;
}

/* A thread that is about to wait takes the signal, or is found: it looks for signals once it can be found. */
long px_signal_send(int thread, int signal)
{
	if (!px_signal_add(thread, signal))
		return -ESRCH;
	px_changed();
	if (thread)
		px_interrupt(thread);
	else
		px_signal_find(signal, px_interrupt);
	return 0;
}

/* ---- sleep; a signal ends it ---- */

static long sleep_until(uint64_t deadline)
{
	long e = 0;

	while (e == 0 && px_now() < deadline)
		e = px_wait(__atomic_load_n(&px_changes, __ATOMIC_SEQ_CST), deadline);
	return e == -ETIMEDOUT ? 0 : e;
}

/* What is left of a period that a signal has ended. */
static long say_rest(long e, uint64_t deadline, struct timespec *rest)
{
	uint64_t now = px_now(), left = deadline > now ? deadline - now : 0;

	if (e == -EINTR && rest)
		*rest = px_timespec(left);
	return e;
}

static long sleep_for(const struct timespec *t, struct timespec *rest)
{
	uint64_t deadline;
	long e = px_deadline(t, &deadline);

	return e < 0 ? e : say_rest(sleep_until(deadline), deadline, rest);
}

long px_nanosleep(const struct px_args *p)
{
	return sleep_for((const struct timespec *)p->a[0], (struct timespec *)p->a[1]);
}

long px_clock_nanosleep(const struct px_args *p)
{
	const struct timespec *t = (const struct timespec *)p->a[2];
	long e = px_clock_error((clockid_t)p->a[0]);
	int64_t time = px_period(t);

	if (e < 0 || time < 0)
		return e < 0 ? e : (long)time;
	if (!(p->a[1] & TIMER_ABSTIME))
		return sleep_for(t, (struct timespec *)p->a[3]);
	return sleep_until(px_time_point((clockid_t)p->a[0], (uint64_t)time));
}
