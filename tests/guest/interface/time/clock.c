/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.c - the system clock (api 3.2).
 */
#include "guest.h"

TEST(GSYS0001, "the clock never goes back")
{
	word last = now();

	for (unsigned i = 0; i < 10000; i++) {
		word t = now();

		CHECK(t >= last);
		last = t;
	}
}

TEST(GSYS0002, "the clock counts microseconds: it moves on while a thread computes and while it sleeps")
{
	word start = now(), middle;

	while (now() - start < 3000)
		;
	middle = now();
	sleep_us(3000);
	CHECK(now() - middle >= 2999);
}

static void read_clock(void *out)
{
	*(volatile word *)out = now();
}

TEST(GSYS0003, "all spaces read the same clock")
{
	static volatile word there;
	struct space s;
	word before = now();

	space_make(&s);
	space_start(&s, read_clock, (void *)&there);
	CHECK(before <= there && there <= now());
}
