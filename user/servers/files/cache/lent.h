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

/*
 * pages: of copies. pause: calls that look for copies before the next try to get a page. shift: log2 of the
 * blocks of a page. waits: bytes are to be copied.
 */
extern struct lent { unsigned pages, pause, shift; bool waits; } lent;

/* Of a page's hash; 0: no block of such a page has a copy. */
enum { LENT_HEADS = 32768 };
extern uint16_t lent_heads[LENT_HEADS];

/* For the functions below. */
void lent_send(void);
unsigned lent_fill(struct buffer **b, unsigned n);

/* Returns true if the block has a copy, or has had one that root has taken back since. */
bool lent_has(uint64_t block);

/* The same in a few instructions; true for some blocks that have none, too. */
static inline bool lent_may_have(uint64_t block)
{
	return lent.pages > 0 && lent_heads[(block >> lent.shift) % LENT_HEADS] != 0;
}

/* Returns true if a block that is read now may have a copy when it leaves its buffer. */
static inline bool lent_may_grow(void) { return lent.pages > 0 || lent.pause == 0; }

/*
 * The bytes of a clean buffer are to be copied, by a flush (below) before they may change. Not inline: most
 * blocks that take a buffer do not need its registers.
 */
__attribute__((noinline)) void lent_put(const struct buffer *b);

static inline void lent_flush(void)
{
	if (lent.waits)
		lent_send();
}

/*
 * Gives those of these buffers that have copies their bytes, and ends their `busy`. Returns the number of the
 * others, which come first in `b` then. Includes a flush.
 */
static inline unsigned lent_get(struct buffer **b, unsigned n)
{
	lent_flush();
	lent.pause -= lent.pause > 0;
	return lent.pages > 0 ? lent_fill(b, n) : n;
}

/* The block changes: it has no copy any more. */
void lent_drop(uint64_t block);

/* Returns the bytes of all copies, by a request to root. */
size_t lent_bytes(void);

#endif
