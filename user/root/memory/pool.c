/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - see pool.h. Buddy allocation; every operation takes at most POOL_ORDERS steps.
 */
#include <string.h>
#include "pool.h"

/* FREE | order: head of a free block; with LOOSE of one within a reservation */
enum { FRAME_FOREIGN = 0, FRAME_USED = 1, FRAME_LOOSE = 0x40, FRAME_FREE = 0x80 };

l4_word_t direct_base;

static void list_add(struct pool_link *list, struct pool_link *l)
{
	l->next = list->next;
	l->prev = list;
	list->next->prev = l;
	list->next = l;
}

static void list_remove(struct pool_link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
}

static uint8_t mark_of(bool loose, unsigned order)
{
	return (uint8_t)(FRAME_FREE | (loose ? FRAME_LOOSE : 0) | order);
}

/* A block becomes free, of that kind; it is joined with no other. */
static void block_in(struct pool *p, l4_word_t frame, unsigned order, bool loose)
{
	p->state[frame] = mark_of(loose, order);
	list_add(&p->free_list[loose][order], direct(frame << PAGE_LOG2));
	p->free += (l4_word_t)1 << order;
	p->loose += (l4_word_t)loose << order;
}

static void block_out(struct pool *p, l4_word_t frame, unsigned order, bool loose)
{
	list_remove(direct(frame << PAGE_LOG2));
	p->state[frame] = FRAME_USED;
	p->free -= (l4_word_t)1 << order;
	p->loose -= (l4_word_t)loose << order;
}

void pool_init(struct pool *p, uint8_t *state, l4_word_t frames)
{
	*p = (struct pool){ .state = state, .within = state + frames, .frames = frames };
	for (unsigned kind = 0; kind < 2; kind++)
		for (unsigned i = 0; i < POOL_ORDERS; i++)
			p->free_list[kind][i].next = p->free_list[kind][i].prev = &p->free_list[kind][i];
}

/* The granules of the block belong to a reservation of that order, or to none (0). */
static void set_within(struct pool *p, l4_word_t frame, unsigned order, unsigned within)
{
	memset(p->within + (frame >> GRANULE_ORDER), (int)within, (l4_word_t)1 << (order - GRANULE_ORDER));
}

/* Joins a block with its buddies as long as they are free and of its kind, up to 2^most pages. */
static l4_word_t join(struct pool *p, l4_word_t frame, unsigned *order, unsigned most, bool loose)
{
	for (; *order < most; ++*order) {
		l4_word_t buddy = frame ^ (l4_word_t)1 << *order;

		if (buddy >= p->frames || p->state[buddy] != mark_of(loose, *order))
			break;
		block_out(p, buddy, *order, loose);
		frame &= buddy;
	}
	return frame;
}

void pool_free(struct pool *p, l4_word_t physical, unsigned order)
{
	l4_word_t frame = physical >> PAGE_LOG2;
	unsigned within = p->within[frame >> GRANULE_ORDER];

	p->state[frame] = FRAME_USED;
	if (within != 0) {
		frame = join(p, frame, &order, within, true);
		if (order < within) {
			block_in(p, frame, order, true);
			return;
		}
		set_within(p, frame, order, 0);		/* L4 */
	}
	frame = join(p, frame, &order, POOL_ORDERS - 1, false);
	block_in(p, frame, order, false);
}

static bool is_new(const struct pool *p, l4_word_t frame, l4_word_t frames)
{
	if (frame < POOL_LOWEST || frames > p->frames - frame)
		return false;
	while (frames > 0 && p->state[frame + frames - 1] == FRAME_FOREIGN)
		frames--;
	return frames == 0;
}

/* By the largest blocks that are all new: page by page 256 MiB would take 7,000,000 instructions. */
void pool_add(struct pool *p, l4_word_t physical, l4_word_t pages)
{
	l4_word_t frame = physical >> PAGE_LOG2, n;

	for (; pages > 0 && frame < p->frames; pages -= n, frame += n) {
		unsigned order = 0;

		while (order < POOL_ORDERS - 1 && frame % ((l4_word_t)2 << order) == 0
		       && (l4_word_t)2 << order <= pages)
			order++;
		while (order > 0 && !is_new(p, frame, (l4_word_t)1 << order))
			order--;
		n = (l4_word_t)1 << order;
		if (!is_new(p, frame, n))
			continue;
		p->total += n;
		memset(p->state + frame, FRAME_USED, n);
		pool_free(p, frame << PAGE_LOG2, order);
	}
}

/* The order of the smallest free block of that kind that has 2^order pages; POOL_ORDERS: there is none. */
static unsigned smallest(const struct pool *p, unsigned order, bool loose)
{
	while (order < POOL_ORDERS && p->free_list[loose][order].next == &p->free_list[loose][order])
		order++;
	return order;
}

/*
 * The same outside of reservations. If there is none the last lent block is free from now on: what it held is
 * lost.
 */
static unsigned smallest_plain(struct pool *p, unsigned order)
{
	if (smallest(p, order, false) == POOL_ORDERS && p->lents > 0) {
		p->free -= LENT_PAGES;
		pool_free(p, p->lent[--p->lents] << PAGE_LOG2, LENT_ORDER);
	}
	return smallest(p, order, false);
}

