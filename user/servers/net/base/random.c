/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - the random numbers of the network server, a seed of the source's and what ChaCha20 makes of it.
 * The source may be slow, and other programs use it: the server waits for it once. Each block's first half
 * is the key of the next one, so what was given out cannot be found again.
 */
#include <l4/schedule.h>
#include <lwip/opt.h>
#include <pecan/random.h>
#include <stdbool.h>
#include <string.h>

#include "chacha.h"

enum { SPARE = CHACHA_BLOCK - CHACHA_KEY, AGAIN = 64 };	/* blocks, until a source is looked for again */

static uint32_t key[CHACHA_KEY];

/* Without a source of random numbers: the clock, mixed. What sees packets of this machine can guess it. */
static void guessable(uint32_t *to, unsigned n)
{
	static uint64_t state;

	for (unsigned i = 0; i < n; i++) {
		state = (state ^ L4_SystemClock().raw) * 0x9e3779b97f4a7c15 + i;
		state ^= state >> 29;
		to[i] = (uint32_t)(state >> 32);
	}
}

/* Mix a seed into the key. Returns false if it can be guessed. */
static bool seed(void)
{
	uint32_t fresh[CHACHA_KEY];
	bool good = pecan_random(fresh, sizeof fresh) == sizeof fresh;

	if (!good)
		guessable(fresh, CHACHA_KEY);
	for (unsigned i = 0; i < CHACHA_KEY; i++)
		key[i] ^= fresh[i];
	return good;
}

uint32_t net_random(void)
{
	static const uint32_t nonce[CHACHA_NONCE];
	static uint32_t block[CHACHA_BLOCK];
	static unsigned left, blocks;
	static bool seeded;

	if (left == 0) {
		if (!seeded && blocks++ % AGAIN == 0)
			seeded = seed();
		chacha_block(key, 0, nonce, block);
		memcpy(key, block, sizeof key);
		left = SPARE;
	}
	return block[CHACHA_KEY + --left];
}
