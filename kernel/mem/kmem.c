/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem.c - frames, blocks and accounts. Rules A1 to A3: kmem.h.
 *
 * A frame of a slab begins with a struct slab_frame; its blocks are at the end of the frame.
 *
 *   | slab_frame |  unused  | block | block | ... | block |      free blocks are linked
 *   0                                                   KMEM_FRAME
 *
 *   K1  a frame of a slab is in its `partial` list if and only if it has a free block
 *   K2  no frame of a slab is empty: it is freed with its last used block. A shared slab may have one empty
 *       frame if no other has a free block: else creating and deleting one object would allocate a frame
 *       each time
 *   K3  a frame in kmem.clear is zero after its link
 *   K4  a block is zero when it is used for the first time; later its bytes from slab.clear on are those of
 *       its last use, except for the link of free blocks in the first word. A block of a slab with an
 *       `other` slab has a block of that slab from its first use until its frame is freed
 *
 * An open account takes memory from its parent, and returns it, by CFG_ACCOUNT_STEP. A carved one always has
 * granted = limit, which no other account can use.
 */
#include <mem/mem.h>
#include <arch/hook.h>
#include <arch/words.h>
#include <mem/kmem.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>

struct mem mem;

/* ---- accounts ---- */

/*
 * Makes room for `bytes` in a from its ancestors' accounts, in multiples of step, a power of two. Called
 * twice, as any ancestor may be exhausted: the first time (commit false) it changes nothing.
 */
static bool account_grow(struct account *a, uint64_t bytes, uint64_t step, bool commit)
{
	for (; a->used + a->given + bytes > a->granted; a = a->parent) {
		uint64_t more = a->used + a->given + bytes - a->granted;

		more = (more + step - 1) & ~(step - 1);
		if (!a->parent || more > a->limit - a->granted)
			return false;
		bytes = more;
		if (commit) {
			a->granted += more;
			a->parent->given += more;
			bytes = 0;		/* counted in the parent's given already */
		}
	}
	return true;
}

/* Makes room in multiples of CFG_ACCOUNT_STEP or, if the ancestors do not have that, of exactly `bytes`. */
static bool account_room(struct account *a, uint64_t bytes)
{
	uint64_t step = CFG_ACCOUNT_STEP;

	if (!account_grow(a, bytes, step, false)) {
		step = 1;
		if (!account_grow(a, bytes, step, false))
			return false;
	}
	return account_grow(a, bytes, step, true);
}

/* Returns unused multiples of CFG_ACCOUNT_STEP to the parents. */
static void account_shrink(struct account *a)
{
	for (; !a->carved; a = a->parent) {
		uint64_t spare = (a->granted - a->used - a->given) / CFG_ACCOUNT_STEP * CFG_ACCOUNT_STEP;

		if (spare == 0)
			return;
		a->granted -= spare;
		a->parent->given -= spare;
	}
}

bool account_charge(struct account *a, uint64_t bytes)
{
	if (a->used + a->given + bytes > a->granted && !account_room(a, bytes))
		return false;
	a->used += bytes;
	return true;
}

void account_release(struct account *a, uint64_t bytes)
{
	ASSERT(a->used >= bytes);
	a->used -= bytes;
	if (a->granted - a->used - a->given >= CFG_ACCOUNT_STEP)
		account_shrink(a);
}

void account_open(struct account *a, struct account *parent)
{
	*a = (struct account){ .parent = parent, .limit = parent->limit / 4 };
}

bool account_set_limit(struct account *a, uint64_t limit)
{
	struct account *p = a->parent;

	if (!p || limit < a->used + a->given)
		return false;
	if (limit > a->granted && !account_room(p, limit - a->granted))
		return false;
	p->given += limit - a->granted;
	a->granted = a->limit = limit;
	a->carved = true;
	account_shrink(p);
	return true;
}

void account_put_back(struct account *a, const struct account *before)
{
	struct account *p = a->parent;
	bool room = before->granted <= a->granted || account_room(p, before->granted - a->granted);

	ASSERT(room && a->used <= before->used && a->given == before->given);
	p->given += before->granted - a->granted;
	a->granted = before->granted;
	a->limit = before->limit;
	a->carved = before->carved;
	account_shrink(p);
}

