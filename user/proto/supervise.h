/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervise.h - the rules that root, which watches the supervisor, and the supervisor have in common
 * (docs/decisions/supervisor.md).
 */
#ifndef PROTO_SUPERVISE_H
#define PROTO_SUPERVISE_H

#include <l4/types.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SUPERVISE_SECOND = 1000000,	/* us */
	SUPERVISE_KEEP = 8192,		/* bytes of `keep` of the supervisor: two copies of its state */
};

/* A time period has ten bits of mantissa: one 1/512 longer is not shorter than what is meant. us: not 0. */
static inline L4_Time_t supervise_period(uint64_t us) { return L4_TimePeriod(us * 513 / 512 + 1); }

/*
 * Returns true, and counts a restart, unless the last `limit` of them were all within that time. ended: their
 * times in us, a ring of so many. *restarts: since boot.
 */
static inline bool supervise_restarts(uint64_t *ended, uint32_t *restarts, unsigned limit, unsigned within_s,
				      uint64_t now)
{
	uint64_t *oldest = &ended[*restarts % limit];

	if (*restarts >= limit && now - *oldest < (uint64_t)within_s * SUPERVISE_SECOND)
		return false;
	*oldest = now;
	++*restarts;
	return true;
}

#endif
