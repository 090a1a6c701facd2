/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mapping.h - the nodes of the mapping database, shared by its parts: mapping.c (nodes and lookups),
 * mapdb.c (map), grant.c, walk.c (unmap), range.c, range_unmap.c (ranges of PTEs) and mapcheck.c.
 *
 * The key of an extent is base | (63 - log2): extents are in the order of their bases, at equal bases the
 * larger one first. The same for a node among its parent's children, by its source region. So base and size
 * are in the key, and an extent precedes those inside it.
 *
 * Addresses are 64 bits wide on every machine, so that the end of a region never wraps around.
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
	struct tree_node by_base;	/* in mapspace.extents; outer: others lie inside it */
	struct tree_node by_src;	/* in parent->children; the root: not linked */
	struct mapspace *m;
	struct mapping *parent;		/* 0: the root */
	struct tree children;
	struct walk *walks;		/* with their cursors on this node, linked by walk.next_here */
	uint32_t pages, nchildren;
	uint16_t depth;			/* 0: the root; at most CFG_MAP_DEPTH */
	bool areas;			/* overlaps the KIP or UTCB area of its space; the root: 0 */
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

/* Returns the extent of a node of mapspace.extents, or 0 if t is 0. */
static INLINE struct mapping *mapping_of(struct tree_node *t)
{
	return t ? container_of(t, struct mapping, by_base) : 0;
}

/* Returns the origin of address: the address in the parent's space from which it was mapped. */
static inline l4_word_t mapping_origin(const struct mapping *n, l4_word_t address)
{
	/* The size bits of the keys are equal. */
	return address - (l4_word_t)n->by_base.key + (l4_word_t)n->by_src.key;
}

/* Return the end of the addresses of a resource; and the log2 of its largest extent, other than the root. */
uint64_t resource_end(enum map_resource resource);
unsigned extent_most(enum map_resource resource);

/* log2 of the largest extent that grows page by page: the region of one page table. */
enum { MAPPING_GROW_LOG2 = ARCH_TABLE_LOG2 };

/* Returns the log2 of the largest entry of a resource. */
unsigned resource_page(enum map_resource resource);

/*
 * Returns the first extent of t that overlaps the 2^log2 bytes at base, aligned; if n is not 0, the first one
 * behind n. Returns 0 if there is none.
 */
struct tree_node *extent_next(const struct tree *t, const struct tree_node *n, uint64_t base, unsigned log2);

static inline struct tree_node *extent_first(const struct tree *t, uint64_t base, unsigned log2)
{
	return tree_empty(t) ? 0 : extent_next(t, 0, base, log2);
}

/*
 * Returns the base of the next extent behind address, or resource_end if there is none. May return less: the
 * end of the extent that contains address, if that has no extent inside.
 */
uint64_t mapping_limit(const struct mapspace *m, uint64_t address);

/* Returns the entry at address; one of the kernel's in the KIP or UTCB area counts as not present. */
struct leaf mapping_leaf(const struct mapspace *m, uint64_t address);

/*
 * The same for the source of a map. Of the root, each page but the kernel's is present (M5), as large as
 * possible.
 */
struct leaf mapping_source(const struct mapping *n, uint64_t address);

/*
 * Returns the innermost extent that contains the 2^log2 bytes at address, or 0. *spot: the result of the
 * search (lib/tree.h).
 */
struct mapping *mapping_look(struct mapspace *m, uint64_t address, unsigned log2, struct tree_spot *spot);

/*
 * The same, but first tries m->recent: if that contains address and has no extent inside, returns it, without
 * a search. Then it may be smaller than 2^log2 bytes, and *spot is not set.
 */
static INLINE struct mapping *mapping_spot(struct mapspace *m, uint64_t address, unsigned log2,
					   struct tree_spot *spot)
{
	struct mapping *n = m->recent;

	return n && !n->by_base.outer && mapping_has(n, address) ? n : mapping_look(m, address, log2, spot);
}

/*
 * mapping_new returns a new node without pages, charged to m's space, or 0 if its account is exhausted. spot:
 * of a search for its key. mapping_beside is for a page where no extent is: for a small page it prefers to
 * grow the extent before or behind it, if that has the right parent and origin and would have enough pages.
 */
struct mapping *mapping_new(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			    uint64_t base, uint64_t src, unsigned log2);
struct mapping *mapping_beside(struct mapspace *m, const struct tree_spot *spot, struct mapping *parent,
			       uint64_t base, uint64_t src, unsigned log2);

/*
 * Call after n has lost pages: frees n if none is left; then its walks have moved on (walk_leave). They must
 * be few (walk_thin_out, walk_crowded).
 */
void mapping_dropped(struct mapping *n);

/* Count entries of n that were removed, or added. mapping_lose may free n. */
static inline void mapping_lose(struct mapping *n, unsigned count)
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

/* Makes n a child of parent, which has the same frames from src on. */
COLD_CODE void mapping_adopt(struct mapping *parent, struct mapping *n, uint64_t src);

/* Returns the cost of a new node of m, in units of a budget. */
static inline unsigned mapping_cost(const struct mapspace *m)
{
	enum { MANY = 256 };

	return m->nodes >= MANY || tree_nested(&m->extents) ? COST_NODE + COST_MANY : COST_NODE;
}

/* Returns the physical address (ports: p << KMEM_FRAME_LOG2) of address in an entry. */
static inline uint64_t leaf_frame(struct leaf leaf, uint64_t address)
{
	return leaf.frame + (address - align_down(address, leaf.log2));
}

/*
 * Kept bits: status in software bits of an entry (leaf.kept), a pair of bits for each of three kinds of
 * readers. Status that one reader has reset, or that a removed entry had, is kept for the others. KEPT_NOW:
 * not kept, but the status of the hardware, above the kept bits (`seen` in mem/ptes.h).
 */
