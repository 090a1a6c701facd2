/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer.c - see transfer.h, and cache.h for what is said there of the disk.
 */
#include <pecan/server.h>
#include <string.h>
#include <ext2fs/ext2fs.h>

#include "cache.h"
#include "transfer.h"

/* Of a request under way: neighbours from b on. b NULL: of none, but of `own`. */
struct run { struct buffer *b; unsigned n; enum disk_kind kind; };

static struct disk disk;
static struct run by_request[DISK_RING];
static int piece[TRANSFER_PIECES];
static unsigned pieces, scratch;	/* the last one is for sectors past the cache */
static unsigned block_bytes;
static uint64_t first_sector;
static struct { bool busy, good; } own;	/* the request of transfer_flush or cache_read_sectors */
static unsigned given_up;		/* how often requests were left without an answer */
static bool failed;			/* see cache_has_failed */
static bool waited;			/* see cache_waited */
static unsigned long requests;		/* see cache_requests */

/* ---- the disk ---- */

enum disk_status cache_open_disk(void)
{
	enum disk_status e = disk_open(&disk);

	if (e != DISK_OK)
		return e;
	while (pieces < TRANSFER_PIECES && (piece[pieces] = disk_block(&disk, TRANSFER_PIECE)) >= 0)
		pieces++;
	if (pieces < 2)
		return DISK_E_BLOCK;
	scratch = (unsigned)piece[--pieces];
	return DISK_OK;
}

uint64_t cache_sectors(void) { return disk.sectors; }
unsigned cache_unit(void) { return disk.unit; }
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

unsigned long cache_requests(void) { return requests; }
bool cache_has_failed(void) { return failed; }
void transfer_note_failure(void) { failed = true; }

/* ---- answers ---- */

static void finish(const struct run *run, bool good)
{
	bool fetched;

	if (!run->b) {
		own.busy = false;
		own.good = good;
		return;
	}
	failed |= !good;
	fetched = good && run->kind == DISK_READ && lent_may_grow();
	for (unsigned i = 0; i < run->n; i++) {
		run->b[i].busy = false;
		run->b[i].fetched |= fetched;
		run->b[i].refused = !good && run->kind == DISK_WRITE;
		run->b[i].unread = !good && run->kind == DISK_READ;
	}
}

/* No driver answers any more what was under way. What was to be written may be written later. */
static void give_up(void)
{
	for (struct buffer *b = buffers; b < buffers + BUFFERS; b++) {
		b->unread |= b->busy && !b->dirty;
		b->busy = false;
	}
	own.busy = own.good = false;
	failed = true;
	given_up++;
}

static void take(int request, enum disk_status status)
{
	if (request < 0)
		give_up();
	else
		finish(&by_request[request], status == DISK_OK);
}

/* Wait for the answer to one request. */
static void wait_one(void)
{
	enum disk_status status = DISK_OK;
	int request = disk_wait(&disk, &status);

	waited = true;
	take(request, status);
	pecan_beat();
}

void transfer_end(const struct buffer *b)
{
	while (b->busy)
		wait_one();
}

bool transfer_any_ends(void)
{
	bool any = disk_any(&disk);

	if (any)
		wait_one();
	return any;
}

bool cache_any_under_way(void) { return disk_any(&disk); }

void cache_take_answers(void)
{
	enum disk_status status;
	int request;

	while (disk_any(&disk) && (request = disk_take(&disk, &status)) >= 0)	/* there may be no disk */
		take(request, status);
}

L4_MsgTag_t cache_wait(L4_Time_t timeout, L4_ThreadId_t *from)
{
	L4_MsgTag_t tag = disk_wait_any(&disk, timeout, from);

	if (!disk_any(&disk))
		give_up();		/* what was is not answered: there is no driver */
	return tag;
}

/* ---- requests ---- */

/* Waits for a place in the ring. */
static void submit(const struct run *run, const struct disk_entry *r)
{
	int number = disk_submit(&disk, r);

	while (number < 0) {
		wait_one();
		number = disk_submit(&disk, r);
	}
	by_request[number] = *run;
	requests++;
}

static bool execute(const struct disk_entry *r)
{
	waited = own.busy = true;
	submit(&(struct run){ NULL, 0, r->kind }, r);
	while (own.busy)
		wait_one();
	return own.good;
}

long cache_read_sectors(uint64_t sector, void *to, size_t bytes)
{
	struct disk_entry r = { .kind = DISK_READ, .block = scratch };
	uint32_t skip = disk_around(&disk, sector, (uint32_t)(bytes / DISK_SECTOR), &r);

	if (r.sectors > TRANSFER_PIECE / DISK_SECTOR || !execute(&r)) {
		failed = true;
		return EXT2_ET_SHORT_READ;
	}
	memcpy(to, (char *)disk_data(&disk, scratch) + skip, bytes);
	return 0;
}

long transfer_flush(void)
{
	return execute(&(struct disk_entry){ .kind = DISK_FLUSH }) ? 0 : EXT2_ET_SHORT_WRITE;
}

/* ---- buffers ---- */

unsigned transfer_begin(uint64_t sector, unsigned bytes)
{
	unsigned per = TRANSFER_PIECE / bytes, count = pieces * per;

	while (transfer_any_ends())
		;
	first_sector = sector;
	block_bytes = bytes;
	memset(buffers, 0, sizeof buffers);
	for (unsigned i = 0; i < count; i++)
		buffers[i].bytes = (char *)disk_data(&disk, (unsigned)piece[i / per]) + i % per * bytes;
	failed = false;
	return count;
}

static struct disk_entry request_of(const struct run *run)
{
	unsigned i = (unsigned)(run->b - buffers), per = TRANSFER_PIECE / block_bytes;
	unsigned sectors = block_bytes / DISK_SECTOR;

	return (struct disk_entry){ run->kind, (uint32_t)piece[i / per], first_sector + run->b->block * sectors,
				    0, i % per * block_bytes, sectors * run->n };
}

/* How many of these buffers are neighbours, on the disk and in one piece of memory: for one request. */
static unsigned neighbours(struct buffer *const *b, unsigned n)
{
	unsigned per = TRANSFER_PIECE / block_bytes, i = 1;

	while (i < n && b[i] == b[0] + i && b[i]->block == b[0]->block + i && (b[i] - buffers) % per != 0)
		i++;
	return i;
}

/* Requests for all of these buffers. */
static void start(struct buffer *const *b, unsigned n, enum disk_kind kind, bool single)
{
	while (n > 0) {
		struct run run = { b[0], single ? 1 : neighbours(b, n), kind };
		struct disk_entry r = request_of(&run);

		submit(&run, &r);
		for (unsigned i = 0; i < run.n; i++) {
			run.b[i].busy = true;
			run.b[i].refused = run.b[i].unread = false;
		}
		b += run.n;
		n -= run.n;
	}
}

void transfer_start(struct buffer *const *b, unsigned n)
{
	start(b, n, DISK_READ, false);
}

long transfer_all(struct buffer *const *b, unsigned n, enum disk_kind kind, bool single)
{
	unsigned before = given_up;
	bool good = true;

	start(b, n, kind, single);
	for (unsigned i = 0; i < n; i++) {
		transfer_end(b[i]);
		good &= !b[i]->refused && !b[i]->unread;
	}
	return good && given_up == before ? 0 : EXT2_ET_SHORT_READ;
}
