/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.h - ranges of adjacent PTEs of one extent, in memory: mapped, granted and revoked as one (range.c). A
 * page is a range of one.
 */
#ifndef MEM_RANGE_H
#define MEM_RANGE_H

#include <mem/mapping.h>
#include <mem/ptes.h>

/* ---- map ---- */

/*
 * Carries out an item that is plain, at once and without an op, and charges *budget. Returns false if it is
 * not plain, or perhaps not all of it was done.
 */
bool range_item(struct space *sender, struct space *receiver, const struct map_item *item, unsigned *budget);

/*
 * Maps as much of op's item as one range, for *budget at most. MAP_MORE: the entry at op->done needs the
 * general path (mapdb.c).
 */
enum map_result range_map(struct map_op *op, unsigned *budget);

/*
 * Returns the length in bytes of the hole at address: at least `known`, which the caller has found, and at
 * most `most`.
 */
uint64_t range_hole(const struct mapspace *m, uint64_t address, uint64_t known, uint64_t most,
		    unsigned *budget);

/* ---- revoke ---- */

/* What is revoked, and for which of the readers of the entries' status (KEPT_UP and others, mapping.h). */
struct revocation {
	const struct space *loaded;	/* by the CPU: a single small entry is invalidated in place; 0: by tlb_sync */
	bool once;			/* not in a walk: no status may go that is not reported */
	uint8_t rights;			/* to be taken away; all: the entries go; none: their status is read */
	bool flush;			/* from the space's own entries as well; else its status below is read */
	bool collect;			/* the caller files their status, which *status becomes */
	bool unread;			/* the status that is collected is not read */
	uint16_t level;			/* derivations between the space that asked and that of the entries */
};

/*
 * Takes rights away from the p.left entries of n at pos; all rights: the entries go. Their status is added
 * to *status (a pair, KEPT_SEEN and KEPT_WRITTEN) and filed with the entries that they were derived from.
 * Returns how many were done: of several, those before the first with status that its parent's entry must
 * keep, or before a hole; 0: that is the first. n may be gone then.
 */
unsigned range_revoke(struct mapping *n, uint64_t pos, struct arch_ptes p, struct revocation r,
		      unsigned *status);

/*
 * Revokes rights from what was derived from the 2^log2 bytes at `at` of m, in memory, if they are few
 * entries and few were derived from them; flush: from those entries as well. *status becomes what was seen,
 * as rights. Returns false if there are no such pages, or more is to do: then some may be gone, and no
 * status is lost. range_unmap_page: 4 KiB, all rights, and the CPU has loaded the space.
 */
bool range_unmap(struct mapspace *m, l4_word_t at, unsigned log2, unsigned rights, bool flush,
		 unsigned *status);
bool range_unmap_page(struct mapspace *m, l4_word_t at, bool flush, unsigned *status);

/*
 * Unmaps, for a walk, what `child` has from the 2^log2 bytes at base of its parent, if that is few and
 * nothing was derived from it. Its status is added to *status. Returns whether the child is gone. No walk
 * of the parent's space or one above may come to these entries but the one that calls.
 */
bool range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status);

#endif
