/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.c - see cache.h.
 */
#include <string.h>
#include <ext2fs/ext2fs.h>

#include "cache.h"
#include "keep.h"
#include "pending.h"
#include "transfer.h"

enum { HASH = 1024 };

static struct buffer *hashed[HASH];
static struct buffer *listed[BUFFERS];	/* those that are changed, then those that are only dirty */
static unsigned nlisted;
static unsigned count, hand, block_bytes, changed, dirty;
static uint64_t block_count, reads, changes = 1;
static bool unflushed;			/* bytes of files were written since the last flush */

#define MISSED_NONE	UINT64_MAX

/* See cache_may_miss. */
static struct { bool permitted, on; uint64_t missed; } misses = { .missed = MISSED_NONE };

/* A failed flush or write: what was written since the last good flush may be lost. */
static long lose(void)
{
	keep_count_loss();
	return EXT2_ET_SHORT_WRITE;
}

static long flush(void)
{
	if (transfer_flush() != 0)
		return lose();
	unflushed = false;
	return 0;
}

/* ---- buffers ---- */

static void exchange(struct buffer *b, unsigned at)
{
	struct buffer *other = listed[at];

	listed[b->listed_at] = other;
	other->listed_at = b->listed_at;
	listed[at] = b;
	b->listed_at = at;
}

static void mark(struct buffer *b, bool is_changed, bool is_dirty)
{
	if (!b->changed && !b->dirty && (is_changed || is_dirty)) {
		b->listed_at = nlisted;
		listed[nlisted++] = b;
	}
	if (is_changed && !b->changed)
		exchange(b, changed++);
	if (!is_changed && b->changed)
		exchange(b, --changed);
	if ((b->changed || b->dirty) && !is_changed && !is_dirty)
		exchange(b, --nlisted);
	dirty += (unsigned)is_dirty - (unsigned)b->dirty;
	b->changed = is_changed;
	b->dirty = is_dirty;
}

static void forget(struct buffer *b)
{
	struct buffer **at = &hashed[b->block % HASH];

	if (!b->valid)
		return;
	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	b->valid = false;
}

static struct buffer *find(uint64_t block)
{
	struct buffer *b = hashed[block % HASH];

	while (b && b->block != block)
		b = b->next;
	if (b && b->unread) {
		forget(b);
		return NULL;
	}
	if (b)
		b->used = true;
	return b;
}

/* A buffer for a block that has none; NULL: all are needed. */
static struct buffer *take(uint64_t block)
{
	for (unsigned i = 0; i < 2 * count; i++) {
		struct buffer *b = &buffers[hand++ % count];

		if (b->changed || b->dirty || b->busy)
			continue;
		if (b->used) {
			b->used = false;
			continue;
		}
		forget(b);
		*b = (struct buffer){ .block = block, .bytes = b->bytes, .valid = true, .used = true,
				      .place = KEEP_NONE };
		b->next = hashed[block % HASH];
		hashed[block % HASH] = b;
		return b;
	}
	return NULL;
}

/* The same; waits for one whose block is being read, if all are needed. */
static struct buffer *claim(uint64_t block)
{
	struct buffer *b = take(block);

	while (!b && transfer_any_ends())
		b = take(block);
	if (!b)
		transfer_note_failure();
	return b;
}

/* The buffer of a block, when it has been read; NULL if there is none. */
static struct buffer *settled(uint64_t block)
{
	struct buffer *b = find(block);

	while (b && b->busy) {
		transfer_end(b);
		b = find(block);
	}
	return b;
}

/* Instead of waiting for a block, which is being read, or is read from now on (b NULL). */
static void miss(uint64_t block, struct buffer *b)
{
	if (!b)
		b = claim(block);
	if (b && !b->busy)
		transfer_start(&b, 1);
	if (b && misses.missed == MISSED_NONE)
		misses.missed = block;
}

static struct buffer *load(uint64_t block)
{
	struct buffer *b = block < block_count ? find(block) : NULL;

	if ((b && !b->busy) || block >= block_count)
		return b;
	if (misses.on) {
		miss(block, b);
		return NULL;
	}
	b = settled(block);
	if (b)
		return b;
	b = claim(block);
	return b && transfer_all(&b, 1, DISK_READ, false) == 0 ? b : NULL;
}

/* ---- reads that do not wait ---- */

void cache_permit_misses(bool permitted)
{
	misses.permitted = permitted;
	misses.on = false;
	misses.missed = MISSED_NONE;
}

