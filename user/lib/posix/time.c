/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - clocks: CLOCK_REALTIME is the date if the driver `rtc` runs; all others count from boot.
 */
#include <errno.h>
#include <sys/time.h>
#include <time.h>
#include <pecan/names.h>
#include <proto/rtc.h>
#include <proto/stub.h>
#include "posix.h"

enum { US = 1000000, ASK_US = 100000, ASK_AGAIN_US = 60 * US };
#define FOREVER (1l << 62)	/* us: the sum with the time since boot is a number yet */

unsigned long px_now(void)
{
	return L4_SystemClock().raw;
}

/* No answer comes to a program that may not use the driver: that is confined. */
static bool ask_date(L4_ThreadId_t rtc, unsigned long *seconds)
{
	L4_Time_t limit = L4_TimePeriod(ASK_US);
	L4_MsgTag_t tag;

	L4_Set_MsgTag(stub_tag(RTC_DATE, 0, 0));
	tag = L4_Call_Timeouts(rtc, limit, limit);
	L4_StoreMR(1, seconds);
	return stub_is(tag, RTC_OK, 1, 0);
}

/*
 * The date at boot in us; 0: the driver does not run, or not for this program. Then it is looked up again
 * after a second at the earliest, or after a minute if it did not answer.
 */
static unsigned long date_at_boot(void)
{
	static unsigned long date, next_look;
	unsigned long now = px_now(), known = __atomic_load_n(&date, __ATOMIC_SEQ_CST);
	unsigned long seconds;
	L4_ThreadId_t rtc;

	if (known || now < __atomic_load_n(&next_look, __ATOMIC_RELAXED))
		return known;
	__atomic_store_n(&next_look, now + US, __ATOMIC_RELAXED);
	if (pecan_lookup(RTC_NAME, false, &rtc) != NAMES_OK)
		return known;
	if (!ask_date(rtc, &seconds)) {
		__atomic_store_n(&next_look, now + ASK_AGAIN_US, __ATOMIC_RELAXED);
		return known;
	}
	__atomic_store_n(&date, seconds * US - now, __ATOMIC_SEQ_CST);
	return seconds * US - now;
}

static bool is_date(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

struct timespec px_timespec(unsigned long us)
{
	return (struct timespec){ (time_t)(us / US), (long)(us % US) * 1000 };
}

static unsigned long time_of(clockid_t clock)
{
	return (is_date(clock) ? date_at_boot() : 0) + px_now();
}

long px_clock_gettime(const struct px_args *p)
{
	*(struct timespec *)p->a[1] = px_timespec(time_of((clockid_t)p->a[0]));
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
	unsigned long now = time_of(CLOCK_REALTIME);

	*(struct timeval *)p->a[0] = (struct timeval){ (time_t)(now / US), (suseconds_t)(now % US) };
	return 0;
}

/* A signal ends it. */
static long sleep_until(unsigned long deadline)
{
	long e = 0;

	while (e == 0 && px_now() < deadline)
		e = px_wait(__atomic_load_n(&px_changes, __ATOMIC_SEQ_CST), deadline);
	return e == -ETIMEDOUT ? 0 : e;
}

static bool is_time(const struct timespec *t)
{
	return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < 1000000000;
}

/* FOREVER at most. */
long px_period(const struct timespec *t)
{
	if (!is_time(t))
		return -EINVAL;
	if ((unsigned long)t->tv_sec >= FOREVER / US)
		return FOREVER;
	return t->tv_sec * US + (t->tv_nsec + 999) / 1000;
}

long px_deadline(const struct timespec *t, unsigned long *deadline)
{
	long period = t ? px_period(t) : 0;

	*deadline = t && period >= 0 ? px_now() + (unsigned long)period : 0;
	return period < 0 ? period : 0;
}

/* A time before boot has passed. */
unsigned long px_time_point(clockid_t clock, unsigned long us)
{
	unsigned long boot = is_date(clock) ? date_at_boot() : 0;

	return us > boot ? us - boot : 1;
}

/* What is left of a period that a signal has ended. */
static long say_rest(long e, unsigned long deadline, struct timespec *rest)
{
	unsigned long now = px_now(), left = deadline > now ? deadline - now : 0;

	if (e == -EINTR && rest)
		*rest = px_timespec(left);
	return e;
}

static long sleep_for(const struct timespec *t, struct timespec *rest)
{
	unsigned long deadline;
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
	long time = px_period(t);

	if (time < 0)
		return time;
	if (!(p->a[1] & TIMER_ABSTIME))
		return sleep_for(t, (struct timespec *)p->a[3]);
	return sleep_until(px_time_point((clockid_t)p->a[0], (unsigned long)time));
}
