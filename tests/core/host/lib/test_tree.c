/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_tree.c - the ordered set against a sorted array.
 */
#include <lib/bits.h>
#include <lib/tree.h>
#include <stdlib.h>
#include "harness.h"

enum { NODES = 600 };

static struct tree_node nodes[NODES];
static struct tree_node *sorted[NODES];
static size_t count;

static uint32_t seed;
static uint32_t next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* n is inserted: behind its equals, in the array. */
static void model_note(struct tree_node *n, uint64_t key)
{
	size_t i = count++;

	for (; i > 0 && sorted[i - 1]->key > key; i--)
		sorted[i] = sorted[i - 1];
	sorted[i] = n;
}

/* The same in both. */
static void model_insert(struct tree *t, struct tree_node *n, uint64_t key)
{
	tree_insert(t, n, key);
	model_note(n, key);
}

static void model_remove(struct tree *t, size_t i)
{
	tree_remove(t, sorted[i]);
	for (count--; i < count; i++)
		sorted[i] = sorted[i + 1];
}

static void compare(const struct tree *t)
{
	struct tree_node *n = tree_first(t);

	tree_check(t);
	for (size_t i = 0; i < count; i++, n = tree_next(n))
		CHECK(n == sorted[i]);
	CHECK(n == 0);
}

static void compare_lookups(const struct tree *t, uint64_t key)
{
	struct tree_node *least = 0, *most = 0, *found = 0;

	for (size_t i = count; i > 0; i--)
		if (sorted[i - 1]->key >= key)
			least = sorted[i - 1];
	for (size_t i = 0; i < count; i++)
		if (sorted[i]->key <= key)
			most = sorted[i];
	if (least && least->key == key)
		found = least;
	CHECK(tree_at_least(t, key) == least);
	CHECK(tree_at_most(t, key) == most);
	CHECK(tree_find(t, key) == found);
}

static void fresh(struct tree *t, uint32_t s)
{
	tree_init(t);
	for (size_t i = 0; i < NODES; i++)
		nodes[i] = (struct tree_node){ 0 };
	count = 0;
	seed = s;
}

TEST(HTREE0001, "an empty tree has no first node, and finds nothing")
{
	struct tree t;

	fresh(&t, 1);
	CHECK(tree_empty(&t));
	CHECK(tree_first(&t) == 0);
	compare_lookups(&t, 0);
	tree_check(&t);
}

TEST(HTREE0002, "rising, falling and equal keys stay in order and in balance")
{
	struct tree t;

	for (unsigned kind = 0; kind < 3; kind++) {
		fresh(&t, 1);
		for (uint64_t i = 0; i < NODES; i++)
			model_insert(&t, &nodes[i], kind == 0 ? i : kind == 1 ? NODES - i : 7);
		compare(&t);
		while (count > 0)
			model_remove(&t, kind == 2 ? count / 2 : 0);
		CHECK(tree_empty(&t));
	}
}

TEST(HTREE0003, "random insertions and removals agree with a sorted array at each step")
{
	struct tree t;

	for (uint32_t s = 1; s <= 4; s++) {
		fresh(&t, s);
		for (unsigned step = 0; step < 3000; step++) {
			struct tree_node *n = &nodes[next_random() % NODES];
			bool grow = step % 1000 < 600;

			if (!tree_linked(n) && (grow || next_random() % 4 == 0))
				model_insert(&t, n, next_random() % (s * 200));
			else if (count > 0 && (!grow || next_random() % 4 == 0))
				model_remove(&t, next_random() % count);
			if (step % 16 == 0)
				compare(&t);
			compare_lookups(&t, next_random() % (s * 200));
		}
		CHECK(count > 0);
	}
}

TEST(HTREE0004, "keys use all 64 bits")
{
	struct tree t;

	fresh(&t, 1);
	for (unsigned i = 0; i < 64; i++)
		model_insert(&t, &nodes[i], pow2(63 - i));
	model_insert(&t, &nodes[64], ~(uint64_t)0);
	compare(&t);
	CHECK(tree_at_most(&t, ~(uint64_t)0) == &nodes[64]);
	CHECK(tree_at_least(&t, pow2(63)) == &nodes[0]);
}

/* Extents below 2^18. */
enum { FIRST_LOG2 = 12, LAST_LOG2 = 18 };

