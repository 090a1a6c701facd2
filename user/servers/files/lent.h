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

/* Returns true if the block has a copy, or has had one that root has taken back since. */
bool lent_has(uint64_t block);

/* The bytes of a clean buffer are to be copied; lent_flush does it, before they may change. */
void lent_put(const struct buffer *b);
void lent_flush(void);

/*
 * Gives those of these buffers that have copies their bytes, and ends their `busy`. Returns the number of the
 * others, which come first in `b` then. Includes lent_flush.
 */
unsigned lent_get(struct buffer **b, unsigned n);

/* The block changes: it has no copy any more. */
void lent_drop(uint64_t block);

/* Returns the bytes of all copies, by a request to root. */
size_t lent_bytes(void);

#endif