void cache_may_miss(void) { misses.on = misses.permitted; }
bool cache_has_missed(void) { return misses.missed != MISSED_NONE; }
uint64_t cache_missed(void) { return misses.missed; }

bool cache_reads_it(uint64_t block)
{
	const struct buffer *b = find(block);

	return b && b->busy;
}

/* ---- blocks ---- */

const char *cache_read(uint64_t block)
{
	const struct buffer *b = load(block);

	reads++;
	return b ? b->bytes : NULL;
}

const char *cache_peek(uint64_t block)
{
	const struct buffer *b = find(block);

	return b && !b->busy ? b->bytes : NULL;
}

uint32_t *cache_notes(uint64_t block, const char **bytes)
{
	struct buffer *b = find(block);

	if (b && b->busy)
		b = NULL;
	*bytes = b ? b->bytes : NULL;
	return b ? &b->notes : NULL;
}

static void copy_in(struct buffer *b, unsigned offset, const void *from, unsigned bytes)
{
	memcpy(b->bytes + offset, from, bytes);
	b->notes = 0;
	changes++;
}

uint64_t cache_reads(void) { return reads; }
uint64_t cache_changes(void) { return changes; }

void cache_fetch(const uint64_t *blocks, unsigned n)
{
	struct buffer *b[CACHE_FETCH];
	unsigned k = 0;

	for (unsigned i = 0; i < n; i++)
		if (blocks[i] != 0 && blocks[i] < block_count && !find(blocks[i])) {
			b[k] = take(blocks[i]);
			if (b[k])
				b[k++]->busy = true;	/* so that it is not taken for the next one */
		}
	if (misses.on && k > 0) {
		transfer_start(b, k);
		misses.missed = b[k - 1]->block;
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
		if (class >= CLASSES || block >= block_count || find(block))
			return EXT2_ET_BAD_BLOCK_NUM;
		b = take(block);
		if (!b)
			return EXT2_ET_NO_MEMORY;
		copy_in(b, 0, bytes, block_bytes);
		mark(b, false, true);
		b->class = (uint8_t)class;
		b->place = i;
	}
	return 0;
}

long cache_begin(uint64_t sector, uint64_t blocks, unsigned bytes)
{
	count = transfer_begin(sector, bytes);
	changes++;
	block_count = blocks;
	block_bytes = bytes;
	memset(hashed, 0, sizeof hashed);
	nlisted = changed = dirty = 0;
	return take_kept();
}

/* ---- changes ---- */

long cache_change(const struct cache_piece *p, const void *from, enum cache_class class)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = p->bytes < block_bytes ? load(p->block) : settled(p->block);
	if (b && memcmp(b->bytes + p->offset, from, p->bytes) == 0)
		return 0;
	if (!b && p->bytes == block_bytes)
		b = claim(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	copy_in(b, p->offset, from, p->bytes);
	if (!b->changed && !b->dirty)
		b->class = (uint8_t)class;
	b->freed = false;
	mark(b, true, b->dirty);
	return 0;
}

static void drop_changes(struct buffer *b)
{
	keep_free(b->place);
	b->place = KEEP_NONE;
	mark(b, false, false);
}

