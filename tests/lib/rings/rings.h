/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rings.h - plays of drivers' ring code (virtq.c, exchange.c, the clients of virtio-blk) with a device or a
 * client that writes anything, anywhere in the memory that it shares, at any time. Bytes decide what is done:
 * those of libFuzzer (main.c), or random ones (tests/lib/user). A play ends with its bytes.
 *
 * The shared memory is allocated with its exact size, so the address sanitizer sees what is beyond it.
 */
#ifndef TESTS_RINGS_H
#define TESTS_RINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct bytes { const uint8_t *at; size_t left; };

static inline unsigned next_byte(struct bytes *b)
{
	return b->left > 0 ? b->left--, *b->at++ : 0;
}

/* An even distribution does not matter: the fuzzer looks for the values that do. */
static inline uint32_t next_number(struct bytes *b)
{
	uint32_t n = next_byte(b);

	for (unsigned i = 1; i < sizeof(n); i++)
		n = n << 8 | next_byte(b);
	return n;
}

/* -128 to 127: how far an index is moved. */
static inline uint32_t next_step(struct bytes *b) { return (uint32_t)(int8_t)next_byte(b); }

/* One byte somewhere. */
static inline void scribble(struct bytes *b, void *memory, size_t bytes)
{
	size_t at = next_number(b) % bytes;

	((uint8_t *)memory)[at] = (uint8_t)next_byte(b);
}

/* Return 0, or what is wrong. */
typedef const char *play(struct bytes *b);
play play_virtq, play_link, play_disk;

/* The same with random bytes, so many times. */
static inline const char *play_random(play *p, unsigned times)
{
	const char *wrong = NULL;

	for (unsigned seed = 1; seed <= times && !wrong; seed++) {
		uint8_t memory[2048];
		unsigned state = seed;

		for (unsigned i = 0; i < sizeof(memory); i++)
			memory[i] = (uint8_t)rand_r(&state);
		wrong = p(&(struct bytes){ memory, sizeof(memory) });
	}
	return wrong;
}

#endif
