/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - clocks, periods and deadlines.
 */
#ifndef POSIX_TIME_H
#define POSIX_TIME_H

#include <stdint.h>
#include "call.h"

struct timespec;

px_call px_clock_gettime, px_clock_getres, px_clock_settime, px_gettimeofday, px_times;
uint64_t px_now(void);			/* microseconds since boot */

long px_clock_error(int clock);		/* of a wait by this clock; 0: none */

struct timespec px_timespec(uint64_t us);
int64_t px_period(const struct timespec *t);	/* us, rounded up; -EINVAL: not a period */

/* Get the end of a period that begins now; 0 if t is NULL. Returns 0, or -EINVAL: not a period. */
long px_deadline(const struct timespec *t, uint64_t *deadline);

/* Returns the time since boot, in us and not 0, at which the clock shows `us`. */
uint64_t px_time_point(int clock, uint64_t us);

#endif
