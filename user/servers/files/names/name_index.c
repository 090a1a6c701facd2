/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_index.c - see name_index.h. The names of a directory are a hash table: a name is at the place of its
 * hash, or behind it, with no empty place between.
 */
#include <stdlib.h>
#include <string.h>

#include "name_index.h"
#include "work.h"

enum {
	INDEXES = 64, ROOM_FIRST = 16, OFFSET_BITS = 14, OFFSET_UNIT = 4, HALF = 32,
	PROBES = 2048,			/* a name is at most so far behind the place of its hash */
	PUT_WORK = 300, MOVE_WORK = 25, PROBE_WORK = 6, BYTES_OF_WORK = 2,
};

/* place: 0: none. */
struct index_name { uint32_t hash, place; };

static struct name_index indexes[INDEXES], *lists[INDEXES];	/* by the inode */
static uint64_t uses;
static size_t bytes;

/* ---- hashes and places ---- */

static uint64_t mix(uint64_t h, uint32_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15;
	return h ^ h >> HALF;
}

uint32_t index_hash(const char *name, size_t length)
{
	uint64_t h = length;
	uint32_t word = 0;

	for (; length >= sizeof word; length -= sizeof word, name += sizeof word) {
		memcpy(&word, name, sizeof word);
		h = mix(h, word);
	}
	for (word = 0; length > 0; length--)
		word = word << 8 | (unsigned char)*name++;
	return (uint32_t)mix(h, word);
}

static uint32_t number_of(struct index_place p)
{
	return (p.block << OFFSET_BITS | p.offset / OFFSET_UNIT) + 1;
}

static struct index_place place_of(uint32_t number)
{
	number--;
	return (struct index_place){ number >> OFFSET_BITS, number % (1 << OFFSET_BITS) * OFFSET_UNIT };
}

/* ---- directories ---- */

static size_t bytes_of(const struct name_index *x)
{
	return x->block_room * sizeof *x->block + x->name_room * sizeof *x->name;
}

static struct name_index **list_of(ext2_ino_t directory)
{
	return &lists[directory % INDEXES];
}

void index_drop(struct name_index *x)
{
	struct name_index **at = list_of(x->directory);

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	bytes -= bytes_of(x);
	free(x->block);
	free(x->name);
	*x = (struct name_index){ 0 };
}

void index_drop_all(void)
{
	for (unsigned i = 0; i < INDEXES; i++)
		if (indexes[i].directory)
			index_drop(&indexes[i]);
}

struct name_index *index_get(ext2_ino_t directory)
{
	struct name_index *x = *list_of(directory);

	while (x && x->directory != directory)
		x = x->next;
	if (x)
		x->used = ++uses;
	return x;
}

struct name_index *index_new(ext2_ino_t directory)
{
	struct name_index *x = indexes, **list = list_of(directory);

	for (unsigned i = 1; i < INDEXES; i++)
		if (indexes[i].used < x->used)
			x = &indexes[i];
	if (x->directory)
		index_drop(x);
	x->directory = directory;
	x->used = ++uses;
	x->next = *list;
	*list = x;
	return x;
}

/* The one that was not used for the longest time, and is not x. */
static struct name_index *oldest(const struct name_index *x)
{
	struct name_index *found = NULL;

	for (unsigned i = 0; i < INDEXES; i++)
		if (indexes[i].directory && &indexes[i] != x && (!found || indexes[i].used < found->used))
			found = &indexes[i];
	return found;
}

/* Returns false if x may not have so many bytes more. */
static bool make_room(const struct name_index *x, size_t more)
{
	struct name_index *other;

	if (bytes_of(x) + more > INDEX_BYTES_ONE)
		return false;
	while (bytes + more > INDEX_BYTES && (other = oldest(x)))
		index_drop(other);
	work_add(more / BYTES_OF_WORK);
	return bytes + more <= INDEX_BYTES;
}

/* ---- blocks ---- */

bool index_add_blocks(struct name_index *x, unsigned n)
{
	unsigned room = x->block_room ? x->block_room : 1;
	struct index_block *fresh;

	if (n > INDEX_BLOCKS - x->blocks)
		return false;
	while (room < x->blocks + n)
		room *= 2;
	if (room > x->block_room) {
		size_t more = (room - x->block_room) * sizeof *x->block;

		fresh = make_room(x, more) ? realloc(x->block, room * sizeof *fresh) : NULL;
		if (!fresh)
			return false;
		bytes += more;
		x->block = fresh;
		x->block_room = room;
	}
	memset(&x->block[x->blocks], 0, n * sizeof *x->block);
	x->blocks += n;
	return true;
}

/* ---- names ---- */

static unsigned find(const struct name_index *x, uint32_t hash, uint32_t place)
{
	unsigned mask = x->name_room - 1, i = hash & mask;

	while (x->name[i].place && (x->name[i].hash != hash || x->name[i].place != place))
		i = (i + 1) & mask;
	return i;
}

static bool grow(struct name_index *x)
{
	unsigned old_room = x->name_room, room = old_room ? 2 * old_room : ROOM_FIRST;
	size_t more = (room - old_room) * sizeof *x->name;
	struct index_name *old = x->name, *fresh = make_room(x, more) ? calloc(room, sizeof *fresh) : NULL;

	if (!fresh)
		return false;
	bytes += more;
	x->name = fresh;
	x->name_room = room;
	for (unsigned i = 0; i < old_room; i++)
		if (old[i].place)
			fresh[find(x, old[i].hash, old[i].place)] = old[i];
	free(old);
	return true;
}

/* The table is as full as it may be. */
static bool must_grow(const struct name_index *x)
{
	return x->names >= x->name_room / 4 * 3;
}

unsigned long index_work(const struct name_index *x)
{
	return x->full ? 0 : must_grow(x) ? x->name_room * (unsigned long)MOVE_WORK : PUT_WORK;
}

bool index_put(struct name_index *x, uint32_t hash, struct index_place p)
{
	unsigned i, probes;

	work_add(index_work(x));
	if (!x->full && must_grow(x))
		x->full = !grow(x);
	if (x->full)
		return false;
	i = find(x, hash, number_of(p));
	probes = (i - hash) & (x->name_room - 1);
	work_add(probes * PROBE_WORK);
	x->full = probes >= PROBES;		/* names of one hash, on purpose */
	if (x->full)
		return false;
	x->names += !x->name[i].place;
	x->name[i] = (struct index_name){ hash, number_of(p) };
	return true;
}

/* Those behind it, up to an empty place, move to where they are found without it. */
void index_remove(struct name_index *x, uint32_t hash, struct index_place p)
{
	unsigned mask = x->name_room - 1, hole, i;

	if (x->name_room == 0)
		return;
	hole = i = find(x, hash, number_of(p));
	if (!x->name[hole].place)
		return;
	for (i = (i + 1) & mask; x->name[i].place; i = (i + 1) & mask)
		if (((i - x->name[i].hash) & mask) >= ((i - hole) & mask)) {
			x->name[hole] = x->name[i];
			hole = i;
		}
	x->name[hole].place = 0;
	x->names--;
}

bool index_next(const struct name_index *x, uint32_t hash, unsigned *at, struct index_place *p)
{
	unsigned mask = x->name_room - 1;

	for (; x->name_room && *at <= PROBES; ++*at) {
		const struct index_name *n = &x->name[(hash + *at) & mask];

		if (!n->place)
			return false;
		if (n->hash == hash) {
			*p = place_of(n->place);
			++*at;
			return true;
		}
	}
	return false;
}
