/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - tests of the frames that pages get (user/root/memory/frame.c, pool.c): tasks with areas that are
 * touched and go, in a memory of 32 MiB.
 */
#include "harness.h"
#include <stdlib.h>
#include <string.h>
#include <root/memory/frame.h>

enum { FRAMES = 8192, TASKS = 6, AREAS = 4, CHUNK = 512, GRANULE = 8 };

#define AREA_BASE	0x100000000000ul

static struct pool pool;
static uint8_t *states;
static char *arena;

static void fresh(void)
{
	if (arena == 0) {
		arena = aligned_alloc(PAGE_BYTES << 9, FRAMES * PAGE_BYTES);
		states = malloc(pool_state_bytes(FRAMES));
	}
	direct_base = (l4_word_t)arena;
	memset(states, 0, pool_state_bytes(FRAMES));
	pool_init(&pool, states, FRAMES);
	pool_add(&pool, 0, FRAMES);
}

/* A task with areas of some pages each; area i begins at area_base(i). 0: there is none. */
struct player { struct account account; struct vtab vtab; l4_word_t pages[AREAS]; };

static l4_word_t area_base(unsigned i) { return AREA_BASE + i * ((l4_word_t)1 << 30) + i * 5 * PAGE_BYTES; }

/* The frame of page n of the area, made as area.c does, tables first: 0, if the page is refused. */
static l4_word_t touch(struct player *t, unsigned area, l4_word_t n)
{
	l4_word_t base = area_base(area), page = base + n * PAGE_BYTES;
	l4_word_t word = vtab_get(&t->vtab, page);

	if (vtab_missing(&t->vtab, page) > 0)
		vtab_put(&t->vtab, &t->account, page, VTAB_RESERVED);
	if ((word & VTAB_PRESENT) == 0)
		word = frame_new(&t->vtab, &t->account, page, base, base + t->pages[area] * PAGE_BYTES - 1);
	return word & ~PAGE_MASK;
}

static void drop(struct player *t, unsigned area)
{
	l4_word_t at = area_base(area), last = at + t->pages[area] * PAGE_BYTES - 1, word;
	unsigned looks = ~0u;

	for (; t->pages[area] > 0 && (word = vtab_next(&t->vtab, &at, last, &looks)) != 0; at += PAGE_BYTES) {
		if (vtab_owns(word, at))
			account_free_block(&t->account, word & ~PAGE_MASK, vtab_log2(word) - PAGE_LOG2);
		vtab_drop(&t->vtab, &t->account, at);
	}
	t->pages[area] = 0;
}

static void end(struct player *t)
{
	for (unsigned i = 0; i < AREAS; i++)
		drop(t, i);
	account_reserve(&t->account, 0);
}

/* Do all free blocks and counts of the pool agree with each other? L1, L2, L4 */
static bool sound(void)
{
	l4_word_t free_pages = 0, loose = 0;

	for (unsigned kind = 0; kind < 2; kind++)
		for (unsigned order = 0; order < POOL_ORDERS; order++)
			for (struct pool_link *l = pool.free_list[kind][order].next;
			     l != &pool.free_list[kind][order]; l = l->next) {
				l4_word_t frame = ((l4_word_t)l - direct_base) >> PAGE_LOG2;
				unsigned within = pool.within[frame >> GRANULE_ORDER];

				if (frame % (1ul << order) != 0 || (within != 0) != kind || order > (kind ? within : 9))
					return false;
				free_pages += 1ul << order;
				loose += (l4_word_t)kind << order;
			}
	return free_pages == pool.free && loose == pool.loose && pool.kept <= pool.free;
}

/* Is all memory free, and in no reservation? */
static bool all_back(void)
{
	return sound() && pool.free == pool.total && pool.loose == 0 && pool.kept == 0 && pool.reserved == 0;
}

/* Of how many chunks of so many pages, of area 0, have all pages one distance, a multiple of the chunk? */
static unsigned straight(struct player *t, unsigned chunk)
{
	unsigned n = 0;

	for (l4_word_t at = 0; at < t->pages[0]; at += chunk) {
		bool good = true;
		l4_word_t from = 1;

		for (l4_word_t i = at; i < at + chunk && i < t->pages[0]; i++) {
			l4_word_t word = vtab_get(&t->vtab, area_base(0) + i * PAGE_BYTES);

			if ((word & VTAB_PRESENT) == 0)
				continue;
			if (from == 1)
				from = (word & ~PAGE_MASK) - (i - at) * PAGE_BYTES;
			good &= from == (word & ~PAGE_MASK) - (i - at) * PAGE_BYTES;
		}
		n += good && (from == 1 || from % (chunk * PAGE_BYTES) == 0);
	}
	return n;
}

