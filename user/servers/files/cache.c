/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.c - see cache.h. The blocks are in memory that the device reads and writes itself.
 */
#include <pecan/disk.h>
#include <pecan/server.h>
#include <string.h>
#include <ext2fs/ext2fs.h>

#include "cache.h"
#include "keep.h"
#include "pending.h"

enum { PIECE = 256 * 1024, PIECES = 12, BLOCK_MIN = 1024, BUFFERS = PIECES * PIECE / BLOCK_MIN, HASH = 1024 };

struct buffer {
	uint64_t block;
	bool valid, used;		/* used since the last look for a place */
	bool changed;			/* by the operation under way */
	bool dirty;			/* committed, and not on the disk */
	uint8_t class;			/* if changed or dirty */
	bool busy;			/* a request is under way */
	int place;			/* of the committed version */
	unsigned listed_at;		/* in `listed`, if changed or dirty */
	struct buffer *next;		/* of the same hash */
};

static struct disk disk;
static int piece[PIECES];
static unsigned pieces, scratch;	/* the last one is for sectors past the cache */
static struct buffer buffers[BUFFERS], *hashed[HASH];
static struct buffer *listed[BUFFERS];	/* those that are changed or dirty, in no order */
static unsigned nlisted;
static unsigned count, hand, block_bytes, changed, dirty;
static uint64_t first_sector, block_count, reads;
static bool unflushed;			/* data were written since the last flush */
static bool failed;			/* see cache_has_failed */
static bool waited;			/* see cache_waited */

/* ---- the disk ---- */

enum disk_status cache_open_disk(void)
{
	enum disk_status e = disk_open(&disk);

	if (e != DISK_OK)
		return e;
	while (pieces < PIECES && (piece[pieces] = disk_block(&disk, PIECE)) >= 0)
		pieces++;
	if (pieces < 2)
		return DISK_E_BLOCK;
	scratch = (unsigned)piece[--pieces];
	return DISK_OK;
}

uint64_t cache_sectors(void)
{
	return disk.sectors;
}

bool cache_read_only(void)
{
	return disk.read_only;
}

bool cache_waited(void)
{
	bool has = waited;

	waited = false;
	return has;
}

/* Wait for the answer of one request, while others are under way. */
static long wait_one(int *request)
{
	enum disk_status status;

	waited = true;
	*request = disk_wait(&disk, &status);
	pecan_beat();
	return *request >= 0 && status == DISK_OK ? 0 : EXT2_ET_SHORT_READ;
}

long cache_read_sectors(uint64_t sector, void *to, size_t bytes)
{
	struct disk_entry r = { DISK_READ, scratch, sector, 0, 0, (uint32_t)(bytes / DISK_SECTOR) };

	waited = true;
	if (bytes > PIECE || disk_do(&disk, &r) != DISK_OK) {
		failed = true;
		return EXT2_ET_SHORT_READ;
	}
	memcpy(to, disk_data(&disk, scratch), bytes);
	return 0;
}

/* A failed flush or write: what was written since the last good flush may be lost. */
static long lose(void)
{
	keep_count_loss();
	return EXT2_ET_SHORT_WRITE;
}

static long flush(void)
{
	struct disk_entry r = { .kind = DISK_FLUSH };

	waited = true;
	if (disk_do(&disk, &r) != DISK_OK)
		return lose();
	unflushed = false;
	return 0;
}

/* ---- buffers ---- */

static void mark(struct buffer *b, bool is_changed, bool is_dirty)
{
	bool was = b->changed || b->dirty, is = is_changed || is_dirty;

	changed += (unsigned)is_changed - (unsigned)b->changed;
	dirty += (unsigned)is_dirty - (unsigned)b->dirty;
	b->changed = is_changed;
	b->dirty = is_dirty;
	if (is && !was) {
		b->listed_at = nlisted;
		listed[nlisted++] = b;
	} else if (was && !is) {
		listed[b->listed_at] = listed[--nlisted];
		listed[b->listed_at]->listed_at = b->listed_at;
	}
}

static char *bytes_of(const struct buffer *b)
{
	unsigned i = (unsigned)(b - buffers), per = PIECE / block_bytes;

	return (char *)disk_data(&disk, (unsigned)piece[i / per]) + i % per * block_bytes;
}