void account_close(struct account *a)
{
	ASSERT(a->used == 0 && a->given == 0);
	a->parent->given -= a->granted;
	account_shrink(a->parent);
}

void account_check(const struct account *a)
{
	ASSERT(a->used + a->given <= a->granted);				/* A1 */
	ASSERT(a->granted <= a->limit);						/* A2 */
	ASSERT(!a->parent || a->parent->given >= a->granted);			/* A3 */
}

/* ---- frames ---- */

BOOT_CODE void kmem_init(void *base, size_t bytes)
{
	struct kmem *k = &mem.kmem;

	k->base = (uintptr_t)base;
	k->frames = k->frames_free = bytes / KMEM_FRAME;
	k->end = k->base + k->frames * KMEM_FRAME;
	ASSERT(is_aligned(k->base, KMEM_FRAME_LOG2));
	list_init(&k->free);
	list_init(&k->clear);
	for (uintptr_t f = k->base; f < k->end; f += KMEM_FRAME)
		list_push_back(&k->free, (struct list *)f);
	k->pool = (struct account){ .limit = k->frames * (uint64_t)KMEM_FRAME };
	k->pool.granted = k->pool.limit;
	k->pool.carved = true;
}

/* Takes a frame from `list` or, if that is empty, from `other`; charges no account. 0: both are empty. */
static void *frame_take(struct list *list, struct list *other)
{
	struct list *frame = list_empty(list) ? other->next : list->next;

	if (frame == other || !arch_kmem_admit())
		return 0;
	frame->next->prev = frame->prev;	/* list_remove, without a store to its link */
	frame->prev->next = frame->next;
	mem.kmem.frames_free--;
	return frame;
}

/* Takes a frame and zeroes it; of a clear frame only the link. */
static void *frame_take_clear(void)
{
	struct kmem *k = &mem.kmem;
	bool clear = !list_empty(&k->clear);
	struct list *frame = frame_take(&k->clear, &k->free);

	if (!frame)
		return 0;
	*frame = (struct list){ 0, 0 };
	if (!clear)
		arch_words_clear(frame, KMEM_FRAME / sizeof(l4_word_t));
	return frame;
}

static void frame_return(struct list *list, void *frame)
{
	ASSERT(kmem_owns((uintptr_t)frame) && is_aligned((uintptr_t)frame, KMEM_FRAME_LOG2));
	list_push_front(list, frame);
	mem.kmem.frames_free++;
}

void *kmem_frame(struct account *a)
{
	void *frame;

	if (!account_charge(a, KMEM_FRAME))
		return 0;
	frame = frame_take_clear();
	if (!frame)
		account_release(a, KMEM_FRAME);
	return frame;
}

void kmem_frame_free(struct account *a, void *frame)
{
	frame_return(&mem.kmem.free, frame);
	account_release(a, KMEM_FRAME);
}

void kmem_clear_frame_free(struct account *a, void *frame)
{
	frame_return(&mem.kmem.clear, frame);
	account_release(a, KMEM_FRAME);
}

bool kmem_owns(uintptr_t p)
{
	return p >= mem.kmem.base && p < mem.kmem.end;
}

/* ---- blocks ---- */

static void *block_take(struct slab *s);

/* Returns block i, from 1, counted from the end of the frame. */
static char *block_at(const struct slab *s, struct slab_frame *f, unsigned i)
{
	return (char *)f + KMEM_FRAME - i * s->block;
}

/* Adds an empty frame to s. It need not be clear: block_carve clears each block. */
static struct slab_frame *slab_grow(struct slab *s)
{
	struct slab_frame *f;

	if (s->account && !account_charge(s->account, KMEM_FRAME))
		return 0;
	f = frame_take(&mem.kmem.free, &mem.kmem.clear);
	if (!f && s->account)
		account_release(s->account, KMEM_FRAME);
	if (!f)
		return 0;
	*f = (struct slab_frame){ .left = s->per_frame };
	list_push_front(&s->partial, &f->link);
	return f;
}

static void **other_of(const struct slab *s, void *block)
{
	return (void **)(void *)((char *)block + s->other_at);
}