TEST(HFRM0001, "pages touched in order, backwards or every 9th, beside others, keep one distance in 2 MiB")
{
	for (unsigned pattern = 0; pattern < 3; pattern++) {
		struct player t = { .account = { .pool = &pool, .limit = 4096 }, .pages = { 2048 } };
		struct player other = { .account = { .pool = &pool, .limit = 4096 }, .pages = { 2048 } };

		fresh();
		for (unsigned i = 0; i < 2048; i++) {
			unsigned n = pattern == 0 ? i : pattern == 1 ? 2047 - i : i * 9 % 2048;

			CHECK(touch(&t, 0, n) != 0);
			CHECK(i % 3 != 0 || touch(&other, 0, i / 3) != 0);
		}
		CHECK(straight(&t, CHUNK) == 4 && sound());
		end(&t);
		end(&other);
		CHECK(all_back());
	}
}

TEST(HFRM0002, "pages of a reservation count as free, and are given to others when no other memory is left")
{
	struct player t = { .account = { .pool = &pool, .limit = 4096 }, .pages = { 4 * CHUNK } };
	struct account rest = { .pool = &pool, .limit = ~0ul };
	static l4_word_t held[FRAMES];
	unsigned n = 0;
	l4_word_t first, before;

	fresh();
	for (unsigned i = 0; i < 4; i++)
		CHECK(touch(&t, 0, i * CHUNK) != 0);
	CHECK(pool.loose == 4 * (CHUNK - 1) && pool.free == pool.total - t.account.used);
	before = pool.free;
	first = touch(&t, 0, 0);
	while ((held[n] = account_page(&rest)) != 0)
		n++;
	CHECK(n == before && pool.free == 0 && pool.loose == 0 && touch(&t, 0, 1) == 0);
	for (unsigned i = 0; i < n; i++)
		if (held[i] != first + PAGE_BYTES)
			account_free(&rest, held[i]);
	CHECK(sound() && touch(&t, 0, 1) != 0 && touch(&t, 0, 1) != first + PAGE_BYTES);
	CHECK(touch(&t, 0, 2) == first + 2 * PAGE_BYTES);
	account_free(&rest, first + PAGE_BYTES);
	end(&t);
	CHECK(all_back());
}

TEST(HFRM0003, "where only pieces of 256 or 32 KiB are free, or reserved, pages keep one distance in these")
{
	static const struct { unsigned held, chunk; } cases[] = { { 64, 64 }, { 8, 8 } };

	for (unsigned k = 0; k < 2; k++) {
		struct player t = { .account = { .pool = &pool, .limit = 8192 }, .pages = { 2048 } };
		struct account rest = { .pool = &pool, .limit = ~0ul };
		static l4_word_t held[FRAMES];
		unsigned n = 0;

		fresh();
		while ((held[n] = account_page(&rest)) != 0)
			n++;
		for (unsigned i = 0; i < n; i++)	/* every second piece becomes free */
			if (held[i] / PAGE_BYTES / cases[k].held % 2 == 0)
				account_free(&rest, held[i]);
		for (unsigned i = 0; i < 2048; i++)
			CHECK(touch(&t, 0, i) != 0);
		CHECK(sound() && straight(&t, cases[k].chunk) == 2048 / cases[k].chunk);
		CHECK(straight(&t, cases[k].chunk * 8) == 0);
	}
	struct player a = { .account = { .pool = &pool, .limit = 8192 }, .pages = { 7 * CHUNK } };
	struct player b = { .account = { .pool = &pool, .limit = 8192 }, .pages = { 6 * CHUNK } };

	fresh();
	for (unsigned i = 0; i < 7; i++)		/* until most of the free memory is reserved: by pieces */
		CHECK(touch(&a, 0, i * CHUNK) != 0);
	for (unsigned i = 0; i < 6 * CHUNK; i++)
		CHECK(touch(&b, 0, i) != 0);
	CHECK(sound() && straight(&b, GRANULE) == 6 * CHUNK / GRANULE);
	end(&a);
	end(&b);
	CHECK(all_back());
}

TEST(HFRM0004, "a chunk lies in its area: what is beside it, or too small for 32 KiB, gets any frame")
{
	struct player t = { .account = { .pool = &pool, .limit = 4096 }, .pages = { 0, GRANULE - 1, 20 } };

	fresh();
	for (unsigned i = 0; i < GRANULE - 1; i++)
		CHECK(touch(&t, 1, i) != 0);
	CHECK(pool.loose == 0);
	for (unsigned i = 0; i < 20; i++)		/* only pages 6 to 13 are a granule in the area */
		CHECK(touch(&t, 2, i) != 0 && pool.loose == (i >= 6 && i < 14 ? 13 - i : 0));
	end(&t);
	CHECK(all_back());
}

static unsigned below(unsigned n) { return (unsigned)rand() % n; }

