/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - the AVL tree of tree.h, without recursion and without allocations.
 *
 *   V1  keys do not decrease in order; equal keys are in the order in which they were inserted
 *   V2  balance = height(kid[1]) - height(kid[0]), and is -1, 0 or 1
 *   V3  a kid's up points at its parent; the root's up is 0
 *   V4  reach is the largest end of outer extents in the subtree, or 0; of ranked nodes the highest rank + 1
 *
 * "side" is 0 for the smaller and 1 for the larger kid, so that mirrored cases share their code.
 */
#include <lib/tree.h>
#include <lib/panic.h>

static unsigned side_of(const struct tree_node *n) { return n->up->kid[1] == n; }
static int lean(unsigned side) { return 2 * (int)side - 1; }

/* Replace `old`, a kid of up or the root, by n, which may be 0. */
static void put(struct tree *t, struct tree_node *up, struct tree_node *old, struct tree_node *n)
{
	if (!up)
		t->root = n;
	else
		up->kid[up->kid[1] == old] = n;
	if (n)
		n->up = up;
}

/* Keys of extents, and their ends, are words. */
static l4_word_t end_of(const struct tree_node *n)
{
	if (!n->outer)
		return n->ranked ? rank_of(n) + 1 : 0;
	return (l4_word_t)((n->key >> REACH_LOG2) + (pow2(key_log2(n->key)) >> REACH_LOG2));
}

static bool reaches(const struct tree_node *n, l4_word_t end) { return n && n->reach > end; }

static l4_word_t reach_of(const struct tree_node *n)
{
	l4_word_t reach = end_of(n);

	for (unsigned i = 0; i < 2; i++)
		if (reaches(n->kid[i], reach))
			reach = n->kid[i]->reach;
	return reach;
}

/* Below n something has changed, or n has. */
static void correct_reach(struct tree_node *n)
{
	for (l4_word_t reach; n && n->reach != (reach = reach_of(n)); n = n->up)
		n->reach = reach;
}

/* Below n, or at n, something ends at `end` now. */
static void raise_reach(struct tree_node *n, l4_word_t end)
{
	for (; n && n->reach < end; n = n->up)
		n->reach = end;
}

/* Rotate the kid of p on `side` above p. The caller sets the balances. */
static struct tree_node *rotate(struct tree *t, struct tree_node *p, unsigned side)
{
	struct tree_node *c = p->kid[side], *middle = c->kid[!side];

	put(t, p->up, p, c);
	c->kid[!side] = p;
	p->up = c;
	p->kid[side] = middle;
	if (middle)
		middle->up = p;
	if (p->reach) {
		c->reach = p->reach;
		p->reach = reach_of(p);
	}
	return c;
}

/* p is two levels higher on `side`. Returns the new top; its balance is 0 if the height decreased. */
static struct tree_node *rebalance(struct tree *t, struct tree_node *p, unsigned side)
{
	struct tree_node *c = p->kid[side], *g;
	int l = lean(side);

	if (c->balance != -l) {
		bool even = c->balance == 0;	/* only after a removal */

		rotate(t, p, side);
		p->balance = even ? l : 0;
		c->balance = even ? -l : 0;
		return c;
	}
	g = c->kid[!side];
	rotate(t, c, !side);
	rotate(t, p, side);
	p->balance = g->balance == l ? -l : 0;
	c->balance = g->balance == -l ? l : 0;
	g->balance = 0;
	return g;
}

/* Link n at *at, which was empty, below up. */
static void link_at(struct tree_node *n, struct tree_node *up, struct tree_node **at, struct tree *t,
		    uint64_t key)
{
	ASSERT(!n->linked);
	*n = (struct tree_node){ .up = up, .key = key, .linked = true };
	*at = n;
	for (; up; n = up, up = up->up) {
		unsigned side = side_of(n);

		if (up->balance == 0) {
			up->balance = lean(side);
			continue;
		}
		if (up->balance == lean(side))
			rebalance(t, up, side);
		else
			up->balance = 0;
		return;
	}
}

