/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant.c - the part of a grant item that a map item does not have: the granter loses the page, and
 * the receiver's takes its place in the tree.
 *
 *	before	  p			after	  p
 *		  s   (granter)			  t   (receiver)
 *		 a b				 a b
 *
 * The entry moves in one step together with the children that were mapped from it, so every page
 * has its origin at each moment. That needs the children to be whole and few. Where they are not,
 * they are revoked before the page moves - which the granter could have done as well:
 *
 *   - more than CFG_GRANT_CHILDREN children,
 *   - a child of which only a part moves, and that part is not one small page, or has more than
 *     CFG_GRANT_CHILDREN children, or its space has no memory left,
 *   - a grant that takes rights away, which the children must not keep (M3),
 *   - an entry that is larger than what the receiver's place allows: it is given over in pieces and
 *     then removed from the granter whole, since entries are never split.
 */
#include <mem/config.h>
#include <mem/mapping.h>
#include <mem/space.h>
#include <lib/panic.h>

/*
 * Looks at wide extents, on the way to one, and steps in which an item waits for walks: then the page is
 * revoked instead.
 */
enum { CUT_LOOKS = 4, CUT_WAITS = 16 };

/* The first child whose source lies inside the 2^log2 bytes at src. */
static struct mapping *child_inside(const struct mapping *s, uint64_t src, unsigned log2)
{
	struct tree_node *n = tree_at_least(&s->children, extent_key(src, log2));

	return n && align_down(key_base(n->key), log2) == src ? container_of(n, struct mapping, by_src) : 0;
}

/* ---- a page of its own ---- */

/* The first child of n that has the page at *at, and spans more; *at: where. 0: none, or *looks is 0. */
static struct mapping *wide_child(const struct mapping *n, uint64_t *at, unsigned *looks)
{
	struct tree_node *t = extent_first(&n->children, *at, KMEM_FRAME_LOG2);

	for (; t && key_log2(t->key) > KMEM_FRAME_LOG2 && *looks > 0; --*looks) {
		struct mapping *c = container_of(t, struct mapping, by_src);
		uint64_t there = mapping_base(c) + (*at - mapping_src(c));

		if (mapping_leaf(c->m, there).present && mapdb_find(c->m, (l4_word_t)there) == c) {
			*at = there;
			return c;
		}
		t = extent_next(&n->children, t, *at, KMEM_FRAME_LOG2);
	}
	return 0;
}

/* n's children that lie inside the 2^log2 bytes at src are so many; more than CFG_GRANT_CHILDREN: or more. */
static unsigned count_inside(const struct mapping *n, uint64_t src, unsigned log2)
{
	const struct mapping *c = child_inside(n, src, log2);
	const struct tree_node *t = c ? &c->by_src : 0;
	unsigned count = 0;

	for (; t && align_down(key_base(t->key), log2) == src && count <= CFG_GRANT_CHILDREN; t = tree_next(t))
		count++;
	return count;
}

/* The small page at `at` of n gets a node of its own, with what was derived from it. False: no memory. */
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

enum cut { CUT_NOT, CUT_SOME, CUT_FAILED };

/*
 * Of the extents that were derived from the small page at src of s, and span more, one that no other such
 * was derived from: the page is cut out of it. CUT_NOT: there is none. A walk that it is in the way of is
 * finished first, and it is looked for again, as the walk may have taken the extent away; but not for ever:
 * another one may begin each time.
 */
static enum cut cut_one(struct map_op *op, struct mapping *s, uint64_t src, unsigned *budget)
{
	unsigned looks = CUT_LOOKS, children;
	struct mapping *n = s, *c;
	uint64_t at = src;
	struct walk *w;

	for (; (c = wide_child(n, &at, &looks)); looks--)	/* the way down costs, too */
		n = c;
	charge(budget, CUT_LOOKS - looks);
	if (looks == 0 || n == s)
		return looks == 0 ? CUT_FAILED : CUT_NOT;
	w = walk_covering(n, at);
	if (w) {			/* counted first: walk_run may not return (step.h) */
		if (op->waits == CUT_WAITS)
			return CUT_FAILED;
		op->waits++;
		walk_run(w, budget);
		return CUT_SOME;
	}
	children = count_inside(n, at, KMEM_FRAME_LOG2);
	charge(budget, COST_ENTRY + children * COST_CHILD);
	if (children > CFG_GRANT_CHILDREN || !cut_out(n, at))
		return CUT_FAILED;
	return CUT_SOME;
}

