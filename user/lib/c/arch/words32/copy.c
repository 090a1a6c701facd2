/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.c - see ../../copy.h.
 */
#include "../../copy.h"

enum { AT_ONCE = 8 };

/* A word that may be a part of objects of any type, at any address. */
typedef struct __attribute__((packed, may_alias)) { unsigned long value; } loose_word;

void copy_words(void *to, const void *from, size_t words)
{
	const loose_word *w = from;
	loose_word *t = to;

	for (; words >= AT_ONCE; words -= AT_ONCE, t += AT_ONCE, w += AT_ONCE) {
		t[0] = w[0];
		t[1] = w[1];
		t[2] = w[2];
		t[3] = w[3];
		t[4] = w[4];
		t[5] = w[5];
		t[6] = w[6];
		t[7] = w[7];
	}
	for (; words > 0; words--)
		*t++ = *w++;
}
