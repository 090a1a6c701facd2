/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.c - clocks: CLOCK_REALTIME is the date if the driver `rtc` runs; all others count from boot.
 */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <l4/schedule.h>
#include <pecan/date.h>
#include "ids.h"
#include "signal.h"
#include "time.h"

enum { US = 1000000, TICKS = 100 };
#define FOREVER (1ll << 62)	/* us: the sum with the time since boot is a number yet */

uint64_t px_now(void)
{
	return L4_SystemClock().raw;
}

/* Numbers of clocks of CPU time: of a process or a thread, by musl's clock_getcpuclockid and another call. */
enum { OF_THREAD = 6, OF_PROCESS = 2, KIND_BITS = 3 };

static bool is_date(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_REALTIME_ALARM
	    || clock == CLOCK_TAI;
}

/* There is no CPU time: these count from boot. */
static bool is_cpu_clock(clockid_t clock)
{
	long of = ~(clock >> KIND_BITS), kind = clock & ((1 << KIND_BITS) - 1);

	if (clock >= 0)
		return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
	if (kind == OF_PROCESS)
		return of == 0 || of == px_getpid(NULL);
	return kind == OF_THREAD && (of == 0 || px_is_thread(of));
}

static bool is_boot_clock(clockid_t clock)
{
	return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_MONOTONIC_COARSE
	    || clock == CLOCK_BOOTTIME || clock == CLOCK_BOOTTIME_ALARM;
}

static bool is_clock(clockid_t clock)
{
	return is_date(clock) || is_boot_clock(clock) || is_cpu_clock(clock);
}

long px_clock_error(clockid_t clock)
{
	return !is_clock(clock) ? -EINVAL : is_cpu_clock(clock) ? -ENOTSUP : 0;
}

static bool is_time(const struct timespec *t)
{
	return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < 1000000000;
}

struct timespec px_timespec(uint64_t us)
{
	return (struct timespec){ (time_t)(us / US), (long)(us % US) * 1000 };
}

static uint64_t time_of(clockid_t clock)
{
	return (is_date(clock) ? pecan_date_at_boot() : 0) + px_now();
}

long px_clock_gettime(const struct px_args *p)
{
	if (!is_clock((clockid_t)p->a[0]))
		return -EINVAL;
	*(struct timespec *)p->a[1] = px_timespec(time_of((clockid_t)p->a[0]));
	return 0;
}

/* The driver refuses a date that it cannot have; here is only what the number of us has no room for. */
long px_clock_settime(const struct px_args *p)
{
	const struct timespec *t = (const struct timespec *)p->a[1];

	if (p->a[0] != CLOCK_REALTIME || !is_time(t) || t->tv_sec >= FOREVER / US)
		return -EINVAL;
	switch (pecan_set_date((uint64_t)t->tv_sec * US + (uint64_t)t->tv_nsec / 1000)) {
	case RTC_OK: return 0;
	case RTC_BAD_REQUEST:
	case RTC_BAD_DATE: return -EINVAL;
	case RTC_LOST: return -ENODEV;
	default: return -EPERM;
	}
}

long px_clock_getres(const struct px_args *p)
{
	if (!is_clock((clockid_t)p->a[0]))
		return -EINVAL;
	if (p->a[1])
		*(struct timespec *)p->a[1] = (struct timespec){ 0, 1000 };
	return 0;
}

/* In hundredths of a second. As there is no CPU time, the program's is the time since boot. */
long px_times(const struct px_args *p)
{
	clock_t now = (clock_t)(px_now() / (US / TICKS));

	if (p->a[0])
		*(struct tms *)p->a[0] = (struct tms){ .tms_utime = now };
	return (long)now;
}

long px_gettimeofday(const struct px_args *p)
{
	uint64_t now = time_of(CLOCK_REALTIME);

	*(struct timeval *)p->a[0] = (struct timeval){ (time_t)(now / US), (suseconds_t)(now % US) };
	return 0;
}

/* FOREVER at most. */
int64_t px_period(const struct timespec *t)
{
	if (!is_time(t))
		return -EINVAL;
	if ((uint64_t)t->tv_sec >= FOREVER / US)
		return FOREVER;
	return t->tv_sec * US + (t->tv_nsec + 999) / 1000;
}

long px_deadline(const struct timespec *t, uint64_t *deadline)
{
	int64_t period = t ? px_period(t) : 0;

	*deadline = t && period >= 0 ? px_now() + (uint64_t)period : 0;
	return period < 0 ? (long)period : 0;
}

/* A time before boot has passed. */
uint64_t px_time_point(clockid_t clock, uint64_t us)
{
	uint64_t boot = is_date(clock) ? pecan_date_at_boot() : 0;

	return us > boot ? us - boot : 1;
}
