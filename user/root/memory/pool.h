/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h - physical memory in root's hands: blocks of 2^order pages, and accounts that use single pages.
 *
 * All memory is visible to root at direct(physical address). One byte per frame has its state; the links
 * of a free list are in the free blocks.
 *
 * A reservation is a block whose pages are meant for one place (frame.h). Its pages are free until a task
 * takes them, and any other allocation takes them when no other memory is left: so a reservation is given up
 * page by page, and the pool does not record for which task it was made.
 *
 *   L1  a free block is aligned to its size, and its buddy is not a free block of the same order and kind
 *       (within a reservation or not)
 *   L2  free counts the pages of all free and lent blocks, loose those that are within a reservation
 *   L3  kept <= free, and kept is the sum of what accounts have reserved and not used: so a page within a
 *       reservation never fails. Above its reservation an account has what is free and not kept, up to its
 *       limit. (A larger block can fail, by fragmentation.)
 *   L4  a reservation of 2^order pages is aligned to its size, does not touch another one, and ends when all
 *       of its pages are free
 *   L5  a lent block has 2^LENT_ORDER pages and holds what may be lost (cache.h). It is a free block like any
 *       other, but for being used last: so an allocation fails, or a reservation is refused, only if it would
 *       with nothing lent
 */
#ifndef ROOT_POOL_H
#define ROOT_POOL_H

#include <x2/word.h>

/*
 * Frames below POOL_LOWEST are not used: a driver that gives its device a null pointer, or an offset instead
 * of an address, makes it write there.
 */
enum { PAGE_LOG2 = 12, POOL_ORDERS = 10, POOL_LOWEST = 16, GRANULE_ORDER = 3 };

/* LENT_ORDER: the order of the largest blocks, so that no block is missing because parts of it are lent. */
enum { LENT_ORDER = POOL_ORDERS - 1, LENT_PAGES = 1 << LENT_ORDER, LENT_MAX = 256 };

#define PAGE_BYTES	((l4_word_t)1 << PAGE_LOG2)
#define PAGE_MASK	(PAGE_BYTES - 1)

/* The address in root's space at which physical address 0 would be visible. */
extern l4_word_t direct_base;

static inline void *direct(l4_word_t physical) { return (void *)(direct_base + physical); }

struct pool_link { struct pool_link *next, *prev; };

struct pool {
	uint8_t *state;			/* one byte for each of `frames` frames */
	uint8_t *within;		/* for each granule of 2^GRANULE_ORDER: the reservation's order, or 0 */
	l4_word_t frames;
	struct pool_link free_list[2][POOL_ORDERS];	/* 1: within reservations */
	l4_word_t total, free, loose, reserved, kept;	/* pages; reserved, kept: by accounts */
	l4_word_t lent[LENT_MAX];	/* frames, of `lents` blocks; the last one is used first */
	unsigned lents;
};

/* Returns the bytes that pool_init needs for so many frames. */
static inline l4_word_t pool_state_bytes(l4_word_t frames)
{
	return frames + (frames >> GRANULE_ORDER) + 1;
}

/* state: pool_state_bytes(frames) zeroed bytes. The pool is empty then. */
void pool_init(struct pool *p, uint8_t *state, l4_word_t frames);

/* Add free memory to the pool. Frames below POOL_LOWEST or from `frames` on are ignored. */
void pool_add(struct pool *p, l4_word_t physical, l4_word_t pages);

/* Returns the physical address of 2^order pages, contents undefined; 0 if no such block is free. */
l4_word_t pool_alloc(struct pool *p, unsigned order);
void pool_free(struct pool *p, l4_word_t physical, unsigned order);

/*
 * Make a reservation of 2^order pages (order at least GRANULE_ORDER), which stay free. Returns its physical
 * address; 0 if there is no such block, or if it is larger than a granule and most of the free memory is
 * within reservations: so large blocks are left for other uses.
 */
l4_word_t pool_reserve(struct pool *p, unsigned order);

/* Returns the physical address of 2^order free pages of some reservation, which stay in it; 0 if none. */
l4_word_t pool_share(struct pool *p, unsigned order);

/*
 * Lend one more block, which begins at frame lent[lents - 1]. Returns false if no such block is free, or if
 * more than half of what is free and not kept were lent then.
 */
bool pool_lend(struct pool *p);

/* Allocate the page at `physical`. Returns false if it is not a free page of a reservation. */
bool pool_take(struct pool *p, l4_word_t physical);

/* Returns true if one of these frames, free or not, belongs to the pool. */
bool pool_holds(const struct pool *p, l4_word_t frame, l4_word_t frames);

/* The memory of one task, in pages. */
struct account { struct pool *pool; l4_word_t used, limit, reserved; };

/* Reserve so many pages more. Returns false, and changes nothing, if so much is not free. */
bool account_reserve(struct account *a, l4_word_t pages);

/* Returns true if the account could get so many pages more now. */
bool account_has(const struct account *a, l4_word_t pages);

/* Returns 2^order zeroed pages on the account; 0 if its limit is reached or no such block is free. */
l4_word_t account_block(struct account *a, unsigned order);

/* The same, contents undefined. */
l4_word_t account_raw(struct account *a, unsigned order);
void account_free_block(struct account *a, l4_word_t physical, unsigned order);

/* Charge the page at `physical`, zeroed. Returns false if the limit is reached or pool_take fails. */
bool account_take(struct account *a, l4_word_t physical);

/*
 * Charge a block of 2^order pages of `from` to `to` instead, without regard to the limit of `to`. The
 * reservation of `from` shrinks by as much.
 */
void account_move(struct account *from, struct account *to, unsigned order);

static inline l4_word_t account_page(struct account *a) { return account_block(a, 0); }
static inline void account_free(struct account *a, l4_word_t physical) { account_free_block(a, physical, 0); }

#endif
