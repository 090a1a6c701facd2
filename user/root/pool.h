/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h - physical memory in root's hands: blocks of 2^order pages, and accounts that use single pages.
 *
 * All memory is visible to root at direct(physical address). One byte per frame has its state; free
 * blocks carry the links of their list themselves.
 *
 * A reservation is a block whose pages are meant for one place (frame.h). As long as no task has taken them
 * they are free, and any other allocation gets them when no other memory is left: so a reservation is given
 * up piece by piece, by those that need its pages, and the pool keeps no record of whose it is.
 *
 *   L1  a free block is aligned to its size, and its buddy is not a free block of the same order and kind
 *       (within a reservation or not)
 *   L2  free counts the pages of all free blocks, loose those of them that are within a reservation
 *   L3  kept <= free, and kept is the sum of what accounts have reserved and not used: so a page within a
 *       reservation never fails. Above its reservation an account has what is free and not kept, up to its
 *       limit. (A larger block can fail, by fragmentation.)
 *   L4  a reservation of 2^order pages is aligned to its size, does not touch another one, and ends when all
 *       of its pages are free
 */
#ifndef ROOT_POOL_H
#define ROOT_POOL_H

#include <x2/word.h>

/*
 * Frames below POOL_LOWEST are not used: a driver that gives its device a null pointer, or an offset instead
 * of an address, makes it write there.
 */
enum { PAGE_LOG2 = 12, POOL_ORDERS = 10, POOL_LOWEST = 16, GRANULE_ORDER = 3 };

#define PAGE_BYTES	((l4_word_t)1 << PAGE_LOG2)
#define PAGE_MASK	(PAGE_BYTES - 1)

/* Where physical address 0 would be seen by root. */
extern l4_word_t direct_base;

static inline void *direct(l4_word_t physical) { return (void *)(direct_base + physical); }

struct pool_link { struct pool_link *next, *prev; };

struct pool {
	uint8_t *state;			/* one byte for each of `frames` frames */
	uint8_t *within;		/* for each granule of 2^GRANULE_ORDER: the reservation's order, or 0 */
	l4_word_t frames;
	struct pool_link free_list[2][POOL_ORDERS];	/* 1: within reservations */
	l4_word_t total, free, loose, reserved, kept;	/* pages; reserved, kept: by accounts */
};

/* What pool_init needs for so many frames, in bytes. */
static inline l4_word_t pool_state_bytes(l4_word_t frames)
{
	return frames + (frames >> GRANULE_ORDER) + 1;
}

/* state: pool_state_bytes(frames) zeroed bytes. */
void pool_init(struct pool *p, uint8_t *state, l4_word_t frames);

/* Put memory into the pool; what lies below POOL_LOWEST or beyond `frames` is ignored. */
void pool_add(struct pool *p, l4_word_t physical, l4_word_t pages);

/* 2^order pages, contents undefined; 0 if there are none. */
l4_word_t pool_alloc(struct pool *p, unsigned order);
void pool_free(struct pool *p, l4_word_t physical, unsigned order);

/*
 * A reservation of 2^order pages (order at least GRANULE_ORDER), all of them still free; 0: no such block is
 * there. Of more than a granule only as long as most of the free memory is in no reservation, so that large
 * blocks are left for others.
 */
l4_word_t pool_reserve(struct pool *p, unsigned order);

/* 2^order pages of a reservation of any place, which are all free; they stay in it. 0: none. */
l4_word_t pool_share(struct pool *p, unsigned order);

/* Take the page at `physical` if it is a free one of a reservation. */
bool pool_take(struct pool *p, l4_word_t physical);

/* Is one of these frames the pool's, free or not? */
bool pool_holds(const struct pool *p, l4_word_t frame, l4_word_t frames);

/* What one task uses, in pages. */
struct account { struct pool *pool; l4_word_t used, limit, reserved; };

/* Returns false if so much is not free; nothing has changed then. */
bool account_reserve(struct account *a, l4_word_t pages);

/* Could the account have so many pages more now? */
bool account_has(const struct account *a, l4_word_t pages);

/* 2^order zeroed pages on the account; 0 if the limit is reached or no such block is free. */
l4_word_t account_block(struct account *a, unsigned order);

/* The same, contents undefined. */
l4_word_t account_raw(struct account *a, unsigned order);
void account_free_block(struct account *a, l4_word_t physical, unsigned order);

/* The page at `physical`, zeroed, on the account, if it has a page left and pool_take takes it. */
bool account_take(struct account *a, l4_word_t physical);

/*
 * A block of 2^order pages of `from` is on the account of `to` from now on, whatever that's limit; `from`
 * has so much less reserved.
 */
void account_move(struct account *from, struct account *to, unsigned order);

static inline l4_word_t account_page(struct account *a) { return account_block(a, 0); }
static inline void account_free(struct account *a, l4_word_t physical) { account_free_block(a, physical, 0); }

#endif
