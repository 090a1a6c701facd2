/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.c - see keep.h.
 */
#include <pecan/file_locks.h>
#include <pecan/server.h>
#include <string.h>

#include "keep.h"
#include "marks.h"

enum { MAGIC = 0x46696c66, PLACES_MAX = 1024, RENAMED = 16, TURNS = 32 };

/* version 0: free */
struct place { uint64_t block, version; uint32_t class, zero; };

/* It counts if its version does, as that of a place (K2). */
struct turn { uint64_t task, number, version; };

struct header {
	uint64_t magic, committed;
	struct notes { uint64_t unclean, losses, borrower, renamed[RENAMED]; } notes;
	uint32_t block_bytes, places;
	uint8_t uuid[16];
	struct lock lock[LOCKS];
	struct turn turn[TURNS];
	struct place place[];
};

static struct header *keep;
static char *bytes_of_places;
static uint16_t free_place[PLACES_MAX];	/* the first `free_places` ones */
static int free_places;
static bool hidden;
static struct notes no_notes;		/* without such memory */
static struct turn promised;

static struct header *memory(size_t *bytes)
{
	static size_t size;

	if (!keep) {
		keep = pecan_keep(&size);
		lock_use(keep ? keep->lock : NULL);
	}
	*bytes = size;
	return keep;
}

bool keep_was_used(void)
{
	size_t bytes;
	const struct header *h = memory(&bytes);

	return h && bytes >= sizeof *h && h->magic == MAGIC;
}

char *keep_bytes(int place)
{
	return bytes_of_places + (size_t)place * keep->block_bytes;
}

/* Free what does not count (K2, K3). */
static void sort_out(void)
{
	struct place *p = keep->place;

	for (unsigned i = 0; i < keep->places; i++) {
		if (p[i].version > keep->committed)
			p[i].version = 0;
		for (unsigned k = 0; k < i && p[i].version; k++) {
			if (p[k].version == 0 || p[k].block != p[i].block)
				continue;
			p[p[k].version < p[i].version ? k : i].version = 0;
		}
	}
	free_places = 0;
	for (unsigned i = keep->places; i-- > 0; )
		if (p[i].version == 0)
			free_place[free_places++] = (uint16_t)i;
	for (unsigned i = 0; i < TURNS; i++)
		if (keep->turn[i].version > keep->committed)
			keep->turn[i].version = 0;
}

bool keep_begin(const uint8_t uuid[16], unsigned block_bytes)
{
	size_t bytes = 0, places;
	struct header *h = memory(&bytes);
	bool same;

	if (!h)
		return false;
	places = (bytes - sizeof *h) / (block_bytes + sizeof(struct place));
	if (places > PLACES_MAX)
		places = PLACES_MAX;
	same = h->magic == MAGIC && h->block_bytes == block_bytes && h->places == places
	       && memcmp(h->uuid, uuid, sizeof h->uuid) == 0;
	if (!same) {
		memset(h, 0, sizeof *h + places * sizeof(struct place));
		h->block_bytes = block_bytes;
		h->places = (uint32_t)places;
		h->committed = 1;
		memcpy(h->uuid, uuid, sizeof h->uuid);
		__atomic_store_n(&h->magic, MAGIC, __ATOMIC_RELEASE);
	}
	bytes_of_places = (char *)h + bytes - places * block_bytes;
	sort_out();
	return same && free_places < keep_places();
}

static struct notes *notes(void)
{
	return keep ? &keep->notes : &no_notes;
}

void keep_set_unclean(bool unclean)
{
	__atomic_store_n(&notes()->unclean, unclean, __ATOMIC_SEQ_CST);
}

bool keep_is_unclean(void)
{
	return notes()->unclean;
}

void keep_set_borrower(uint64_t task)
{
	__atomic_store_n(&notes()->borrower, task, __ATOMIC_SEQ_CST);
}

uint64_t keep_borrower(void)
{
	size_t bytes;

	memory(&bytes);			/* a new server asks before keep_begin */
	return notes()->borrower;
}

