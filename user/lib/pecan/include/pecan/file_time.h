/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_time.h - times of user/proto/files.idl: one number has seconds since 1970 and nanoseconds, from 1901
 * to 2446, as ext4 has them. A later time is a larger number.
 */
#ifndef PECAN_FILE_TIME_H
#define PECAN_FILE_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum { FILE_TIME_NS_BITS = 30, FILE_TIME_NS_PER_S = 1000000000 };

#define FILE_TIME_FIRST		(-INT64_C(0x80000000))
#define FILE_TIME_LAST		INT64_C(0x37fffffff)

/* Seconds before the first one, or behind the last one, become that. ns: below FILE_TIME_NS_PER_S. */
static inline uint64_t file_time(int64_t seconds, uint32_t ns)
{
	if (seconds < FILE_TIME_FIRST)
		return 0;
	if (seconds > FILE_TIME_LAST)
		seconds = FILE_TIME_LAST;
	return (uint64_t)(seconds - FILE_TIME_FIRST) << FILE_TIME_NS_BITS | ns;
}

static inline int64_t file_time_seconds(uint64_t time)
{
	return (int64_t)(time >> FILE_TIME_NS_BITS) + FILE_TIME_FIRST;
}

static inline uint32_t file_time_ns(uint64_t time)
{
	return (uint32_t)time & ((1u << FILE_TIME_NS_BITS) - 1);
}

static inline bool file_time_is_valid(uint64_t time)
{
	return file_time_ns(time) < FILE_TIME_NS_PER_S;
}

#endif
