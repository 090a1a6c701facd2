/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arithmetic.c - the functions of user/lib/c that compilers call for 64 bits, against the compiler's own.
 */
#include "harness.h"

uint64_t c___udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
uint64_t c___udivdi3(uint64_t n, uint64_t d), c___umoddi3(uint64_t n, uint64_t d);
int64_t c___divmoddi4(int64_t n, int64_t d, int64_t *rest);
int64_t c___divdi3(int64_t n, int64_t d), c___moddi3(int64_t n, int64_t d);
int c___ctzdi2(uint64_t x);
uint64_t c___atomic_load_8(const volatile void *p, int order);
void c___atomic_store_8(volatile void *p, uint64_t value, int order);
uint64_t c___atomic_fetch_add_8(volatile void *p, uint64_t value, int order);

enum { ROUNDS = 300000 };

static uint64_t state = 0x9e3779b97f4a7c15;

/* Of any length, and often next to a power of two. */
static uint64_t number(void)
{
	uint64_t x;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	x = state >> (state >> 8) % 64;
	if ((state >> 20) % 8 == 0)
		x = (uint64_t)1 << (state >> 32) % 64;
	return x + (state >> 24) % 3 - 1;
}

TEST(LIAA0001, "quotient and rest of numbers without sign")
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t n = number(), d = number(), rest;

		if (d == 0)
			continue;
		CHECK_EQ(c___udivmoddi4(n, d, &rest), n / d);
		CHECK_EQ(rest, n % d);
		CHECK_EQ(c___udivdi3(n, d), n / d);
		CHECK_EQ(c___umoddi3(n, d), n % d);
	}
}

TEST(LIAA0002, "quotient and rest of numbers with sign")
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		int64_t n = (int64_t)number(), d = (int64_t)number(), rest;

		if (d == 0 || d == -1)
			continue;
		CHECK_EQ(c___divmoddi4(n, d, &rest), n / d);
		CHECK_EQ(rest, n % d);
		CHECK_EQ(c___divdi3(n, d), n / d);
		CHECK_EQ(c___moddi3(n, d), n % d);
	}
	CHECK_EQ(c___divdi3(INT64_MIN + 1, -1), INT64_MAX);
}

TEST(LIAA0003, "the lowest bit set")
{
	for (int i = 0; i < 64; i++) {
		CHECK_EQ(c___ctzdi2((uint64_t)1 << i), i);
		CHECK_EQ(c___ctzdi2(~(uint64_t)0 << i), i);
	}
}

TEST(LIAA0004, "atomic loads and stores move all 64 bits")
{
	volatile uint64_t cell = 1, near[3] = { 1, 2, 3 };

	for (unsigned i = 0; i < 64; i++) {
		uint64_t x = number();

		c___atomic_store_8(&cell, x, 0);
		CHECK_EQ(cell, x);
		CHECK_EQ(c___atomic_load_8(&cell, 0), x);
		CHECK_EQ(cell, x);
		c___atomic_store_8(&near[1], x, 0);
		CHECK_EQ(near[1], x);
		CHECK(near[0] == 1 && near[2] == 3);
	}
}

TEST(LIAA0005, "an atomic sum has a carry from the lower word, and returns what was there before")
{
	volatile uint64_t near[3] = { 1, 0xffffffff, 3 };
	uint64_t sum = near[1];

	CHECK_EQ(c___atomic_fetch_add_8(&near[1], 1, 0), sum);
	CHECK_EQ(near[1], (uint64_t)1 << 32);
	for (unsigned i = 0; i < 64; i++) {
		uint64_t x = number();

		sum = near[1];
		CHECK_EQ(c___atomic_fetch_add_8(&near[1], x, 0), sum);
		CHECK_EQ(near[1], sum + x);
		CHECK(near[0] == 1 && near[2] == 3);
	}
}
