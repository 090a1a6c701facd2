/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapdb.h - who mapped what to whom: map, grant, unmap, and what is known of each delegation.
 *
 * A node (struct mapping) stands for one extent: a naturally aligned power-of-two region that was
 * delegated from one parent node in one go. Its pages are the present page-table entries of the
 * region; absent entries are holes. A node is created with its first page and freed with its last.
 *
 * Extents of a space may nest: when something else is mapped into a hole of an extent, the new
 * extent lies inside the old one, and nothing is split. A page belongs to the innermost extent
 * around its address.
 *
 *   M1  the extents of a space are naturally aligned, hence disjoint or nested
 *   M2  a present user page belongs to the innermost extent that contains it, and is counted there
 *   M3  a page of a node at base + o has its origin in the parent's page at src + o: same frame
 *       (the entry there may be larger), and rights not above the parent's
 *   M4  a node has pages, or is the cursor of a walk (then it has no children and waits for that
 *       walk to leave it), or is the root
 *   M5  the root (sigma0) maps all of physical memory 1:1 with full rights; its holes are not looked at
 *   M6  no page lies in the KIP or UTCB area of its space, or in memory of the kernel
 *
 * Two worlds: memory, and on x86 the I/O ports. A port p is treated as the page at address
 * p << 12, so all of this serves both; only the leaf operations differ (core/leaf.h).
 *
 * Cost: find O(log extents of the space); map one node and O(pages) entries, in steps; unmap
 * O(nodes and entries removed), in steps of CFG_STEP; unmap allocates nothing and cannot fail.
 */
#ifndef CORE_MAPDB_H
#define CORE_MAPDB_H

#include <x2/fpage.h>
#include <core/kmem.h>
#include <lib/tree.h>

struct space;
struct mapping;

/* log2 of a region, from address 0, that no extent reaches beyond. */
enum { MAPDB_ALL = sizeof(l4_word_t) == 8 ? 63 : 32 };

enum map_world { WORLD_MEMORY, WORLD_PORTS, WORLDS };

/*
 * The walk of an unmap, one a space and world at the most; it belongs to the space whose mappings
 * are revoked, not to the caller, so it is finished even if the caller dies.
 */
struct walk {
	bool active;
	uint8_t revoke;			/* rights to take away; 0 reads and resets the status */
	bool flush;			/* the space's own pages too */
	uint8_t status;			/* R W X collected so far */
	l4_word_t base;			/* region in the space's addresses */
	unsigned log2;
	struct mapping *root;		/* extent of the space that is being walked now, or 0 */
	struct mapping *at;		/* cursor: root or a node below it */
	l4_word_t pos;			/* next address in at's space */
	l4_word_t delta;		/* address in at's space = address in this space + delta */
	l4_word_t next;			/* next address in the space when root is finished */
	bool done;			/* nothing left above next */
};

/* One world of one space. */
struct mapspace {
	struct space *space;
	enum map_world world;
	struct tree extents;		/* by base, larger first */
	uint64_t sizes;			/* bit k: an extent of 2^k bytes exists or existed */
	size_t nodes, pages;
	struct walk walk;
	struct thread *walker;		/* called Unmap and waits for the walk's status; 0: nobody */
};

void mapspace_init(struct mapspace *m, struct space *s, enum map_world world);

/* Make m (of sigma0) the root of its world. */
enum l4_error mapdb_root(struct mapspace *m);

/*
 * A delegation in progress: one map or grant item. Set up by mapdb_begin, continued by mapdb_step
 * until it says MAP_DONE or MAP_NO_MEM. Keeps addresses only, so anything may change between steps.
 */
struct map_op {
	struct mapspace *from, *to;
	l4_word_t src, dst;		/* regions, aligned to 2^log2 */
	unsigned log2;
	uint8_t rights;
	bool grant;
	uint64_t done;			/* bytes finished */
	/* granting a page larger than the window: the rest of the fpage is flushed (api 6.2) */
	l4_word_t fpage; unsigned fpage_log2;
};

enum map_result { MAP_DONE, MAP_MORE, MAP_NO_MEM };

/*
 * Decode an item (send fpage, send base) and the receive window into op. False if nothing is to be
 * transferred: nil window, nil or too small fpage, ports against memory. Not an error by itself.
 */
bool mapdb_begin(struct map_op *op, struct space *from, struct space *to, l4_fpage_t send,
		 l4_word_t base, l4_fpage_t window, bool grant);
enum map_result mapdb_step(struct map_op *op);

/* Sigma0's own fault: map the page at address 1:1 into sigma0. False if it is the kernel's. */
bool mapdb_root_fault(struct space *sigma0, enum map_world world, l4_word_t address);

/*
 * Begin to revoke `rights` from everything derived from fpage of m's space (flush: and from its own
 * pages). An active walk of the same mapspace must be finished first (walk_step).
 */
void walk_begin(struct mapspace *m, l4_word_t base, unsigned log2, unsigned revoke, bool flush);

/*
 * One bounded step; true when the walk is finished. Whoever finishes it, for itself or because the
 * walk is in its way, must then see that m->walker learns of it: walk_step calls unmap_walked.
 */
bool walk_step(struct mapspace *m);

/* The walk of m is finished: hand its status to the caller of Unmap that began it, if it still waits. */
void unmap_walked(struct mapspace *m);

/* The innermost extent of m at address, or 0. */
struct mapping *mapdb_find(struct mapspace *m, l4_word_t address);

/* The record of the first extent at or above start; false if there is none. For inspection. */
struct l4_inspect_mapping;
bool mapdb_inspect(struct mapspace *m, l4_word_t start, struct l4_inspect_mapping *out,
		   l4_word_t *next);

void mapdb_check(struct mapspace *m);

#endif
