/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_date.c - the date, which the driver of the clock has.
 */
#include <sys/time.h>
#include <time.h>
#include "px.h"

enum { US = 1000000 };

TEST(clock_date, "the date is asked for once a second, and counts with the time since boot")
{
	struct timespec t;
	struct timeval v;

	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1700000000);
	kernel_set_clock(kernel_now() + US - 1);
	CHECK(px(SYS_gettimeofday, &v) == 0 && v.tv_sec == 1700000000 && v.tv_usec == 999999);
	CHECK(date.requests == 1);
	kernel_set_clock(kernel_now() + 500001);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &t) == 0 && t.tv_sec == 1700000001);
	CHECK(px(SYS_gettimeofday, &v) == 0 && v.tv_sec == 1700000001 && v.tv_usec == 500000);
	CHECK(date.requests == 2);
}

TEST(clock_none, "without the driver the date counts from 1970, and it is looked for again after a second")
{
	struct timespec t;

	kernel_end_server(RTC_THREAD);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1);
	names_begin();
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1 && date.requests == 0);
	kernel_set_clock(kernel_now() + US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1700000001);
}

TEST(clock_silent, "a driver that does not answer is waited for a second, and asked again after a minute")
{
	struct timespec t;
	unsigned long before = kernel_now();

	date.silent = true;
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1);
	CHECK(kernel_now() - before <= US && kernel_now() - before > US - US / 10);
	date.silent = false;
	kernel_set_clock(before + 59 * US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 60 && date.requests == 0);
	kernel_set_clock(before + 61 * US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1700000061);
}

TEST(clock_wrong, "an answer of the driver that has no date is no date")
{
	struct timespec t;

	spoil = (struct spoil){ RTC_DATE, 0, 1, ANSWER(RTC_BUSY, 0), false };
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1);
	kernel_set_clock(kernel_now() + 61 * US);
	spoil = (struct spoil){ RTC_DATE, 0, 1, ANSWER(RTC_OK, 0), false };
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 62);
}

TEST(clock_set, "a date that another program has set is taken within a second, and not asked for oftener")
{
	struct timespec t;

	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && date.requests == 1);
	date.at_boot = 1600000000ul * US + 250000;
	kernel_set_clock(kernel_now() + US - 1);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1700000000 && date.requests == 1);
	kernel_set_clock(kernel_now() + 1);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && date.requests == 2);
	CHECK(t.tv_sec == 1600000002 && t.tv_nsec == 250000000);
	kernel_end_server(RTC_THREAD);
	kernel_set_clock(kernel_now() + 61l * US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1600000063);
}

TEST(clock_names, "a program that knows the driver needs no name service for the date, until the driver ends")
{
	struct timespec t;

	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && date.requests == 1);
	kernel_end_server(NAMES_THREAD);
	kernel_set_clock(kernel_now() + US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && date.requests == 2);
	kernel_end_server(RTC_THREAD);
	kernel_set_clock(kernel_now() + US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1700000002);
	names_begin();
	date = (struct date){ .at_boot = 1600000000ul * US };
	kernel_set_clock(kernel_now() + 61l * US);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1600000064);
}

/* Threads that ask for the date at once. */
enum { READERS = 30 };
static struct timespec seen[READERS];

static void read_date(void *at)
{
	px(SYS_clock_gettime, CLOCK_REALTIME, at);
}

/* Returns how many of them saw another date than that of `us` since boot. */
static unsigned wrong_dates(unsigned long us)
{
	struct timespec wait = { 1, 0 };
	unsigned long from = date.at_boot + us, to;
	unsigned wrong = 0;

	for (unsigned i = 0; i < READERS; i++)
		kernel_start(read_date, &seen[i]);
	CHECK(px(SYS_nanosleep, &wait, NULL) == 0);
	to = date.at_boot + kernel_now();
	for (unsigned i = 0; i < READERS; i++) {
		unsigned long at = (unsigned long)seen[i].tv_sec * US + (unsigned long)seen[i].tv_nsec / 1000;

		wrong += at < from || at > to;
	}
	return wrong;
}

TEST(clock_threads, "30 threads that ask at once have the date, while the driver has not answered yet")
{
	date.late = 100000;
	CHECK(wrong_dates(kernel_now()) == 0);
	kernel_set_clock(kernel_now() + 2 * US);
	date.requests = 0;
	CHECK(wrong_dates(kernel_now()) == 0 && date.requests == 1);
}

TEST(clock_threads_wait, "a wait until a date ends then, though another thread asks for the date")
{
	struct timespec until = { DATE + 30, 0 };
	unsigned long before = kernel_now();

	date.late = 100000;
	kernel_start(read_date, &seen[0]);
	px(SYS_sched_yield);
	CHECK(px(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL) == 0);
	CHECK(kernel_now() - before == 30l * US);
}

static void set_date(void *to)
{
	px(SYS_clock_settime, CLOCK_REALTIME, to);
	date.at_boot = date.set - kernel_now();
}

TEST(clock_set_while, "a date that was asked for before the program set another one is not kept")
{
	struct timespec t, to = { 1800000000, 0 };

	date.late = 100000;
	date.allowed = true;
	kernel_start(read_date, &seen[0]);
	px(SYS_sched_yield);
	set_date(&to);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1800000000);
	CHECK(seen[0].tv_sec == 1700000000);
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1800000000);
}

TEST(clock_settime, "a program with the right sets the date, and has it at once; the driver's errors")
{
	struct timespec t, to = { 1800000000, 123456789 };
	struct timespec wrong[4] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 }, { 1l << 60, 0 } };

	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0);
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &to) == -EPERM && date.set == 0);
	date.allowed = true;
	for (unsigned i = 0; i < 4; i++)
		CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &wrong[i]) == -EINVAL);
	CHECK(px(SYS_clock_settime, CLOCK_MONOTONIC, &to) == -EINVAL && date.set == 0);
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME_COARSE, &to) == -EINVAL && date.set == 0);
	date.answer = RTC_BAD_DATE;
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &to) == -EINVAL);
	date.answer = RTC_OK;
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &to) == 0 && date.set == 1800000000123456);
	date.at_boot = date.set - kernel_now();
	CHECK(px(SYS_clock_gettime, CLOCK_REALTIME, &t) == 0 && t.tv_sec == 1800000000);
	date.silent = true;
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &to) == -ENODEV);
	kernel_end_server(RTC_THREAD);
	CHECK(px(SYS_clock_settime, CLOCK_REALTIME, &to) == -ENODEV);
}
