/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant.c - the part of a grant item that a map item does not have: the granter loses the page, and
 * the receiver's page takes its position in the derivation tree.
 *
 *	before	  p			after	  p
 *		  s   (granter)			  t   (receiver)
 *		 a b				 a b
 *
 * The entry moves in one step together with its children, so each page has its origin at any time (M3).
 * This needs few children that do not extend beyond the entry. Other children are revoked before the page
 * moves, which the granter is entitled to do:
 *
 *   - more than CFG_GRANT_CHILDREN children,
 *   - a child of which only a part moves, if that part is more than one small page, or has more than
 *     CFG_GRANT_CHILDREN children, or its space has no memory left, or the limits below are exceeded,
 *   - children of a grant that reduces rights, as they must not keep more than their parent (M3),
 *   - children of an entry that is larger than the receiver's region allows: it is granted in smaller
 *     entries and then removed from the granter as a whole, since entries are never split.
 */
#include <mem/config.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>

/*
 * Limits of extents that are examined to find one to be cut (cut_one), and of steps in which an item waits
 * for walks. If one is exceeded, what was derived from the page is revoked.
 */
enum { CUT_LOOKS = 5, CUT_WAITS = 16 };

/* Returns the first child whose source region lies inside the 2^log2 bytes at src, or 0. */
static struct mapping *child_inside(const struct mapping *s, uint64_t src, unsigned log2)
{
	struct tree_node *n = tree_at_least(&s->children, extent_key(src, log2));

	return n && align_down(key_base(n->key), log2) == src ? container_of(n, struct mapping, by_src) : 0;
}

/* ---- an extent of one page ---- */

/*
 * Returns the first child of n with a page derived from the one at *at that is larger than a small page,
 * and sets *at to the address of that page in it. Returns 0 if there is none, or if *looks has become 0.
 */
static struct mapping *wide_child(const struct mapping *n, uint64_t *at, unsigned *looks)
{
	struct tree_node *t = extent_first(&n->children, *at, KMEM_FRAME_LOG2);

	for (; t && key_log2(t->key) > KMEM_FRAME_LOG2 && *looks > 0; --*looks) {
		struct mapping *c = container_of(t, struct mapping, by_src);
		l4_word_t on = (l4_word_t)(mapping_base(c) + (*at - mapping_src(c)));

		if (mapping_leaf(c->m, on).present && (!c->by_base.outer || mapdb_find(c->m, on) == c)) {
			*at = on;
			return c;
		}
		t = extent_next(&n->children, t, *at, KMEM_FRAME_LOG2);
	}
	return 0;
}

/* Returns the number of n's children inside the 2^log2 bytes at src, at most CFG_GRANT_CHILDREN + 1. */
static unsigned count_inside(const struct mapping *n, uint64_t src, unsigned log2)
{
	const struct mapping *c = child_inside(n, src, log2);
	const struct tree_node *t = c ? &c->by_src : 0;
	unsigned count = 0;

	for (; t && align_down(key_base(t->key), log2) == src && count <= CFG_GRANT_CHILDREN; t = tree_next(t))
		count++;
	return count;
}

/* Makes an extent of the small page at `at` of n, with its children. Returns false if there is no memory. */
static bool cut_out(struct mapping *n, uint64_t at)
{
	struct mapping *own, *c;
	struct tree_spot spot;

	tree_look(&n->m->extents, extent_key(at, KMEM_FRAME_LOG2), &spot);
	own = mapping_new(n->m, &spot, n->parent, at, mapping_origin(n, at), KMEM_FRAME_LOG2);
	if (!own)
		return false;
	while ((c = child_inside(n, at, KMEM_FRAME_LOG2)))
		mapping_adopt(own, c, mapping_src(c));
	own->pages++;
	n->pages--;
	mapping_dropped(n);
	return true;
}

/* Returns a walk of n's space, or of one between n and s, that covers the page at `at` of n; or 0. */
static struct walk *covering_below(const struct mapping *n, l4_word_t at, const struct mapping *s)
{
	struct walk *w = 0;

	for (; n != s && !w; n = n->parent) {
		w = walk_covering(n, at);
		at = mapping_origin(n, at);
	}
	return w;
}

/*
 * Page or entry `src` of s moves: only few walks may be on s, if it is freed, and on the children that move.
 * Returns false if that takes another step.
 */
static bool thin_out(struct mapping *s, uint64_t src, unsigned log2, unsigned *budget)
{
	struct mapping *c = child_inside(s, src, log2);
	struct tree_node *t = c ? &c->by_src : 0;

	for (; t && align_down(key_base(t->key), log2) == src; t = tree_next(t))
		if (!walk_thin_out(container_of(t, struct mapping, by_src), 0, budget))
			return false;
	return s->pages > 1 || walk_thin_out(s, 0, budget);
}

enum cut { CUT_NOT, CUT_SOME, CUT_FAILED };

/*
 * Cuts a page derived from the small page at src of s out of its extent, which is larger than that page and
 * is the last such one on its path of the derivation tree. Returns CUT_NOT if there is none. A walk of a
 * space below s that covers the page is finished first; then the search begins again, as the walk may have
 * removed the extent: at most CUT_WAITS times, since another walk may begin each time.
 */
static enum cut cut_one(struct map_op *op, struct mapping *s, uint64_t src, unsigned *budget)
{
	unsigned looks = CUT_LOOKS, children;
	struct mapping *n = s, *c;
	uint64_t at = src;
	struct walk *w;

