/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - see frame.h.
 */
#include "frame.h"

enum { GRANULE = 1 << GRANULE_ORDER };

/* Of the chunks that get frames in one piece, the largest first. */
static const unsigned char orders[] = { 9, 6, GRANULE_ORDER };

#define GRANULE_BYTES	(PAGE_BYTES << GRANULE_ORDER)

/* A page that is absent, and the area that it lies in. */
struct site { const struct vtab *vtab; l4_word_t page, first, last; };

/* Frames for a page: its own, and the block for the chunk of 2^order pages around it; order 0: no block. */
struct choice { l4_word_t frame, block; unsigned order; };

/* F1; 0: the granule's first word names none. */
static l4_word_t named(const struct site *s)
{
	const l4_word_t *word = vtab_chunk(s->vtab, s->page, GRANULE_ORDER);

	if (!word || *word == VTAB_RESERVED || (*word & (VTAB_OWNED | VTAB_RESERVED)) == 0
	    || (*word & ~PAGE_MASK) % GRANULE_BYTES != 0)
		return 0;
	return (*word & ~PAGE_MASK) + s->page % GRANULE_BYTES;
}

/* Does no granule of the chunk have frames? A single one without a page is given others than it had. */
static bool is_fresh(const struct site *s, unsigned order)
{
	const l4_word_t *word = vtab_chunk(s->vtab, s->page, order);
	bool granule = order == GRANULE_ORDER;

	for (unsigned i = 0; word && i < 1u << order; i += granule ? 1 : GRANULE)
		if (granule ? (word[i] & VTAB_PRESENT) != 0 : (word[i] & ~(l4_word_t)VTAB_RESERVED) != 0)
			return false;
	return true;
}

/* Frames for the largest chunk around the page for which `get` has some. */
static bool choose(const struct site *s, struct pool *p, l4_word_t (*get)(struct pool *, unsigned),
		   struct choice *c)
{
	for (unsigned i = 0; i < sizeof(orders); i++) {
		l4_word_t bytes = PAGE_BYTES << orders[i], base = s->page & ~(bytes - 1);

		if (base < s->first || base + bytes - 1 > s->last || !is_fresh(s, orders[i]))
			continue;
		c->order = orders[i];
		c->block = get(p, c->order);
		c->frame = c->block + s->page % bytes;
		if (c->block != 0)
			return true;
	}
	return false;
}

/* A frame for the page, on the account; 0: none. */
static struct choice take(const struct site *s, struct account *a)
{
	struct choice c = { .frame = named(s) };

	if (!account_has(a, 1))
		return (struct choice){ 0 };
	if (c.frame != 0 && account_take(a, c.frame))
		return c;
	if ((choose(s, a->pool, pool_reserve, &c) || choose(s, a->pool, pool_share, &c))
	    && account_take(a, c.frame))
		return c;
	return (struct choice){ .frame = account_page(a) };
}

l4_word_t frame_new(struct vtab *v, struct account *a, l4_word_t page, l4_word_t first, l4_word_t last)
{
	struct site s = { v, page, first, last };
	struct choice c = take(&s, a);
	l4_word_t word = c.frame | VTAB_PRESENT | VTAB_OWNED;

	if (c.frame == 0)
		return 0;
	if (!vtab_put(v, a, page, word)) {
		account_free(a, c.frame);
		return 0;
	}
	if (c.order != 0)
		vtab_reserve(v, page, c.order, c.block);
	return word;
}

/* For the chunk of 2^order pages at `page`. */
static l4_word_t give_block(struct vtab *v, struct account *a, l4_word_t page, unsigned order)
{
	l4_word_t block = account_raw(a, order), word;

	if (block == 0)
		return 0;
	word = block | VTAB_PRESENT | VTAB_OWNED | order << VTAB_ORDER_SHIFT;
	if (vtab_put(v, a, page, word))
		return word;
	account_free_block(a, block, order);
	return 0;
}

l4_word_t frame_block(struct vtab *v, struct account *a, l4_word_t page, l4_word_t last)
{
	l4_word_t word = 0;

	for (unsigned i = 0; i < sizeof(orders) && word == 0; i++) {
		l4_word_t bytes = PAGE_BYTES << orders[i];

		if (page % bytes == 0 && bytes - 1 <= last - page)
			word = give_block(v, a, page, orders[i]);
	}
	return word != 0 ? word : give_block(v, a, page, 0);
}

l4_word_t frame_align(l4_word_t bytes)
{
	for (unsigned i = 0; i < sizeof(orders); i++)
		if (bytes >= PAGE_BYTES << orders[i])
			return PAGE_BYTES << orders[i];
	return PAGE_BYTES;
}
