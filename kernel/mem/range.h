/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * range.h - ranges of adjacent PTEs of one extent, in memory: mapped and granted (range.c), and revoked
 * (range_unmap.c), as one. A single page is a range of one PTE.
 */
#ifndef MEM_RANGE_H
#define MEM_RANGE_H

#include <mem/mapping.h>
#include <mem/ptes.h>

/*
 * Entries that a step with a whole budget can copy. Entries for one unit: of which all rights are revoked,
 * and that are read.
 */
enum { RANGE_MOST = CFG_WORK * ARCH_RUN_ENTRIES };
enum { REVOKED_FOR_1 = 2 * ARCH_RUN_ENTRIES, READ_FOR_1 = 4 * ARCH_RUN_ENTRIES };

static inline uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* Returns how many entries of p are in so many bytes, at most `most`. */
static inline unsigned range_count(struct arch_ptes p, uint64_t bytes, uint64_t most)
{
	return (unsigned)least(least(bytes >> p.log2, p.left), most);
}

/*
 * Returns the entries of the 2^log2 bytes at `at` of s: none if the first is not present or larger, or if
 * they are more than `most` or in several tables.
 */
static INLINE struct arch_ptes range_ptes(struct space *s, l4_word_t at, unsigned log2, unsigned most)
{
	struct arch_ptes p = arch_ptes_of(s, at);
	uint64_t n = p.log2 <= log2 ? pow2(log2 - p.log2) : 0;

	if (log2 == KMEM_FRAME_LOG2)	/* the same result; faster where log2 is a constant */
		p.left = p.log2 == log2 && p.left > 0;
	else
		p.left = n <= p.left && n <= most ? (unsigned)n : 0;
	return p;
}

/* ---- map ---- */

/*
 * Carries out a map or grant item in one step, without an op, and charges *budget. Returns false if the item
 * needs the general path (mapdb_begin): item->done is what was mapped of it. May not return (step.h).
 */
bool range_item(struct space *sender, struct space *receiver, struct map_item *item, unsigned *budget);

/*
 * Maps the next entries of op's item as one range, within *budget. MAP_DONE: some were mapped, or a table was
 * made. MAP_NO_MEM: there is no memory for a table or the extent. MAP_MORE: the entry at op->done needs the
 * general path (mapdb.c).
 */
enum map_result range_map(struct map_op *op, unsigned *budget);

/*
 * Returns the length in bytes of the hole at address, as far as the table and *budget reach: at least
 * `known`, which the caller has found, and at most the larger of `known` and `most`.
 */
uint64_t range_hole(const struct mapspace *m, uint64_t address, uint64_t known, uint64_t most,
		    unsigned *budget);

/* ---- revoke ---- */

/* A revocation, and the readers for which status is kept (KEPT_UP and others, mapping.h). */
struct revocation {
	const struct space *loaded;	/* by the CPU; only for: */
	bool at_once;			/* a single small page is invalidated at once, not by tlb_sync */
	bool once;			/* of several entries, stop at status, even if no parent's entry keeps it */
	uint8_t rights;			/* to revoke; all: the entries are removed; none: their status is read */
	bool flush;			/* of the space's own entries too; else the status of those below is read */
	bool collect;			/* the caller keeps their status, which is added to *status */
	bool unread;			/* the caller does not report the status */
	uint16_t level;			/* derivations between the space of the call and that of the entries */
};

/*
 * Revokes rights of the p.left entries of n at pos; all rights: removes them. Adds their status to *status (a
 * pair, KEPT_SEEN and KEPT_WRITTEN) and keeps it in the entries from which they were derived. Returns the
 * number of entries done: of several, those before a hole or before the first entry whose status its parent's
 * entry must keep; 0 if that is the first. n may have been freed.
 */
unsigned range_revoke(struct mapping *n, uint64_t pos, struct arch_ptes p, const struct revocation *r,
		      unsigned *status);

/*
 * Unmap in one step: revokes the rights of *f to the pages derived from those of *f, in memory of m; flush is
 * not 0: to m's pages there as well. Sets the rights of *f to their status. Returns false if the general path
 * is needed (walk_begin), as there are no pages, or too many PTEs, extents or levels: then a part may be
 * done, and no status is lost. range_unmap_page: *page is a small page; `loaded` is the space that the CPU
 * has loaded.
 */
bool range_unmap(struct mapspace *m, l4_fpage_t *f, l4_word_t flush);
bool range_unmap_page(struct mapspace *m, const struct space *loaded, l4_fpage_t *page, l4_word_t flush);

/*
 * For a walk: unmaps the pages that `child` has from the 2^log2 bytes at base of its parent, if they are few
 * PTEs and nothing was derived from them. Adds their status to *status, and charges *budget. Returns true if
 * the child was freed. The caller ensures that no other walk of the parent's space or of a space above may
 * visit these entries.
 */
bool range_take_child(struct tree_node *child, uint64_t base, unsigned log2, uint8_t *status,
		      unsigned *budget);

#endif
