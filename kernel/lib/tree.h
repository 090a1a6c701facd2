/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - ordered sets of 64-bit keys: an intrusive AVL tree.
 *
 * It is used for the mapping database (extents of a space, children of an extent), the
 * timeout queue and the UTCB pages of a space: each has a logarithmic worst case, and
 * no operation allocates memory. Equal keys are allowed; a later one comes after an earlier one.
 * The height is at most 1.45 log2(n): 24 for 100,000 entries.
 */
#ifndef LIB_TREE_H
#define LIB_TREE_H

#include <stdbool.h>
#include <stdint.h>

struct tree_node {
	struct tree_node *up, *kid[2];	/* kid[0] smaller, kid[1] larger or equal */
	uint64_t key;
	int8_t balance;			/* height(kid[1]) - height(kid[0]): -1, 0, 1 */
	bool linked;
};

struct tree { struct tree_node *root; };

static inline void tree_init(struct tree *t) { t->root = 0; }
static inline bool tree_empty(const struct tree *t) { return !t->root; }
static inline bool tree_linked(const struct tree_node *n) { return n->linked; }

/* Put n, not linked, into t under key. O(log n). */
void tree_insert(struct tree *t, struct tree_node *n, uint64_t key);

/* The same if its predecessor `before` is known; 0: n becomes the first. */
void tree_insert_behind(struct tree *t, struct tree_node *before, struct tree_node *n, uint64_t key);

/* Remove n from t, which must contain it. O(log n). */
void tree_remove(struct tree *t, struct tree_node *n);

struct tree_node *tree_first(const struct tree *t);		/* smallest key, or 0 */
struct tree_node *tree_next(const struct tree_node *n);		/* next node in order, or 0 */
struct tree_node *tree_at_least(const struct tree *t, uint64_t key);	/* first with key >= key, or 0 */
struct tree_node *tree_at_most(const struct tree *t, uint64_t key);	/* last with key <= key, or 0 */
struct tree_node *tree_find(const struct tree *t, uint64_t key);	/* first with that key, or 0 */

/* Check V1 to V3 (tree.c), in linear time; for kernel_check. */
void tree_check(const struct tree *t);

#endif
