/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time.h - 16-bit time values (api 3.1). Periods and points in microseconds.
 *
 *   period  0 | e (14..10) | m (9..0)               m * 2^e
 *   point   1 | e (14..11) | c (10) | m (9..0)      an instant near "now"
 *   never   0x0000;  zero 0x0400 (any m = 0 with e > 0)
 */
#ifndef X2_TIME_H
#define X2_TIME_H

#include <x2/word.h>

typedef struct { uint16_t raw; } l4_time_t;

#define L4_NEVER	((l4_time_t){ 0 })
#define L4_ZERO_TIME	((l4_time_t){ 0x0400 })
#define L4_FOREVER	UINT64_MAX	/* as a deadline: none */

static inline bool l4_time_is_never(l4_time_t t) { return t.raw == 0; }
static inline bool l4_time_is_point(l4_time_t t) { return t.raw & 0x8000; }
static inline bool l4_time_is_zero(l4_time_t t) { return !(t.raw & 0x83ff) && t.raw != 0; }

/* Returns the length of a period in us; at most 1023 * 2^31, so a uint64_t does not overflow. */
static inline uint64_t l4_period_us(l4_time_t t)
{
	return (uint64_t)(t.raw & 0x3ff) << (t.raw >> 10 & 0x1f);
}

/*
 * Returns the instant of time point t, in us of the system clock, if the clock is at now: in the present span
 * or the next one. An instant is meant only if it is less than a span ahead; else now: t has passed, in the
 * span before.
 */
static inline uint64_t l4_point_us(l4_time_t t, uint64_t now)
{
	unsigned e = t.raw >> 11 & 0xf;
	uint64_t m = t.raw & 0x3ff, step = (uint64_t)1 << (e + 10);
	uint64_t base = now & ~(step - 1);

	if ((now >> (e + 10) & 1) != (t.raw >> 10 & 1))
		base += step;
	return base + (m << e) < now + step ? base + (m << e) : now;
}

/* Returns the deadline of timeout t begun at now: now for zero and past points, L4_FOREVER for never. */
static inline uint64_t l4_deadline(l4_time_t t, uint64_t now)
{
	if (l4_time_is_never(t))
		return L4_FOREVER;
	if (!l4_time_is_point(t))
		return now + l4_period_us(t);
	return l4_point_us(t, now) > now ? l4_point_us(t, now) : now;
}

/* Returns the largest period that is not longer than us: zero for 0, "never" if us is above the range. */
static inline l4_time_t l4_period(uint64_t us)
{
	unsigned e = us > 0x3ff ? 54 - (unsigned)__builtin_clzll(us) : 0;	/* mantissas have 10 bits */

	if (us == 0)
		return L4_ZERO_TIME;
	if (e > 31)
		return L4_NEVER;
	return (l4_time_t){ (uint16_t)(e << 10 | (us >> e)) };
}

/* Timeouts word of Ipc: send in bits 31..16, receive in 15..0. */
static inline l4_time_t l4_timeout_send(l4_word_t w) { return (l4_time_t){ (uint16_t)(w >> 16) }; }
static inline l4_time_t l4_timeout_receive(l4_word_t w) { return (l4_time_t){ (uint16_t)w }; }

#endif
