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
	bool freed;			/* changed: the operation under way frees it */
	bool refused;			/* the disk has failed to write it */
	uint8_t class;			/* if changed or dirty */
	bool busy;			/* a request is under way */
	int place;			/* of the committed version */
	unsigned listed_at;		/* in `listed`, if changed or dirty */
	uint32_t notes;			/* cache_notes */
	struct buffer *next;		/* of the same hash */
};

static struct disk disk;
static int piece[PIECES];
static unsigned pieces, scratch;	/* the last one is for sectors past the cache */
static struct buffer buffers[BUFFERS], *hashed[HASH];
static struct buffer *listed[BUFFERS];	/* those that are changed, then those that are only dirty */
static unsigned nlisted;
static unsigned count, hand, block_bytes, changed, dirty;
static uint64_t first_sector, block_count, reads;
static bool unflushed;			/* bytes of files were written since the last flush */
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

uint64_t cache_sectors(void) { return disk.sectors; }
bool cache_read_only(void) { return disk.read_only; }

bool cache_is_disk(const char *name, uint64_t first, uint64_t sectors)
{
	return strcmp(name, disk.name) == 0 && first == disk.first && sectors == disk.sectors;
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

/* How many of these buffers are neighbours, on the disk and in one piece of memory: for one request. */
static unsigned neighbours(struct buffer *const *b, unsigned n)
{
	unsigned per = PIECE / block_bytes, i = 1;

	while (i < n && b[i] == b[0] + i && b[i]->block == b[0]->block + i && (b[i] - buffers) % per != 0)
		i++;
	return i;
}

struct run { struct buffer *const *b; unsigned n; };

static int submit(const struct run *run, enum disk_kind kind)
{
	struct disk_entry r = request_of(run->b[0], kind);

	r.sectors *= run->n;
	return disk_submit(&disk, &r);
}

/* Buffers that were not read are forgotten. */
static void finish(const struct run *run, enum disk_kind kind, bool fails)
{
	for (unsigned i = 0; i < run->n; i++) {
		run->b[i]->busy = false;
		run->b[i]->refused = fails;
		if (fails && kind == DISK_READ)
			forget(run->b[i]);
	}
}

/* Requests for these buffers, all at a time. single: one for each; else one for neighbours. */
static long transfer(struct buffer *const *b, unsigned n, enum disk_kind kind, bool single)
{
	struct run by_request[DISK_RING];
	unsigned sent = 0, done = 0, under_way = 0;
	long e = 0;

	for (unsigned i = 0; i < n; i++) {
		b[i]->busy = true;
		b[i]->refused = false;
	}
	while (done < n) {
		int request;
		long one;

		while (sent < n && under_way < DISK_RING) {
			struct run run = { b + sent, single ? 1 : neighbours(b + sent, n - sent) };
			int number = submit(&run, kind);

			if (number < 0)
				break;
			by_request[number] = run;
			sent += run.n;
			under_way++;
		}
		one = wait_one(&request);
		if (request < 0)
			break;
		finish(&by_request[request], kind, one != 0);
		e = e ? e : one;
		done += by_request[request].n;
		under_way--;
	}
	failed |= e || done < n;
	for (unsigned i = 0; i < n && done < n; i++)
		if (b[i]->busy)			/* there was no answer */
			finish(&(struct run){ b + i, 1 }, kind, kind == DISK_READ);
	return done < n ? EXT2_ET_SHORT_READ : e;
}

static struct buffer *load(uint64_t block)
{
	struct buffer *b = block < block_count ? find(block) : NULL;

	if (b || block >= block_count)
		return b;
	b = take(block);
	failed |= !b;
	return b && transfer(&b, 1, DISK_READ, false) == 0 ? b : NULL;
}

const char *cache_read(uint64_t block)
{
	const struct buffer *b = load(block);

	reads++;
	return b ? bytes_of(b) : NULL;
}

uint32_t *cache_notes(uint64_t block, const char **bytes)
{
	struct buffer *b = find(block);

	*bytes = b ? bytes_of(b) : NULL;
	return b ? &b->notes : NULL;
}

static void copy_in(struct buffer *b, unsigned offset, const void *from, unsigned bytes)
{
	memcpy(bytes_of(b) + offset, from, bytes);
	b->notes = 0;
}

uint64_t cache_reads(void) { return reads; }

void cache_fetch(const uint64_t *blocks, unsigned n)
{
	struct buffer *b[CACHE_FETCH];
	unsigned k = 0;

	for (unsigned i = 0; i < n; i++)
		if (blocks[i] != 0 && blocks[i] < block_count && !find(blocks[i])) {
			b[k] = take(blocks[i]);
			k += b[k] != NULL;
		}
	transfer(b, k, DISK_READ, false);
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

long cache_change(const struct cache_piece *p, const void *from, enum cache_class class)
{
	struct buffer *b;

	if (p->block >= block_count)
		return EXT2_ET_BAD_BLOCK_NUM;
	b = p->bytes < block_bytes ? load(p->block) : find(p->block);
	if (b && memcmp(bytes_of(b) + p->offset, from, p->bytes) == 0)
		return 0;
	if (!b && p->bytes == block_bytes)
		b = take(p->block);
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
	b = reads_it ? load(p->block) : find(p->block);
	if (!b && !reads_it)
		b = take(p->block);
	if (!b)
		return EXT2_ET_SHORT_READ;
	if (!keep && !whole)
		memset(bytes_of(b), 0, block_bytes);
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

bool cache_is_full(void)
{
	return keep_free_places() < keep_places() * 2 / 5 || dirty > count / 2;
}

/* Versions of all changed blocks, of which none counts yet. */
static void put_versions(int *place)
{
	for (unsigned i = 0; i < changed; i++)
		if (!listed[i]->freed)
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
	else
		keep_promise(0, 0);		/* it is not done by one store */
	keep_commit();
	while (changed > 0) {
		struct buffer *b = listed[changed - 1];

		if (b->freed) {
			drop_changes(b);
			forget(b);
			continue;
		}
		mark(b, false, true);
		if (fits) {
			keep_free(b->place);
			b->place = place[changed];
		}
	}
	return fits ? 0 : write_unkept();
}

void cache_rollback(void)
{
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
	if (transfer(b, n, DISK_WRITE, false) == 0 || transfer(b, n, DISK_WRITE, true) == 0)
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