enum {
	KEPT_UP		= 0,	/* for spaces above: read by this space only */
	KEPT_OWN	= 2,	/* for this space, of the entry itself: read by a space above */
	KEPT_KIDS	= 4,	/* for this space, of entries derived from this one */
	KEPT_NOW	= LEAF_KEPT_BITS,
	KEPT_SEEN	= 1,	/* of each pair: referenced, */
	KEPT_WRITTEN	= 2,	/* written */
	KEPT_PAIR	= 3,
};

/* Returns the pair of bits of leaf.touched; and the rights R W X for a pair. */
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

/* Puts w's cursor on n; n 0: removes it from its node. */
void walk_move(struct walk *w, struct mapping *n);

/* Moves w's cursor to the next node: its present one is finished, or is being freed. */
void walk_leave(struct walk *w);

/*
 * Call before n can be freed, or get another parent: sends the walks of the spaces above, except `but`, from
 * n back to its parent. Returns false if *budget was not enough: to be called again in the next step.
 */
bool walk_thin_out(struct mapping *n, const struct walk *but, unsigned *budget);

/* Returns true if more walks are on n than an operation of one step may move. */
static INLINE bool walk_crowded(const struct mapping *n)
{
	const struct walk *w = n->walks;

	return w && w->next_here && w->next_here->next_here;
}

/* Continues w within *budget. Returns true if it is finished, or not active. May not return (step.h). */
bool walk_run(struct walk *w, unsigned *budget);

/* Ends w before it is finished, if op began it. */
void walk_give_up(struct walk *w, const struct map_op *op);

/* Returns true if w, a walk of the space of address, may still visit the entry at address. */
bool walk_covers(const struct walk *w, uint64_t address);

/*
 * Returns an active walk of n's space that may still visit the entry at address of n; 0 if there is none. An
 * entry that a walk covers, of its space or of a space above, accepts no new derivation.
 */
struct walk *walk_covering(const struct mapping *n, uint64_t address);

/*
 * Looks for such a walk of n's space and of all above, within *budget, but at least in COST_LEVELS spaces: *w
 * is set to it, or to 0. Returns false if the call is to be repeated in the next step, for the n and address
 * that the caller then finds. If there is none, a repeated call takes no time (climb.c).
 */
bool climb(const struct mapping *n, uint64_t address, struct walk **w, unsigned *budget);

/* n is visited by a walk, or gets another parent: a way up from it or from a child of it is void. */
static INLINE void climb_seen(const struct mapping *n)
{
	if (__builtin_expect(mem.climb.from != 0, false)
	    && (n == mem.climb.from || n == mem.climb.from->parent))
		mem.climb.from = 0;
}

/* n is freed: so also is one that has come to it. */
static INLINE void climb_dropped(const struct mapping *n)
{
	if (__builtin_expect(mem.climb.from != 0, false) && n == mem.climb.at)
		mem.climb.from = 0;
	climb_seen(n);
}

/*
 * The same for ranges (range.h), which change the 2^log2 bytes at address of n in one step and do not wait:
 * returns true if an active walk of n's space or of a space above may still visit one of them, or if many
 * walks are on n. walk_near: also if n has WALK_LOOKS ancestors or more and any walk is active. Other walks
 * do not matter, as the change is between two of their steps.
 */
enum { WALK_LOOKS = 8 };
bool walk_comes_to(const struct mapping *n, uint64_t address, unsigned log2);

static INLINE bool walk_near(const struct mapping *n, uint64_t address, unsigned log2)
{
	return mem.walks > 0 && (n->depth >= WALK_LOOKS || walk_comes_to(n, address, log2));
}

/*
 * Begins m->clear, for op: removes all pages derived from the 2^log2 bytes at base; flush: m's own as well.
 */
void clear_begin(struct mapspace *m, const struct map_op *op, uint64_t base, unsigned log2, bool flush);

/* ---- pauses ---- */

/* Points of an entry that is being mapped at which nothing of it is changed yet, or all of one part of it. */
enum map_pause {
	PAUSE_CUT = 1, PAUSE_CUT_OUT = 2, PAUSE_CHILDREN = 4, PAUSE_ONTO = 8, PAUSE_PUT = 16,
	PAUSE_FOUND = 32,	/* instead of PAUSE_PUT, where that was interrupted */
};

/*
 * A preemption point at such a point. Returns true if there was no interrupt: then nothing has changed. Else
 * does not return or, where the kernel may not pause, returns false, with *budget 0: the entry begins again
 * in the next step, and does not pause at this point again, so that it ends whatever interrupts come.
 */
bool mapdb_pause(struct map_op *op, enum map_pause point, unsigned *budget);

/* ---- grant ---- */

/*
 * Prepares the move of the next 2^log2 bytes of op's source, which are the entry `leaf` of node s or a part
 * of it. Returns false if op must come back to them: a walk must remove derivations first, an extent was
 * cut, or the budget is not enough for the children.
 */
bool grant_prepare(struct map_op *op, struct mapping *s, struct leaf leaf, unsigned log2, unsigned *budget);

/* The receiver has the same frame at dst already: begins to remove one of the two pages. */
void grant_onto(struct map_op *op, struct mapping *s, uint64_t src, uint64_t dst);

/*
 * Ends the move of these bytes, which are in node `to` now: moves the children of an entry that was cleared
 * as a whole; after the last part of a larger entry, begins to remove that.
 */
void grant_finish(struct map_op *op, struct mapping *s, struct mapping *to, struct leaf leaf, unsigned log2);

#endif
