/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * places.c - tests of reserved places (user/lib/pecan/server/places.c), and of the order of the sections that
 * have them (user/lib/pecan/format/grants.c).
 */
#include "harness.h"
#include <pecan/places.h>
#include <supervisor/config.h>
#include <stdlib.h>
#include <string.h>

enum { TOTAL = 20, OF_TASK = 6, OF_SECTION = 3, STEPS = 20000, TASKS = 12 };

/* Sections 1, 3 and 4 use the server. */
static struct places begin(void)
{
	places_know(0xd);
	return places_of(TOTAL, OF_TASK, OF_SECTION);
}

/* As many as a section gets, of new tasks of one place each. */
static unsigned take_all(struct places *p, unsigned section)
{
	unsigned n = 0;

	for (; places_has(p, section, 0); n++)
		places_take(p, section);
	return n;
}

TEST(HPLC0001, "whatever tasks without a section take, each section that uses the server has its places")
{
	struct places p = begin();

	CHECK(take_all(&p, 0) == TOTAL - 3 * OF_SECTION && take_all(&p, 2) == 0);
	CHECK(take_all(&p, 3) == OF_SECTION && take_all(&p, 1) == OF_SECTION && take_all(&p, 4) == OF_SECTION);
	CHECK(p.taken == TOTAL && take_all(&p, 1) == 0);
	places_know(0);
}

TEST(HPLC0002, "a section takes shared places beside its own, and none of another section")
{
	struct places p = begin();

	CHECK(take_all(&p, 3) == TOTAL - 2 * OF_SECTION && take_all(&p, 0) == 0);
	CHECK(take_all(&p, 1) == OF_SECTION && take_all(&p, 4) == OF_SECTION);
	places_know(0);
}

TEST(HPLC0003, "a task has a limit, whatever is free")
{
	struct places p = begin();

	CHECK(places_has(&p, 1, OF_TASK - 1) && !places_has(&p, 1, OF_TASK));
	CHECK(places_has(&p, 0, OF_TASK - 1) && !places_has(&p, 0, OF_TASK));
	places_know(0);
}

TEST(HPLC0004, "a place that is given back is shared as long as its section has shared ones")
{
	struct places p = begin();

	take_all(&p, 3);
	for (unsigned i = 0; i < TOTAL - 3 * OF_SECTION; i++) {
		CHECK(places_shares(&p, 3) && !places_has(&p, 0, 0));
		places_give(&p, 3);
		CHECK(places_has(&p, 0, 0));
		places_take(&p, 0);
	}
	CHECK(!places_shares(&p, 3) && p.of[3] == OF_SECTION);
	places_give(&p, 3);
	CHECK(!places_has(&p, 0, 0) && places_has(&p, 3, 0));
	places_know(0);
}

TEST(HPLC0005, "half of the places are shared: of more sections the last ones have nothing for certain")
{
	struct places p = begin();

	places_know(~(uint64_t)0);
	CHECK(take_all(&p, 0) == TOTAL - TOTAL / 2 / OF_SECTION * OF_SECTION);
	for (unsigned section = 1; section <= PLACES_SECTIONS; section++)
		CHECK(take_all(&p, section) == (section <= TOTAL / 2 / OF_SECTION ? OF_SECTION : 0));
	p = places_of(1, 1, 1);
	CHECK(!places_has(&p, 0, 0) && !places_has(&p, 2, 0) && places_has(&p, 1, 0));
	places_know(0);
	CHECK(places_has(&p, 0, 0) && places_has(&p, 2, 0));
}

/* Has each section what is reserved for it, and no more places than there are? */
static bool is_kept(struct places p)
{
	static const unsigned users[] = { 1, 3, 4 };

	for (unsigned i = 0; i < 3; i++)
		while (p.of[users[i]] < OF_SECTION) {
			if (!places_has(&p, users[i], 0))
				return false;
			places_take(&p, users[i]);
		}
	return p.taken <= TOTAL;
}

TEST(HPLC0006, "in 20000 random steps each section can always take its places, and no task has too many")
{
	struct places p = begin();
	unsigned of[TASKS] = { 0 };

	srand(5);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned task = (unsigned)rand() % TASKS, section = task % 6;

		if (rand() % 3 && places_has(&p, section, of[task])) {
			places_take(&p, section);
			of[task]++;
		} else if (of[task] > 0 && rand() % 2) {
			places_give(&p, section);
			of[task]--;
		}
		CHECK(of[task] <= OF_TASK && is_kept(p));
	}
	places_know(0);
}

TEST(HPLC0007, "sections that are started are first, and each server has those that use it")
{
	static const char text[] = "task one; uses two three\ntask two; start; uses t*\ntask three; uses one\n"
				   "task *; uses one two\ntask four; start; uses three\n";
	static struct config c;
	struct place at;
	const struct grant *p = c.grants.program;

	CHECK(config_parse(&c, text, sizeof text - 1, &at) == 0);
	CHECK(p[1].number == 1 && p[3].number == 2 && p[0].number == 3
	      && p[2].number == 4 && c.grants.others.number == 0);
	CHECK(p[1].started && p[3].started && !p[0].started && !c.grants.others.started);
	CHECK(p[0].users == 8 && p[1].users == (4 | 1) && p[2].users == (4 | 1 | 2));
}
