/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regions.c - see regions.h. Painting cuts what lies under the new region and joins equal neighbours.
 */
#include "regions.h"

void regions_init(struct regions *r)
{
	r->count = 0;
}

/* Index of the first region that ends at or after `at`. */
static unsigned find(const struct regions *r, l4_word_t at)
{
	unsigned low = 0, high = r->count;

	while (low < high) {
		unsigned mid = (low + high) / 2;

		if (r->at[mid].last < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Make room for n regions where `gone` ones were, at index i. */
static void reshape(struct regions *r, unsigned i, unsigned gone, unsigned n)
{
	unsigned tail = r->count - i - gone;

	if (n > gone)
		for (unsigned k = tail; k-- > 0; )
			r->at[i + n + k] = r->at[i + gone + k];
	else
		for (unsigned k = 0; k < tail; k++)
			r->at[i + n + k] = r->at[i + gone + k];
	r->count = r->count - gone + n;
}

/* Join the region at i with the one after it if they touch and are alike (R3). */
static void join(struct regions *r, unsigned i)
{
	if (i + 1 >= r->count || r->at[i].type != r->at[i + 1].type
	    || r->at[i].last + 1 != r->at[i + 1].base)
		return;
	r->at[i].last = r->at[i + 1].last;
	reshape(r, i + 1, 1, 0);
}

bool regions_paint(struct regions *r, l4_word_t base, l4_word_t last, unsigned type)
{
	unsigned i = find(r, base), end = i, n = 0, mine;
	struct region piece[3];

	if (base > last)
		return true;
	if (r->count + 2 > REGIONS_MAX)
		return false;
	while (end < r->count && r->at[end].base <= last)
		end++;
	if (end > i && r->at[i].base < base)
		piece[n++] = (struct region){ r->at[i].base, base - 1, r->at[i].type };
	mine = n;
	piece[n++] = (struct region){ base, last, type };
	if (end > i && r->at[end - 1].last > last)
		piece[n++] = (struct region){ last + 1, r->at[end - 1].last, r->at[end - 1].type };
	reshape(r, i, end - i, n);
	for (unsigned k = 0; k < n; k++)
		r->at[i + k] = piece[k];
	join(r, i + mine);
	if (i + mine > 0)
		join(r, i + mine - 1);
	return true;
}

void regions_from_kip(struct regions *r, const struct l4_kip *kip)
{
	l4_word_t half = L4_WORD_BITS / 2, offset = kip->memory_info >> half;
	l4_word_t n = kip->memory_info & (((l4_word_t)1 << half) - 1);
	const struct l4_memdesc *d = (const struct l4_memdesc *)((const char *)kip + offset);

	for (l4_word_t i = 0; i < n && i < DESCRIPTORS_MAX; i++)
		if (!l4_memdesc_virtual(&d[i]))
			regions_paint(r, l4_memdesc_low(&d[i]), l4_memdesc_high(&d[i]),
				      l4_memdesc_type(&d[i]));
}

unsigned regions_type(const struct regions *r, l4_word_t at, l4_word_t limit, l4_word_t *last)
{
	unsigned i = find(r, at), type = L4_MEM_UNDEFINED;
	l4_word_t end = limit;

	if (i < r->count && r->at[i].base <= at) {
		type = r->at[i].type;
		end = r->at[i].last;
	} else if (i < r->count) {
		end = r->at[i].base - 1;
	}
	*last = end < limit ? end : limit;
	return type;
}
