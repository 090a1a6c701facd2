/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.c - revokes rights, reads status, or sets memory attributes, of a region of a space and of all pages
 * derived from it, in bounded steps.
 *
 * A walk visits nodes in post-order: first the children of a node that overlap the region, in the order of
 * their sources, then the node's own entries. So a page is removed before its origin, each page always has
 * its origin (M3), and status can be passed from each entry to its origin. The cursor is a node and an
 * address in it.
 *
 *	look at n:	if n overlaps the region: to its first child that overlaps it or, without one, to
 *			n's entries; else to the next sibling that overlaps it
 *	entries of n:	in steps; then to n's next sibling, after the last one to n's parent
 *
 * Between two steps the database may change. When a node is freed, the walks whose cursor is on it move to
 * the node that they would visit next (walk_leave), which needs no memory. Of the space of a node and of
 * each one above at most two walks (walk, clear) can be on the node: at most 2 * (CFG_MAP_DEPTH + 1).
 *
 * A walk ends whatever other threads do: an operation that derives a page from a covered one finishes the
 * walk first (walk_covering), so nodes below the region are only removed; and the space's own extents are
 * visited in ascending order.
 *
 * Superpages are never split. If the region is only a part of an entry that is to be revoked, the walk grows
 * to the whole entry for all pages derived from it. This can happen only once on a path, at the first entry
 * below the top, since the entries derived from an entry are not larger.
 */
#include <mem/arch.h>
#include <mem/mem.h>
#include <mem/range.h>
#include <lib/panic.h>

/* ---- cursor ---- */

void walk_move(struct walk *w, struct mapping *n)
{
	if (w->at) {
		*w->here = w->next_here;
		if (w->next_here)
			w->next_here->here = w->here;
	}
	w->at = n;
	w->own = false;
	w->pos = 0;
	if (!n)
		return;
	w->here = &n->walks;
	w->next_here = n->walks;
	if (w->next_here)
		w->next_here->here = &w->next_here;
	n->walks = w;
}

/* Returns delta for at's parent: address in the parent's space = address in the walk's space + delta. */
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

/* w is not at level 0. */
static void up(struct walk *w)
{
	w->delta = delta_above(w);
	w->level--;
	if (w->level == 0)
		w->wide = w->wide_top;
	walk_move(w, w->at->parent);
}

static void to_parent(struct walk *w)
{
	if (w->level == 0) {
		walk_move(w, 0);
		return;
	}
	up(w);
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

/* Walks that are sent back for one unit of a budget. */
enum { BACK_FOR_1 = 4 };

/*
 * The cursor of such a walk moves to n's parent, and comes from there to n again, or to the next child if n
 * is not there any more. So it visits what it would have visited, n from the beginning.
 */
bool walk_thin_out(struct mapping *n, const struct walk *but, unsigned *budget)
{
	unsigned moved = 0;

	for (struct walk *w = n->walks, *next; w; w = next) {
		uint64_t key = n->by_src.key;

		next = w->next_here;
		if (w == but || w->level == 0)
			continue;
		if (moved++ == BACK_FOR_1) {
			if (*budget <= 1) {
				*budget = 0;
				return false;
			}
			charge(budget, 1);
			moved = 1;
		}
		up(w);
		w->pos = key;
	}
	return true;
}

/* ---- region ---- */

struct region { uint64_t base; unsigned log2; };

/*
 * Returns the intersection of the walk's region with n, which it overlaps; delta: that of n. One contains the
 * other: both are aligned, and delta is a multiple of the size of each extent above.
 */
static struct region region_in(const struct walk *w, const struct mapping *n, uint64_t delta)
{
	if (w->wide >= mapping_log2(n))
		return (struct region){ mapping_base(n), mapping_log2(n) };
	return (struct region){ align_down(w->base, w->wide) + delta, w->wide };
}

/*
 * Returns the region in the addresses by which siblings of `at` are sorted: at level 0 its own, else its
 * parent's.
 */
static struct region region_above(const struct walk *w)
{
	if (w->level == 0)
		return (struct region){ align_down(w->base, w->wide), w->wide };
	return region_in(w, w->at->parent, delta_above(w));
}

/* Returns the log2 of the entry at r if that is larger than `wide`, else `wide`. */
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

/* `at` does not overlap the region: moves to its next sibling that does or, without one, to its parent. */
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

/*
 * Returns true if no caller reads the status that this walk collects: then the entries of the space keep it.
 */
static bool unread(const struct walk *w) { return w == &w->m->clear; }

/*
 * Returns true if children of `at` can be removed by range_take_child. No other walk of this space or of one
 * above may visit region r.
 */
static bool takes_children(const struct walk *w, struct region r)
{
	const struct mapping *n = w->at;

	return w->level == 0 && !unread(w) && !w->set && w->revoke == L4_RWX && w->m->resource == RESOURCE_MEMORY
	    && !mem.general && !n->m->clear.active
	    && (!n->parent || !walk_near(n->parent, mapping_origin(n, r.base), r.log2));
}

static void begin_own(struct walk *w)
{
	w->own = true;
	w->pos = 0;
}

/* Returns the next child of `at` that overlaps region r, or 0. */
static struct tree_node *next_child(const struct walk *w, struct region r)
{
	struct tree_node *child;

	if (w->pos == 0)
		return extent_first(&w->at->children, r.base, r.log2);
	child = tree_at_least(&w->at->children, w->pos);
	return !child || overlaps(child->key, r) ? child
						 : extent_next(&w->at->children, child, r.base, r.log2);
}

static void look(struct walk *w, unsigned *budget)
{
	struct mapping *n = w->at;
	struct region above, r;
	struct tree_node *child;
	bool takes;

	climb_seen(n);
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
		child = next_child(w, r);
		if (!child)
			begin_own(w);
		else if (!takes || !range_take_child(child, r.base, r.log2, &w->status, budget))
			to_child(w, child);
	} while (w->at == n && !w->own && *budget > 0);
}

