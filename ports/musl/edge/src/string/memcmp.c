/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcmp.c - by four words at a time, at any address, while they are equal; then by words, then by bytes: at
 * most those of one word and of the end. So the order of bytes in a word does not matter, and only bytes of
 * the two arguments are read.
 */
#include <stdint.h>
#include <string.h>

typedef uintptr_t __attribute__((may_alias, aligned(1))) word;

enum { FOUR = 4 * sizeof(word) };

static inline word four_differ(const word *l, const word *r)
{
	return (l[0] ^ r[0]) | (l[1] ^ r[1]) | (l[2] ^ r[2]) | (l[3] ^ r[3]);
}

int memcmp(const void *left, const void *right, size_t n)
{
	const unsigned char *l = left, *r = right;

	for (; n >= FOUR && !four_differ((const word *)l, (const word *)r); n -= FOUR) {
		l += FOUR;
		r += FOUR;
	}
	for (; n >= sizeof(word) && *(const word *)l == *(const word *)r; n -= sizeof(word)) {
		l += sizeof(word);
		r += sizeof(word);
	}
	for (; n > 0 && *l == *r; n--) {
		l++;
		r++;
	}
	return n > 0 ? *l - *r : 0;
}
