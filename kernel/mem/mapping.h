/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapping.h - the nodes of the mapping database, shared by its parts: mapping.c (nodes and lookups),
 * mapdb.c (map), grant.c, walk.c (unmap), range.c (ranges of PTEs) and mapcheck.c.
 *
 * An extent is filed under base | (63 - log2): by base, and at equal bases the larger one first. The
 * same for a node among its parent's children, by the source region. So the key says it all, and in
 * key order an extent comes before those that lie inside it.
 *
 * Addresses are 64 bits wide on every machine, so that an end never wraps around.
 */
#ifndef MEM_MAPPING_H
#define MEM_MAPPING_H

#include <mem/leaf.h>
#include <mem/mapdb.h>
#include <mem/mem.h>
#include <mem/step.h>
#include <lib/bits.h>
#include <lib/section.h>

struct mapping {
	struct tree_node by_base;	/* in mapspace.extents; outer: others do lie inside it */
	struct tree_node by_src;	/* in parent->children; not linked in the root */
	struct mapspace *m;
	struct mapping *parent;		/* 0: the root */
	struct tree children;
	struct walk *walks;		/* those whose cursor is here, through walk.next_here */
	uint32_t pages, nchildren;
	uint16_t depth;			/* 0: the root; at most CFG_MAP_DEPTH */
	bool areas;			/* touches the KIP or UTCB area of its space; the root: 0 */
};

static inline uint64_t mapping_base(const struct mapping *n) { return key_base(n->by_base.key); }
static inline uint64_t mapping_src(const struct mapping *n) { return key_base(n->by_src.key); }
static inline unsigned mapping_log2(const struct mapping *n) { return key_log2(n->by_base.key); }
static inline uint64_t mapping_end(const struct mapping *n)
{
	return mapping_base(n) + pow2(mapping_log2(n));
}

static INLINE bool mapping_has(const struct mapping *n, uint64_t address)
{
	return key_has(n->by_base.key, address);
}

/* The extent of a node of mapspace.extents; 0 of none. */
static INLINE struct mapping *mapping_of(struct tree_node *t)
{
	return t ? container_of(t, struct mapping, by_base) : 0;
}

/* The address in the parent's space from which address, in n's space, was mapped. */
static inline uint64_t mapping_origin(const struct mapping *n, uint64_t address)
{
	return address - n->by_base.key + n->by_src.key;	/* of one size, so the rest of the keys is, too */
}

/* The first address behind a world, and the largest extent of one, but the root, as log2. */
uint64_t world_end(enum map_resource world);
unsigned extent_most(enum map_resource world);

/* No extent that grows page by page becomes larger, as log2: a table. */
enum { MAPPING_GROW_LOG2 = 21 };

/* The largest entry of the world, as log2. */
unsigned world_page(enum map_resource world);

/* The first one that overlaps the 2^log2 bytes at base, aligned; or, if n is not 0, the next one behind n. */
struct tree_node *extent_next(const struct tree *t, const struct tree_node *n, uint64_t base, unsigned log2);

static INLINE struct tree_node *extent_first(const struct tree *t, uint64_t base, unsigned log2)
{
	return tree_empty(t) ? 0 : extent_next(t, 0, base, log2);
}

/*
 * Where the next extent behind address begins, or no more than the end of the one around address if that is
 * not an outer one; the end of the world if there is none.
 */
uint64_t mapping_limit(const struct mapspace *m, uint64_t address);

/*
 * The entry at address as the database sees it: what lies in the KIP or UTCB area is the kernel's,
 * and so absent here.
 */
struct leaf mapping_leaf(const struct mapspace *m, uint64_t address);

/* The same for a source; the root has every page that is not the kernel's, in the largest size. */
struct leaf mapping_source(const struct mapping *n, uint64_t address);

/*
 * The innermost extent around 2^log2 bytes at an address, or around the address if that is not an outer one;
 * or 0. spot: what else was found, if that is 0.
 */
struct mapping *mapping_look(struct mapspace *m, uint64_t address, unsigned log2, struct tree_spot *spot);

/* The same; if the result of the last lookup is used, *spot does not change. */
static INLINE struct mapping *mapping_spot(struct mapspace *m, uint64_t address, unsigned log2,
					   struct tree_spot *spot)
{
	struct mapping *n = m->recent;

	return n && !n->by_base.outer && mapping_has(n, address) ? n : mapping_look(m, address, log2, spot);
}

/*
 * A node without pages yet, charged to m's space; 0 if its account is exhausted. spot: what mapping_look
 * found for it. mapping_beside: where no extent is; for 4 KiB rather one beside it that came from the
 * same place, made larger so that they lie in it, if there is one and it would not be too thin.
 */
struct mapping *mapping_new(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			    uint64_t base, uint64_t src, unsigned log2);
struct mapping *mapping_beside(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			       uint64_t base, uint64_t src, unsigned log2);

/* n has given up pages; it is freed with its last, and walks that were at n have moved on then. */
void mapping_dropped(struct mapping *n);

