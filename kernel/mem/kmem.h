/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem.h - kernel memory: frames of the boot-time pool, blocks of one size cut from frames, and the
 * accounts that pay for both.
 *
 * Every frame and block belongs to an account, one a space. An account's limit is carved out of its
 * parent's, so the limits of the children never exceed what the parent could have used itself:
 *
 *   A1  used + granted to children <= granted             (for each account)
 *   A2  granted <= limit
 *   A3  a child's granted is counted in its parent's given
 *
 * A block cache (struct slab) belongs to one account and pays by the frame, so a tenant cannot pin
 * frames that others paid for. Only slabs whose blocks are created by privileged calls alone
 * (threads, spaces) are shared; such a block is charged as its share of a frame.
 *
 * Free frames that are known to be clear are kept apart, and handed out first where a clear one is
 * wanted: a page table that goes away has lost all of its entries before. Which frames these are is
 * free: no account has a claim on them, and each gets what there is, cleared or to be cleared.
 */
#ifndef MEM_KMEM_H
#define MEM_KMEM_H

#include <x2/word.h>
#include <lib/list.h>
#include <lib/panic.h>
#include <lib/section.h>

enum { KMEM_FRAME_LOG2 = 12, KMEM_FRAME = 1 << KMEM_FRAME_LOG2 };

struct account {
	struct account *parent;		/* 0 for the pool's own */
	uint64_t limit;			/* bytes it may grow to */
	uint64_t granted;		/* bytes taken from the parent so far */
	uint64_t given;			/* bytes granted to children */
	uint64_t used;			/* bytes in use by its own objects */
	bool carved;			/* has a limit of its own: granted = limit, always */
};

struct slab_frame {			/* at the beginning of a frame of blocks (kmem.c) */
	struct list link;		/* in slab.partial */
	void *free;			/* blocks, linked through their first word */
	unsigned used;
	unsigned left;			/* blocks at the end that never were used; not on that list */
};

struct slab {
	struct list partial;		/* frames with a free block */
	struct account *account;	/* pays by the frame; 0: blocks are charged one by one */
	struct slab *other;		/* K4: each block has another of that one's, or 0 */
	unsigned block;			/* bytes */
	unsigned clear;			/* of these: zeroed when it is handed out, all but for threads */
	unsigned other_at;		/* where in the block the address of its other is */
	unsigned per_frame;		/* blocks */
	unsigned price;			/* what one block is charged, in a shared slab */
};

struct kmem {
	struct list free, clear;	/* free frames, linked through their first words; clear but for these */
	uintptr_t base, end;		/* the pool, as kernel addresses */
	size_t frames, frames_free;
	struct account pool;		/* root of all accounts */
};

/* The pool is [base, base + bytes), kernel addresses, whole frames; called once at boot. */
void kmem_init(void *base, size_t bytes);

/* A zeroed frame at a kernel address, charged to a; 0 if the account or the pool has none left. */
void *kmem_frame(struct account *a);
void kmem_frame_free(struct account *a, void *frame);

/* The same for a frame that holds nothing but zeros. */
void kmem_clear_frame_free(struct account *a, void *frame);

/* Inline, as most know the size of their blocks: then nothing is divided. */
static inline void slab_init(struct slab *s, struct account *a, unsigned block)
{
	unsigned per_frame = (KMEM_FRAME - sizeof(struct slab_frame)) / block;

	ASSERT(block >= sizeof(void *) && block % sizeof(void *) == 0 && per_frame > 0);
	list_init(&s->partial);
	s->account = a;
	s->other = 0;
	s->block = s->clear = block;
	s->per_frame = per_frame;
	s->price = (KMEM_FRAME + per_frame - 1) / per_frame;
}

/*
 * A block, s->clear bytes of it zeroed; 0: exhausted. Of a shared slab its price is charged to a; a is 0 for
 * the blocks of other slabs, and for those whose price is part of another block's.
 */
void *slab_alloc(struct slab *s, struct account *a);
void slab_free(struct slab *s, struct account *a, void *block);

/* What one block of a shared slab is charged: its share of a frame, in bytes. */
static inline unsigned slab_price(const struct slab *s) { return s->price; }

/* True if p lies in the pool. */
bool kmem_owns(uintptr_t p);

/*
 * Open an account under parent. limit 0: the default, a quarter of the parent's limit, taken from
 * the parent piece by piece as needed (CFG_ACCOUNT_STEP). Cannot fail.
 */
void account_open(struct account *a, struct account *parent);

/*
 * Carve exactly limit bytes out of the parent's account, in place of what a was granted before.
 * False, and nothing changed, if the parent has not so much or a uses more already.
 */
bool account_set_limit(struct account *a, uint64_t limit);

/* Take that back: *before is what *a was, and what was allocated since is free again. */
COLD_CODE void account_put_back(struct account *a, const struct account *before);

/* Charge bytes; false if that would pass the limit (or the parent cannot grant). */
bool account_charge(struct account *a, uint64_t bytes);
void account_release(struct account *a, uint64_t bytes);

/* Give everything back to the parent; used and given must be 0. */
void account_close(struct account *a);

/* A1 to A3 for one account; the free list and the pool's account. */
void account_check(const struct account *a);
void kmem_check(void);

#endif
