/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapdb.h - the mapping database: map, grant, unmap, and a record of each delegation.
 *
 * A node (struct mapping) is one extent: a naturally aligned region of 2^n bytes that was mapped from one
 * parent node, by one operation or, growing, page by page. Its pages are the present PTEs of the region; the
 * others are holes. A node is created with its first page and freed with its last.
 *
 * Extents of a space may nest: if a page from another origin is mapped into a hole of an extent, its extent
 * lies inside the old one, which is not split. A page belongs to the innermost extent that contains its
 * address.
 *
 *   M1  the extents of a space are naturally aligned, hence disjoint or nested; no two are equal
 *   M2  a present user page belongs to the innermost extent that contains it, and is counted there
 *   M3  a page of a node at base + o has its origin in the parent's page at src + o: the same frame, and no
 *       right that the parent's page does not have. The parent's entry may be larger; the root's need not
 *       be present (M5). The attribute may differ: it was the parent's when the page was mapped
 *   M4  a node has pages, or is the root; so a node with children has pages
 *   M5  the root (sigma0) has all of physical memory 1:1 with full rights, also where it has no PTE
 *   M6  no page lies in the KIP or UTCB area of its space, or in memory of the kernel; an extent that touches
 *       one of those areas is marked (areas)
 *   M7  the cursor of a walk is on a node, and each node lists the walks whose cursor is on it
 *   M8  a page of sigma0 has the attribute of its physical memory (attribute.h), unless a walk that sets it
 *       is active
 *   M9  an extent other than the root is no larger than the smallest power of two that covers the user area
 *       (or all ports), and contains no kernel address; the tables do not truncate an address in one
 *   M10 mem.walks is the number of active walks of all spaces, and 1 more if mem.general is set
 *
 * The rules hold after each step: walks visit children before parents, and a granted entry moves together
 * with its children.
 *
 * There are two resources: memory, and on x86 the I/O ports. Port p is treated as the page at address
 * p << KMEM_FRAME_LOG2, so the database is the same for both; leaves differ (mem/leaf.h), and ranges
 * (mem/range.h) are for memory only.
 *
 * Cost: a lookup is O(log extents of the space); a map is O(pages) with one node as a rule, in steps; an
 * unmap is O(nodes and entries in the region and derived from it), in steps, allocates nothing and cannot
 * fail.
 */
#ifndef MEM_MAPDB_H
#define MEM_MAPDB_H

#include <x2/fpage.h>
#include <mem/kmem.h>
#include <lib/tree.h>
#include <lib/section.h>

struct space;
struct mapping;

/* log2 of a region at address 0 that contains all extents. */
enum { MAPDB_ALL = sizeof(l4_word_t) == 8 ? 63 : 32 };

enum map_resource { RESOURCE_MEMORY, RESOURCE_PORTS, RESOURCES };

/*
 * A walk over all extents derived from a region of a space, children before parents (walk.c). It belongs to
 * the space whose mappings are revoked, not to the caller, so any call that it blocks can finish it.
 */
struct walk {
	struct mapspace *m;		/* of the space whose mappings are revoked; constant */
	bool active;
	bool flush;			/* the space's own pages too */
	bool own;			/* the entries of `at` come next; else its children */
	bool set;			/* sets the attribute `attr` of all entries; else revokes: */
	uint8_t attr;
	uint8_t revoke;			/* rights to revoke; 0: reads and resets the status */
	uint8_t status;			/* R W X collected so far */
	uint8_t log2;			/* the region: 2^log2 bytes at base, in the space's addresses; */
	uint8_t wide_top, wide;		/* log2 with the entry that covers it: at level 0, and at this level */
	uint16_t level;			/* of `at`: derivations below the space; 0: its own extent */
	uint64_t base;
	uint64_t delta;			/* address in at's space = address in this space + delta */
	uint64_t pos;			/* own: next entry, in at's space; else the first child by key, 0: all */
	struct mapping *at;		/* the cursor; 0 at the end */
	struct walk *next_here, **here;	/* next walk with the same cursor, and the pointer to this one */
	const struct map_op *op;	/* clear: the item that began the walk, and may end it early */
};

/*
 * The progress of the walk for which a caller of walk_begin waits. The call that finishes the walk, which may
 * be another one that the walk blocks, sets WALK_OVER and status, and clears mapspace.report.
 */
enum walk_phase { WALK_NONE, WALK_ACTIVE, WALK_OVER };
struct walk_report {
	uint8_t phase;			/* enum walk_phase; the caller sets all but WALK_OVER */
	uint8_t status;			/* R W X: what was read, if WALK_OVER */
};

