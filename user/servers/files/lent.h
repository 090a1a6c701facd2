/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lent.h - for the cache: copies of blocks that have left their buffers, in free memory of the machine, which
 * root takes back at any time without a message (root_cache_put of user/proto/root.idl). A copy has the bytes
 * that the disk has, or it is dropped.
 */
#ifndef FILES_LENT_H
#define FILES_LENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;

/* No block has a copy; blocks have so many bytes from now on. */
void lent_begin(unsigned block_bytes);

/* pages: of copies. pause: blocks that are put before the next try to get a page. waits: for lent_flush. */
extern struct lent { unsigned pages, pause; bool waits; } lent;

/* For the functions below. */
bool lent_find(uint64_t block);
void lent_add(const struct buffer *b);
void lent_send(void);
unsigned lent_fill(struct buffer **b, unsigned n);

/* Returns true if the block has a copy, or has had one that root has taken back since. */
static inline bool lent_has(uint64_t block) { return lent.pages > 0 && lent_find(block); }

/* The bytes of a clean buffer are to be copied; lent_flush does it, before they may change. */
static inline void lent_put(const struct buffer *b)
{
	if (lent.pages == 0 && lent.pause > 0)
		lent.pause--;
	else
		lent_add(b);
}

static inline void lent_flush(void)
{
	if (lent.waits)
		lent_send();
}

/*
 * Gives those of these buffers that have copies their bytes, and ends their `busy`. Returns the number of the
 * others, which come first in `b` then. Includes lent_flush.
 */
static inline unsigned lent_get(struct buffer **b, unsigned n)
{
	lent_flush();
	return lent.pages > 0 ? lent_fill(b, n) : n;
}

/* The block changes: it has no copy any more. */
void lent_drop(uint64_t block);

/* Returns the bytes of all copies, by a request to root. */
size_t lent_bytes(void);

#endif
