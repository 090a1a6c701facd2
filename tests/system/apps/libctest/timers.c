/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timers.c - alarm, interval timers, timers of POSIX.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "libctest.h"

enum { MS = 1000, NS_OF_MS = 1000000 };

static volatile sig_atomic_t count, value, others;
static sem_t notified;

static void note(int signal)
{
	(void)signal;
	count = count + 1;
}

static void note_value(int signal, siginfo_t *info, void *context)
{
	(void)context;
	note(signal);
	value = info->si_code == SI_TIMER ? info->si_value.sival_int : -1;
	others += value != 77;
}

static int sleep_ms(long ms)
{
	return nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * NS_OF_MS }, NULL);
}

/* SIGALRM after so many ms, and then each interval. */
static int set_ms(long ms, long interval)
{
	return setitimer(ITIMER_REAL, &(struct itimerval){ { 0, interval * MS }, { 0, ms * MS } }, NULL);
}

/* A timer that is to end a wait sends its signal again: the first one may come before the wait begins. */
static void test_alarm(void)
{
	struct itimerval now, old;
	sigset_t alarms, none;

	signal(SIGALRM, note);
	check(alarm(100) == 0 && getitimer(ITIMER_REAL, &now) == 0 && now.it_value.tv_sec >= 90
	      && now.it_interval.tv_sec == 0 && now.it_interval.tv_usec == 0, "alarm sets the interval timer");
	check(alarm(0) == 100 && getitimer(ITIMER_REAL, &now) == 0 && now.it_value.tv_sec == 0
	      && now.it_value.tv_usec == 0, "alarm(0) returns the rest and ends it");
	errno = 0;
	check(set_ms(20, 20) == 0 && sleep_ms(100000) == -1 && errno == EINTR && count >= 1,
	      "SIGALRM ends nanosleep");
	set_ms(0, 0);
	sigemptyset(&none);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarms, NULL);
	errno = count = 0;
	check(alarm(1) == 0 && sigsuspend(&none) == -1 && errno == EINTR && count == 1, "and sigsuspend");
	sigprocmask(SIG_SETMASK, &none, NULL);
	check(set_ms(10, 10) == 0 && pause() + pause() + pause() == -3 && count >= 4, "an interval timer");
	check(setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, &old) == 0 && old.it_interval.tv_usec == 10 * MS,
	      "setitimer returns what was set");
	count = 0;
	check(sleep_ms(40) == 0 && count == 0, "a time of 0 ends the timer");
	errno = 0;
	now = (struct itimerval){ { 0, 0 }, { 0, 1000000 } };
	check(setitimer(ITIMER_REAL, &now, NULL) == -1 && errno == EINVAL, "a wrong period");
	check(setitimer(ITIMER_VIRTUAL, &old, NULL) == -1 && errno == ENOSYS, "there is no CPU time");
	signal(SIGALRM, SIG_DFL);
}

static void test_sigwait(void)
{
	struct timespec most = { 10, 0 };
	sigset_t alarms, before;

	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_BLOCK, &alarms, &before);
	check(set_ms(10, 0) == 0 && sigtimedwait(&alarms, NULL, &most) == SIGALRM, "sigtimedwait takes SIGALRM");
	check(set_ms(10, 10) == 0 && sleep_ms(50) == 0 && set_ms(0, 0) == 0
	      && sigtimedwait(&alarms, NULL, &most) == SIGALRM, "a blocked SIGALRM waits");
	most.tv_sec = 0;
	check(sigtimedwait(&alarms, NULL, &most) == -1 && errno == EAGAIN, "once");
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void post(union sigval v)
{
	value = v.sival_int;
	sem_post(&notified);
}

static void test_timers(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77 };
	struct sigaction a = { .sa_sigaction = note_value, .sa_flags = SA_SIGINFO };
	struct itimerspec t = { { 0, NS_OF_MS }, { 0, 10 * NS_OF_MS } }, rest;
	timer_t timer, other;

	sigaction(SIGUSR1, &a, NULL);
	count = 0;
	check(timer_create(CLOCK_MONOTONIC, &e, &timer) == 0 && timer_settime(timer, 0, &t, NULL) == 0
	      && sleep_ms(100000) == -1 && count >= 1 && value == 77, "timer_create: a signal with a value");
	while (count < 100)
		sleep_ms(1000);
	check(others == 0, "each of a hundred, one each ms, has the value");
	clock_gettime(CLOCK_MONOTONIC, &t.it_value);
	t.it_value.tv_sec += 100;
	t.it_interval.tv_sec = 7;
	check(timer_settime(timer, TIMER_ABSTIME, &t, NULL) == 0 && timer_gettime(timer, &rest) == 0
	      && rest.it_value.tv_sec > 90 && rest.it_value.tv_sec <= 100 && rest.it_interval.tv_sec == 7,
	      "an absolute time, timer_gettime");
	t = (struct itimerspec){ { 0, 10 * NS_OF_MS }, { 0, 10 * NS_OF_MS } };
	e.sigev_notify = SIGEV_NONE;
	count = 0;
	check(timer_create(CLOCK_REALTIME, &e, &other) == 0 && timer_settime(other, 0, &t, NULL) == 0
	      && sleep_ms(30) == 0 && count == 0, "SIGEV_NONE");
	check(timer_delete(other) == 0 && timer_delete(timer) == 0, "timer_delete");
	errno = 0;
	check(timer_settime(timer, 0, &t, NULL) == -1 && errno == EINVAL, "no such timer");
	sem_init(&notified, 0, 0);
	e = (struct sigevent){ .sigev_notify = SIGEV_THREAD, .sigev_notify_function = post };
	e.sigev_value.sival_int = 78;
	check(timer_create(CLOCK_MONOTONIC, &e, &timer) == 0 && timer_settime(timer, 0, &t, NULL) == 0
	      && sem_wait(&notified) == 0 && sem_wait(&notified) == 0 && value == 78 && timer_delete(timer) == 0,
	      "SIGEV_THREAD");
	signal(SIGUSR1, SIG_DFL);
}

/* What came while the signal was blocked is one signal. */
static void test_overruns(void)
{
	struct itimerspec t = { { 0, 10 * NS_OF_MS }, { 0, 10 * NS_OF_MS } }, none = { 0 };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	sigset_t one, before;
	siginfo_t info;
	timer_t timer;

	e.sigev_value.sival_int = 79;
	sigemptyset(&one);
	sigaddset(&one, SIGUSR1);
	sigprocmask(SIG_BLOCK, &one, &before);
	check(timer_create(CLOCK_MONOTONIC, &e, &timer) == 0 && timer_settime(timer, 0, &t, NULL) == 0
	      && sleep_ms(100) == 0 && timer_settime(timer, 0, &none, &t) == 0, "a blocked signal");
	check(sigwaitinfo(&one, &info) == SIGUSR1 && info.si_code == SI_TIMER, "is one signal");
	check(info.si_value.sival_int == 79 && timer_getoverrun(timer) >= 5, "timer_getoverrun");
	timer_delete(timer);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

void test_alarms(void)
{
	test_alarm();
	test_sigwait();
	test_timers();
	test_overruns();
}
