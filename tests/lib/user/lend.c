/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lend.c - tests of memory that the pool lends (user/root/memory/pool.c, L5).
 */
#include "harness.h"
#include <root/memory/pool.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 12, FRAMES = BLOCKS * LENT_PAGES, PLAYS = 20, STEPS = 6000, HELD = 4096, MOST = 800 };

/* The same memory twice; of the first one parts are lent. */
struct side {
	struct pool pool;
	struct account account;
	uint8_t states[FRAMES + FRAMES / 8 + 1];
	char *arena;
};

static struct side sides[2];
static struct held { l4_word_t at[2]; unsigned order; } held[HELD];
static unsigned helds;

static void turn_to(unsigned i) { direct_base = (l4_word_t)sides[i].arena; }

static void begin(struct side *s)
{
	free(s->arena);
	memset(s->states, 0, sizeof(s->states));
	s->arena = aligned_alloc(PAGE_BYTES, (size_t)FRAMES * PAGE_BYTES);
	direct_base = (l4_word_t)s->arena;
	pool_init(&s->pool, s->states, FRAMES);
	pool_add(&s->pool, 0, FRAMES);
	s->account = (struct account){ &s->pool, 0, FRAMES, 0 };
}

static bool allocate(unsigned order)
{
	struct held *h = &held[helds];

	h->order = order;
	for (unsigned i = 0; i < 2; i++) {
		turn_to(i);
		h->at[i] = account_raw(&sides[i].account, order);
	}
	if ((h->at[0] == 0) != (h->at[1] == 0))
		return false;
	helds += h->at[0] != 0;
	return true;
}

static void give_back(unsigned which)
{
	for (unsigned i = 0; i < 2; i++) {
		turn_to(i);
		account_free_block(&sides[i].account, held[which].at[i], held[which].order);
	}
	held[which] = held[--helds];
}

/* A reservation of frames for a place. */
static bool reserve(unsigned order)
{
	bool got[2];

	for (unsigned i = 0; i < 2; i++) {
		turn_to(i);
		got[i] = pool_reserve(&sides[i].pool, order) != 0;
	}
	return got[0] == got[1];
}

static bool keep(l4_word_t pages)
{
	bool kept[2];

	for (unsigned i = 0; i < 2; i++)
		kept[i] = account_reserve(&sides[i].account, pages);
	return kept[0] == kept[1];
}

/* Returns false if the pools differ in anything that an allocation, or an account, can see. */
static bool step(void)
{
	const struct pool *a = &sides[0].pool, *b = &sides[1].pool;
	bool same = true;

	switch (rand() % 8) {
	case 0: case 1:
		turn_to(0);
		pool_lend(&sides[0].pool);
		break;
	case 2:
		same = reserve((unsigned)(rand() % 2 ? 9 : rand() % 2 ? 6 : GRANULE_ORDER));
		break;
	case 3:
		same = keep((l4_word_t)rand() % FRAMES);
		break;
	case 4: case 5:
		if (helds > 0 && (helds > HELD - 2 || rand() % MOST < (int)helds))
			give_back((unsigned)rand() % helds);
		break;
	default:
		same = helds > HELD - 2 || allocate((unsigned)rand() % (rand() % 2 ? 2 : POOL_ORDERS));
	}
	return same && a->free == b->free && a->loose == b->loose && a->kept == b->kept;
}

TEST(HLND0001, "with memory that is lent each allocation and reservation succeeds that would without it, and "
	       "no other, in 20 plays of 6000 random steps")
{
	unsigned lent = 0, taken = 0;

	for (unsigned play = 0; play < PLAYS; play++) {
		srand(play);
		helds = 0;
		begin(&sides[0]);
		begin(&sides[1]);
		for (unsigned i = 0; i < STEPS; i++) {
			unsigned before = sides[0].pool.lents;

			CHECK(step());
			lent += sides[0].pool.lents > before;
			taken += sides[0].pool.lents < before;
		}
	}
	CHECK(lent > PLAYS && taken > PLAYS);
}

TEST(HLND0002, "at most half of what is free and not kept is lent, in blocks of the largest size")
{
	struct pool *p = &sides[0].pool;

	begin(&sides[0]);
	CHECK(account_reserve(&sides[0].account, 4 * LENT_PAGES));
	while (pool_lend(p))
		;
	CHECK(p->lents == (p->free - p->kept) / 2 / LENT_PAGES && p->lents == 3);
	for (unsigned i = 0; i < p->lents; i++)
		CHECK(p->lent[i] % LENT_PAGES == 0 && p->lent[i] > 0);
}

TEST(HLND0003, "all memory can be taken page by page, whatever is lent, and the last block that was lent "
	       "comes first")
{
	struct pool *p = &sides[0].pool;
	l4_word_t first, pages = 0;

	begin(&sides[0]);
	while (pool_lend(p))
		;
	first = p->lent[0];
	while (p->lents > 1 && account_page(&sides[0].account))
		pages++;
	CHECK(p->lents == 1 && p->lent[0] == first);
	while (account_page(&sides[0].account))
		pages++;
	CHECK(pages == p->total && p->free == 0 && p->lents == 0);
}
