/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cache.c - see cache.h. The store of one task: pages 0 to `pages` - 1, in the lent blocks of the pool, one
 * after the other. Only root has them in its space, and it copies them: so nothing has to be unmapped, and no
 * message is needed, before the pool takes the last block back.
 *
 *   E1  what is in a page of the store was put there by the task, or is zero
 *   E2  the store shrinks by whole blocks, at any time (pool.h, L5), and grows in root_cache_put only
 */
#include <proto/root_server.h>
#include <root/root.h>
#include <root/task/task.h>
#include <string.h>
#include "area.h"
#include "cache.h"
#include "pool.h"

static struct { l4_word_t task, pages; } store;

/* Forget the pages of blocks that were taken back (E2). */
static void settle(void)
{
	l4_word_t most = (l4_word_t)root.pool.lents << LENT_ORDER;

	if (store.task != 0 && !task_by_id(store.task))
		store.task = store.pages = 0;
	if (store.pages > most)
		store.pages = most;
}

l4_word_t cache_pages(void)
{
	settle();
	return store.pages;
}

/* The pages that the store has of t. */
static l4_word_t pages_of(const struct task *t)
{
	settle();
	return store.task == t->id ? store.pages : 0;
}

static void *bytes_at(l4_word_t place)
{
	l4_word_t page = place >> PAGE_LOG2, frame = root.pool.lent[page >> LENT_ORDER] + page % LENT_PAGES;

	return direct((frame << PAGE_LOG2) + (place & PAGE_MASK));
}

struct piece { l4_word_t place, address, bytes; };

/* The piece in a block that t has in its space; 0: it is not in one, or not in one page of the store. */
static void *bytes_of(struct task *t, const struct piece *p)
{
	const struct area *a = area_at(t, p->address);

	if (!a || a->kind != AREA_DMA || a->work != WORK_NONE || p->bytes > a->last - p->address + 1
	    || p->bytes > PAGE_BYTES - (p->place & PAGE_MASK))
		return 0;
	return direct(a->physical + (p->address - a->base));
}

/* One page more, of which the piece fills a part, the rest is zero (E1). */
static bool append(const struct piece *p)
{
	if (store.pages == (l4_word_t)root.pool.lents << LENT_ORDER && !pool_lend(&root.pool))
		return false;
	store.pages++;
	if (p->bytes < PAGE_BYTES)
		memset(bytes_at(p->place & ~PAGE_MASK), 0, PAGE_BYTES);
	return true;
}

static bool put(struct task *t, const struct piece *p)
{
	const void *from = bytes_of(t, p);
	l4_word_t page = p->place >> PAGE_LOG2;

	if (!from || page > store.pages || (page == store.pages && !append(p)))
		return false;
	memcpy(bytes_at(p->place), from, p->bytes);
	return true;
}

static bool get(struct task *t, const struct piece *p)
{
	void *to = bytes_of(t, p);

	if (!to || p->place >> PAGE_LOG2 >= pages_of(t))
		return false;
	memcpy(to, bytes_at(p->place), p->bytes);
	return true;
}

enum root_error serve_root_cache_put(struct root_caller *c, const struct root_cache_put_in *in,
				     struct root_cache_put_out *out)
{
	out->pages = pages_of(c->task);
	if (store.task == 0)
		store.task = c->task->id;
	if (store.task != c->task->id)
		return ROOT_E_BUSY;
	for (unsigned i = 0; i < in->count; i++, out->done++)
		if (!put(c->task, &(struct piece){ in->place[i], in->address[i], in->bytes[i] }))
			break;
	return ROOT_OK;
}

enum root_error serve_root_cache_get(struct root_caller *c, const struct root_cache_get_in *in,
				     struct root_cache_get_out *out)
{
	out->pages = pages_of(c->task);
	for (unsigned i = 0; i < in->count; i++, out->done++)
		if (!get(c->task, &(struct piece){ in->place[i], in->address[i], in->bytes[i] }))
			break;
	return ROOT_OK;
}
