/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waiting.c - tests of the places for requests that wait for memory (user/root/job/waiting.c).
 */
#include "harness.h"
#include <pecan/places.h>
#include <root/job/waiting.h>

/* A place for a thread of the task. */
static bool take(L4_Word_t task, unsigned section, L4_Word_t thread)
{
	struct waiting k = { .thread = thread, .task = task, .section = section, .left = 2 };

	k.priority = (unsigned)task;
	return waiting_take(&k) >= 0;
}

/* As many as it gets, with threads from `first` on. */
static unsigned take_all(L4_Word_t task, L4_Word_t first)
{
	unsigned n = 0;

	while (take(task, 0, first + n))
		n++;
	return n;
}

TEST(HKPT0001, "a task has at most 8 places; beside four that have all, two sections have one each")
{
	unsigned taken = 0;

	places_know(3);
	for (L4_Word_t task = 1; task <= 4; task++)
		taken += take_all(task, task * 100);
	CHECK(taken == 8 + 8 + 8 + 6);
	CHECK(!take(9, 0, 900));
	CHECK(take(10, 1, 1000) && take(11, 2, 1100) && !take(12, 2, 1200));
	CHECK(waiting_priority() == 11);
	for (L4_Word_t task = 1; task <= 11; task++)
		waiting_end(task);
	CHECK(waiting_priority() == 0 && take_all(1, 100) == 8);
	waiting_end(1);
	places_know(0);
}

TEST(HKPT0002, "places become due when an object is given back; they are free when served or dropped")
{
	struct waiting k;

	CHECK(waiting_due(&k) == -1);
	CHECK(take(1, 0, 100) && take(1, 0, 101) && take(2, 0, 200));
	CHECK(waiting_due(&k) == -1);
	waiting_drop(101);
	waiting_given();
	CHECK(take(3, 0, 300));
	for (unsigned i = 0; i < 2; i++) {
		CHECK(waiting_due(&k) >= 0 && k.left == 1);
		CHECK(k.thread == 100 || k.thread == 200);
	}
	CHECK(waiting_due(&k) == -1 && waiting_priority() == 3);
	waiting_given();
	waiting_given();
	waiting_given();
	CHECK(waiting_due(&k) >= 0 && k.thread == 300 && k.left == 0);
	CHECK(waiting_due(&k) == -1 && waiting_priority() == 0);
}