long cache_put_data(const struct cache_piece *p, const void *from, bool keep)
{
	bool whole = p->bytes == block_bytes, reads_it = keep && !whole;
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = reads_it ? load(p->block) : settled(p->block);
	if (!b && !reads_it)
		b = claim(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	if (!keep && !whole)
		memset(b->bytes, 0, block_bytes);
	copy_in(b, p->offset, from, p->bytes);
	b->class = CLASS_DATA;
	b->freed = false;
	mark(b, true, b->dirty);
	return 0;
}

void cache_free_data(uint64_t block)
{
	struct buffer *b = find(block);

	if (b && b->class == CLASS_DATA && (b->changed || b->dirty)) {
		b->freed = true;
		mark(b, true, b->dirty);
	}
}

/* ---- operations ---- */

bool cache_is_changed(void)
{
	return changed > 0;
}

bool cache_is_dirty(void)
{
	return dirty > 0;
}

size_t cache_clean_bytes(void)
{
	return (size_t)(count - nlisted) * block_bytes;
}

bool cache_is_full(void)
{
	return keep_free_places() < keep_places() * 2 / 5 || dirty > count / 2;
}

/* Versions of all changed blocks, of which none counts yet. */
static void put_versions(int *place)
{
	for (unsigned i = 0; i < changed; i++)
		if (!listed[i]->freed)
			place[i] = keep_put(listed[i]->block, listed[i]->class, listed[i]->bytes);
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

/* Of the changed buffers, from the last one on: so one that goes leaves its place to one that is dirty. */
static void end_change(struct buffer *b, int place)
{
	if (b->freed) {
		drop_changes(b);
		forget(b);
		return;
	}
	dirty += !b->dirty;
	b->dirty = true;
	b->changed = false;
	if (place != KEEP_NONE) {
		keep_free(b->place);
		b->place = place;
	}
}

long cache_commit(bool more)
{
	static int place[BUFFERS];
	bool fits = (int)changed <= keep_free_places() && keep_places() > 0;

	if (changed == 0 && !more)
		return 0;
	if (fits)
		put_versions(place);
	else
		keep_promise(0, 0);		/* it is not done by one store */
	keep_commit();
	for (unsigned i = changed; i-- > 0; )
		end_change(listed[i], fits ? place[i] : KEEP_NONE);
	changed = 0;			/* those that were are the first ones that are only dirty */
	return fits ? 0 : write_unkept();
}

void cache_rollback(void)
{
	changes++;
	while (changed > 0) {
		struct buffer *b = listed[changed - 1];
		uint64_t block;
		unsigned class;
		const void *bytes = b->place == KEEP_NONE ? NULL : keep_get(b->place, &block, &class);

		b->freed = false;
		if (bytes) {
			b->class = (uint8_t)class;
			mark(b, false, b->dirty);
			copy_in(b, 0, bytes, block_bytes);
			continue;
		}
		if (b->dirty)
			keep_count_loss();	/* committed, but neither kept nor on the disk */
		drop_changes(b);
		forget(b);
	}
}

static bool is_of(const struct buffer *b, enum cache_class class)
{
	return b->dirty && b->class == class;
}

/* Does the buffer before this one belong to the same request? */
static bool has_neighbour_before(const struct buffer *b, enum cache_class class)
{
	return b > buffers && is_of(b - 1, class) && b[-1].block + 1 == b->block;
}

/* The dirty buffers of a class, neighbours one after the other. Returns their number. */
static unsigned list_class(enum cache_class class, struct buffer **b)
{
	unsigned n = 0;

	for (unsigned i = 0; i < nlisted; i++) {
		struct buffer *next = listed[i];

		if (!is_of(next, class) || has_neighbour_before(next, class))
			continue;
		do
			b[n++] = next++;
		while (next < buffers + count && is_of(next, class) && has_neighbour_before(next, class));
	}
	return n;
}

/*
 * Blocks of a class to the disk, where they are when it is flushed. If that fails each block is tried by
 * itself; one of a file that the disk refuses then is given up. *any: there were some.
 */
static long write_class(enum cache_class class, bool *any)
{
	static struct buffer *b[BUFFERS];
	unsigned n = list_class(class, b);

	*any |= n > 0;
	if (transfer_all(b, n, DISK_WRITE, false) == 0 || transfer_all(b, n, DISK_WRITE, true) == 0)
		return 0;
	for (unsigned i = 0; i < n && class == CLASS_DATA; i++)
		if (b[i]->refused) {
			drop_changes(b[i]);
			forget(b[i]);
		}
	return lose();
}

/* Those of a class are on the disk, and those of the classes before it. */
static void drop_up_to(enum cache_class class)
{
	for (unsigned i = nlisted; i-- > 0; )		/* backwards: drop_changes takes it off the list */
		if (listed[i]->dirty && listed[i]->class <= class)
			drop_changes(listed[i]);
}

long cache_write_data(void)
{
	long e = write_class(CLASS_DATA, &unflushed);

	if (!e)
		drop_up_to(CLASS_DATA);
	return e;
}

long cache_write_out(bool always)
{
	bool super = false;
	long e = write_class(CLASS_SUPER, &super);

	if (!e && super)
		e = flush();
	if (!e)
		e = write_class(CLASS_DATA, &unflushed);
	for (enum cache_class class = CLASS_FIRST; class < CLASSES && !e; class++) {
		bool any = false;

		e = write_class(class, &any);
		if (!e && (any || (always && class == CLASS_FIRST) || unflushed))
			e = flush();
		if (!e)
			drop_up_to(class);
	}
	return e;
}
