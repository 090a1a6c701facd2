/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.c - revoking rights, reading status, setting memory attributes: over a region of a space and
 * all that was derived from it, in bounded steps.
 *
 * The walk visits nodes in post-order: first the children of a node that overlap the region, in the
 * order of their source, then the node's own entries. So a page goes before the one that it was
 * derived from, at each moment every page has its origin, and status can be passed up from entry to
 * entry. The cursor is a node and an address in it.
 *
 *	look at n:	overlaps the region? to its first child that does; without one, to its entries
 *	entries of n:	in steps; then on to n's next sibling, and behind the last one to its parent
 *
 * Between two steps anything may happen. A node that is freed sends the walks that are on it on to
 * where they would have gone next (walk_leave), which costs no memory. At most two walks (walk,
 * clear) of each space above a node can be on it, so that is bounded by 2 * CFG_MAP_DEPTH.
 *
 * The walk ends whatever others do: a thread that wants to derive something from a covered page finishes
 * the walk first (walk_covering), so that below the region nodes only vanish; and the space's own
 * extents are visited in rising order.
 *
 * Superpages are never split. Where the region is only a part of an entry that is to be revoked, the
 * walk grows to the whole entry for all that was derived from it. That can happen once on a path
 * only, at the first entry below the top, since entries do not grow towards the leaves.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/range.h>
#include <lib/panic.h>

/* ---- cursor ---- */

void walk_move(struct walk *w, struct mapping *n)
{
	struct walk **at = w->at ? &w->at->walks : 0;

	for (; at && *at != w; at = &(*at)->next_here)
		ASSERT(*at);
	if (at)
		*at = w->next_here;
	w->at = n;
	w->own = false;
	w->pos = 0;
	if (!n)
		return;
	w->next_here = n->walks;
	n->walks = w;
}

/* address in the space of at's parent = address in this space + the result */
static uint64_t delta_above(const struct walk *w)
{
	return w->delta + mapping_src(w->at) - mapping_base(w->at);
}

static void to_sibling(struct walk *w, struct tree_node *next)
{
	struct mapping *n;

	if (w->level == 0) {
		walk_move(w, mapping_of(next));
		return;
	}
	n = container_of(next, struct mapping, by_src);
	w->delta = delta_above(w) + mapping_base(n) - mapping_src(n);
	walk_move(w, n);
}

static void to_parent(struct walk *w)
{
	struct mapping *parent = w->at->parent;

	if (w->level == 0) {
		walk_move(w, 0);
		return;
	}
	w->delta = delta_above(w);
	w->level--;
	if (w->level == 0)
		w->wide = w->wide_top;
	walk_move(w, parent);
	w->own = true;
}

static void to_child(struct walk *w, struct tree_node *child)
{
	struct mapping *n = container_of(child, struct mapping, by_src);

	w->delta += mapping_base(n) - mapping_src(n);
	w->level++;
	walk_move(w, n);
}

void walk_leave(struct walk *w)
{
	struct tree_node *here = w->level == 0 ? &w->at->by_base : &w->at->by_src;
	struct tree_node *next = tree_next(here);

	if (next)
		to_sibling(w, next);
	else
		to_parent(w);
}

/* ---- region ---- */

struct region { uint64_t base; unsigned log2; };

/*
 * The part of the walk's region in n, which it overlaps; delta is n's. The region is a whole part of
 * n or n of the region: both are aligned, and delta is a multiple of the size of each extent above.
 */
static struct region region_in(const struct walk *w, const struct mapping *n, uint64_t delta)
{
	if (w->wide >= mapping_log2(n))
		return (struct region){ mapping_base(n), mapping_log2(n) };
	return (struct region){ align_down(w->base, w->wide) + delta, w->wide };
}

/* The region as the siblings of `at` are filed: own addresses at the top, else the parent's. */
static struct region region_above(const struct walk *w)
{
	if (w->level == 0)
		return (struct region){ align_down(w->base, w->wide), w->wide };
	return region_in(w, w->at->parent, delta_above(w));
}

/* The entry at r, if it is larger than r: its size. */
static uint8_t grown(const struct mapping *n, struct region r, uint8_t wide)
{
	struct leaf leaf = mapping_leaf(n->m, r.base);

	return leaf.present && leaf.log2 > wide ? leaf.log2 : wide;
}

/* ---- looking at a node ---- */

static bool overlaps(uint64_t key, struct region r)
{
	unsigned log2 = key_log2(key) > r.log2 ? key_log2(key) : r.log2;

	return align_down(key_base(key), log2) == align_down(r.base, log2);
}

