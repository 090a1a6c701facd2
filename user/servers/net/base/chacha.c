/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chacha.c - see chacha.h.
 */
#include "chacha.h"

enum { DOUBLE_ROUNDS = 10 };

static uint32_t rotated(uint32_t x, unsigned bits) { return x << bits | x >> (32 - bits); }

/* 2.1 */
static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
	*a += *b;
	*d = rotated(*d ^ *a, 16);
	*c += *d;
	*b = rotated(*b ^ *c, 12);
	*a += *b;
	*d = rotated(*d ^ *a, 8);
	*c += *d;
	*b = rotated(*b ^ *c, 7);
}

void chacha_block(const uint32_t key[CHACHA_KEY], uint32_t counter, const uint32_t nonce[CHACHA_NONCE],
		  uint32_t out[CHACHA_BLOCK])
{
	uint32_t begin[CHACHA_BLOCK] = {
		0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0], key[1], key[2], key[3],
		key[4], key[5], key[6], key[7], counter, nonce[0], nonce[1], nonce[2],
	};

	for (unsigned i = 0; i < CHACHA_BLOCK; i++)
		out[i] = begin[i];
	for (unsigned round = 0; round < DOUBLE_ROUNDS; round++) {
		for (unsigned i = 0; i < 4; i++)		/* columns */
			quarter_round(&out[i], &out[4 + i], &out[8 + i], &out[12 + i]);
		for (unsigned i = 0; i < 4; i++)		/* diagonals */
			quarter_round(&out[i], &out[4 + (i + 1) % 4], &out[8 + (i + 2) % 4], &out[12 + (i + 3) % 4]);
	}
	for (unsigned i = 0; i < CHACHA_BLOCK; i++)
		out[i] += begin[i];
}
