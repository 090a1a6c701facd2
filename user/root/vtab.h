/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vtab.h - what page lies where in an address space, as root remembers it: a radix tree of
 * four levels of 512 words, like the machine's page tables. Its pages are on the task's account.
 *
 * A leaf word is 0, or a physical address with VTAB_ flags in its low bits: that of a page, or with
 * VTAB_RESERVED a note of frame.c, or without an address a note of area.c that a page is to come; the page is
 * absent then. From VTAB_ORDER_SHIFT on a word has the order of the block that its page is part of, if pages
 * were given as a block: the word of the block's first page stands for its frames. Any other word is 0, or
 * the frame of a table with the number of its words that are not 0 in the low bits.
 *
 *   V1  a table that is there has a word that is not 0: so to drop a page is at most LEVELS steps
 */
#ifndef ROOT_VTAB_H
#define ROOT_VTAB_H

#include "pool.h"

enum {
	VTAB_PRESENT	= 1,
	VTAB_OWNED	= 2,	/* the frame is this task's, and on its account */
	VTAB_RESERVED	= 4,	/* not PRESENT: the frame that is meant for the page */
	VTAB_UNSENT	= 8,	/* PRESENT, and the program has not touched it yet */
	VTAB_ORDER_SHIFT = 4,	/* of four bits */
	VTAB_FLAGS	= PAGE_MASK & 0xfff,
	VTAB_TOP_BIT	= 48,	/* addresses below 2^48 */
};

struct vtab { l4_word_t top; };

/* log2 of the bytes that were given together with the page of this leaf word; aligned to their size. */
static inline unsigned vtab_log2(l4_word_t word) { return PAGE_LOG2 + (word >> VTAB_ORDER_SHIFT & 0xf); }

/* Does the word of the page at `address` stand for frames of the task: a page, or a block from there on? */
static inline bool vtab_owns(l4_word_t word, l4_word_t address)
{
	return (word & VTAB_OWNED) != 0 && address % ((l4_word_t)1 << vtab_log2(word)) == 0;
}

/* The leaf word of the page at `address`, 0: none. */
l4_word_t vtab_get(const struct vtab *v, l4_word_t address);

/* How many tables are missing for the page at `address`, which is below 2^48. */
unsigned vtab_missing(const struct vtab *v, l4_word_t address);

/* Set the leaf word of a page, not to 0. False: no memory for tables, nothing has changed. */
bool vtab_put(struct vtab *v, struct account *a, l4_word_t address, l4_word_t word);

/* The leaf words of the 2^order pages around `address`, aligned, order at most 9; 0: there is no table. */
const l4_word_t *vtab_chunk(const struct vtab *v, l4_word_t address, unsigned order);

/*
 * The frames from `block` on are meant for the 2^order pages around `address`, whose table is there: so says
 * the word of the first page of each granule from now on, if that page is absent.
 */
void vtab_reserve(struct vtab *v, l4_word_t address, unsigned order, l4_word_t block);

/*
 * Set the leaf words of so many absent pages from `address` on, of one table, which is there: the first one's
 * is `word`, the others' have the frames behind that.
 */
void vtab_fill(struct vtab *v, l4_word_t address, l4_word_t pages, l4_word_t word);

/* Clear the leaf word, if it is not 0 yet, and free the tables in which nothing is left. */
void vtab_drop(struct vtab *v, struct account *a, l4_word_t address);

/*
 * Look for the first page in [*address, last] that has a leaf word, which is returned, and *address is its
 * page. 0: none up to *address, where the next call continues; none at all if that is above `last` or no
 * address. It stops when it has looked at *looks words, which is what remains of them then.
 */
l4_word_t vtab_next(const struct vtab *v, l4_word_t *address, l4_word_t last, unsigned *looks);

#endif
