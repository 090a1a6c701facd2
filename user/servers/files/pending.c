/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pending.c - see pending.h.
 */
#include <string.h>

#include "keep.h"
#include "pending.h"

enum { BYTES_MAX = 65536, ENTRIES = BYTES_MAX / sizeof(struct pending) - 1,
       SPARE = 8 };	/* entries that are not for blocks */

struct list { uint64_t count, zero; struct pending entry[ENTRIES]; };

static struct list list, committed;
static unsigned most;			/* entries */
static int place = KEEP_NONE, next_place = KEEP_NONE;

void pending_begin(unsigned block_bytes)
{
	memset(&list, 0, sizeof list);
	most = block_bytes / sizeof(struct pending) - 1;
	if (most > ENTRIES)
		most = ENTRIES;
	for (int i = 0; i < keep_places(); i++) {
		uint64_t block;
		unsigned class;
		const void *bytes = keep_get(i, &block, &class);

		if (!bytes || block != PENDING_BLOCK)
			continue;
		memcpy(&list, bytes, sizeof(struct pending) * (most + 1));
		place = i;
	}
	if (list.count > most)
		list.count = 0;
	committed = list;
}

unsigned pending_count(void)
{
	return (unsigned)list.count;
}

struct pending pending_at(unsigned i)
{
	return list.entry[i];
}

bool pending_add(enum pending_kind kind, uint64_t first)
{
	struct pending *last = list.count ? &list.entry[list.count - 1] : NULL;

	if (last && kind == PENDING_BLOCKS && last->kind == kind) {
		if (last->first + last->count == first || last->first == first + 1) {
			last->first -= last->first == first + 1;
			last->count++;
			return true;
		}
	}
	if (list.count >= (kind == PENDING_BLOCKS ? most - SPARE : most))
		return false;
	list.entry[list.count++] = (struct pending){ first, 1, kind };
	return true;
}

void pending_remove(unsigned i)
{
	list.count--;
	memmove(&list.entry[i], &list.entry[i + 1], (list.count - i) * sizeof list.entry[0]);
}

bool pending_is_full(void)
{
	return list.count > most / 2;
}

static bool same(void)
{
	return list.count == committed.count
	       && memcmp(list.entry, committed.entry, list.count * sizeof list.entry[0]) == 0;
}

bool pending_put(void)
{
	if (same())
		return false;
	next_place = keep_put(PENDING_BLOCK, 0, &list);
	return true;
}

void pending_done(void)
{
	if (same())
		return;
	committed = list;
	keep_free(place);
	place = next_place;
	next_place = KEEP_NONE;
}

void pending_rollback(void)
{
	list = committed;
}