/* One step of a history of tasks that map, touch and give back, within what all together may use. */
static bool step(struct player t[TASKS])
{
	struct player *p = &t[below(TASKS)];
	unsigned area = below(AREAS);

	switch (below(8)) {
	case 0:
		drop(p, area);
		return true;
	case 1:
		if (p->pages[area] == 0)
			p->pages[area] = 1 + below(below(4) ? 40 : 1200);
		return true;
	default:
		for (unsigned i = below(60); i > 0 && p->pages[area] > 0; i--)
			if (touch(p, area, below((unsigned)p->pages[area])) == 0 && account_has(&p->account, 5))
				return false;
		return true;
	}
}

/* The task may have so many pages, tables included: it touches as many as fit, in this order. */
static bool has_promised(struct player *t, unsigned pages, unsigned pattern)
{
	t->pages[0] = pages;
	for (unsigned i = 0; i < pages; i++) {
		unsigned n = pattern == 0 ? i : pattern == 1 ? pages - 1 - i : (i * 9 + i * 9 / pages) % pages;

		if (touch(t, 0, n) == 0)
			return false;
	}
	return true;
}

TEST(HFRM0005, "after 60 histories of others a task may touch all that is reserved for it, in any order")
{
	enum { PROMISED = 1000, TABLES = 3 + 1 + PROMISED / CHUNK + 1 };

	srand(11);
	for (unsigned round = 0; round < 60; round++) {
		struct player t[TASKS] = { 0 }, late = { 0 };

		fresh();
		late.account = (struct account){ .pool = &pool, .limit = PROMISED + TABLES };
		CHECK(account_reserve(&late.account, PROMISED + TABLES));
		for (unsigned i = 0; i < TASKS; i++)
			t[i].account = (struct account){ .pool = &pool, .limit = FRAMES };
		for (unsigned i = 0; i < 400; i++)
			CHECK(step(t));
		CHECK(sound() && has_promised(&late, PROMISED, round % 3) && sound());
		for (unsigned i = 0; i < TASKS; i++)
			end(&t[i]);
		end(&late);
		CHECK(all_back());
	}
}

/* Populate area 0: how many blocks of 2^order pages it got. False: it is not all there, or not in blocks. */
static bool populate(struct player *t, unsigned blocks[POOL_ORDERS])
{
	l4_word_t at = area_base(0), last = at + t->pages[0] * PAGE_BYTES - 1, word, got;

	memset(blocks, 0, POOL_ORDERS * sizeof(*blocks));
	for (; at <= last; at += got) {
		word = frame_block(&t->vtab, &t->account, at, last);
		if (word == 0)
			return false;
		got = (l4_word_t)1 << vtab_log2(word);
		if ((word & ~PAGE_MASK) % got != 0 || vtab_get(&t->vtab, at) != word || !vtab_owns(word, at))
			return false;
		vtab_fill(&t->vtab, at, got / PAGE_BYTES, word);
		for (l4_word_t i = PAGE_BYTES; i < got; i += PAGE_BYTES)
			if (vtab_get(&t->vtab, at + i) != word + i || vtab_owns(word + i, at + i))
				return false;
		blocks[vtab_log2(word) - PAGE_LOG2]++;
	}
	return true;
}

TEST(HFRM0006, "an area that is populated gets the largest blocks that there are, which all come back")
{
	struct player t = { .account = { .pool = &pool, .limit = 4096 }, .pages = { 2 * CHUNK + 64 + 8 + 3 } };
	struct account rest = { .pool = &pool, .limit = ~0ul };
	static l4_word_t held[FRAMES];
	unsigned blocks[POOL_ORDERS], n = 0;

	fresh();
	CHECK(frame_align(8) == PAGE_BYTES && frame_align(CHUNK * PAGE_BYTES) == CHUNK * PAGE_BYTES);
	CHECK(populate(&t, blocks) && blocks[9] == 2 && blocks[6] == 1 && blocks[3] == 1 && blocks[0] == 3);
	CHECK(t.account.used == t.pages[0] + 3 + 3 && sound());
	end(&t);
	CHECK(all_back());
	while ((held[n] = account_page(&rest)) != 0)
		n++;
	for (unsigned i = 0; i < n; i++)		/* every second piece of 256 KiB becomes free */
		if (held[i] / PAGE_BYTES / 64 % 2 == 0)
			account_free(&rest, held[i]);
	t = (struct player){ .account = { .pool = &pool, .limit = 4096 }, .pages = { CHUNK } };
	CHECK(populate(&t, blocks) && blocks[6] == 8 && sound());
	end(&t);
	t = (struct player){ .account = { .pool = &pool, .limit = 100 }, .pages = { CHUNK } };
	CHECK(!populate(&t, blocks) && t.account.used <= 100);
	end(&t);
	CHECK(t.account.used == 0 && sound());
}