/* So many entries of n are there no more; or are new. */
static INLINE void mapping_lose(struct mapping *n, unsigned count)
{
	n->m->pages -= count;
	n->pages -= count;
	if (n->pages == 0)
		mapping_dropped(n);
}

static INLINE void mapping_gain(struct mapping *n, unsigned count)
{
	n->pages += count;
	n->m->pages += count;
	n->parent->m->derivations += count;
}

/* n becomes a child of parent, which holds the same frames from src on. */
COLD_CODE void mapping_adopt(struct mapping *parent, struct mapping *n, uint64_t src);

/* What a new node of m costs. */
static inline unsigned mapping_cost(const struct mapspace *m)
{
	enum { MANY = 256 };

	return m->nodes >= MANY || tree_nested(&m->extents) ? COST_NODE + COST_MANY : COST_NODE;
}

/* The frame at address inside an entry. */
static inline uint64_t leaf_frame(struct leaf leaf, uint64_t address)
{
	return leaf.frame + (address - align_down(address, leaf.log2));
}

/*
 * Status in software bits of an entry (leaf.kept), two bits for each of three possible readers:
 * what was collected by one of them, or left behind by a removed entry, is kept for the others. KEPT_NOW: not
 * kept, but what the machine has noted in an entry that goes (mem/ptes.h).
 */
enum {
	KEPT_UP		= 0,	/* for those above: events that only this space has read so far */
	KEPT_OWN	= 2,	/* for this space, of the entry itself: a space above has read it */
	KEPT_KIDS	= 4,	/* for this space, of what was derived from the entry */
	KEPT_NOW	= LEAF_KEPT_BITS,
	KEPT_SEEN	= 1,	/* of each pair: referenced, */
	KEPT_WRITTEN	= 2,	/* written */
	KEPT_PAIR	= 3,
};

static inline unsigned status_pair(unsigned touched)
{
	return (touched & L4_R ? KEPT_SEEN : 0) | (touched & L4_W ? KEPT_SEEN | KEPT_WRITTEN : 0);
}

static inline uint8_t status_rights(unsigned bits)
{
	_Static_assert((int)KEPT_SEEN == (int)L4_X && (int)KEPT_WRITTEN == (int)L4_W, "as a right");
	bits &= KEPT_PAIR;
	return (uint8_t)(bits ? bits | L4_R : 0);
}

/* ---- walks ---- */

/* Put w's cursor on n, or take it from where it is (n = 0). */
void walk_move(struct walk *w, struct mapping *n);

/* The node at w's cursor is finished, or goes away: on to the next one. */
void walk_leave(struct walk *w);

/* Go on with w, for *budget at the most; true when it is finished. */
bool walk_run(struct walk *w, unsigned *budget);

/* End w where it is, if op began it. */
void walk_give_up(struct walk *w, const struct map_op *op);

/* May w, a walk of the space itself, still come to the entry at address? */
bool walk_covers(const struct walk *w, uint64_t address);

/*
 * A walk in progress that may still come to the entry at address of n, for n's own space or one that
 * n was derived from; 0 if there is none. What it covers accepts no new derivation.
 *
 * Looking costs walk_covering_cost, which may be more than a step has. So it is charged behind what it
 * was done for: an item that had nothing left for the walk that it waits for would never get on.
 */
struct walk *walk_covering(const struct mapping *n, uint64_t address);
static inline unsigned walk_covering_cost(const struct mapping *n) { return n->depth / COST_LEVELS; }

/*
 * The same for ranges (range.c), which change 2^log2 bytes at address of n at once, and do not wait: true if
 * a walk in progress may still come to one of them, or if there are walks and n has more ancestors than are
 * looked at. Walks of spaces below n, and of all others, do not matter: to them the change is one step.
 */
enum { WALK_LOOKS = 8 };
bool walk_comes_to(const struct mapping *n, uint64_t address, unsigned log2);

static INLINE bool walk_near(const struct mapping *n, uint64_t address, unsigned log2)
{
	return mem.walks > 0 && (n->depth >= WALK_LOOKS || walk_comes_to(n, address, log2));
}

/* Begin to remove, for op, everything in [base, base + 2^log2) of m; flush: m's own pages as well. */
void clear_begin(struct mapspace *m, const struct map_op *op, uint64_t base, unsigned log2, bool flush);

/* ---- grant ---- */

/*
 * The next 2^log2 bytes of op's source, an entry `leaf` of node s or a part of it, are to move to their empty
 * place. Returns false if they cannot yet: something must be cleared first, for which a walk has begun, or
 * there are too many children for what is left of this step.
 */
bool grant_prepare(struct map_op *op, struct mapping *s, struct leaf leaf, unsigned log2, unsigned *budget);

/* The receiver has the same frame at dst already: begin to clear one of the two. */
void grant_onto(struct map_op *op, struct mapping *s, uint64_t src, uint64_t dst);

/* They are in node `to`, and the entry is cleared, if all of it is in `to`: its children follow. */
void grant_finish(struct map_op *op, struct mapping *s, struct mapping *to, struct leaf leaf, unsigned log2);

#endif