/* `at` does not overlap: to the next sibling that does, or up. */
static void skip(struct walk *w, struct region above)
{
	const struct mapping *n = w->at;
	struct tree_node *next;

	if (w->level == 0)
		next = extent_next(&w->m->extents, &n->by_base, above.base, above.log2);
	else
		next = extent_next(&n->parent->children, &n->by_src, above.base, above.log2);
	if (next)
		to_sibling(w, next);
	else
		to_parent(w);
}

/* The status that this walk collects is not read, so the top's entries keep it. */
static bool unread(const struct walk *w) { return w == &w->m->clear; }

/* May children of `at` be taken away at once? No other walk is to be interested in what r is of the space. */
static bool takes_children(const struct walk *w, struct region r)
{
	const struct mapping *n = w->at;

	return w->level == 0 && !unread(w) && !w->set && w->revoke == L4_RWX && w->m->world == RESOURCE_MEMORY
	    && !mem.general && !n->m->clear.active
	    && (!n->parent || !walk_near(n->parent, mapping_origin(n, r.base), r.log2));
}

static void look(struct walk *w, unsigned *budget)
{
	struct mapping *n = w->at;
	struct region above, r;
	struct tree_node *child;
	bool takes;

	if (w->level == 1)
		w->wide = w->wide_top;		/* a sibling may have made it grow */
	above = region_above(w);
	if (!overlaps(w->level == 0 ? n->by_base.key : n->by_src.key, above)) {
		skip(w, above);
		return;
	}
	if (w->level == 1)
		w->wide = grown(n, region_in(w, n, w->delta), w->wide);
	r = region_in(w, n, w->delta);
	takes = takes_children(w, r);
	do {
		child = extent_first(&n->children, r.base, r.log2);
		if (!child)
			w->own = true;
		else if (!takes || !range_take_child(child, r.base, r.log2, &w->status))
			to_child(w, child);
		charge(budget, takes && child ? COST_TAKEN : 0);
	} while (w->at == n && !w->own && *budget > 0);
}

/* ---- entries ---- */

/*
 * A larger page of sigma0's own, of which the region is a part, goes: it comes again by a fault, in
 * pieces. All others that are larger are set whole.
 */
static void set_attribute(struct walk *w, struct mapping *n, uint64_t address, struct leaf leaf)
{
	if (!n->parent && leaf.log2 > w->log2) {
		leaf_clear(n->m, (l4_word_t)address);
		mapping_lose(n, 1);
	} else if (leaf.attr != w->attr) {
		leaf.attr = w->attr;
		leaf_set(n->m, (l4_word_t)address, leaf);
	}
}

/*
 * The position at which the walk continues behind `pos`, which the entry (or hole) leaf is for. When memory
 * stops being default memory, what the caches hold of it is written back after all entries were set, frame
 * by frame: at the top, and where an entry derived from sigma0's is larger than the region. Of sigma0 there
 * need be no entry.
 */
static uint64_t behind(const struct walk *w, const struct mapping *n, uint64_t pos, struct leaf leaf,
		       unsigned *budget)
{
	uint64_t end = align_down(pos, leaf.log2) + pow2(leaf.log2);
	bool here = w->level == 0 || (w->level == 1 && leaf.log2 > w->wide_top);

	if (!w->set || w->attr == 0 || !here || (n->parent && !leaf.present))
		return end;
	charge(budget, COST_FLUSH);
	tlb_sync();			/* by the old translations they would fill again */
	return pos + arch_cache_flush(n->parent ? leaf_frame(leaf, pos) : pos, end - pos);
}

/* Returns how many entries of p, in so many bytes, the budget allows. */
static unsigned affordable(struct arch_ptes p, uint64_t bytes, unsigned per_unit, unsigned budget)
{
	uint64_t most = ((uint64_t)budget + 1) * per_unit, n = bytes >> p.log2;

	n = n < p.left ? n : p.left;
	return mem.general ? n > 0 : (unsigned)(n < most ? n : most);
}

/* Entries for one unit: clearing costs half of copying. */
enum { REVOKED_FOR_1 = 2 * ARCH_RUN_ENTRIES, READ_FOR_1 = 4 * ARCH_RUN_ENTRIES };

/*
 * Reads the status of what was derived from the first entries of p, in so many bytes: a part of one reads,
 * but cannot reset, it. Returns how many bytes are done with.
 */
static uint64_t read_status(struct walk *w, struct arch_ptes p, uint64_t bytes, unsigned *budget)
{
	unsigned n = arch_ptes_idle(p, affordable(p, bytes, READ_FOR_1, *budget)), kept;

	charge(budget, n / READ_FOR_1);
	if (n > 0)
		return (uint64_t)n << p.log2;
	charge(budget, COST_ENTRY - COST_LOOK);
	kept = arch_ptes_keep(p, w->wide >= p.log2 ? KEPT_PAIR << KEPT_KIDS : 0, 0);
	w->status |= status_rights(kept >> KEPT_KIDS);
	return pow2(p.log2);
}