	for (; (c = wide_child(n, &at, &looks)); looks--)	/* each level costs a look, too */
		n = c;
	charge(budget, CUT_LOOKS - looks);
	if (looks == 0 || n == s)
		return looks == 0 ? CUT_FAILED : CUT_NOT;
	w = covering_below(n, (l4_word_t)at, s);
	if (w) {			/* counted first: walk_run may not return (step.h) */
		if (op->waits == CUT_WAITS)
			return CUT_FAILED;
		op->waits++;
		*budget += *budget == 0;	/* as in wait_for of mapdb.c */
		walk_run(w, budget);
		return CUT_SOME;
	}
	if (!mapdb_pause(op, PAUSE_CUT_OUT, budget))
		return CUT_SOME;
	children = count_inside(n, at, KMEM_FRAME_LOG2);
	charge(budget, COST_ENTRY + children * COST_CHILD);
	if (children > CFG_GRANT_CHILDREN)
		return CUT_FAILED;
	if (!thin_out(n, at, KMEM_FRAME_LOG2, budget))
		return CUT_SOME;
	if (!cut_out(n, at))
		return CUT_FAILED;
	return CUT_SOME;
}

/* ---- conditions of the move ---- */

/*
 * Returns true if all children of the entry can move in one step with it; first: the first that overlaps it.
 */
static bool children_follow(const struct mapping *s, const struct tree_node *first, uint64_t src,
			    unsigned log2)
{
	return (log2 == KMEM_FRAME_LOG2 || key_log2(first->key) <= log2)
	    && count_inside(s, src, log2) <= CFG_GRANT_CHILDREN;
}

/* Returns true if nothing is derived from the entry: a walk removed it, and no derivation followed. */
static bool is_emptied(const struct map_op *op, uint64_t src)
{
	return op->emptied && op->emptied_at == src && op->stamp == op->from->derivations;
}

/*
 * Finishes walks of the receiver that cover dst: they would miss the children that move there. Returns false
 * if that takes another step. They cannot remove the granter's page: one_piece has finished the walks that
 * could.
 */
static bool receiver_quiet(struct mapspace *to, uint64_t dst, unsigned *budget)
{
	return (!walk_covers(&to->walk, dst) || walk_run(&to->walk, budget))
	    && (!walk_covers(&to->clear, dst) || walk_run(&to->clear, budget));
}

NOINLINE bool grant_prepare(struct map_op *op, struct mapping *s, struct leaf leaf, unsigned log2,
			    unsigned *budget)
{
	uint64_t src = op->src + op->done;
	const struct tree_node *first;
	enum cut r = CUT_NOT;

	if (!receiver_quiet(op->to, op->dst + op->done, budget))
		return false;
	if (log2 < leaf.log2)
		return true;
	first = is_emptied(op, src) ? 0 : extent_first(&s->children, src, log2);
	if (!first)
		return thin_out(s, src, log2, budget);
	if (leaf.rights & ~(op->rights | L4_R))
		r = CUT_FAILED;
	else if (log2 == KMEM_FRAME_LOG2 && key_log2(first->key) > log2)
		r = mapdb_pause(op, PAUSE_CUT, budget) ? cut_one(op, s, src, budget) : CUT_SOME;
	if (r == CUT_SOME)
		return false;
	if (r == CUT_NOT && children_follow(s, first, src, log2))
		return thin_out(s, src, log2, budget) && mapdb_pause(op, PAUSE_CHILDREN, budget);
	op->emptied = true;
	op->emptied_at = src;
	op->stamp = op->from->derivations;
	clear_begin(op->from, op, src, log2, false);
	return false;
}

/* Returns true if the page at `address` of n was derived, also indirectly, from the one at `src` of s. */
static bool derives(const struct mapping *n, l4_word_t address, const struct mapping *s, l4_word_t src)
{
	for (; n->parent; n = n->parent) {
		if (n == s && address == src)
			return true;
		address = mapping_origin(n, address);
	}
	return false;
}

/*
 * If the granter's page was derived from the receiver's, the receiver keeps its page and the granter's is
 * removed. Otherwise the receiver's page is removed, with its derivations, and the granted one replaces it.
 */
void grant_onto(struct map_op *op, struct mapping *s, uint64_t src, uint64_t dst)
{
	struct leaf leaf = mapping_leaf(op->to, dst);

	if (derives(s, (l4_word_t)src, mapdb_find(op->to, (l4_word_t)dst), (l4_word_t)dst)) {
		leaf = mapping_leaf(op->from, src);
		clear_begin(op->from, op, align_down(src, leaf.log2), leaf.log2, true);
	} else {
		clear_begin(op->to, op, align_down(dst, leaf.log2), leaf.log2, true);
	}
}

void grant_finish(struct map_op *op, struct mapping *s, struct mapping *to, struct leaf leaf, unsigned log2)
{
	uint64_t src = op->src + op->done, dst = op->dst + op->done;
	struct mapping *c;

	if (leaf.log2 > log2) {		/* removed after its last part is mapped */
		uint64_t next = src + pow2(log2);

		if (is_aligned(next, leaf.log2) || next == op->src + pow2(op->log2))
			clear_begin(op->from, op, align_down(src, leaf.log2), leaf.log2, true);
		return;
	}
	while ((c = child_inside(s, src, log2)))
		mapping_adopt(to, c, dst + (mapping_src(c) - src));
	mapping_lose(s, 1);
}
