/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * buffers.c - see buffers.h.
 */
#include <string.h>

#include "buffers.h"
#include "keep.h"
#include "transfer.h"

enum { HASH = 4096, NONE = UINT16_MAX };

_Static_assert((unsigned)BUFFERS < (unsigned)NONE, "a buffer's number fits next");

struct buffer buffers[BUFFERS];
struct buffer_list buffers_changed, buffers_dirty;

static uint16_t hashed[HASH];
static unsigned block_bytes, sweep;	/* sweep: looks for a free buffer, at the most */
static struct buffer *hand = buffers, *behind = buffers;	/* behind: the last one */

void buffers_begin(unsigned n, unsigned bytes)
{
	behind = buffers + n;
	sweep = 2 * n;
	block_bytes = bytes;
	hand = buffers;
	memset(hashed, 0xff, sizeof hashed);
	buffers_changed.n = buffers_dirty.n = 0;
}

bool buffer_is_there(const struct buffer *b)
{
	return b >= buffers && b < behind;
}

/* ---- their blocks ---- */

void buffer_forget(struct buffer *b)
{
	uint16_t *at = &hashed[b->block % HASH], number = (uint16_t)(b - buffers);

	if (!b->valid)
		return;
	while (*at != number)
		at = &buffers[*at].next;
	*at = b->next;
	b->valid = false;
}

struct buffer *buffer_find(uint64_t block)
{
	uint16_t number = hashed[block % HASH];
	struct buffer *b;

	while (number != NONE && buffers[number].block != block)
		number = buffers[number].next;
	if (number == NONE)
		return NULL;
	b = &buffers[number];
	if (b->unread) {
		buffer_forget(b);
		return NULL;
	}
	b->used = true;
	return b;
}

/* One that is free, or was not used for long. */
static struct buffer *next_free(void)
{
	for (unsigned looks = 0; looks < sweep; looks++) {
		struct buffer *b = hand++;

		if (hand == behind)
			hand = buffers;
		if (b->changed || b->dirty || b->busy)
			continue;
		if (!b->used)
			return b;
		b->used = false;
	}
	return NULL;
}

struct buffer *buffer_take(uint64_t block)
{
	struct buffer *b = next_free();
	uint16_t *first = &hashed[block % HASH];

	if (!b)
		return NULL;
	if (b->fetched && b->valid)
		lent_put(b);
	buffer_forget(b);
	*b = (struct buffer){ .block = block, .bytes = b->bytes, .valid = true, .used = true,
			      .place = KEEP_NONE, .fresh = KEEP_NONE, .next = *first };
	if (lent_may_have(block))
		b->lent = true;
	*first = (uint16_t)(b - buffers);
	return b;
}

struct buffer *buffer_claim(uint64_t block)
{
	struct buffer *b = buffer_take(block);

	while (!b && transfer_any_ends())
		b = buffer_take(block);
	lent_flush();
	if (!b)
		transfer_note_failure();
	return b;
}

/* The buffer of the block, when that has been read. */
static struct buffer *settled(uint64_t block, struct buffer *b)
{
	while (b && b->busy) {
		transfer_end(b);
		b = buffer_find(block);
	}
	return b;
}

struct buffer *buffer_settle(uint64_t block)
{
	return settled(block, buffer_find(block));
}

struct buffer *buffer_get(uint64_t block)
{
	struct buffer *b = settled(block, buffer_find(block));

	return b ? b : buffer_claim(block);
}

/* ---- their bytes ---- */

void buffer_bring(struct buffer *b)
{
	if (!b->outside)
		return;
	memcpy(b->bytes, keep_bytes(b->fresh == KEEP_NONE ? b->place : b->fresh), block_bytes);
	b->outside = false;
}

void buffer_drop_fresh(struct buffer *b)
{
	keep_free(b->fresh);
	b->fresh = KEEP_NONE;
}

void buffer_clean(struct buffer *b)
{
	struct buffer *last;

	keep_free(b->place);
	b->place = KEEP_NONE;
	if (!b->dirty)
		return;
	last = buffers_dirty.at[--buffers_dirty.n];
	buffers_dirty.at[b->listed_at] = last;
	last->listed_at = b->listed_at;
	b->dirty = false;
}

void buffer_drop(struct buffer *b)
{
	b->changed = false;
	buffer_drop_fresh(b);
	buffer_clean(b);
	buffer_forget(b);
}

static void end_change(struct buffer *b)
{
	b->changed = false;
	if (b->fresh != KEEP_NONE) {
		keep_free(b->place);
		b->place = b->fresh;
		b->fresh = KEEP_NONE;
	}
	if (b->dirty)
		return;
	b->dirty = true;
	b->listed_at = (uint16_t)buffers_dirty.n;
	buffers_dirty.at[buffers_dirty.n++] = b;
}

void buffers_end_changes(void)
{
	for (unsigned i = 0; i < buffers_changed.n; i++) {
		struct buffer *b = buffers_changed.at[i];

		if (b->freed)
			buffer_drop(b);
		else
			end_change(b);
	}
	buffers_changed.n = 0;
}
