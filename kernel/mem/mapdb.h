/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapdb.h - the mapping database: map, grant, unmap, and what is known of each delegation.
 *
 * A node (struct mapping) stands for one extent: a naturally aligned power-of-two region that was
 * delegated from one parent node, in one go or, growing, page by page. Its pages are the present
 * page-table entries of the region; absent entries are holes. A node is created with its first page and
 * freed with its last.
 *
 * Extents of a space may nest: when something else is mapped into a hole of an extent, the new
 * extent lies inside the old one, and nothing is split. A page belongs to the innermost extent
 * around its address.
 *
 *   M1  the extents of a space are naturally aligned, hence disjoint or nested; no two are equal
 *   M2  a present user page belongs to the innermost extent that contains it, and is counted there
 *   M3  a page of a node at base + o has its origin in the parent's page at src + o: same frame
 *       (the entry there may be larger; the root's is what is asked for), and rights not above the
 *       parent's. Its attribute is its own: it was the parent's when the page was mapped
 *   M4  a node has pages, or is the root; so a node with children has pages
 *   M5  the root (sigma0) maps all of physical memory 1:1 with full rights; its holes are not looked at
 *   M6  no page lies in the KIP or UTCB area of its space, or in memory of the kernel; an extent that touches
 *       one of those areas is marked (areas)
 *   M7  the cursors of walks are on nodes, and each node lists the walks that are on it
 *   M8  a page of sigma0 has the attribute that physical memory has there (attribute.h), unless a walk
 *       that sets it is under way
 *   M9  an extent, but for the root, is no larger than the power of two around all of a space: an address
 *       that is found in one is none of the kernel's, nor one that tables take for another
 *   M10 mem.walks is the number of active walks of all spaces, and 1 more if mem.general is set
 *
 * They hold after each step: walks go from the leaves of the derivation tree towards its root, and a
 * granted entry moves at once with its children.
 *
 * Two worlds: memory, and on x86 the I/O ports. A port p is treated as the page at address
 * p << 12, so all of this serves both; only the leaf operations differ (mem/leaf.h).
 *
 * Cost: find O(log extents of the space); map one node and O(pages) entries, in steps; unmap
 * O(nodes and entries removed), in steps of CFG_WORK; unmap allocates nothing and cannot fail.
 */
#ifndef MEM_MAPDB_H
#define MEM_MAPDB_H

#include <x2/fpage.h>
#include <mem/kmem.h>
#include <lib/tree.h>
#include <lib/section.h>

struct space;
struct mapping;

/* log2 of a region, from address 0, that no extent reaches beyond. */
enum { MAPDB_ALL = sizeof(l4_word_t) == 8 ? 63 : 32 };

enum map_resource { RESOURCE_MEMORY, RESOURCE_PORTS, RESOURCES };

/*
 * A walk over everything derived from a region of a space, children before parents (walk.c). It
 * belongs to the space whose mappings are revoked, not to the caller, so any call that it blocks
 * can finish it.
 */
struct walk {
	struct mapspace *m;		/* whose pages are revoked; fixed */
	bool active;
	bool flush;			/* the space's own pages too */
	bool own;			/* at the entries of `at`; else: `at` is to be looked at */
	bool set;			/* gives all entries the attribute attr; else: */
	uint8_t attr;
	uint8_t revoke;			/* rights to take away; 0 reads and resets the status */
	uint8_t status;			/* R W X collected so far */
	uint8_t log2;			/* region in the space's addresses: base, 2^log2 bytes; */
	uint8_t wide_top, wide;		/* grown to the entry that covers it, at the top and below */
	uint16_t level;			/* of `at`: 0 is an extent of the space itself */
	uint64_t base;
	uint64_t delta;			/* address in at's space = address in this space + delta */
	uint64_t pos;			/* next entry, in at's space */
	struct mapping *at;		/* cursor; 0 when nothing is left */
	struct walk *next_here;		/* other walks with the same cursor */
	const struct map_op *op;	/* clear: the item that wants it; it may be given up */
};

/*
 * How far the walk is that a caller of walk_begin waits for. The call that finishes the walk, for itself or
 * because it is blocked by it, sets over and status, and nothing has that report any more.
 */
enum walk_phase { WALK_NONE, WALK_ACTIVE, WALK_OVER };
struct walk_report {
	uint8_t phase;			/* enum walk_phase; the caller sets all but the last */
	uint8_t status;			/* R W X: when it is over, what was seen */
};

/* One world of one space. */
struct mapspace {
	struct space *space;
	enum map_resource world;
	struct tree extents;		/* by base, larger first */
	struct mapping *recent;		/* found last, or 0 */
	size_t nodes, pages;
	size_t derivations;		/* pages ever derived from this space's, nodes that came below one */
	struct walk walk;		/* of Unmap and of the space's end */
	struct walk clear;		/* of a map or grant item that makes room here */
	struct walk_report *report;	/* of its caller, while walk is active; 0: of none */
};

/* Make m (of sigma0) the root of its world. */
enum l4_error mapdb_root(struct mapspace *m);

/*
 * A delegation in progress: one map or grant item. Set up by mapdb_begin, continued by mapdb_step
 * until it says MAP_DONE or MAP_NO_MEM. Keeps addresses only, so anything may change between steps.
 */
struct map_op {
	struct mapspace *from, *to;
	uint64_t src, dst;		/* regions, aligned to 2^log2 */
	uint64_t done;			/* bytes finished */
	uint64_t fpage;			/* as sent: a grant takes all of it from the granter */
	uint8_t log2, fpage_log2;
	uint8_t rights;
	bool grant;
	bool no_revoke;			/* it ends at the first page that has to be removed, or where a walk is */
	bool clearing;			/* first pass: remove what will be replaced */
	bool rest;			/* a grant's last step has begun */
	bool put_off;			/* the next step begins with a page whose children follow */
	bool emptied;			/* nothing is derived from emptied_at, as long as stamp holds */
	uint8_t waits;			/* steps that a grant has waited for walks */
	uint64_t emptied_at;
	size_t stamp;			/* from->derivations when that was found */
};

enum map_result { MAP_DONE, MAP_MORE, MAP_NO_MEM };

/* A map or grant item as written by the sender, and the window that the receiver has open for it. */
struct map_item {
	l4_fpage_t send;
	l4_word_t base;			/* send base, the hot spot */
	bool grant;
	l4_fpage_t window;
	bool no_revoke;			/* of a map item: L4_ITEM_NO_REVOKE */
};

/*
 * Decode an item and the receive window into op. False if nothing is to be
 * transferred: nil window, nil or too small fpage, ports against memory. Not an error by itself.
 */
bool mapdb_begin(struct map_op *op, struct space *from, struct space *to, const struct map_item *item);

/* Go on, for *budget at the most (mapping.h); a step's whole is CFG_WORK. */
enum map_result mapdb_step(struct map_op *op, unsigned *budget);

/* op is given up between two steps: what was mapped stays, what it was removing stays as far as it is. */
void mapdb_abort(struct map_op *op);

/* Sigma0's own fault: map the page at address 1:1 into sigma0. False if it is the kernel's. */
COLD_CODE bool mapdb_root_fault(struct space *sigma0, enum map_resource world, l4_word_t address);

/*
 * Begin to revoke `rights` from everything derived from fpage of m's space (flush: and from its own
 * pages). An active walk of the same mapspace must be finished first (walk_step).
 */
void walk_begin(struct mapspace *m, l4_word_t base, unsigned log2, unsigned revoke, bool flush);

/*
 * Begin to give attr to all pages of m, in memory, in that region, and to everything derived from them;
 * likewise. False, and nothing done, if m is sigma0's and its account is exhausted.
 */
bool walk_begin_attribute(struct mapspace *m, l4_word_t base, unsigned log2, uint8_t attr);

/* One bounded step; true when the walk is finished: m->report, if any, says so then, and is 0. */
bool walk_step(struct mapspace *m);

/* One step of m's other walk, left behind by a map item, if there is one; true if there is none. */
bool clear_step(struct mapspace *m);

/* The innermost extent of m at address, or 0. */
struct mapping *mapdb_find(struct mapspace *m, l4_word_t address);

/*
 * The record of the first extent at or above start (0, or what `next` was before; for memory also an
 * address); false if there is none. For inspection.
 */
struct l4_inspect_mapping;
COLD_CODE bool mapdb_inspect(struct mapspace *m, l4_word_t start, struct l4_inspect_mapping *out,
		   l4_word_t *next);

void mapdb_check(struct mapspace *m);

#endif
