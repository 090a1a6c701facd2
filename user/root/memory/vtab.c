/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vtab.c - see vtab.h.
 */
#include "vtab.h"

enum {
	ENTRIES = 1 << VTAB_LEVEL_BITS, LEVELS = VTAB_LEVELS,
	WALK_LOOKS = 8,			/* a walk takes the time of so many words */
};

static bool has_words(l4_word_t address) { return (uint64_t)address >> VTAB_TOP_BIT == 0; }

static unsigned shift_of(unsigned level)
{
	return PAGE_LOG2 + VTAB_LEVEL_BITS * level;
}

static unsigned index_of(l4_word_t address, unsigned level)
{
	return (unsigned)(address >> shift_of(level)) % ENTRIES;
}

static l4_word_t *words_of(l4_word_t entry)
{
	return direct(entry & ~PAGE_MASK);
}

/* The words on the way to the page, the leaf word in way[0]. Returns the lowest level whose word is known. */
static unsigned walk(const struct vtab *v, l4_word_t address, l4_word_t *way[LEVELS + 1])
{
	l4_word_t *word = (l4_word_t *)&v->top;
	unsigned level = LEVELS;

	way[LEVELS] = word;
	while (level > 0 && *word != 0) {
		word = words_of(*word) + index_of(address, --level);
		way[level] = word;
	}
	return level;
}

l4_word_t vtab_get(const struct vtab *v, l4_word_t address)
{
	l4_word_t *way[LEVELS + 1];

	return has_words(address) && walk(v, address, way) == 0 ? *way[0] : 0;
}

unsigned vtab_missing(const struct vtab *v, l4_word_t address)
{
	l4_word_t *way[LEVELS + 1];

	return walk(v, address, way);
}

/* The word at way[level] is 0 now: free what is empty above it (V1). */
static void release(l4_word_t *way[LEVELS + 1], unsigned level, struct account *a)
{
	for (; level < LEVELS; level++) {
		l4_word_t *above = way[level + 1];

		if ((--*above & PAGE_MASK) != 0)
			return;
		account_free(a, *above);
		*above = 0;
	}
}

bool vtab_put(struct vtab *v, struct account *a, l4_word_t address, l4_word_t word)
{
	l4_word_t *way[LEVELS + 1];
	unsigned level;

	if (!has_words(address))
		return false;
	for (level = walk(v, address, way); level > 0; level--) {
		if (level < LEVELS)
			++*way[level + 1];
		*way[level] = account_page(a);
		if (*way[level] == 0) {
			release(way, level, a);
			return false;
		}
		way[level - 1] = words_of(*way[level]) + index_of(address, level - 1);
	}
	*way[1] += *way[0] == 0;
	*way[0] = word;
	return true;
}

const l4_word_t *vtab_chunk(const struct vtab *v, l4_word_t address, unsigned order)
{
	l4_word_t *way[LEVELS + 1];

	return walk(v, address, way) != 0 ? 0 : way[0] - (index_of(address, 0) & ((1u << order) - 1));
}

void vtab_reserve(struct vtab *v, l4_word_t address, unsigned order, l4_word_t block)
{
	l4_word_t *way[LEVELS + 1], *word;

	walk(v, address, way);
	word = way[0] - (index_of(address, 0) & ((1u << order) - 1));
	for (unsigned i = 0; i < 1u << order; i += 1 << GRANULE_ORDER) {
		if (word[i] & VTAB_PRESENT)
			continue;
		*way[1] += word[i] == 0;
		word[i] = (block + i * PAGE_BYTES) | VTAB_RESERVED;
	}
}

void vtab_fill(struct vtab *v, l4_word_t address, l4_word_t pages, l4_word_t word)
{
	l4_word_t *way[LEVELS + 1];

	walk(v, address, way);
	for (l4_word_t i = 0; i < pages; i++) {
		*way[1] += way[0][i] == 0;
		way[0][i] = word + i * PAGE_BYTES;
	}
}

void vtab_drop(struct vtab *v, struct account *a, l4_word_t address)
{
	l4_word_t *way[LEVELS + 1];

	if (!has_words(address) || walk(v, address, way) != 0 || *way[0] == 0)
		return;
	*way[0] = 0;
	release(way, 0, a);
}

/* The first page of a leaf table, from this one on, whose word is not 0; or the one at which to look next. */
static l4_word_t next_in_leaf(const l4_word_t *words, l4_word_t page, unsigned *looks)
{
	unsigned first = index_of(page, 0), end = first + *looks < ENTRIES ? first + *looks : ENTRIES, i = first;

	while (i < end && words[i] == 0)
		i++;
	*looks -= i - first;
	return page + ((l4_word_t)(i - first) << PAGE_LOG2);
}

/* The address behind those of a word of this level; the last one of all, if there is none. */
static l4_word_t behind(l4_word_t address, unsigned level)
{
	l4_word_t last = address | (l4_word_t)(((uint64_t)1 << shift_of(level)) - 1);

	return last + 1 == 0 ? last : last + 1;
}

l4_word_t vtab_next(const struct vtab *v, l4_word_t *address, l4_word_t last, unsigned *looks)
{
	l4_word_t *way[LEVELS + 1];

	*address &= ~PAGE_MASK;
	while (*looks > 0 && *address <= last && has_words(*address)) {
		unsigned level = walk(v, *address, way);

		*looks -= *looks < WALK_LOOKS ? *looks : WALK_LOOKS;
		if (level == 0 && *way[0] != 0)
			return *way[0];
		*address = level == 0 ? next_in_leaf(words_of(*way[1]), *address, looks) : behind(*address, level);
	}
	return 0;
}
