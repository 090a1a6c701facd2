/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem.h - kernel memory: the frames of the pool, blocks of one size cut from frames, and the accounts to
 * which both are charged.
 *
 * Each frame and block belongs to an account; each space has one. An account takes its memory from its
 * parent's, so an account and those below it never use more than its limit:
 *
 *   A1  used + granted to children <= granted             (for each account)
 *   A2  granted <= limit
 *   A3  a child's granted is counted in its parent's given
 *
 * A slab belongs to one account, which is charged for whole frames, so a block of one space never keeps in
 * use a frame that another space pays for. Only slabs whose blocks are created by privileged calls alone
 * (threads, spaces) are shared; each of their blocks is charged as its share of a frame.
 *
 * Clear frames are in a list of their own and are allocated first when a clear frame is needed; freed page
 * tables become clear frames, as all of their entries were cleared before. No account has a claim on clear
 * frames.
 */
#ifndef MEM_KMEM_H
#define MEM_KMEM_H

#include <x2/word.h>
#include <arch/ptab.h>
#include <lib/list.h>
#include <lib/panic.h>
#include <lib/section.h>

enum { KMEM_FRAME_LOG2 = ARCH_PAGE_LOG2, KMEM_FRAME = 1 << KMEM_FRAME_LOG2 };

struct account {
	struct account *parent;		/* 0: the pool's account */
	uint64_t limit;			/* bytes: maximum of granted */
	uint64_t granted;		/* bytes taken from the parent */
	uint64_t given;			/* bytes granted to children */
	uint64_t used;			/* bytes in use by its own objects */
	bool carved;			/* granted = limit, always */
};

struct slab_frame {			/* at the beginning of a frame of blocks (kmem.c) */
	struct list link;		/* in slab.partial */
	void *free;			/* blocks, linked through their first word */
	unsigned used;
	unsigned left;			/* blocks at the end that were never used; not in `free` */
};

struct slab {
	struct list partial;		/* frames with a free block */
	struct account *account;	/* charged for each frame; 0: a shared slab, blocks are charged */
	struct slab *other;		/* the slab of which each block has a block (K4), or 0 */
	unsigned block;			/* bytes of a block */
	unsigned clear;			/* bytes of it zeroed by each allocation: all, except of threads */
	unsigned other_at;		/* offset in a block of the pointer to its block of `other` */
	unsigned per_frame;		/* blocks */
	unsigned price;			/* bytes charged for a block of a shared slab */
};

struct kmem {
	struct list free, clear;	/* free frames, linked through their first words; clear ones (K3) */
	uintptr_t base, end;		/* the pool, as kernel addresses */
	size_t frames, frames_free;
	struct account pool;		/* root of all accounts */
};

/* Makes [base, base + bytes), kernel addresses of whole frames, the pool; called once at boot. */
void kmem_init(void *base, size_t bytes);

/* Returns the kernel address of a zeroed frame, charged to a; 0 if the account or the pool is exhausted. */
void *kmem_frame(struct account *a);
void kmem_frame_free(struct account *a, void *frame);

/* Frees a frame that contains only zeros. */
void kmem_clear_frame_free(struct account *a, void *frame);

/* Inline: where the block size is a constant, the divisions are done by the compiler. */
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
 * Returns a block, s->clear bytes of it zeroed, or 0 if memory is exhausted. a: the account that is charged
 * the price of a block of a shared slab; 0 if the slab has an account, or the caller charges the price.
 */
void *slab_alloc(struct slab *s, struct account *a);
void slab_free(struct slab *s, struct account *a, void *block);

/* Returns the price of a block of a shared slab: its share of a frame, in bytes. */
static inline unsigned slab_price(const struct slab *s) { return s->price; }

/* Returns true if p is in the pool. */
bool kmem_owns(uintptr_t p);

/*
 * Opens account a under parent, with a quarter of the parent's limit. It takes memory from the parent as
 * needed (CFG_ACCOUNT_STEP). Cannot fail.
 */
void account_open(struct account *a, struct account *parent);

/*
 * Makes a carved, with exactly limit bytes of the parent's account, in place of what a was granted before.
 * Returns false, with nothing changed, if the parent does not have that much or a uses more already.
 */
bool account_set_limit(struct account *a, uint64_t limit);

/* Undoes account_set_limit: makes *a what it was before; what was allocated since must be freed. */
COLD_CODE void account_put_back(struct account *a, const struct account *before);

/* Charges bytes to a. Returns false if that would exceed its limit, or if the parent has not enough. */
bool account_charge(struct account *a, uint64_t bytes);
void account_release(struct account *a, uint64_t bytes);

/* Returns all memory of a to the parent; used and given must be 0. */
void account_close(struct account *a);

/* Check A1 to A3 of one account; the lists of free frames and the pool's account. */
void account_check(const struct account *a);
void kmem_check(void);

#endif
