/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vtab.c - see vtab.h.
 */
#include "vtab.h"

enum { LEVEL_BITS = 9, ENTRIES = 1 << LEVEL_BITS, LEVELS = 4 };

static unsigned shift_of(unsigned level)
{
	return PAGE_LOG2 + LEVEL_BITS * level;
}

static unsigned index_of(l4_word_t address, unsigned level)
{
	return (unsigned)(address >> shift_of(level)) % ENTRIES;
}

l4_word_t *vtab_slot(struct vtab *v, struct account *a, l4_word_t address, bool create)
{
	l4_word_t *entry = &v->top;

	if (address >> VTAB_TOP_BIT != 0)
		return 0;
	for (unsigned level = LEVELS; level-- > 0; ) {
		if (*entry == 0 && create)
			*entry = account_page(a);
		if (*entry == 0)
			return 0;
		entry = (l4_word_t *)direct(*entry) + index_of(address, level);
	}
	return entry;
}

/* One table of the given level, and below it by recursion (LEVELS deep at the most). */
static bool next_in(l4_word_t table, unsigned level, l4_word_t *address, l4_word_t last, l4_word_t **slot)
{
	l4_word_t *entry = direct(table), step = (l4_word_t)1 << shift_of(level);

	for (unsigned i = index_of(*address, level); i < ENTRIES; i++) {
		if (*address > last)
			return false;
		if (entry[i] != 0 && level == 0) {
			*slot = &entry[i];
			return true;
		}
		if (entry[i] != 0 && next_in(entry[i], level - 1, address, last, slot))
			return true;
		*address = (*address & ~(step - 1)) + step;
		if (i + 1 == ENTRIES)
			*address -= step;	/* the caller steps over the whole table */
	}
	return false;
}

bool vtab_next(const struct vtab *v, l4_word_t *address, l4_word_t last, l4_word_t **slot)
{
	*address &= ~PAGE_MASK;
	if (v->top == 0 || *address >> VTAB_TOP_BIT != 0)
		return false;
	return next_in(v->top, LEVELS - 1, address, last, slot);
}

/* Free the table in *entry if nothing is left in it or below. */
static void prune_in(l4_word_t *entry, unsigned level, struct account *a)
{
	l4_word_t *in = direct(*entry);
	bool empty = true;

	for (unsigned i = 0; i < ENTRIES; i++) {
		if (in[i] != 0 && level > 0)
			prune_in(&in[i], level - 1, a);
		empty &= in[i] == 0;
	}
	if (!empty)
		return;
	account_free(a, *entry);
	*entry = 0;
}

void vtab_prune(struct vtab *v, struct account *a)
{
	if (v->top != 0)
		prune_in(&v->top, LEVELS - 1, a);
}

static void free_in(l4_word_t table, unsigned level, struct account *a)
{
	l4_word_t *entry = direct(table);

	for (unsigned i = 0; level > 0 && i < ENTRIES; i++)
		if (entry[i] != 0)
			free_in(entry[i], level - 1, a);
	account_free(a, table);
}

void vtab_free(struct vtab *v, struct account *a)
{
	if (v->top != 0)
		free_in(v->top, LEVELS - 1, a);
	v->top = 0;
}
