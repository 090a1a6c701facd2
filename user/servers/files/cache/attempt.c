/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt.c - see attempt.h.
 */
#include "attempt.h"
#include "buffers.h"

struct attempt *attempt_begin(struct attempt *a)
{
	a->missed = false;
	return a->times == 0 || (a->times < ATTEMPTS && buffer_find(a->block)) ? a : NULL;
}

void attempt_miss(struct attempt *a, uint64_t block)
{
	if (!a->missed)
		*a = (struct attempt){ block, a->times + 1, true };
}

bool attempt_can_go_on(const struct attempt *a)
{
	const struct buffer *b = buffer_find(a->block);

	return !b || !b->busy;
}