static struct disk_entry request_of(const struct buffer *b, enum disk_kind kind)
{
	unsigned i = (unsigned)(b - buffers), per = PIECE / block_bytes, sectors = block_bytes / DISK_SECTOR;

	return (struct disk_entry){ kind, (uint32_t)piece[i / per], first_sector + b->block * sectors, 0,
				    i % per * block_bytes, sectors };
}

static struct buffer *find(uint64_t block)
{
	struct buffer *b = hashed[block % HASH];

	while (b && b->block != block)
		b = b->next;
	if (b)
		b->used = true;
	return b;
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
		*b = (struct buffer){ .block = block, .valid = true, .used = true, .place = KEEP_NONE };
		b->next = hashed[block % HASH];
		hashed[block % HASH] = b;
		return b;
	}
	return NULL;
}

/* Requests for these buffers, all at a time. Those that failed to be read are forgotten. */
static long transfer(struct buffer *const *b, unsigned n, enum disk_kind kind)
{
	struct buffer *by_request[DISK_RING];
	unsigned sent = 0, done = 0;
	long e = 0;

	while (done < n) {
		int request;
		long one;

		while (sent < n && sent - done < DISK_RING) {
			struct disk_entry r = request_of(b[sent], kind);
			int number = disk_submit(&disk, &r);

			if (number < 0)
				break;
			b[sent]->busy = true;
			by_request[number] = b[sent++];
		}
		one = wait_one(&request);
		if (request < 0)
			break;
		by_request[request]->busy = false;
		if (one && kind == DISK_READ)
			forget(by_request[request]);
		e = e ? e : one;
		done++;
	}
	failed |= e || done < n;
	for (unsigned i = 0; i < n && done < n; i++)
		b[i]->busy = false;
	return done < n ? EXT2_ET_SHORT_READ : e;
}

static struct buffer *load(uint64_t block)
{
	struct buffer *b = block < block_count ? find(block) : NULL;

	if (b || block >= block_count)
		return b;
	b = take(block);
	failed |= !b;
	return b && transfer(&b, 1, DISK_READ) == 0 ? b : NULL;
}

const char *cache_read(uint64_t block)
{
	const struct buffer *b = load(block);

	reads++;
	return b ? bytes_of(b) : NULL;
}

uint64_t cache_reads(void)
{
	return reads;
}

void cache_fetch(const uint64_t *blocks, unsigned n)
{
	struct buffer *b[CACHE_FETCH];
	unsigned k = 0;

	for (unsigned i = 0; i < n; i++)
		if (blocks[i] != 0 && blocks[i] < block_count && !find(blocks[i])) {
			b[k] = take(blocks[i]);
			k += b[k] != NULL;
		}
	transfer(b, k, DISK_READ);
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
		memcpy(bytes_of(b), bytes, block_bytes);
		mark(b, false, true);
		b->class = (uint8_t)class;
		b->place = i;
	}
	return 0;
}

long cache_begin(uint64_t sector, uint64_t blocks, unsigned bytes)
{
	first_sector = sector;
	block_count = blocks;
	block_bytes = bytes;
	count = pieces * (PIECE / bytes);
	memset(buffers, 0, sizeof buffers);
	memset(hashed, 0, sizeof hashed);
	nlisted = changed = dirty = 0;
	failed = false;
	return take_kept();
}

bool cache_has_failed(void)
{
	return failed;
}

/* ---- changes ---- */

/* As memcmp, some words at a time: metadata come in whole blocks, most of them with few changes. */
static bool is_equal(const void *a, const void *b, size_t bytes)
{
	typedef uint64_t word __attribute__((may_alias, aligned(1)));
	const word *x = a, *y = b;

	for (; bytes >= 4 * sizeof *x; x += 4, y += 4, bytes -= 4 * sizeof *x)
		if ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]))
			return false;
	return memcmp(x, y, bytes) == 0;
}

bool cache_has(uint64_t block, const void *bytes)
{
	const char *now = cache_read(block);

	return now && is_equal(now, bytes, block_bytes);
}