/* Revokes the rights of entries of n from pos on, the p that are as one range. Returns as read_status. */
static uint64_t revoke(struct walk *w, struct mapping *n, struct arch_ptes p, uint64_t pos, uint64_t bytes,
		       unsigned *budget)
{
	struct revocation r = { .rights = w->revoke, .unread = unread(w), .level = w->level };
	bool all = w->revoke == L4_RWX && is_aligned(pos, p.log2);
	unsigned many = all ? affordable(p, bytes, REVOKED_FOR_1, *budget) : 1, seen = 0, done;

	p.left = many;
	done = many > 1 ? range_revoke(n, pos, p, r, &seen) : 0;
	charge(budget, done > 0 ? COST_LOOK + done / REVOKED_FOR_1 : COST_ENTRY - COST_LOOK);
	p.left = 1;
	if (done == 0)
		done = range_revoke(n, align_down(pos, p.log2), p, r, &seen);
	w->status |= status_rights(seen);
	return (uint64_t)done << p.log2;
}

/* The entries from pos on; left 0: a hole, of 2^log2 bytes. Of ports, one that is no PTE. */
static struct arch_ptes ptes_at(const struct mapspace *m, uint64_t pos)
{
	struct leaf leaf;

	if (m->world == RESOURCE_MEMORY)
		return arch_ptes_of(m->space, (l4_word_t)pos);
	leaf = leaf_get(m, (l4_word_t)pos);
	return (struct arch_ptes){ .log2 = leaf.log2, .left = leaf.present };
}

/*
 * Does its work at the entries of n from w->pos on, up to `until`: at as many as are one range, or at the
 * first of p. Returns where they end; n may be gone then.
 */
static uint64_t visit(struct walk *w, struct mapping *n, struct arch_ptes p, uint64_t until, unsigned *budget)
{
	uint64_t pos = w->pos, first = align_down(pos, p.log2);

	if (w->set) {
		struct leaf leaf = mapping_leaf(n->m, pos);

		charge(budget, COST_ENTRY - COST_LOOK);
		set_attribute(w, n, first, leaf);
		return w->at == n ? behind(w, n, pos, leaf, budget) : 0;
	}
	if (n->m->world == RESOURCE_PORTS) {
		charge(budget, COST_ENTRY - COST_LOOK);
		if (w->revoke == L4_RWX && (w->level > 0 || w->flush)) {
			leaf_clear(n->m, (l4_word_t)first);
			mapping_lose(n, 1);
		}
		return first + pow2(p.log2);
	}
	return first + (w->level > 0 || w->flush ? revoke(w, n, p, pos, until - pos, budget)
						 : read_status(w, p, until - pos, budget));
}

/* Entries of `at`, as many as the budget allows; then the cursor leaves it. */
static void entries(struct walk *w, unsigned *budget)
{
	struct mapping *n = w->at;
	struct region r = region_in(w, n, w->delta);
	uint64_t end = r.base + pow2(r.log2), limit = 0;

	if (!(w->level > 0 || w->flush) && (!n->parent || unread(w)))
		end = 0;			/* no status to be read: the root keeps none */
	if (end > world_end(n->m->world))
		end = world_end(n->m->world);
	if (w->pos < r.base)
		w->pos = r.base;
	if (w->set && !n->parent && !attribute_thin_out(n->m->space, w->base, w->log2, budget))
		return;
	while (w->pos < end && (*budget > 0 || step_point(budget))) {
		struct arch_ptes p = ptes_at(n->m, w->pos);
		uint64_t pos = w->pos;

		charge(budget, COST_LOOK);
		if (p.left > 0 && pos >= limit) {
			struct mapping *owner = mapdb_find(n->m, (l4_word_t)pos);

			if (owner != n) {
				w->pos = mapping_end(owner);
				continue;
			}
			limit = mapping_limit(n->m, pos);
		}
		if (p.left > 0)
			pos = visit(w, n, p, limit < end ? limit : end, budget);
		else if (w->set)
			pos = behind(w, n, pos, mapping_leaf(n->m, pos), budget);
		else
			pos += range_hole(n->m, pos, align_down(pos, p.log2) + pow2(p.log2) - pos, end - pos,
					  budget);
		if (w->at != n) {
			charge(budget, COST_ENTRY);
			return;
		}
		w->pos = pos;
	}
	if (w->pos >= end)
		walk_leave(w);
}

/* ---- walks ---- */