static bool ends_above(const struct tree_node *n, uint64_t address)
{
	return n->outer && key_base(n->key) + pow2(key_log2(n->key)) > address;
}

/* around: the last outer extent before `before` that ends above address. */
static void compare_look(const struct tree *t, uint64_t address, struct tree_node *before,
			 struct tree_node *around)
{
	struct tree_spot s;
	bool more = false;

	tree_look(t, address | 63, &s);
	CHECK(s.before == before && s.after == tree_at_least(t, (address | 63) + 1));
	CHECK(s.around == (before && key_has(before->key, address) ? before : around));
	for (size_t i = 0; i < count && sorted[i] != s.around; i++)
		more |= s.around && ends_above(sorted[i], address);
	CHECK(s.more || !more);
	CHECK(!s.more || tree_nested(t));
}

static void compare_outer(const struct tree *t, uint64_t address)
{
	struct tree_node *before = tree_at_most(t, address | 63), *after = 0, *around = 0, *outer = 0;

	for (size_t i = count; i > 0; i--)
		if (ends_above(sorted[i - 1], address))
			after = sorted[i - 1];
	for (size_t i = 0; i < count && sorted[i] != before; i++)
		if (ends_above(sorted[i], address))
			around = sorted[i];
	CHECK(tree_next_outer(t, 0, 1, address) == after);
	CHECK(!before || tree_next_outer(t, before, 0, address) == around);
	compare_look(t, address, before, before ? around : 0);
	for (size_t i = count; after && i > 0 && sorted[i - 1] != after; i--)
		if (ends_above(sorted[i - 1], address))
			outer = sorted[i - 1];
	CHECK(!after || tree_next_outer(t, after, 1, address) == outer);
}

TEST(HTREE0005, "outer extents are found from any place, whatever is inserted, removed and marked between")
{
	struct tree t;

	for (uint32_t s = 1; s <= 4; s++) {
		fresh(&t, s);
		for (unsigned step = 0; step < 3000; step++) {
			struct tree_node *n = &nodes[next_random() % NODES];
			unsigned log2 = FIRST_LOG2 + next_random() % (LAST_LOG2 - FIRST_LOG2);
			uint64_t base = align_down(next_random() & (pow2(LAST_LOG2) - 1), log2);

			if (!tree_linked(n) && step % 1000 < 600)
				model_insert(&t, n, extent_key(base, log2));
			else if (tree_linked(n) && next_random() % 2)
				tree_set_outer(n, !n->outer);
			else if (count > 0)
				model_remove(&t, next_random() % count);
			if (step % 16 == 0)
				compare(&t);
			compare_outer(&t, next_random() & (pow2(LAST_LOG2) - 1));
		}
	}
}

/* The first of the highest rank up to a key, and the first node above a rank, are those of the array. */
static void compare_ranks(const struct tree *t, uint64_t key, int rank)
{
	struct tree_node *above = 0, *best = 0;

	for (size_t i = count; i > 0; i--) {
		struct tree_node *n = sorted[i - 1];

		if ((int)rank_of(n) > rank)
			above = n;
		if (n->key <= key && (!best || rank_of(n) >= rank_of(best)))
			best = n;
	}
	CHECK(tree_first_highest(t, key) == best);
	CHECK(tree_first_above(t, rank) == above);
}

TEST(HTREE0006, "ranks: the first of the highest up to a key, and the first above one, after any changes")
{
	struct tree t;

	for (uint32_t s = 1; s <= 4; s++) {
		fresh(&t, s);
		for (unsigned step = 0; step < 3000; step++) {
			struct tree_node *n = &nodes[next_random() % NODES];
			uint64_t key = (uint64_t)(next_random() % (s * 100)) << RANK_BITS;

			if (!tree_linked(n) && (step % 1000 < 600 || next_random() % 4 == 0)) {
				tree_insert_ranked(&t, n, key | next_random() % pow2(RANK_BITS));
				model_note(n, n->key);
			} else if (count > 0 && (step % 1000 >= 600 || next_random() % 4 == 0)) {
				model_remove(&t, next_random() % count);
			}
			if (step % 16 == 0)
				compare(&t);
			compare_ranks(&t, key, (int)(next_random() % pow2(RANK_BITS)) - 1);
		}
		CHECK(count > 0);
	}
}