/* ---- may it move? ---- */

/* Can everything that was derived from the entry move along in one step? *count: how much that is. */
static bool children_follow(const struct mapping *s, uint64_t src, unsigned log2, unsigned *count)
{
	struct tree_node *n = extent_first(&s->children, src, log2);

	if (n && log2 > KMEM_FRAME_LOG2 && key_log2(n->key) > log2)
		return false;
	*count = count_inside(s, src, log2);
	return *count <= CFG_GRANT_CHILDREN;
}

/* Nothing is derived from the entry: a walk has removed it all, and nothing new has come since. */
static bool is_emptied(const struct map_op *op, uint64_t src)
{
	return op->emptied && op->emptied_at == src && op->stamp == op->from->derivations;
}

/*
 * A walk of the receiver over dst would miss the children that arrive there: it is finished first. It does
 * not take the granter's page: walks that could do that are over already (one_piece).
 */
static bool receiver_quiet(struct mapspace *to, uint64_t dst, unsigned *budget)
{
	return (!walk_covers(&to->walk, dst) || walk_run(&to->walk, budget))
	    && (!walk_covers(&to->clear, dst) || walk_run(&to->clear, budget));
}

/*
 * Pay for the children, or put it off, but only once: what it costs to get here may leave of a whole
 * step too little for ever.
 */
static bool afford(struct map_op *op, unsigned children, unsigned *budget)
{
	bool enough = op->put_off || children * COST_CHILD <= *budget;

	_Static_assert(CFG_GRANT_CHILDREN * COST_CHILD <= CFG_WORK, "a step is enough for a page's children");
	op->put_off = !enough;
	charge(budget, children * COST_CHILD);
	return enough;
}

/* cut_one, at the beginning of a step; as afford. */
static enum cut cut(struct map_op *op, struct mapping *s, uint64_t src, unsigned *budget)
{
	enum cut r = op->put_off ? cut_one(op, s, src, budget) : CUT_SOME;

	if (!op->put_off)
		*budget = 0;
	if (r == CUT_SOME)
		op->put_off = *budget == 0;
	return r;
}

NOINLINE bool grant_prepare(struct map_op *op, struct mapping *s, struct leaf leaf, unsigned log2,
			    unsigned *budget)
{
	uint64_t src = op->src + op->done;
	const struct tree_node *first;
	enum cut r = CUT_NOT;
	unsigned children;

	if (!receiver_quiet(op->to, op->dst + op->done, budget))
		return false;
	if (log2 < leaf.log2 || is_emptied(op, src))
		return true;
	first = extent_first(&s->children, src, log2);
	if (!first)
		return true;
	if (leaf.rights & ~(op->rights | L4_R))
		r = CUT_FAILED;
	else if (log2 == KMEM_FRAME_LOG2 && key_log2(first->key) > log2)
		r = cut(op, s, src, budget);
	if (r == CUT_SOME)
		return false;
	if (r == CUT_NOT && children_follow(s, src, log2, &children))
		return afford(op, children, budget);
	op->emptied = true;
	op->emptied_at = src;
	op->stamp = op->from->derivations;
	clear_begin(op->from, op, src, log2, false);
	return false;
}

/* Was the page at `address` of n derived from the one at `src` of s? */
static bool derives(const struct mapping *n, uint64_t address, const struct mapping *s, uint64_t src)
{
	for (; n->parent; n = n->parent) {
		if (n == s && address == src)
			return true;
		address = mapping_origin(n, address);
	}
	return false;
}

/*
 * If the granter's page comes from the receiver's own, the receiver keeps that one and the granter's
 * goes. Otherwise the receiver's goes, with what was derived from it, and the grant moves in.
 */
void grant_onto(struct map_op *op, struct mapping *s, uint64_t src, uint64_t dst)
{
	struct leaf leaf = mapping_leaf(op->to, dst);

	if (derives(s, src, mapdb_find(op->to, (l4_word_t)dst), dst)) {
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

	if (leaf.log2 > log2) {		/* it goes with the last piece */
		uint64_t next = src + pow2(log2);

		if (is_aligned(next, leaf.log2) || next == op->src + pow2(op->log2))
			clear_begin(op->from, op, align_down(src, leaf.log2), leaf.log2, true);
		return;
	}
	while ((c = child_inside(s, src, log2)))
		mapping_adopt(to, c, dst + (mapping_src(c) - src));
	mapping_lose(s, 1);
}
