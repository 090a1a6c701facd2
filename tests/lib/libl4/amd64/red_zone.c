/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * red_zone.c - the pushes of a call do not fall on the 128 bytes below RSP that a leaf function uses.
 */
#include <l4/schedule.h>
#include <l4/thread.h>
#include "harness.h"
#include "world.h"

TEST(LRED0001, "a call does not disturb the caller's red zone or its registers")
{
	volatile L4_Word_t local[10];
	L4_Word_t sum = 0;

	world_start();
	for (L4_Word_t i = 0; i < 10; i++)
		local[i] = i;
	L4_Yield();
	for (L4_Word_t i = 0; i < 10; i++)
		sum += local[i] << 4 * i;
	CHECK_EQ(sum, 0x9876543210);
}

/* Leaf functions with all their variables below RSP; not inlined, or they would be no leaves. */
__attribute__((noinline)) static L4_Word_t leaf_schedule(L4_Word_t a, L4_Word_t b)
{
	volatile L4_Word_t words[14];
	L4_Word_t old, sum = 0;

	for (L4_Word_t i = 0; i < 14; i++)
		words[i] = a * i + b;
	L4_Schedule(world_id(a), b, a, b, a, &old);
	for (L4_Word_t i = 0; i < 14; i++)
		sum += words[i];
	return sum;
}

TEST(LRED0002, "a leaf function that uses the whole red zone finds it again after a call")
{
	world_start();
	CHECK_EQ(leaf_schedule(3, 5), 3 * 91 + 14 * 5);
	CHECK_EQ(world.calls, 1);
}