void keep_count_loss(void)
{
	marks_clear_all();
	__atomic_add_fetch(&notes()->losses, 1, __ATOMIC_SEQ_CST);
}

uint64_t keep_losses(void)
{
	return notes()->losses;
}

void keep_hide(bool hide)
{
	hidden = hide;
}

/* With 0 committed no version counts (K2): a server that is ended here leaves all of them, or none. */
void keep_forget(void)
{
	if (!keep)
		return;
	__atomic_store_n(&keep->committed, 0, __ATOMIC_SEQ_CST);
	sort_out();
}

void keep_drop(void)
{
	keep_count_loss();
	keep_set_unclean(true);
	keep_forget();
}

void keep_add_renamed(uint64_t inode)
{
	__atomic_store_n(&notes()->renamed[inode % RENAMED], inode, __ATOMIC_SEQ_CST);
}

bool keep_is_renamed(uint64_t inode)
{
	return notes()->renamed[inode % RENAMED] == inode;
}

void keep_drop_renamed(uint64_t inode)
{
	if (keep_is_renamed(inode))
		__atomic_store_n(&notes()->renamed[inode % RENAMED], 0, __ATOMIC_SEQ_CST);
}

int keep_places(void)
{
	return keep ? (int)keep->places : 0;
}

int keep_free_places(void)
{
	return free_places;
}

char *keep_take(uint64_t block, unsigned class, int spare, int16_t *place)
{
	struct place *p;
	unsigned i;

	if (free_places <= spare)
		return NULL;
	i = free_place[--free_places];
	p = &keep->place[i];
	p->block = block;
	p->class = class;
	__atomic_store_n(&p->version, keep->committed + 1, __ATOMIC_RELEASE);
	*place = (int16_t)i;
	return keep_bytes((int)i);
}

int16_t keep_put(uint64_t block, unsigned class, const void *bytes)
{
	int16_t place = KEEP_NONE;
	char *to = keep_take(block, class, 0, &place);

	if (to)
		memcpy(to, bytes, keep->block_bytes);
	return place;
}

void keep_promise(uint64_t task, uint64_t turn)
{
	promised = (struct turn){ .task = task, .number = turn };
}

/* That of the task, or the oldest one. */
static struct turn *turn_of(uint64_t task)
{
	struct turn *found = keep->turn;

	for (struct turn *t = keep->turn; t < keep->turn + TURNS; t++) {
		if (t->task == task)
			return t;
		if (t->version < found->version)
			found = t;
	}
	return found;
}

bool keep_is_done(uint64_t task, uint64_t turn)
{
	const struct turn *t;

	if (!keep || turn == 0)
		return false;
	t = turn_of(task);
	return t->task == task && t->number == turn && t->version != 0;
}

/* Its version is the one that is committed next. */
static void keep_turn(void)
{
	struct turn *t = turn_of(promised.task);

	__atomic_store_n(&t->version, 0, __ATOMIC_SEQ_CST);
	__atomic_store_n(&t->task, promised.task, __ATOMIC_SEQ_CST);
	__atomic_store_n(&t->number, promised.number, __ATOMIC_SEQ_CST);
	__atomic_store_n(&t->version, keep->committed + 1, __ATOMIC_SEQ_CST);
	promised.number = 0;
}

void keep_commit(void)
{
	if (!keep)
		return;
	if (promised.number != 0)
		keep_turn();
	__atomic_store_n(&keep->committed, keep->committed + 1, __ATOMIC_SEQ_CST);
}

void keep_free(int place)
{
	if (place == KEEP_NONE)
		return;
	__atomic_store_n(&keep->place[place].version, 0, __ATOMIC_SEQ_CST);
	free_place[free_places++] = (uint16_t)place;
}

const void *keep_get(int place, uint64_t *block, unsigned *class)
{
	const struct place *p = &keep->place[place];

	*block = p->block;
	*class = p->class;
	return p->version && !hidden ? keep_bytes(place) : NULL;
}
