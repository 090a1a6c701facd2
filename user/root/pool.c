/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - see pool.h. Buddy allocation; every operation takes at most POOL_ORDERS steps.
 */
#include "pool.h"
#include <string.h>

enum { FRAME_FOREIGN = 0, FRAME_USED = 1, FRAME_FREE = 0x80 };	/* FREE | order: head of a free block */

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

void pool_init(struct pool *p, uint8_t *state, l4_word_t frames)
{
	*p = (struct pool){ .state = state, .frames = frames };
	for (unsigned i = 0; i < POOL_ORDERS; i++)
		p->free_list[i].next = p->free_list[i].prev = &p->free_list[i];
}

void pool_free(struct pool *p, l4_word_t physical, unsigned order)
{
	l4_word_t frame = physical >> PAGE_LOG2;

	p->free += (l4_word_t)1 << order;
	p->state[frame] = FRAME_USED;
	for (; order + 1 < POOL_ORDERS; order++) {
		l4_word_t buddy = frame ^ (l4_word_t)1 << order;

		if (buddy >= p->frames || p->state[buddy] != (FRAME_FREE | order))
			break;
		list_remove(direct(buddy << PAGE_LOG2));
		p->state[buddy] = FRAME_USED;
		frame &= buddy;
	}
	p->state[frame] = (uint8_t)(FRAME_FREE | order);
	list_add(&p->free_list[order], direct(frame << PAGE_LOG2));
}

void pool_add(struct pool *p, l4_word_t physical, l4_word_t pages)
{
	l4_word_t frame = physical >> PAGE_LOG2;

	for (; pages > 0 && frame < p->frames; pages--, frame++) {
		if (frame < POOL_LOWEST || p->state[frame] != FRAME_FOREIGN)
			continue;
		p->total++;
		pool_free(p, frame << PAGE_LOG2, 0);
	}
}

l4_word_t pool_alloc(struct pool *p, unsigned order)
{
	unsigned have = order;
	struct pool_link *l;
	l4_word_t frame;

	while (have < POOL_ORDERS && p->free_list[have].next == &p->free_list[have])
		have++;
	if (have >= POOL_ORDERS)
		return 0;
	l = p->free_list[have].next;
	list_remove(l);
	frame = ((l4_word_t)l - direct_base) >> PAGE_LOG2;
	while (have > order) {
		l4_word_t half = frame + ((l4_word_t)1 << --have);

		p->state[half] = (uint8_t)(FRAME_FREE | have);
		list_add(&p->free_list[have], direct(half << PAGE_LOG2));
	}
	p->state[frame] = FRAME_USED;
	p->free -= (l4_word_t)1 << order;
	return frame << PAGE_LOG2;
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

l4_word_t account_block(struct account *a, unsigned order)
{
	l4_word_t pages = (l4_word_t)1 << order, at = account_has(a, pages) ? pool_alloc(a->pool, order) : 0;

	if (at == 0)
		return 0;
	set_used(a, a->used + pages);
	memset(direct(at), 0, pages << PAGE_LOG2);
	return at;
}

void account_free_block(struct account *a, l4_word_t physical, unsigned order)
{
	pool_free(a->pool, physical, order);
	set_used(a, a->used - ((l4_word_t)1 << order));
}

void account_move(struct account *from, struct account *to, unsigned order)
{
	l4_word_t pages = (l4_word_t)1 << order;

	set_used(from, from->used - pages);
	set_used(to, to->used + pages);
}
