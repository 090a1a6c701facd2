/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vtab.h - what page lies where in an address space, as root remembers it: a radix tree of
 * four levels of 512 words, like the machine's page tables. Its pages are on the task's account.
 *
 * A leaf word is 0, or a physical address with VTAB_ flags in its low bits.
 */
#ifndef ROOT_VTAB_H
#define ROOT_VTAB_H

#include "pool.h"

enum {
	VTAB_PRESENT	= 1,
	VTAB_OWNED	= 2,	/* the frame is this task's, and on its account */
	VTAB_FLAGS	= PAGE_MASK & 0xfff,
	VTAB_TOP_BIT	= 48,	/* addresses below 2^48 */
};

struct vtab { l4_word_t top; };

/* The leaf word of the page at `address`, or 0: no table there (create: no memory). */
l4_word_t *vtab_slot(struct vtab *v, struct account *a, l4_word_t address, bool create);

/* Find the first present page in [*address, last]: true, and *address and *slot are set. */
bool vtab_next(const struct vtab *v, l4_word_t *address, l4_word_t last, l4_word_t **slot);

/* Free tables in which nothing is. */
void vtab_prune(struct vtab *v, struct account *a);

/* Free the tables. What leaves point to is the caller's. */
void vtab_free(struct vtab *v, struct account *a);

#endif
