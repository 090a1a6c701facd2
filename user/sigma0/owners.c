/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.c - see owners.h. Look-up is a binary search; an insertion moves the rest of the table.
 */
#include "owners.h"

/* Index of the first extent that ends at or after `at`. */
static unsigned find(const struct owners *o, l4_word_t at)
{
	unsigned low = 0, high = o->count;

	while (low < high) {
		unsigned mid = (low + high) / 2;

		if (o->at[mid].last < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct extent *owners_first(const struct owners *o, l4_word_t base, l4_word_t last)
{
	unsigned i = find(o, base);

	return i < o->count && o->at[i].base <= last ? &o->at[i] : 0;
}

enum owned owners_state(const struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner)
{
	unsigned i = find(o, base);
	const struct extent *e = &o->at[i];

	if (i < o->count && l4_tid_eq(e->owner, owner) && e->base <= base && e->last >= last)
		return OWNED_MINE;
	for (; i < o->count && o->at[i].base <= last; i++)
		if (!l4_tid_eq(o->at[i].owner, owner))
			return OWNED_OTHER;
	return OWNED_FREE;
}

static bool joins(const struct extent *e, l4_word_t base, l4_word_t last, l4_tid_t owner)
{
	return l4_tid_eq(e->owner, owner) && (e->base <= last || e->base == last + 1)
	       && (e->last >= base || e->last == base - 1);
}

void owners_claim(struct owners *o, l4_word_t base, l4_word_t last, l4_tid_t owner)
{
	unsigned i = find(o, base), end;

	if (i > 0 && joins(&o->at[i - 1], base, last, owner))
		i--;
	end = i;
	while (end < o->count && joins(&o->at[end], base, last, owner)) {
		if (o->at[end].base < base)
			base = o->at[end].base;
		if (o->at[end].last > last)
			last = o->at[end].last;
		end++;
	}
	if (end == i) {
		for (unsigned k = o->count; k > i; k--)
			o->at[k] = o->at[k - 1];
		o->count++;
	} else {
		for (unsigned k = end; k < o->count; k++)
			o->at[i + 1 + k - end] = o->at[k];
		o->count -= end - i - 1;
	}
	o->at[i] = (struct extent){ base, last, owner };
}

void owners_move(struct owners *o, struct extent *table, unsigned room)
{
	for (unsigned i = 0; i < o->count; i++)
		table[i] = o->at[i];
	o->at = table;
	o->room = room;
}
