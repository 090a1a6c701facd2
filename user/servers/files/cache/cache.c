/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.c - see cache.h.
 */
#include <string.h>
#include <ext2fs/ext2fs.h>

#include "attempt.h"
#include "buffers.h"
#include "cache.h"
#include "keep.h"
#include "pending.h"
#include "transfer.h"

enum { SPARE = 5 };			/* one place in so many is not for whole blocks (spare_places) */

static unsigned count, block_bytes;
static int spare_places;		/* for the metadata of the operation that puts whole blocks */
static uint64_t block_count, reads, changes = 1;

/* ---- reads ---- */

/* The buffer of a block, with its bytes. NULL also if the attempt lacks it: it is being read then. */
static struct buffer *load(struct attempt *a, uint64_t block)
{
	struct buffer *b = block < block_count ? buffer_find(block) : NULL;

	if (b && !b->busy) {
		buffer_bring(b);
		return b;
	}
	if (block >= block_count)
		return NULL;
	if (!a)
		b = buffer_settle(block);
	if (b && !b->busy)
		return b;
	if (!b)
		b = buffer_claim(block);
	if (!b || (!b->busy && lent_get(&b, 1) == 0))
		return b;
	if (!a)
		return transfer_all(&b, 1, DISK_READ, false) == 0 ? b : NULL;
	if (!b->busy)
		transfer_start(&b, 1);
	attempt_miss(a, b->block);
	return NULL;
}

const char *cache_read(struct attempt *a, uint64_t block)
{
	const struct buffer *b = load(a, block);

	reads++;
	return b ? b->bytes : NULL;
}

/* The buffer of a block that is in the cache, with its bytes. */
static struct buffer *present(uint64_t block)
{
	struct buffer *b = buffer_find(block);

	if (!b || b->busy)
		return NULL;
	buffer_bring(b);
	return b;
}

const char *cache_peek(uint64_t block)
{
	const struct buffer *b = present(block);

	return b ? b->bytes : NULL;
}

uint32_t *cache_notes(uint64_t block, const char **bytes)
{
	struct buffer *b = present(block);

	*bytes = b ? b->bytes : NULL;
	return b ? &b->notes : NULL;
}

bool cache_is_verified(uint32_t inode, uint64_t block, const char **bytes)
{
	const uint32_t *notes = cache_notes(block, bytes);

	return notes && *notes == inode;
}

void cache_note_verified(uint32_t inode, uint64_t block)
{
	const char *bytes;
	uint32_t *notes = cache_notes(block, &bytes);

	if (notes)
		*notes = inode;
}

uint64_t cache_reads(void) { return reads; }
uint64_t cache_changes(void) { return changes; }

void cache_fetch(struct attempt *a, const uint64_t *blocks, unsigned n)
{
	struct buffer *b[CACHE_FETCH];
	unsigned k = 0;

	for (unsigned i = 0; i < n; i++)
		if (blocks[i] != 0 && blocks[i] < block_count && !buffer_find(blocks[i])) {
			b[k] = buffer_take(blocks[i]);
			if (b[k])
				b[k++]->busy = true;	/* so that it is not taken for the next one */
		}
	k = lent_get(b, k);
	if (a && k > 0) {
		transfer_start(b, k);
		attempt_miss(a, b[k - 1]->block);
	} else {
		transfer_all(b, k, DISK_READ, false);
	}
}

/* What a predecessor has committed. Returns EXT2_ET_BAD_BLOCK_NUM for a place that is damaged. */
static long take_kept(void)
{
	for (int i = 0; i < keep_places(); i++) {
		uint64_t block;
		unsigned class;
		const void *bytes = keep_get(i, &block, &class);
		struct buffer *b;

		if (!bytes || pending_has(block))
			continue;
		if (class >= CLASSES || block >= block_count || buffer_find(block))
			return EXT2_ET_BAD_BLOCK_NUM;
		b = buffer_take(block);
		if (!b)
			return EXT2_ET_NO_MEMORY;
		b->class = (uint8_t)class;
		b->fresh = (int16_t)i;
		b->outside = true;
		buffer_change(b);
		buffers_end_changes();
	}
	return 0;
}

long cache_begin(uint64_t sector, uint64_t blocks, unsigned bytes)
{
	count = transfer_begin(sector, bytes);
	changes++;
	block_count = blocks;
	block_bytes = bytes;
	spare_places = keep_places() / SPARE;
	lent_begin(bytes);
	buffers_begin(count, bytes);
	return take_kept();
}

/* ---- changes ---- */

/* A part of a block, in the buffer. A version that the operation has put into the kept memory is dropped. */
static void change_part(struct buffer *b, const struct cache_piece *p, const void *from)
{
	buffer_drop_fresh(b);
	memcpy(b->bytes + p->offset, from, p->bytes);
	b->notes = 0;
	buffer_change(b);
}

