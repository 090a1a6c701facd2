/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - all clocks count from boot: there is no service that knows the date.
 */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <l4/ipc.h>
#include "posix.h"

enum { US = 1000000, LONGEST = 1000000000 };

unsigned long px_now(void)
{
	return L4_SystemClock().raw;
}

long px_clock_gettime(const struct px_args *p)
{
	unsigned long now = px_now();

	*(struct timespec *)p->a[1] = (struct timespec){ (time_t)(now / US), (long)(now % US) * 1000 };
	return 0;
}

long px_clock_getres(const struct px_args *p)
{
	if (p->a[1])
		*(struct timespec *)p->a[1] = (struct timespec){ 0, 1000 };
	return 0;
}

long px_gettimeofday(const struct px_args *p)
{
	unsigned long now = px_now();

	*(struct timeval *)p->a[0] = (struct timeval){ (time_t)(now / US), (suseconds_t)(now % US) };
	return 0;
}

static long sleep_until(unsigned long deadline)
{
	for (unsigned long now = px_now(); now < deadline; now = px_now())
		L4_Sleep(L4_TimePeriod(deadline - now < LONGEST ? deadline - now : LONGEST));
	return 0;
}

unsigned long px_us(const struct timespec *t)
{
	return (unsigned long)t->tv_sec * US + (unsigned long)(t->tv_nsec + 999) / 1000;
}

static bool is_time(const struct timespec *t)
{
	return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < 1000000000;
}

long px_nanosleep(const struct px_args *p)
{
	const struct timespec *t = (const struct timespec *)p->a[0];

	return is_time(t) ? sleep_until(px_now() + px_us(t)) : -EINVAL;
}

long px_clock_nanosleep(const struct px_args *p)
{
	const struct timespec *t = (const struct timespec *)p->a[2];

	if (!is_time(t))
		return -EINVAL;
	return sleep_until((p->a[1] & TIMER_ABSTIME ? 0 : px_now()) + px_us(t));
}
