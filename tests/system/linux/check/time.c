/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - clocks, sleeps and timers. None is early; how late they are is not looked at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

enum { S = 1000000000 };

static long now(clockid_t clock)
{
	struct timespec t;

	CHECK(clock_gettime(clock, &t) == 0 && t.tv_nsec >= 0 && t.tv_nsec < S);
	return t.tv_sec * S + t.tv_nsec;
}

static void clocks(void)
{
	static const clockid_t all[] = { CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		long before = now(all[i]), start = before;

		for (int n = 0; n < 20000; n++) {
			long t = now(all[i]);

			if (t < before)
				fail("clock %d: %ld ns after %ld", (int)all[i], t, before);
			before = t;
		}
		CHECK(before > start && before - start < 30L * S);
	}
	CHECK(now(CLOCK_REALTIME) > 1600000000L * S);
}

static void sleeps(void)
{
	struct timespec until;

	for (int i = 1; i <= 20; i++) {
		long before = now(CLOCK_MONOTONIC);

		sleep_ns(i * MS);
		CHECK(now(CLOCK_MONOTONIC) - before >= i * MS);
	}
	CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += 1;
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
	CHECK(now(CLOCK_MONOTONIC) >= until.tv_sec * S + until.tv_nsec);
}

static int ends[2];

static void sleep_and_write(void *number)
{
	char n = (char)(long)number;

	sleep_ns(n * 60L * MS);
	CHECK(write(ends[1], &n, 1) == 1);
}

static void order(void)
{
	pid_t pid[3];

	CHECK(pipe(ends) == 0);
	for (long i = 0; i < 3; i++)
		pid[i] = child(sleep_and_write, (void *)(3 - i));
	for (char i = 1, n; i <= 3; i++)
		CHECK(read(ends[0], &n, 1) == 1 && n == i);
	for (int i = 0; i < 3; i++)
		join(pid[i]);
}

static volatile int ticks;

static void tick(int unused)
{
	(void)unused;
	ticks++;
}

static void by_signal(int number)
{
	struct sigaction action = { .sa_handler = tick };

	ticks = 0;
	CHECK(sigaction(number, &action, NULL) == 0);
}

/* The timer ticks while this process computes. */
static void interval(int kind, int number, clockid_t clock)
{
	struct itimerval t = { { 0, 10000 }, { 0, 10000 } };
	long before = now(clock);

	by_signal(number);
	CHECK(setitimer(kind, &t, NULL) == 0);
	while (ticks < 10)
		;
	CHECK(clock == CLOCK_PROCESS_CPUTIME_ID || now(clock) - before >= 100 * MS);
	t = (struct itimerval){ 0 };
	CHECK(setitimer(kind, &t, NULL) == 0);
	ticks = 0;
	sleep_ns(30 * MS);
	CHECK(ticks == 0);
}

static void real_timer(void) { interval(ITIMER_REAL, SIGALRM, CLOCK_MONOTONIC); }
static void virtual_timer(void) { interval(ITIMER_VIRTUAL, SIGVTALRM, CLOCK_PROCESS_CPUTIME_ID); }
static void profile_timer(void) { interval(ITIMER_PROF, SIGPROF, CLOCK_PROCESS_CPUTIME_ID); }

static void posix_timer(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	struct itimerspec t = { { 0, 0 }, { 0, 20 * MS } };
	long before = now(CLOCK_MONOTONIC);
	timer_t timer;

	by_signal(SIGUSR2);
	CHECK(timer_create(CLOCK_MONOTONIC, &e, &timer) == 0 && timer_settime(timer, 0, &t, NULL) == 0);
	while (ticks == 0)
		pause();
	CHECK(ticks == 1 && now(CLOCK_MONOTONIC) - before >= 20 * MS && timer_delete(timer) == 0);
}

static void alarm_ends(void)
{
	struct timespec t = { 100, 0 };

	by_signal(SIGALRM);
	alarm(1);
	CHECK(nanosleep(&t, &t) == -1 && errno == EINTR && ticks == 1 && t.tv_sec <= 99);
}

static void cpu_clock(void)
{
	long before = now(CLOCK_PROCESS_CPUTIME_ID), after;

	sleep_ns(300 * MS);
	after = now(CLOCK_PROCESS_CPUTIME_ID);
	CHECK(after - before < 200 * MS);
	compute(50 * MS);
	CHECK(now(CLOCK_PROCESS_CPUTIME_ID) - after > 10 * MS);
}

const struct test time_tests[] = {
	{ "clocks", clocks }, { "sleeps", sleeps }, { "order", order }, { "real_timer", real_timer },
	{ "virtual_timer", virtual_timer }, { "profile_timer", profile_timer }, { "posix_timer", posix_timer },
	{ "alarm", alarm_ends }, { "cpu_clock", cpu_clock }, { NULL, NULL },
};
