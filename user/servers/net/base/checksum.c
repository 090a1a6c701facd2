/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checksum.c - the Internet checksum (RFC 1071) in place of lwIP's own, by the widest words that the compiler
 * has: their sum, and the carries of the sum, which count as 1 at the other end. It has the machine's byte
 * order if the words have, whichever that is.
 */
#include <stdint.h>

#include "checksum.h"

#ifdef __SIZEOF_INT128__
typedef unsigned __int128 wide;
#else
typedef uint64_t wide;
#endif

enum { WORD = sizeof(uint64_t), WIDE = sizeof(wide), UNROLLED = 4 };

static wide wide_at(const unsigned char *p)
{
	wide w;

	__builtin_memcpy(&w, p, sizeof w);
	return w;
}

static uint64_t word_at(const unsigned char *p)
{
	uint64_t w;

	__builtin_memcpy(&w, p, sizeof w);	/* of a freestanding program memcpy is a call */
	return w;
}

/* The last bytes, less than a word, with zeros behind them. */
static uint64_t rest_at(const unsigned char *p, unsigned bytes)
{
	uint64_t w = 0;
	unsigned char *to = (unsigned char *)&w;

	if (bytes & 4) {
		__builtin_memcpy(to, p, 4);
		to += 4;
		p += 4;
	}
	if (bytes & 2) {
		__builtin_memcpy(to, p, 2);
		to += 2;
		p += 2;
	}
	if (bytes & 1)
		*to = *p;
	return w;
}

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

uint16_t net_checksum(const void *data, int bytes)
{
	const unsigned char *p = data;
	uint64_t sum, carries = 0, last;
	wide many = 0;

	for (; bytes >= UNROLLED * WIDE; bytes -= UNROLLED * WIDE, p += UNROLLED * WIDE) {
		carries += __builtin_add_overflow(many, wide_at(p), &many);
		carries += __builtin_add_overflow(many, wide_at(p + WIDE), &many);
		carries += __builtin_add_overflow(many, wide_at(p + 2 * WIDE), &many);
		carries += __builtin_add_overflow(many, wide_at(p + 3 * WIDE), &many);
	}
	sum = (uint64_t)many;
	if (WIDE > WORD)
		carries += __builtin_add_overflow(sum, (uint64_t)(many >> 4 * WIDE), &sum);
	for (; bytes >= WORD; bytes -= WORD, p += WORD)
		carries += __builtin_add_overflow(sum, word_at(p), &sum);
	if (bytes > 0)
		carries += __builtin_add_overflow(sum, rest_at(p, (unsigned)bytes), &sum);
	last = __builtin_add_overflow(sum, carries, &sum);
	return fold(sum + last);
}