/* ---- entries ---- */

/*
 * Sets the attribute of an entry. One of sigma0's own that is larger than the region is removed instead:
 * faults map it again with smaller entries. Other larger entries are set as a whole.
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
 * Returns the position at which the walk continues after `pos`; leaf: the entry or hole at pos. If memory
 * gets an attribute other than default memory, its cache lines are written back after all entries are set,
 * frame by frame: at level 0, and where an entry of level 1 is larger than the region. Sigma0 need not have
 * an entry there.
 */
static uint64_t behind(const struct walk *w, const struct mapping *n, uint64_t pos, struct leaf leaf,
		       unsigned *budget)
{
	uint64_t end = align_down(pos, leaf.log2) + pow2(leaf.log2);
	bool here = w->level == 0 || (w->level == 1 && leaf.log2 > w->wide_top);

	if (!w->set || w->attr == 0 || !here || (n->parent && !leaf.present))
		return end;
	charge(budget, COST_FLUSH);
	tlb_sync();			/* the old translations could fill the caches again */
	return pos + arch_cache_flush(n->parent ? leaf_frame(leaf, pos) : pos, end - pos);
}

/* Returns how many entries of p are in so many bytes and within the budget, at least 1 of a whole entry. */
static unsigned affordable(struct arch_ptes p, uint64_t bytes, unsigned per_unit, unsigned budget)
{
	return range_count(p, bytes, mem.general ? 1 : ((uint64_t)budget + 1) * per_unit);
}

/*
 * Reads the kept status of pages derived from the first entries of p, in so many bytes, and resets it unless
 * the region is only a part of the entry. Returns the number of bytes that are done.
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

/*
 * Revokes rights of entries p of n from pos on: several as one range, or the first. Returns as read_status.
 */
static uint64_t revoke(struct walk *w, struct mapping *n, struct arch_ptes p, uint64_t pos, uint64_t bytes,
		       unsigned *budget)
{
	struct revocation r = { .rights = w->revoke, .unread = unread(w), .level = w->level };
	unsigned for_1 = w->revoke == L4_RWX ? REVOKED_FOR_1 : ARCH_RUN_ENTRIES, seen = 0, done;
	unsigned many = is_aligned(pos, p.log2) ? affordable(p, bytes, for_1, *budget) : 1;

	if (w->revoke == L4_RWX && n->pages <= many && !walk_thin_out(n, w, budget))
		return 0;
	p.left = many;
	done = many > 1 ? range_revoke(n, pos, p, &r, &seen) : 0;
	charge(budget, done > 0 ? COST_LOOK + done / for_1 : COST_ENTRY - COST_LOOK);
	p.left = 1;
	if (done == 0)
		done = range_revoke(n, align_down(pos, p.log2), p, &r, &seen);
	w->status |= status_rights(seen);
	return (uint64_t)done << p.log2;
}

