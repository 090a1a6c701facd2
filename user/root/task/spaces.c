/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spaces.c - see spaces.h.
 */
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/root.h>
#include <x2/arch.h>
#include "spaces.h"
#include "task.h"

/*
 * An entry of the directory: the address of a page; in its low bits how many of its records are used, and how
 * often 64 bytes are to be doubled for one of them.
 */
enum {
	UNIT_LOG2 = 6, UNITS = 1 << (PAGE_LOG2 - UNIT_LOG2), SIZES = PAGE_LOG2 - UNIT_LOG2 + 1,
	USED_MASK = 0x7f, SIZE_SHIFT = 8, SIZE_MASK = 0x7,
	ENTRIES = 256, ENTRIES_AT_ONCE = 64, NUMBERS = SPACE_THREADS_MAX, WORD = 64,
};

_Static_assert(sizeof(struct space) + ROOT_SPACE_THREADS * sizeof(l4_word_t) <= PAGE_BYTES, "a record");
_Static_assert(ENTRIES * sizeof(l4_word_t) <= PAGE_BYTES && UNITS <= USED_MASK, "the directory");
_Static_assert(ENTRIES * UNITS <= 0xffff, "a number has 16 bits");

static unsigned spaces, slots_taken;		/* of all tasks */

/* ---- thread numbers: a bit is set if the number is used, or all 64 below it are ---- */

static uint64_t used[NUMBERS / WORD], full[NUMBERS / WORD / WORD];

/* There is a free one: S2. */
static unsigned take_number(void)
{
	unsigned i = 0, group, n;

	while (~full[i] == 0)
		i++;
	group = i * WORD + (unsigned)__builtin_ctzll(~full[i]);
	n = (unsigned)__builtin_ctzll(~used[group]);
	used[group] |= 1ull << n;
	if (~used[group] == 0)
		full[i] |= 1ull << group % WORD;
	return group * WORD + n;
}

static void give_number(unsigned n)
{
	used[n / WORD] &= ~(1ull << n % WORD);
	full[n / WORD / WORD] &= ~(1ull << n / WORD % WORD);
}

l4_word_t spaces_take_thread(struct space *s, unsigned slot)
{
	s->thread[slot] = task_fresh_id(SPACE_NUMBERS + take_number());
	s->threads++;
	return s->thread[slot];
}

void spaces_drop_thread(struct space *s, unsigned slot)
{
	l4_tid_t id = { s->thread[slot] };

	if (id.raw == 0)
		return;
	give_number((unsigned)(l4_tid_number(id) - root.user_base - SPACE_NUMBERS));
	s->thread[slot] = 0;
	s->threads--;
}

/* ---- records ---- */

static l4_word_t *directory(const struct task *t) { return direct(t->spaces.directory); }

static unsigned size_of(l4_word_t entry) { return entry >> SIZE_SHIFT & SIZE_MASK; }
static unsigned used_of(l4_word_t entry) { return entry & USED_MASK; }
static unsigned room_of(l4_word_t entry) { return (unsigned)UNITS >> size_of(entry); }

static struct space *record(l4_word_t entry, unsigned unit)
{
	return direct((entry & ~PAGE_MASK) + ((l4_word_t)unit << UNIT_LOG2));
}

/* The unit of a record of that page that is free, or not; UNITS: there is none. */
static unsigned find_record(l4_word_t entry, bool is_free)
{
	unsigned unit = 0;

	while (unit < UNITS && (record(entry, unit)->slots == 0) != is_free)
		unit += 1u << size_of(entry);
	return unit;
}

struct space *spaces_at(const struct task *t, l4_word_t number)
{
	l4_word_t place = number - 1, entry;
	struct space *s;

	if (place / UNITS >= t->spaces.pages)		/* also of number 0 */
		return 0;
	entry = directory(t)[place / UNITS];
	if (place % UNITS & ((1u << size_of(entry)) - 1))
		return 0;
	s = record(entry, place % UNITS);
	return s->slots != 0 ? s : 0;
}