/* The mappings of one resource in one space. */
struct mapspace {
	struct space *space;
	enum map_resource resource;
	struct tree extents;		/* by base, larger first */
	struct mapping *recent;		/* the result of the last lookup, or 0 */
	size_t nodes, pages;
	size_t derivations;		/* count of pages derived from this space's, and of mapping_adopt */
	struct walk walk;		/* of Unmap, MemoryControl and the teardown */
	struct walk clear;		/* of a map or grant item that removes pages here */
	struct walk_report *report;	/* of the caller of the active `walk`, or 0 */
};

/* Makes sigma0's m the root of its resource. Returns L4_OK or L4_ERR_NO_MEM. Called at boot. */
enum l4_error mapdb_root(struct mapspace *m);

/*
 * A map or grant item in progress. Set up by mapdb_begin, continued by mapdb_step until that returns MAP_DONE
 * or MAP_NO_MEM. It has no pointer to a node or entry, so both may change between steps.
 */
struct map_op {
	struct mapspace *from, *to;
	uint64_t src, dst;		/* regions, aligned to 2^log2 */
	uint64_t first, done;		/* bytes finished before the first pass; and in this pass, with those */
	uint64_t fpage;			/* as sent: a grant removes all of it from the granter */
	uint8_t log2, fpage_log2;
	uint8_t rights;
	bool grant;
	bool no_revoke;			/* ends at the first page to be removed, or covered by a walk */
	bool clearing;			/* first pass: removes pages that will be replaced */
	bool rest;			/* a grant's last pass: removes the fpage from the granter */
	uint8_t pauses;			/* bits of enum map_pause: where the next entry was interrupted */
	bool single;			/* the next entry is not one of a range, as was found in the last step */
	bool emptied;			/* nothing is derived from emptied_at while stamp is current */
	uint8_t waits;			/* steps in which a grant has waited for walks */
	uint64_t emptied_at;
	size_t stamp;			/* from->derivations when emptied was set */
};

enum map_result { MAP_DONE, MAP_MORE, MAP_NO_MEM };

/* A map or grant item as the sender wrote it, and the receive window. */
struct map_item {
	l4_fpage_t send;
	l4_word_t base;			/* send base, the hot spot */
	bool grant;
	l4_fpage_t window;
	bool no_revoke;			/* of a map item: L4_ITEM_NO_REVOKE */
	uint64_t done;			/* bytes that range_item has mapped; 0 before */
};

/*
 * Decodes an item and the receive window into op (api 6.2). Returns false if there is nothing to transfer,
 * which is not an error: the window is nil, an fpage is nil or too small, one is memory and the other ports,
 * the receiver is sigma0 or in teardown, or source and destination are the same.
 */
bool mapdb_begin(struct map_op *op, struct space *from, struct space *to, const struct map_item *item);

/*
 * Continues op within *budget (step.h; a whole step has CFG_WORK). MAP_MORE: call again, in another step.
 * May not return (step.h).
 */
enum map_result mapdb_step(struct map_op *op, unsigned *budget);

/* Ends op between two steps: pages that it has mapped stay, and pages that it has not yet removed. */
void mapdb_abort(struct map_op *op);

/*
 * Handles a fault of sigma0: maps the page at address 1:1 into sigma0. Returns false if it is the kernel's,
 * or not a user address, or if there is no memory for tables.
 */
COLD_CODE bool mapdb_root_fault(struct space *sigma0, enum map_resource resource, l4_word_t address);

/*
 * Begins to revoke the rights `revoke` of all pages derived from the 2^log2 bytes around base of m (flush:
 * and of its own pages there), or to read their status if revoke is 0. The caller finishes an active walk of
 * the same mapspace first (walk_step).
 */
void walk_begin(struct mapspace *m, l4_word_t base, unsigned log2, unsigned revoke, bool flush);

/*
 * Begins to set the attribute of m's pages, in memory, in that region, and of all pages derived from them.
 * The same condition. Returns false, with nothing changed, if m is sigma0's and its account is exhausted.
 */
bool walk_begin_attribute(struct mapspace *m, l4_word_t base, unsigned log2, uint8_t attr);

/*
 * One step of m->walk. Returns true if the walk is finished, or none is active: *m->report, if set, then has
 * the result, and m->report is 0. May not return (step.h).
 */
bool walk_step(struct mapspace *m);

/* The same of m->clear, which an unfinished map or grant item has begun; it has no report. */
bool clear_step(struct mapspace *m);

/* Returns the innermost extent of m that contains address, or 0. */
struct mapping *mapdb_find(struct mapspace *m, l4_word_t address);

/*
 * Writes the record of the first extent at or above start to *out, and the start of the next one to *next.
 * start: 0, or the last *next; for memory also an address. Returns false if there is none. For inspection.
 */
struct l4_inspect_mapping;
COLD_CODE bool mapdb_inspect(struct mapspace *m, l4_word_t start, struct l4_inspect_mapping *out,
		   l4_word_t *next);

/* Checks M1 to M9 of m (mapcheck.c). */
void mapdb_check(struct mapspace *m);

#endif
