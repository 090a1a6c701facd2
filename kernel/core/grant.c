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
 *   - a child that spans more than the granted entry (it was mapped as a larger fpage),
 *   - more than CFG_GRANT_CHILDREN children,
 *   - a grant that takes rights away, which the children must not keep (M3),
 *   - an entry that is larger than what the receiver's place allows: it is given over in pieces and
 *     then removed from the granter whole, since entries are never split.
 */
#include <core/config.h>
#include <core/mapping.h>
#include <lib/panic.h>

/* The first child whose source lies inside the 2^log2 bytes at src. */
static struct mapping *child_inside(const struct mapping *s, uint64_t src, unsigned log2)
{
	struct tree_node *n = tree_at_least(&s->children, extent_key(src, log2));

	return n && align_down(key_base(n->key), log2) == src ? container_of(n, struct mapping, by_src) : 0;
}

/* Can everything that was derived from the entry move along in one step? *count: how much that is. */
static bool children_follow(const struct mapping *s, uint64_t src, unsigned log2, bool less, unsigned *count)
{
	struct tree_node *n = extent_first(&s->children, s->child_sizes, src, log2, 0);

	*count = 0;
	if (n && (less || key_log2(n->key) > log2))
		return false;
	for (; *count <= CFG_GRANT_CHILDREN && n && align_down(key_base(n->key), log2) == src; n = tree_next(n))
		++*count;
	return *count <= CFG_GRANT_CHILDREN;
}

/* Nothing is derived from the entry: a walk has removed it all, and nothing new has come since. */
static bool is_emptied(const struct map_op *op, uint64_t src)
{
	return op->emptied && op->emptied_at == src && op->stamp == op->from->derivations;
}

/* A walk of the receiver over dst would miss the children that arrive there: it is finished first. */
static bool receiver_quiet(struct mapspace *to, uint64_t dst, unsigned *budget)
{
	struct walk *w[] = { &to->walk, &to->clear };

	for (unsigned i = 0; i < ARRAY_LEN(w); i++)
		if (walk_covers(w[i], dst) && !walk_run(w[i], budget))
			return false;
	return true;
}

/*
 * Pay for the children, or put it off, but only once: what it costs to get here may leave of a whole
 * step too little for ever.
 */
static bool afford(struct map_op *op, unsigned children, unsigned *budget)
{
	bool enough = op->put_off || children * COST_ENTRY <= *budget;

	_Static_assert(CFG_GRANT_CHILDREN * COST_ENTRY <= CFG_WORK, "a step is enough for a page's children");
	op->put_off = !enough;
	charge(budget, children * COST_ENTRY);
	return enough;
}

bool grant_prepare(struct map_op *op, struct mapping *s, uint64_t src, uint64_t dst, unsigned log2,
		   unsigned *budget)
{
	struct leaf leaf = mapping_leaf(s->m, src);
	unsigned children;

	if (!receiver_quiet(op->to, dst, budget))
		return false;
	if (log2 < leaf.log2 || is_emptied(op, src))
		return true;
	if (children_follow(s, src, log2, leaf.rights & ~(op->rights | L4_R), &children))
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
	const struct mapping *there = mapdb_find(op->to, (l4_word_t)dst);
	struct leaf leaf = mapping_leaf(op->to, dst);

	if (derives(s, src, there, dst)) {
		leaf = mapping_leaf(op->from, src);
		clear_begin(op->from, op, align_down(src, leaf.log2), leaf.log2, true);
	} else {
		clear_begin(op->to, op, align_down(dst, leaf.log2), leaf.log2, true);
	}
}

void grant_finish(struct map_op *op, struct mapping *s, struct mapping *to, uint64_t src, uint64_t dst)
{
	struct leaf leaf = mapping_leaf(s->m, src), placed = mapping_leaf(to->m, dst);
	struct mapping *c;

	if (placed.log2 < leaf.log2) {
		uint64_t next = src + pow2(placed.log2);

		if (is_aligned(next, leaf.log2) || next == op->src + pow2(op->log2))
			clear_begin(op->from, op, align_down(src, leaf.log2), leaf.log2, true);
		return;
	}
	while ((c = child_inside(s, src, leaf.log2)))
		mapping_adopt(to, c, dst + (mapping_src(c) - src));
	leaf_clear(s->m, (l4_word_t)src);
	mapping_drop_page(s);
}