static void begin(struct walk *w, uint64_t base, unsigned log2)
{
	struct mapspace *m = w->m;

	ASSERT(!w->active);
	w->active = true;
	w->status = 0;
	w->base = align_down(base, log2);
	w->log2 = w->wide = w->wide_top = (uint8_t)log2;
	w->level = 0;
	w->delta = 0;
	mem.walks++;
	if (w->flush && !(w->set && m->space->sigma0) && w->base < world_end(m->world)) {
		struct leaf leaf = mapping_leaf(m, w->base);

		if (leaf.present && leaf.log2 > log2)
			w->wide = w->wide_top = leaf.log2;
	}
	walk_move(w, mapping_of(extent_first(&m->extents, align_down(w->base, w->wide), w->wide)));
}

void walk_begin(struct mapspace *m, l4_word_t base, unsigned log2, unsigned revoke, bool flush)
{
	/* A port is allowed or not: taking any right takes it (protocols 6). */
	m->walk.revoke = (uint8_t)(m->world == RESOURCE_PORTS && revoke ? L4_RWX : revoke);
	m->walk.flush = flush;
	m->walk.set = false;
	begin(&m->walk, base, log2);
}

bool walk_begin_attribute(struct mapspace *m, l4_word_t base, unsigned log2, uint8_t attr)
{
	if (m->space->sigma0 && !attribute_set(m->space, align_down(base, log2), log2, attr))
		return false;
	m->walk.revoke = 0;
	m->walk.flush = m->walk.set = true;
	m->walk.attr = attr;
	begin(&m->walk, base, log2);
	return true;
}

void clear_begin(struct mapspace *m, const struct map_op *op, uint64_t base, unsigned log2, bool flush)
{
	m->clear.op = op;
	m->clear.revoke = L4_RWX;
	m->clear.flush = flush;
	begin(&m->clear, base, log2);
}

static void end(struct walk *w)
{
	walk_move(w, 0);
	w->active = false;
	mem.walks--;
}

void walk_give_up(struct walk *w, const struct map_op *op)
{
	if (w->active && w->op == op)
		end(w);
}

/* To whom began it, if that still waits. */
static void report(struct mapspace *m)
{
	if (!m->report)
		return;
	*m->report = (struct walk_report){ WALK_OVER, m->walk.status };
	m->report = 0;
}

bool walk_run(struct walk *w, unsigned *budget)
{
	while (w->active && w->at) {
		if (*budget == 0 && !step_point(budget))
			return false;
		if (w->own) {
			entries(w, budget);
		} else {
			charge(budget, COST_LOOK);
			look(w, budget);
		}
	}
	if (w->active) {
		end(w);
		if (w == &w->m->walk)
			report(w->m);
	}
	return true;
}

static bool step(struct walk *w)
{
	unsigned budget = CFG_WORK;

	return walk_run(w, &budget);
}

bool walk_step(struct mapspace *m) { return step(&m->walk); }
bool clear_step(struct mapspace *m) { return step(&m->clear); }

/* May w come to one of the 2^log2 bytes around address, in its space? */
static bool comes_to(const struct walk *w, uint64_t address, unsigned log2)
{
	log2 = w->wide_top > log2 ? w->wide_top : log2;
	return w->active && align_down(w->base, log2) == align_down(address, log2);
}

/* May w still come to the entry at address? It may grow by an entry, so that is added. */
static INLINE bool covers(const struct walk *w, uint64_t address)
{
	return w->active && comes_to(w, address, world_page(w->m->world));
}

bool walk_covers(const struct walk *w, uint64_t address) { return covers(w, address); }

/*
 * A walk grows by an entry of the space below the one that it is for: no larger than the extent of that space
 * on the way to n. An extent that grows (mapping_beside) stays inside what is asked for here.
 */
NOINLINE bool walk_comes_to(const struct mapping *n, uint64_t address, unsigned log2)
{
	unsigned wide = log2 > MAPPING_GROW_LOG2 ? log2 : MAPPING_GROW_LOG2;

	for (; ; n = n->parent) {
		if (comes_to(&n->m->walk, address, wide) || comes_to(&n->m->clear, address, wide))
			return true;
		if (!n->parent)
			return mem.general;
		address = mapping_origin(n, address);
		wide = mapping_log2(n) > wide ? mapping_log2(n) : wide;
	}
}

struct walk *walk_covering(const struct mapping *n, uint64_t address)
{
	for (; n && mem.walks > 0; n = n->parent) {
		if (covers(&n->m->walk, address))
			return &n->m->walk;
		if (covers(&n->m->clear, address))
			return &n->m->clear;
		address = mapping_origin(n, address);	/* of the root: of no use */
	}
	return 0;
}
