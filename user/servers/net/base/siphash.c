/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.c - see siphash.h.
 */
#include "siphash.h"

enum { STATE = 4, LAST_ROUNDS = 4 };

static uint64_t rotated(uint64_t x, unsigned bits) { return x << bits | x >> (64 - bits); }

static void half_round(uint64_t *a, uint64_t *b, unsigned bits)
{
	*a += *b;
	*b = rotated(*b, bits) ^ *a;
}

static void round_of(uint64_t v[STATE])
{
	half_round(&v[0], &v[1], 13);
	half_round(&v[2], &v[3], 16);
	v[0] = rotated(v[0], 32);
	half_round(&v[2], &v[1], 17);
	half_round(&v[0], &v[3], 21);
	v[2] = rotated(v[2], 32);
}

static void take(uint64_t v[STATE], uint64_t word)
{
	v[3] ^= word;
	round_of(v);
	round_of(v);
	v[0] ^= word;
}

uint64_t siphash(const uint64_t key[SIPHASH_KEY], const uint64_t *words, unsigned count)
{
	uint64_t v[STATE] = {
		key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
		key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573,
	};

	for (unsigned i = 0; i < count; i++)
		take(v, words[i]);
	take(v, (uint64_t)(count * sizeof *words) << 56);	/* the last byte: the length */
	v[2] ^= 0xff;
	for (unsigned i = 0; i < LAST_ROUNDS; i++)
		round_of(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
