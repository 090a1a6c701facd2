/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - ordered sets of 64-bit keys: an intrusive AVL tree.
 *
 * It is used for the mapping database (extents of a space, children of an extent), the
 * timeout queue and the UTCB pages of a space: each has a logarithmic worst case, and
 * no operation allocates memory. Equal keys are allowed; a later one comes after an earlier one.
 * The height is at most 1.45 log2(n): 24 for 100,000 entries.
 *
 * A key may encode an extent, 2^log2 bytes at an aligned base (extent_key). At equal bases the larger one
 * comes first, so an extent precedes those inside it. One that may have others inside is marked as outer, so
 * that a search from a later key finds it in O(log n), too.
 *
 * A key may also end with a rank, its low RANK_BITS (tree_insert_ranked): the highest rank among the keys up
 * to a given one, and the first node above a rank, are found in O(log n). A tree has keys of one kind only.
 */
#ifndef LIB_TREE_H
#define LIB_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <lib/bits.h>
#include <lib/section.h>

/* SMALLEST_LOG2: of an extent. REACH_BITS: in one word with the flags, or, of 32 bits, in one of its own. */
enum { IS_32 = L4_WORD_BITS == 32, RANK_BITS = 8, SMALLEST_LOG2 = 12, REACH_LOG2 = 11,
	REACH_BITS = IS_32 ? 32 : 53 };

struct tree_node {
	struct tree_node *up, *kid[2];	/* kid[0] smaller, kid[1] larger or equal */
	uint64_t key;
	int balance : 8;		/* height(kid[1]) - height(kid[0]): -1, 0, 1. A bit-field, so that it is one
					 * object with `reach`, which gcc else stores byte by byte */
	bool linked : 1;
	bool outer : 1;			/* an extent: others may lie inside it */
	bool ranked : 1;
	l4_word_t reach : REACH_BITS;	/* the largest end of outer extents in the subtree >> REACH_LOG2; 0: none.
					 * Of ranked nodes: the highest rank in the subtree, + 1 */
};

static inline uint64_t extent_key(uint64_t base, unsigned log2) { return base | (63 - log2); }
static inline uint64_t key_base(uint64_t key) { return align_down(key, 6); }
static inline unsigned key_log2(uint64_t key) { return 63 - (unsigned)(key & 63); }

/* An address in an extent is a word. Two shifts where an extent can have as many bits as a word. */
static INLINE l4_word_t above(l4_word_t v, unsigned log2) { return v >> (log2 - IS_32) >> IS_32; }
static INLINE bool key_has(uint64_t key, uint64_t at) { return !above((l4_word_t)(key ^ at), key_log2(key)); }

static inline unsigned rank_of(const struct tree_node *n) { return n->key & (pow2(RANK_BITS) - 1); }

struct tree { struct tree_node *root; };

static inline void tree_init(struct tree *t) { t->root = 0; }
static inline bool tree_empty(const struct tree *t) { return !t->root; }
static inline bool tree_linked(const struct tree_node *n) { return n->linked; }
static INLINE bool tree_nested(const struct tree *t) { return t->root && t->root->reach; }

/* Put n, not linked, into t under key. O(log n). */
void tree_insert(struct tree *t, struct tree_node *n, uint64_t key);

/*
 * The same for an extent. Marks it as outer if it has others inside, and marks the one in which it lies.
 * before: the last node with a key at or below key, or 0.
 */
void tree_insert_extent(struct tree *t, struct tree_node *before, struct tree_node *n, uint64_t key);

/* The same for a ranked key. */
void tree_insert_ranked(struct tree *t, struct tree_node *n, uint64_t key);

/* Of the nodes with a key at or below key, returns the first of the highest rank; 0 if none is. O(log n). */
struct tree_node *tree_first_highest(const struct tree *t, uint64_t key);

/* Returns the first node with a rank above `rank`, or 0. O(log n). */
struct tree_node *tree_first_above(const struct tree *t, int rank);

/* Remove n from t, which must contain it. O(log n). */
void tree_remove(struct tree *t, struct tree_node *n);

struct tree_node *tree_first(const struct tree *t);		/* smallest key, or 0 */
struct tree_node *tree_beside(const struct tree_node *n, unsigned side);	/* next (1), previous (0), or 0 */
static inline struct tree_node *tree_next(const struct tree_node *n) { return tree_beside(n, 1); }
struct tree_node *tree_at_least(const struct tree *t, uint64_t key);	/* first with key >= key, or 0 */
struct tree_node *tree_at_most(const struct tree *t, uint64_t key);	/* last with key <= key, or 0 */
struct tree_node *tree_find(const struct tree *t, uint64_t key);	/* first with that key, or 0 */

/* Mark the extent n as outer, or not. O(log n). */
void tree_set_outer(struct tree_node *n, bool outer);

/* The result of a search for the extent of a key. */
struct tree_spot {
	struct tree_node *around;	/* the innermost extent that contains it, or 0 */
	struct tree_node *before;	/* the last one with a key at or below it, or 0 */
	struct tree_node *after;	/* the first one with a key above it, or 0 */
	bool more;			/* others may contain it: tree_next_outer of `around` on side 0 */
};
void tree_look(const struct tree *t, uint64_t key, struct tree_spot *spot);

/*
 * The next outer extent behind n (side 1) or before n (side 0) in order that ends above address, or 0. n 0:
 * the first or last one. O(log n).
 */
struct tree_node *tree_next_outer(const struct tree *t, const struct tree_node *n, unsigned side,
				  uint64_t address);

/* Check V1 to V4 (tree.c), in linear time; for kernel_check. */
void tree_check(const struct tree *t);

#endif
