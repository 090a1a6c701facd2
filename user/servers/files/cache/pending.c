/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pending.c - see pending.h.
 */
#include <string.h>

#include "keep.h"
#include "pending.h"

enum { BYTES_MIN = 16384,	/* room for all files that clients can have open, and as many others */
       PARTS = BYTES_MIN / 1024,
       HASH = 256,
       SPARE = 8 };	/* entries that are not for blocks */

/* Part i of the list has the number FIRST_PART + i in the kept memory. */
#define FIRST_PART	(UINT64_MAX - PARTS + 1)

struct list { uint64_t count, zero; struct pending entry[PENDING_MAX]; };

static struct list list, committed;
static unsigned part_bytes, parts, most;	/* most: entries */
static bool touched;				/* the list may be different from the committed one */
static unsigned closed;				/* entries whose turn has come: they do not grow */
static int place[PARTS], next_place[PARTS];
static uint16_t links[HASH];			/* entries PENDING_LINK of the inodes of a hash */

static void count_link(const struct pending *p, int n)
{
	if (p->kind == PENDING_LINK)
		links[p->first % HASH] = (uint16_t)(links[p->first % HASH] + n);
}

static void count_links(void)
{
	memset(links, 0, sizeof links);
	for (unsigned i = 0; i < list.count; i++)
		count_link(&list.entry[i], 1);
}

static void copy(struct list *to, const struct list *from)
{
	to->count = from->count;
	memcpy(to->entry, from->entry, from->count * sizeof from->entry[0]);
}

void pending_begin(unsigned block_bytes)
{
	memset(&list, 0, sizeof list);
	part_bytes = block_bytes;
	parts = block_bytes < BYTES_MIN ? BYTES_MIN / block_bytes : 1;
	most = parts * part_bytes / sizeof(struct pending) - 1;
	for (unsigned i = 0; i < parts; i++)
		place[i] = next_place[i] = KEEP_NONE;
	for (int i = 0; i < keep_places(); i++) {
		uint64_t block;
		unsigned class;
		const void *bytes = keep_get(i, &block, &class);

		if (!bytes || !pending_has(block) || block - FIRST_PART >= parts)
			continue;
		memcpy((char *)&list + (block - FIRST_PART) * part_bytes, bytes, part_bytes);
		place[block - FIRST_PART] = i;
	}
	if (list.count > most)
		list.count = 0;
	copy(&committed, &list);
	touched = false;
	count_links();
}

bool pending_has(uint64_t block)
{
	return block >= FIRST_PART;
}

unsigned pending_count(void)
{
	return (unsigned)list.count;
}

struct pending pending_at(unsigned i)
{
	return list.entry[i];
}

static bool is_name(uint32_t kind)
{
	return kind == PENDING_LINK || kind == PENDING_DIRECTORY;
}

static unsigned names(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < list.count; i++)
		n += is_name(list.entry[i].kind);
	return n;
}

unsigned pending_links(uint64_t inode)
{
	unsigned n = 0;

	for (unsigned i = 0; i < list.count && links[inode % HASH] > 0; i++)
		n += list.entry[i].first == inode && list.entry[i].kind == PENDING_LINK;
	return n;
}

bool pending_add(enum pending_kind kind, uint64_t first, uint32_t count)
{
	struct pending *last = list.count > closed ? &list.entry[list.count - 1] : NULL;

	if (last && kind == PENDING_BLOCKS && last->kind == kind) {
		if (last->first + last->count == first || last->first == first + 1) {
			touched = true;
			last->first -= last->first == first + 1;
			last->count++;
			return true;
		}
	}
	if (list.count >= (kind == PENDING_BLOCKS ? most - SPARE : most)
	    || (is_name(kind) && names() >= most / 2))
		return false;
	touched = true;
	list.entry[list.count++] = (struct pending){ first, count, kind };
	count_link(&list.entry[list.count - 1], 1);
	return true;
}

void pending_remove(unsigned i)
{
	touched = true;
	count_link(&list.entry[i], -1);
	list.count--;
	closed -= i < closed;
	memmove(&list.entry[i], &list.entry[i + 1], (list.count - i) * sizeof list.entry[0]);
}

void pending_shrink(unsigned i, uint32_t n)
{
	touched = true;
	list.entry[i].first += n;
	list.entry[i].count -= n;
}

unsigned pending_turn(void)
{
	closed = (unsigned)list.count;
	return closed;
}

bool pending_fits(unsigned runs)
{
	return list.count + 2 * runs + 2 < most - SPARE;
}

bool pending_is_full(void)
{
	return list.count > most / 2;
}

static bool same(void)
{
	if (!touched)
		return true;
	return list.count == committed.count
	       && memcmp(list.entry, committed.entry, list.count * sizeof list.entry[0]) == 0;
}

/* Returns true if the kept memory has the entries of this part, or the part is behind the end of the list. */
static bool is_part_kept(unsigned i)
{
	size_t used = sizeof list - sizeof list.entry + list.count * sizeof list.entry[0];
	size_t at = i * part_bytes;
	const void *kept;
	uint64_t block;
	unsigned class;

	if (at >= used)
		return true;
	if (place[i] == KEEP_NONE)
		return false;
	kept = keep_get(place[i], &block, &class);
	return kept && memcmp((char *)&list + at, kept, used - at < part_bytes ? used - at : part_bytes) == 0;
}

bool pending_put(void)
{
	if (same())
		return false;
	for (unsigned i = 0; i < parts; i++)
		if (!is_part_kept(i))
			next_place[i] = keep_put(FIRST_PART + i, 0, (char *)&list + i * part_bytes);
	return true;
}

void pending_done(void)
{
	if (same())
		return;
	touched = false;
	copy(&committed, &list);
	for (unsigned i = 0; i < parts; i++) {
		if (is_part_kept(i))
			continue;
		keep_free(place[i]);
		place[i] = next_place[i];
		next_place[i] = KEEP_NONE;
	}
}

void pending_rollback(void)
{
	copy(&list, &committed);
	touched = false;
	count_links();
	closed = (unsigned)list.count;
}