void tree_insert(struct tree *t, struct tree_node *n, uint64_t key)
{
	struct tree_node *up = 0, **at = &t->root;

	while (*at) {
		up = *at;
		at = &up->kid[key >= up->key];
	}
	link_at(n, up, at, t, key);
}

void tree_insert_ranked(struct tree *t, struct tree_node *n, uint64_t key)
{
	tree_insert(t, n, key);
	n->ranked = true;
	raise_reach(n, end_of(n));
}

/* The subtree of up on `side` has lost a level: correct the balances above. */
static INLINE void shrunk(struct tree *t, struct tree_node *up, unsigned side)
{
	while (up) {
		struct tree_node *top = up;

		if (up->balance == 0) {
			up->balance = lean(!side);
			return;
		}
		if (up->balance == lean(side))
			up->balance = 0;
		else
			top = rebalance(t, up, !side);
		if (top->balance != 0)
			return;
		up = top->up;
		side = up ? side_of(top) : 0;
	}
}

void tree_remove(struct tree *t, struct tree_node *n)
{
	struct tree_node *gone = n, *up;	/* gone leaves its place: n, or its successor if n has two kids */
	unsigned side;

	ASSERT(n->linked);
	if (n->kid[0] && n->kid[1])
		gone = tree_next(n);
	up = gone->up;
	side = up ? side_of(gone) : 0;
	put(t, up, gone, gone->kid[gone->kid[0] == 0]);
	if (gone != n) {
		gone->balance = n->balance;
		gone->reach = n->reach;
		put(t, n->up, n, gone);
		for (unsigned i = 0; i < 2; i++) {
			gone->kid[i] = n->kid[i];
			if (gone->kid[i])
				gone->kid[i]->up = gone;
		}
		if (up == n)
			up = gone;
	}
	if (n->reach) {
		correct_reach(up);
		correct_reach(gone);
	}
	n->linked = false;
	shrunk(t, up, side);
}

struct tree_node *tree_first(const struct tree *t)
{
	struct tree_node *n = t->root;

	while (n && n->kid[0])
		n = n->kid[0];
	return n;
}

struct tree_node *tree_beside(const struct tree_node *n, unsigned side)
{
	struct tree_node *next = n->kid[side];

	if (!next) {
		while (n->up && side_of(n) == side)
			n = n->up;
		return n->up;
	}
	while (next->kid[!side])
		next = next->kid[!side];
	return next;
}

struct tree_node *tree_at_least(const struct tree *t, uint64_t key)
{
	struct tree_node *n = t->root, *best = 0;

	while (n) {
		if (n->key >= key)
			best = n;
		n = n->kid[n->key < key];
	}
	return best;
}

struct tree_node *tree_at_most(const struct tree *t, uint64_t key)
{
	struct tree_node *n = t->root, *best = 0;

	while (n) {
		if (n->key <= key)
			best = n;
		n = n->kid[n->key <= key];
	}
	return best;
}

struct tree_node *tree_find(const struct tree *t, uint64_t key)
{
	struct tree_node *n = tree_at_least(t, key);

	return n && n->key == key ? n : 0;
}

void tree_set_outer(struct tree_node *n, bool outer)
{
	n->outer = outer;
	if (outer)
		raise_reach(n, end_of(n));
	else
		correct_reach(n);
}

void tree_insert_extent(struct tree *t, struct tree_node *before, struct tree_node *n, uint64_t key)
{
	struct tree_node *up = before, **at = before ? &before->kid[1] : &t->root;

	while (*at) {
		up = *at;
		at = &up->kid[0];
	}
	link_at(n, up, at, t, key);
	if (before && !before->outer && key_has(before->key, key))
		tree_set_outer(before, true);
	up = key_log2(key) > SMALLEST_LOG2 ? tree_next(n) : 0;
	if (up && key_has(key, up->key))
		tree_set_outer(n, true);
}