static void slab_shrink(struct slab *s, struct slab_frame *f)
{
	for (unsigned i = s->per_frame; s->other && i > f->left; i--)
		slab_free(s->other, 0, *other_of(s, block_at(s, f, i)));
	list_remove(&f->link);
	frame_return(&mem.kmem.free, f);
	if (s->account)
		account_release(s->account, KMEM_FRAME);
}

static bool is_full(const struct slab_frame *f) { return !f->free && f->left == 0; }

/* Returns a block of f that was never used; 0 if there is no memory for its block of s->other. */
static void *block_carve(struct slab *s, struct slab_frame *f)
{
	char *block = block_at(s, f, f->left);
	void *other = 0;

	if (s->other) {
		other = block_take(s->other);
		if (!other)
			return 0;
	}
	arch_words_clear(block, s->block / sizeof(l4_word_t));
	if (s->other)
		*other_of(s, block) = other;
	f->left--;
	return block;
}

/* Counts block as used; removes f from the list if no other block of it is free (K1). */
static void *block_out(struct slab_frame *f, void *block)
{
	f->used++;
	if (is_full(f))
		list_remove(&f->link);
	return block;
}

static NOINLINE void *block_new(struct slab *s)
{
	struct slab_frame *f = list_empty(&s->partial) ? slab_grow(s) : (struct slab_frame *)s->partial.next;
	void *block = f ? block_carve(s, f) : 0;

	return block ? block_out(f, block) : 0;
}

/* Returns a block of a frame's free list, or one that was never used; 0 if there is no memory. */
static void *block_take(struct slab *s)
{
	struct slab_frame *f = (struct slab_frame *)s->partial.next;
	void *block;

	if (!arch_kmem_admit())
		return 0;
	if (list_empty(&s->partial) || !f->free)
		return block_new(s);
	block = f->free;
	f->free = *(void **)block;
	arch_words_clear(block, s->clear / sizeof(l4_word_t));
	return block_out(f, block);
}

void *slab_alloc(struct slab *s, struct account *a)
{
	void *block;

	if (!a)
		return block_take(s);
	if (!account_charge(a, slab_price(s)))
		return 0;
	block = block_take(s);
	if (!block)
		account_release(a, slab_price(s));
	return block;
}

/* Called when another frame gets a free block: frees the empty frame of a shared slab (K2). */
static void drop_empty(struct slab *s)
{
	struct slab_frame *f = (struct slab_frame *)s->partial.next;

	if (!list_empty(&s->partial) && f->used == 0)
		slab_shrink(s, f);
}

void slab_free(struct slab *s, struct account *a, void *block)
{
	struct slab_frame *f = (struct slab_frame *)((uintptr_t)block & ~(uintptr_t)(KMEM_FRAME - 1));

	ASSERT(kmem_owns((uintptr_t)block) && f->used > 0);
	if (is_full(f)) {
		drop_empty(s);
		list_push_front(&s->partial, &f->link);
	}
	*(void **)block = f->free;
	f->free = block;
	if (--f->used == 0 && (s->account || f->link.next != f->link.prev))
		slab_shrink(s, f);
	if (a)
		account_release(a, slab_price(s));
}

static size_t check_list(struct list *head)
{
	size_t n = 0;

	for (struct list *l = head->next; l != head; l = l->next, n++) {
		ASSERT(n < mem.kmem.frames_free);
		ASSERT(kmem_owns((uintptr_t)l) && is_aligned((uintptr_t)l, KMEM_FRAME_LOG2));
		ASSERT(l->next->prev == l);
	}
	return n;
}

/* Checks K3 of the frame that is allocated next only, as all of them would take too long. */
static void check_clear(const struct list *head)
{
	const l4_word_t *word = (const l4_word_t *)(const void *)head->next;

	for (size_t i = sizeof(*head) / sizeof(*word); head->next != head && i < KMEM_FRAME / sizeof(*word); i++)
		ASSERT(word[i] == 0);
}

void kmem_check(void)
{
	struct kmem *k = &mem.kmem;

	ASSERT(check_list(&k->free) + check_list(&k->clear) == k->frames_free);
	check_clear(&k->clear);
	account_check(&k->pool);
}
