/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.c - see keep.h.
 */
#include <proto/grants.h>
#include <proto/promise.h>
#include "keep.h"

_Static_assert((GRANTS_KEEP >> PAGE_LOG2) * sizeof(l4_word_t) <= 4096, "the table of frames is one page");

/* Frames in a row, so that the kernel needs few extents. */
static l4_word_t reserve_block(struct pool *p, l4_word_t pages)
{
	unsigned order = GRANULE_ORDER;

	while (1ul << order < pages)
		order++;
	return pages < 1 << GRANULE_ORDER ? 0 : pool_reserve(p, order);
}

bool keep_make(struct keep *k, struct pool *p, l4_word_t bytes)
{
	*k = (struct keep){ .account = { .pool = p, .limit = promise_keep(bytes) >> PAGE_LOG2 } };
	if (!account_reserve(&k->account, k->account.limit))
		return false;
	k->frame = direct(account_page(&k->account));
	k->block = reserve_block(p, k->account.limit - 1);
	return true;
}

l4_word_t keep_frame(struct keep *k, l4_word_t offset)
{
	l4_word_t *frame = &k->frame[offset >> PAGE_LOG2], at = k->block + (offset & ~PAGE_MASK);

	if (*frame == 0 && k->block != 0 && account_take(&k->account, at))
		*frame = at;
	if (*frame == 0)
		*frame = account_page(&k->account);
	return *frame;
}