/* In the subtree at n the outer extent, or ranked node, nearest to `side` that reaches beyond end, or 0. */
static INLINE struct tree_node *nearest(struct tree_node *n, unsigned side, l4_word_t end)
{
	if (!reaches(n, end))
		return 0;
	for (;;) {
		if (reaches(n->kid[side], end))
			n = n->kid[side];
		else if (end_of(n) > end)
			return n;
		else
			n = n->kid[!side];
	}
}

struct tree_node *tree_first_highest(const struct tree *t, uint64_t key)
{
	struct tree_node *n = t->root, *top = 0;	/* top: the first of the highest is in its subtree */
	l4_word_t highest = 0;

	while (reaches(n, highest)) {
		if (n->key > key) {
			n = n->kid[0];
			continue;
		}
		if (reaches(n->kid[0], highest)) {
			top = n->kid[0];
			highest = top->reach;
		}
		if (rank_of(n) + 1 > highest) {
			top = n;
			highest = rank_of(n) + 1;
		}
		n = n->kid[1];
	}
	return top ? nearest(top, 0, highest - 1) : 0;
}

struct tree_node *tree_first_above(const struct tree *t, int rank)
{
	return nearest(t->root, 0, (l4_word_t)(rank + 1));
}

struct tree_node *tree_next_outer(const struct tree *t, const struct tree_node *n, unsigned side,
				  uint64_t address)
{
	l4_word_t end = (l4_word_t)(address >> REACH_LOG2);
	struct tree_node *found = nearest(n ? n->kid[side] : t->root, !side, end);

	for (; !found && n && n->up; n = n->up)
		if (reaches(n->up, end) && side_of(n) != side)
			found = end_of(n->up) > end ? n->up : nearest(n->up->kid[side], !side, end);
	return found;
}

void tree_look(const struct tree *t, uint64_t key, struct tree_spot *spot)
{
	struct tree_node *n = t->root, *before = 0, *after = 0;
	struct tree_node *first = 0, *last = 0;		/* on the way: they, or some left of them, end above key */
	l4_word_t end = (l4_word_t)(key >> REACH_LOG2);

	while (n) {
		if ((l4_word_t)n->key > (l4_word_t)key) {
			after = n;
			n = n->kid[0];
			continue;
		}
		before = n;
		if (reaches(n, end) && (end_of(n) > end || reaches(n->kid[0], end))) {
			first = first ? first : n;
			last = n;
		}
		n = n->kid[1];
	}
	*spot = (struct tree_spot){ .before = before, .after = after };
	if (before && key_has(before->key, key))
		spot->around = before;
	else if (last)
		spot->around = end_of(last) > end ? last : nearest(last->kid[0], 1, end);
	spot->more = first && (first != spot->around || reaches(first->kid[0], end));
}

/* Returns the height of the subtree at n, which also is the depth of the recursion (small by V2). */
static int check_subtree(const struct tree_node *n, const struct tree_node *up, int depth)
{
	int height[2];

	if (!n)
		return 0;
	ASSERT(depth < 96);
	ASSERT(n->linked && n->up == up);					/* V3 */
	for (unsigned i = 0; i < 2; i++)
		height[i] = check_subtree(n->kid[i], n, depth + 1);
	ASSERT(n->balance == height[1] - height[0]);				/* V2 */
	ASSERT(n->balance >= -1 && n->balance <= 1);
	ASSERT(n->reach == reach_of(n));					/* V4 */
	return 1 + (height[0] > height[1] ? height[0] : height[1]);
}

void tree_check(const struct tree *t)
{
	const struct tree_node *n = tree_first(t);

	check_subtree(t->root, 0, 0);
	for (; n && tree_next(n); n = tree_next(n))
		ASSERT(n->key <= tree_next(n)->key);				/* V1 */
}
