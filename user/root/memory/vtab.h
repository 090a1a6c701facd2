/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vtab.h - root's record of the pages of an address space: a radix tree of four levels of 512 words, or
 * two of 1,024 words of 32 bits, like the machine's page tables. Its pages are on the task's account.
 *
 * A leaf word is 0, or a physical address with VTAB_ flags in its low bits: that of a page, or with
 * VTAB_RESERVED a note of frame.c, or without an address a note of area.c that a page is to come; the page is
 * absent then. From VTAB_ORDER_SHIFT on a word has the order of the block that its page is part of, if pages
 * were given as a block: the word of the block's first page stands for its frames. Any other word is 0, or
 * the frame of a table with the number of its words that are not 0 in the low bits.
 *
 *   V1  each table has a word that is not 0: so to drop a page takes at most VTAB_LEVELS steps
 */
#ifndef ROOT_VTAB_H
#define ROOT_VTAB_H

#include "pool.h"

enum {
	VTAB_LEVEL_BITS	= L4_WORD_BITS == 64 ? 9 : 10,	/* a table is a page */
	VTAB_LEVELS	= L4_WORD_BITS == 64 ? 4 : 2,
	VTAB_TOP_BIT	= PAGE_LOG2 + VTAB_LEVEL_BITS * VTAB_LEVELS,	/* of addresses */
	VTAB_PRESENT	= 1,
	VTAB_OWNED	= 2,	/* the frame is this task's, and on its account */
	VTAB_RESERVED	= 4,	/* not PRESENT: the frame that is reserved for the page */
	VTAB_UNSENT	= 8,	/* PRESENT, and the program has not touched the page yet */
	VTAB_ORDER_SHIFT = 4,	/* of four bits */
	VTAB_FLAGS	= PAGE_MASK & 0xfff,
};

struct vtab { l4_word_t top; };

/* Returns log2 of the bytes that were allocated together with the page of this leaf word, aligned to that. */
static inline unsigned vtab_log2(l4_word_t word) { return PAGE_LOG2 + (word >> VTAB_ORDER_SHIFT & 0xf); }

/*
 * Returns true if the word of the page at `address` stands for a frame of the task, or a block from there
 * on.
 */
static inline bool vtab_owns(l4_word_t word, l4_word_t address)
{
	return (word & VTAB_OWNED) != 0 && address % ((l4_word_t)1 << vtab_log2(word)) == 0;
}

/* Returns the leaf word of the page at `address`, or 0. */
l4_word_t vtab_get(const struct vtab *v, l4_word_t address);

/* Returns the number of tables that lack for the page at `address`, which is below 2^VTAB_TOP_BIT. */
unsigned vtab_missing(const struct vtab *v, l4_word_t address);

/*
 * Set the leaf word of a page to a word other than 0. Returns false, changing nothing, if tables lack
 * memory.
 */
bool vtab_put(struct vtab *v, struct account *a, l4_word_t address, l4_word_t word);

/*
 * Returns the leaf words of the 2^order aligned pages around `address`, order at most 9; 0 if no table
 * exists.
 */
const l4_word_t *vtab_chunk(const struct vtab *v, l4_word_t address, unsigned order);

/*
 * Reserve the frames from `block` on for the 2^order pages around `address`, whose table exists: set the word
 * of the first page of each granule, if that page is absent, to its reserved frame.
 */
void vtab_reserve(struct vtab *v, l4_word_t address, unsigned order, l4_word_t block);

/*
 * Set the leaf words of so many absent pages from `address` on, of one existing table: the first to `word`,
 * the others to the frames after its frame.
 */
void vtab_fill(struct vtab *v, l4_word_t address, l4_word_t pages, l4_word_t word);

/* Clear the leaf word, if it is not 0, and free the tables that become empty. */
void vtab_drop(struct vtab *v, struct account *a, l4_word_t address);

/*
 * Returns the leaf word of the first page in [*address, last] that has one, and sets *address to that page.
 * Returns 0 if none has below the new *address, where the next call continues; the search has ended if that
 * is above `last` or no address. Looks at *looks words at most, and subtracts from it how many it looked at.
 */
l4_word_t vtab_next(const struct vtab *v, l4_word_t *address, l4_word_t last, unsigned *looks);

#endif
