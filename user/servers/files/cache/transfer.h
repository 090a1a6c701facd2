/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer.h - for the cache: the requests to the disk that fill and write its buffers. Reads can be under
 * way while other requests are done.
 *
 * Functions that return a long return 0 or an error number of libext2fs.
 */
#ifndef FILES_TRANSFER_H
#define FILES_TRANSFER_H

#include <pecan/disk.h>
#include <stdbool.h>
#include <stdint.h>

#include "buffers.h"

/*
 * Sets the size of blocks, and the sector of block 0, when no request is under way any more. Returns the
 * number of buffers of that size.
 */
unsigned transfer_begin(uint64_t first_sector, unsigned block_bytes);

/*
 * Requests for these buffers, all at a time; waits for their answers. single: one for each; else one for
 * neighbours.
 */
long transfer_all(struct buffer *const *b, unsigned n, enum disk_kind kind, bool single);

/* Requests to read these buffers, which are busy then. Does not wait, but for places in the disk's ring. */
void transfer_start(struct buffer *const *b, unsigned n);

/* Waits until the buffer is not busy. */
void transfer_end(const struct buffer *b);

/* Waits for an answer to any request. Returns false if none is under way. */
bool transfer_any_ends(void);

long transfer_flush(void);

/* There was no buffer for a request (cache_has_failed). */
void transfer_note_failure(void);

#endif