/* A page on the account of t, on which pages that are promised must not fall short. */
static enum root_error take_page(struct task *t, l4_word_t *at)
{
	enum root_error e = limit_record(t);

	*at = e == ROOT_OK ? account_raw(&t->account, 0) : 0;
	return e == ROOT_OK && *at == 0 ? ROOT_E_POOL : e;
}

/* The page gets free records of that size. */
static void format(l4_word_t *entry, unsigned size)
{
	*entry = (*entry & ~PAGE_MASK) | (l4_word_t)size << SIZE_SHIFT;
	for (unsigned unit = 0; unit < UNITS; unit += 1u << size)
		record(*entry, unit)->slots = 0;
}

/* The entry of a page with a free record of that size; t->spaces.pages: there is none. */
static unsigned find_page(const struct task *t, unsigned size)
{
	l4_word_t *entry = directory(t);
	unsigned empty = t->spaces.pages;

	for (unsigned i = 0; i < t->spaces.pages; i++) {
		if (used_of(entry[i]) == 0)
			empty = i;
		else if (size_of(entry[i]) == size && used_of(entry[i]) < room_of(entry[i]))
			return i;
	}
	if (empty < t->spaces.pages && size_of(entry[empty]) != size)
		format(&entry[empty], size);
	return empty;
}

static enum root_error add_page(struct task *t, unsigned size)
{
	enum root_error e = ROOT_OK;
	l4_word_t page;

	if (t->spaces.pages == ENTRIES)
		return ROOT_E_LIMIT;
	if (t->spaces.directory == 0)
		e = take_page(t, &t->spaces.directory);
	if (e == ROOT_OK)
		e = take_page(t, &page);
	if (e != ROOT_OK)
		return e;
	directory(t)[t->spaces.pages] = page;
	format(&directory(t)[t->spaces.pages++], size);
	return ROOT_OK;
}

enum root_error spaces_alloc(struct task *t, unsigned slots, l4_word_t *number, struct space **made)
{
	l4_word_t bytes = sizeof(struct space) + slots * sizeof(l4_word_t);
	unsigned size = 0, page, unit;
	enum root_error e = ROOT_OK;
	struct space *s;

	if (spaces == SPACES_MAX || slots > SPACE_THREADS_MAX - slots_taken)
		return ROOT_E_LIMIT;
	while (bytes > 1u << (UNIT_LOG2 + size))
		size++;
	page = find_page(t, size);
	if (page == t->spaces.pages)
		e = add_page(t, size);
	if (e != ROOT_OK)
		return e;
	unit = find_record(directory(t)[page]++, true);
	s = record(directory(t)[page], unit);
	*s = (struct space){ .slots = (uint16_t)slots };
	for (unsigned i = 0; i < slots; i++)
		s->thread[i] = 0;
	*made = s;
	*number = (l4_word_t)page * UNITS + unit + 1;
	spaces++;
	slots_taken += slots;
	return ROOT_OK;
}

void spaces_free(struct task *t, l4_word_t number, struct space *s)
{
	directory(t)[(number - 1) / UNITS]--;
	spaces--;
	slots_taken -= s->slots;
	s->slots = 0;
}

bool spaces_clean(struct task *t, unsigned *entry, l4_word_t *number)
{
	*number = 0;
	for (unsigned n = 0; n < ENTRIES_AT_ONCE && *entry < t->spaces.pages; n++) {
		l4_word_t e = directory(t)[*entry];

		if (used_of(e) > 0) {
			*number = (l4_word_t)*entry * UNITS + find_record(e, false) + 1;
			return false;
		}
		account_free(&t->account, e & ~PAGE_MASK);
		++*entry;
	}
	if (*entry < t->spaces.pages)
		return false;
	if (t->spaces.directory != 0)
		account_free(&t->account, t->spaces.directory);
	t->spaces = (struct spaces){ 0 };
	return true;
}
