/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buffers.h - for cache.c, write_out.c and transfer.c: the buffers, which are memory that the device reads
 * and writes itself, the blocks that they have, and which of these are changed or dirty.
 */
#ifndef FILES_BUFFERS_H
#define FILES_BUFFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lent.h"

enum { TRANSFER_PIECE = 256 * 1024, TRANSFER_PIECES = 12, BLOCK_MIN = 1024,
       BUFFERS = TRANSFER_PIECES * TRANSFER_PIECE / BLOCK_MIN };

/*
 * One that is outside has its bytes in the kept memory only, in the place of its latest version: buffer_bring
 * copies them to `bytes`. It is changed or dirty, and not busy.
 */
struct buffer {
	uint64_t block;
	char *bytes;
	uint32_t notes;			/* cache_notes */
	int16_t place;			/* of the committed version, in keep.h */
	int16_t fresh;			/* of that of the operation under way, if it is there already */
	uint16_t next;			/* of the same hash */
	uint16_t listed_at;		/* in buffers_dirty, if dirty */
	uint8_t class;			/* if changed or dirty */
	bool valid;			/* it has a block */
	bool used : 1;			/* since the last look for a buffer */
	bool changed : 1;		/* by the operation under way */
	bool dirty : 1;			/* committed, and not on the disk */
	bool busy : 1;			/* a request is under way */
	bool outside : 1;
	bool freed : 1;			/* changed: the operation under way frees it */
	bool unread : 1;		/* the disk has failed to read it: its bytes are nothing's */
	bool refused : 1;		/* the disk has failed to write it */
	bool fetched : 1;		/* the disk has read it, and it was not changed since: it can be copied */
	bool lent : 1;			/* free memory may have a copy of the block */
};

_Static_assert(sizeof(struct buffer) <= 32, "two fit a line of the processor's cache");

struct buffer_list { unsigned n; struct buffer *at[BUFFERS]; };

extern struct buffer buffers[BUFFERS];
extern struct buffer_list buffers_changed, buffers_dirty;

/* Sets the number of buffers, which transfer_begin has set up, and the size of blocks. No buffer has one. */
void buffers_begin(unsigned count, unsigned block_bytes);

/* Returns true if it is one of the buffers of buffers_begin. */
bool buffer_is_there(const struct buffer *b);

/* The buffer of a block; NULL: it has none. It may be busy or outside. After buffers_begin only. */
struct buffer *buffer_find(uint64_t block);

/*
 * A buffer for a block that has none. NULL: all are needed. The bytes of the block that it had may wait to be
 * copied: call lent_flush before they change.
 */
struct buffer *buffer_take(uint64_t block);

/* The same, and the bytes may change; waits for one whose block is being read, if all are needed. */
struct buffer *buffer_claim(uint64_t block);

/* As buffer_find; waits while the block is being read. */
struct buffer *buffer_settle(uint64_t block);

/* The same; a block that has none gets one. NULL: all are needed. */
struct buffer *buffer_get(uint64_t block);

/* Its bytes are in `bytes` from then on, if it is not busy. */
void buffer_bring(struct buffer *b);

/* The operation under way changes it. */
static inline void buffer_change(struct buffer *b)
{
	b->freed = false;
	if (b->changed)
		return;
	b->changed = true;
	b->fetched = false;
	if (b->lent) {
		lent_drop(b->block);
		b->lent = false;
	}
	buffers_changed.at[buffers_changed.n++] = b;
}

/* The operation's version of it is not in the kept memory any more. */
void buffer_drop_fresh(struct buffer *b);

/* All changes are committed: the buffers are dirty, and their versions are in their places for good. */
void buffers_end_changes(void);

/* It is not dirty any more, and none of its versions is kept. */
void buffer_clean(struct buffer *b);

/* It has no block any more. */
void buffer_forget(struct buffer *b);

/* The same; it is not changed or dirty any more. The caller takes it off buffers_changed. */
void buffer_drop(struct buffer *b);

#endif