/* Returns the entries from pos on; left 0: a hole of 2^log2 bytes. For ports, one entry without a PTE. */
static struct arch_ptes ptes_at(const struct mapspace *m, uint64_t pos)
{
	struct leaf leaf;

	if (m->resource == RESOURCE_MEMORY)
		return arch_ptes_of(m->space, (l4_word_t)pos);
	leaf = leaf_get(m, (l4_word_t)pos);
	return (struct arch_ptes){ .log2 = leaf.log2, .left = leaf.present };
}

/*
 * Does w's work for entries p of n from w->pos on, before `until`: for several as one range, or for the
 * first. Returns the position after them. n may have been freed: then the cursor has moved.
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
	if (n->m->resource == RESOURCE_PORTS) {
		charge(budget, COST_ENTRY - COST_LOOK);
		if (w->revoke == L4_RWX && (w->level > 0 || w->flush)) {
			if (n->pages == 1 && !walk_thin_out(n, w, budget))
				return first;
			leaf_clear(n->m, (l4_word_t)first);
			mapping_lose(n, 1);
		}
		return first + pow2(p.log2);
	}
	return first + (w->level > 0 || w->flush ? revoke(w, n, p, pos, until - pos, budget)
						 : read_status(w, p, until - pos, budget));
}

/* Visits entries of `at`, as many as the budget allows. After the last one the cursor leaves the node. */
static void entries(struct walk *w, unsigned *budget)
{
	struct mapping *n = w->at;
	struct region r = region_in(w, n, w->delta);
	uint64_t end = r.base + pow2(r.log2), limit = 0;

	if (!(w->level > 0 || w->flush) && (!n->parent || unread(w)))
		end = 0;			/* no status to read: the root keeps none */
	if (end > resource_end(n->m->resource))
		end = resource_end(n->m->resource);
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
	if (w->flush && !(w->set && m->space->sigma0) && w->base < resource_end(m->resource)) {
		struct leaf leaf = mapping_leaf(m, w->base);

		if (leaf.present && leaf.log2 > log2)
			w->wide = w->wide_top = leaf.log2;
	}
	walk_move(w, mapping_of(extent_first(&m->extents, align_down(w->base, w->wide), w->wide)));
}

void walk_begin(struct mapspace *m, l4_word_t base, unsigned log2, unsigned revoke, bool flush)
{
	/* A port is allowed or not: the revocation of any right removes it (protocols 6). */
	m->walk.revoke = (uint8_t)(m->resource == RESOURCE_PORTS && revoke ? L4_RWX : revoke);
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

/* Writes the result to the caller's report, if there is one. */
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

/* Returns true if w may visit the aligned 2^log2 bytes that contain address, in its space. */
static bool comes_to(const struct walk *w, uint64_t address, unsigned log2)
{
	log2 = w->wide_top > log2 ? w->wide_top : log2;
	return w->active && align_down(w->base, log2) == align_down(address, log2);
}

/* Returns as walk_covers. A walk may grow to the largest entry that contains its region. */
static INLINE bool covers(const struct walk *w, uint64_t address)
{
	return w->active && comes_to(w, address, resource_page(w->m->resource));
}

bool walk_covers(const struct walk *w, uint64_t address) { return covers(w, address); }

/*
 * Below level 0 a walk grows to an entry of level 1, which is no larger than its extent: n or an ancestor of
 * n. An extent that grows (mapping_beside) stays inside the region of MAPPING_GROW_LOG2.
 */
NOINLINE bool walk_comes_to(const struct mapping *n, uint64_t address, unsigned log2)
{
	unsigned wide = log2 > MAPPING_GROW_LOG2 ? log2 : MAPPING_GROW_LOG2;

	if (walk_crowded(n))
		return true;
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
	struct mapspace *m = n->m;

	return covers(&m->walk, address) ? &m->walk : covers(&m->clear, address) ? &m->clear : 0;
}