long cache_change(const struct cache_piece *p, const void *from, enum cache_class class)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = p->bytes < block_bytes ? load(NULL, p->block) : buffer_settle(p->block);
	if (b)
		buffer_bring(b);
	if (b && memcmp(b->bytes + p->offset, from, p->bytes) == 0)
		return 0;
	if (!b && p->bytes == block_bytes)
		b = buffer_claim(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	if (!b->changed && !b->dirty)
		b->class = (uint8_t)class;
	change_part(b, p, from);
	changes++;
	return 0;
}

long cache_put_data(const struct cache_piece *p, const void *from, bool keep)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = keep ? load(NULL, p->block) : buffer_get(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	if (!keep) {
		memset(b->bytes, 0, block_bytes);
		b->outside = false;
	}
	b->class = CLASS_DATA;
	change_part(b, p, from);
	return 0;
}

/* Straight into the kept memory (K4), if it has room: a write of whole blocks copies them once. */
static void put_whole(struct buffer *b, const char *from)
{
	char *to = b->fresh == KEEP_NONE ? keep_take(b->block, CLASS_DATA, spare_places, &b->fresh)
					 : keep_bytes(b->fresh);

	b->outside = true;
	if (!to) {
		to = b->bytes;
		b->outside = false;
	}
	b->notes = 0;
	b->class = CLASS_DATA;
	buffer_change(b);
	memcpy(to, from, block_bytes);
}

long cache_put_blocks(uint64_t block, unsigned n, const char *from)
{
	if (block >= block_count || n > block_count - block)
		return EXT2_ET_BAD_BLOCK_NUM;
	for (; n > 0; n--, block++, from += block_bytes) {
		struct buffer *b = buffer_get(block);

		if (!b)
			return EXT2_ET_SHORT_READ;
		put_whole(b, from);
	}
	return 0;
}

void cache_free_data(uint64_t block)
{
	struct buffer *b = buffer_find(block);

	if (b && b->class == CLASS_DATA && (b->changed || b->dirty)) {
		buffer_change(b);
		b->freed = true;
	}
}

/* ---- operations ---- */

bool cache_is_changed(void)
{
	return buffers_changed.n > 0;
}

bool cache_is_dirty(void)
{
	return buffers_dirty.n > 0;
}

size_t cache_clean_bytes(void)
{
	return (size_t)(count - buffers_dirty.n) * block_bytes + lent_bytes();
}

bool cache_is_full(void)
{
	return keep_free_places() < 2 * spare_places || buffers_dirty.n > count / 2;
}

/* Versions of all changed blocks, of which none counts yet. Returns false if a place lacks. */
static bool put_versions(void)
{
	for (unsigned i = 0; i < buffers_changed.n; i++) {
		struct buffer *b = buffers_changed.at[i];

		if (b->freed || b->fresh != KEEP_NONE)
			continue;
		b->fresh = keep_put(b->block, b->class, b->bytes);
		if (b->fresh == KEEP_NONE)
			return false;
	}
	return keep_places() > 0;
}

static void drop_versions(void)
{
	for (unsigned i = 0; i < buffers_changed.n; i++) {
		buffer_bring(buffers_changed.at[i]);
		buffer_drop_fresh(buffers_changed.at[i]);
	}
}

/* Operations that are not kept: a server that is ended here leaves a part of the last one. */
static long write_unkept(void)
{
	bool unclean = keep_is_unclean();
	long e;

	keep_set_unclean(true);
	e = cache_write_out(true);
	if (!e)
		keep_set_unclean(unclean);
	return e;
}

long cache_commit(bool more)
{
	bool kept;

	if (buffers_changed.n == 0 && !more)
		return 0;
	kept = put_versions();
	if (!kept) {
		drop_versions();
		keep_promise(0, 0);		/* it is not done by one store */
	}
	keep_commit();
	buffers_end_changes();
	return kept ? 0 : write_unkept();
}

/* The block has its committed version, if that is kept; else it is read from the disk again. */
static void undo(struct buffer *b)
{
	uint64_t block;
	unsigned class;

	if (b->place == KEEP_NONE || !keep_get(b->place, &block, &class)) {
		if (b->dirty)
			keep_count_loss();	/* committed, but neither kept nor on the disk */
		buffer_drop(b);
		return;
	}
	buffer_drop_fresh(b);
	b->class = (uint8_t)class;
	b->changed = b->freed = false;
	b->outside = true;
	b->notes = 0;
}

void cache_rollback(void)
{
	changes++;
	for (unsigned i = 0; i < buffers_changed.n; i++)
		undo(buffers_changed.at[i]);
	buffers_changed.n = 0;
}