static l4_word_t first_of(const struct pool *p, unsigned order, bool loose)
{
	return ((l4_word_t)p->free_list[loose][order].next - direct_base) >> PAGE_LOG2;
}

/* Of the free block at `head` only 2^order pages at `frame` are taken out. */
static void carve(struct pool *p, l4_word_t head, unsigned have, l4_word_t frame, unsigned order)
{
	bool loose = (p->state[head] & FRAME_LOOSE) != 0;

	block_out(p, head, have, loose);
	while (have > order) {
		l4_word_t half = head + ((l4_word_t)1 << --have);

		block_in(p, frame < half ? half : head, have, loose);
		head = frame < half ? head : half;
	}
	p->state[frame] = FRAME_USED;
}

l4_word_t pool_alloc(struct pool *p, unsigned order)
{
	bool loose = smallest_plain(p, order) == POOL_ORDERS;
	unsigned have = smallest(p, order, loose);
	l4_word_t frame;

	if (have == POOL_ORDERS)
		return 0;
	frame = first_of(p, have, loose);
	carve(p, frame, have, frame, order);
	return frame << PAGE_LOG2;
}

l4_word_t pool_reserve(struct pool *p, unsigned order)
{
	bool many = order > GRANULE_ORDER && p->loose > p->free / 2;
	unsigned have = many ? POOL_ORDERS : smallest_plain(p, order);
	l4_word_t frame;

	if (have == POOL_ORDERS)
		return 0;
	frame = first_of(p, have, false);
	carve(p, frame, have, frame, order);
	set_within(p, frame, order, order);
	block_in(p, frame, order, true);
	return frame << PAGE_LOG2;
}

l4_word_t pool_share(struct pool *p, unsigned order)
{
	unsigned have = smallest(p, order, true);

	return have == POOL_ORDERS ? 0 : first_of(p, have, true) << PAGE_LOG2;
}

bool pool_take(struct pool *p, l4_word_t physical)
{
	l4_word_t frame = physical >> PAGE_LOG2;

	for (unsigned order = 0; frame < p->frames && order < POOL_ORDERS; order++) {
		l4_word_t head = frame >> order << order;

		if (p->state[head] != mark_of(true, order))
			continue;
		carve(p, head, order, frame, 0);
		return true;
	}
	return false;
}

bool pool_lend(struct pool *p)
{
	l4_word_t frame;

	if (p->lents == LENT_MAX || smallest(p, LENT_ORDER, false) == POOL_ORDERS
	    || (l4_word_t)(p->lents + 1) << LENT_ORDER > (p->free - p->kept) / 2)
		return false;
	frame = first_of(p, LENT_ORDER, false);
	block_out(p, frame, LENT_ORDER, false);
	p->free += LENT_PAGES;
	p->lent[p->lents++] = frame;
	return true;
}

bool pool_holds(const struct pool *p, l4_word_t frame, l4_word_t frames)
{
	for (; frames > 0 && frame < p->frames; frames--, frame++)
		if (p->state[frame] != FRAME_FOREIGN)
			return true;
	return false;
}

static l4_word_t unused(const struct account *a, l4_word_t reserved)
{
	return reserved > a->used ? reserved - a->used : 0;
}

bool account_reserve(struct account *a, l4_word_t pages)
{
	l4_word_t before = unused(a, a->reserved), after = unused(a, pages);

	if (after > before && after - before > a->pool->free - a->pool->kept)
		return false;
	a->pool->kept += after - before;
	a->pool->reserved += pages - a->reserved;
	a->reserved = pages;
	return true;
}

bool account_has(const struct account *a, l4_word_t pages)
{
	l4_word_t own = unused(a, a->reserved), left = a->limit > a->used ? a->limit - a->used : 0;

	return pages <= left && (pages <= own || pages - own <= a->pool->free - a->pool->kept);
}

/* The account uses so many pages from now on; pages of its reservation that it uses are not kept any more. */
static void set_used(struct account *a, l4_word_t used)
{
	l4_word_t before = unused(a, a->reserved);

	a->used = used;
	a->pool->kept += unused(a, a->reserved) - before;
}

l4_word_t account_raw(struct account *a, unsigned order)
{
	l4_word_t pages = (l4_word_t)1 << order, at = account_has(a, pages) ? pool_alloc(a->pool, order) : 0;

	if (at != 0)
		set_used(a, a->used + pages);
	return at;
}

l4_word_t account_block(struct account *a, unsigned order)
{
	l4_word_t at = account_raw(a, order);

	if (at != 0)
		memset(direct(at), 0, PAGE_BYTES << order);
	return at;
}

bool account_take(struct account *a, l4_word_t physical)
{
	if (!account_has(a, 1) || !pool_take(a->pool, physical))
		return false;
	set_used(a, a->used + 1);
	memset(direct(physical), 0, PAGE_BYTES);
	return true;
}

void account_free_block(struct account *a, l4_word_t physical, unsigned order)
{
	pool_free(a->pool, physical, order);
	set_used(a, a->used - ((l4_word_t)1 << order));
}

/* L3: the pages stay in use, so what was reserved for them does not become kept. */
void account_move(struct account *from, struct account *to, unsigned order)
{
	l4_word_t pages = (l4_word_t)1 << order, less = from->reserved < pages ? from->reserved : pages;

	from->used -= pages;
	from->reserved -= less;
	from->pool->reserved -= less;
	set_used(to, to->used + pages);
}