long cache_change(const struct cache_piece *p, const void *from, enum cache_class class)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = p->bytes < block_bytes ? load(p->block) : find(p->block);
	if (b && is_equal(bytes_of(b) + p->offset, from, p->bytes))
		return 0;
	if (!b && p->bytes == block_bytes)
		b = take(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	memcpy(bytes_of(b) + p->offset, from, p->bytes);
	if (!b->changed && !b->dirty)
		b->class = (uint8_t)class;
	mark(b, true, b->dirty);
	return 0;
}

/* The block holds a file's bytes from now on: no change of it is to be committed. */
static void drop_changes(struct buffer *b)
{
	keep_free(b->place);
	b->place = KEEP_NONE;
	mark(b, false, false);
}

long cache_put_data(const struct cache_piece *p, const void *from, bool keep)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = keep && p->bytes < block_bytes ? load(p->block) : find(p->block);
	if (!b)
		b = take(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	if (!keep)
		memset(bytes_of(b), 0, block_bytes);
	memcpy(bytes_of(b) + p->offset, from, p->bytes);
	drop_changes(b);
	return 0;
}

long cache_write_data(const uint64_t *blocks, unsigned n)
{
	struct buffer *b[CACHE_FETCH] = { NULL };

	for (unsigned i = 0; i < n; i++) {
		b[i] = find(blocks[i]);
		if (!b[i])
			return EXT2_ET_SHORT_WRITE;
	}
	unflushed = true;
	if (transfer(b, n, DISK_WRITE) == 0)
		return 0;
	cache_drop_data(blocks, n);
	return lose();
}

void cache_drop_data(const uint64_t *blocks, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct buffer *b = find(blocks[i]);

		if (b)
			forget(b);
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

bool cache_is_full(void)
{
	return keep_free_places() < keep_places() * 2 / 3 || dirty > count / 4;
}

/* Versions of all changed blocks, of which none counts yet. */
static void put_versions(int *place)
{
	for (unsigned i = 0; i < nlisted; i++)
		if (listed[i]->changed)
			place[i] = keep_put(listed[i]->block, listed[i]->class, bytes_of(listed[i]));
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
	static int place[BUFFERS];
	bool fits = (int)changed <= keep_free_places() && keep_places() > 0;

	if (changed == 0 && !more)
		return 0;
	if (fits)
		put_versions(place);
	keep_commit();
	for (unsigned i = 0; i < nlisted; i++) {
		struct buffer *b = listed[i];

		if (!b->changed)
			continue;
		mark(b, false, true);
		if (fits) {
			keep_free(b->place);
			b->place = place[i];
		}
	}
	return fits ? 0 : write_unkept();
}

void cache_rollback(void)
{
	for (unsigned i = nlisted; i-- > 0; ) {		/* backwards: drop_changes takes b off the list */
		struct buffer *b = listed[i];
		const void *bytes = NULL;
		uint64_t block;
		unsigned class;

		if (!b->changed)
			continue;
		if (b->place != KEEP_NONE)
			bytes = keep_get(b->place, &block, &class);
		if (bytes) {
			mark(b, false, b->dirty);
			memcpy(bytes_of(b), bytes, block_bytes);
			continue;
		}
		drop_changes(b);
		forget(b);
	}
}

/* Blocks of a class to the disk, where they are when it is flushed. *any: there were some. */
static long write_class(enum cache_class class, bool *any)
{
	struct buffer *b[DISK_RING];
	unsigned n = 0;
	long e = 0;

	for (unsigned i = 0; i < nlisted && !e; i++) {
		if (!listed[i]->dirty || listed[i]->class != class)
			continue;
		b[n++] = listed[i];
		*any = true;
		if (n == DISK_RING) {
			e = transfer(b, n, DISK_WRITE);
			n = 0;
		}
	}
	if (!e)
		e = transfer(b, n, DISK_WRITE);
	return e ? lose() : 0;
}

static void drop_class(enum cache_class class)
{
	for (unsigned i = nlisted; i-- > 0; )
		if (listed[i]->dirty && listed[i]->class == class)
			drop_changes(listed[i]);
}

long cache_write_out(bool always)
{
	for (enum cache_class class = CLASS_FIRST; class < CLASSES; class++) {
		bool any = false;
		long e = write_class(class, &any);

		if (!e && (any || (always && class == CLASS_FIRST) || unflushed))
			e = flush();
		if (e)
			return e;
		if (any)
			drop_class(class);
	}
	return 0;
}
