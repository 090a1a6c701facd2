/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * str.c - memory and strings for freestanding builds.
 *
 * Copies are done in words at any alignment. Built with -ffreestanding, so that the compiler does not
 * replace these loops by calls of the same functions.
 */
#include <lib/str.h>
#include <x2/word.h>

/* A word that may alias any type at any address; a machine without unaligned access needs other code here. */
typedef l4_word_t __attribute__((may_alias, aligned(1))) word_t;

enum { WORD = sizeof(word_t) };

void *memcpy(void *to, const void *from, size_t n)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	for (; n >= WORD; n -= WORD, t += WORD, f += WORD)
		*(word_t *)(void *)t = *(const word_t *)(const void *)f;
	while (n-- > 0)
		*t++ = *f++;
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if ((uintptr_t)t - (uintptr_t)f >= n)	/* unsigned: also true when to is below from */
		return memcpy(to, from, n);
	for (; n >= WORD; n -= WORD)	/* bytes of from that a word of to overlaps have been read */
		*(word_t *)(void *)(t + n - WORD) = *(const word_t *)(const void *)(f + n - WORD);
	while (n-- > 0)
		t[n] = f[n];
	return to;
}

void *memset(void *to, int c, size_t n)
{
	unsigned char *t = to;
	word_t pattern = (unsigned char)c * (~(word_t)0 / 0xff);

	for (; n >= WORD; n -= WORD, t += WORD)
		*(word_t *)(void *)t = pattern;
	while (n-- > 0)
		*t++ = (unsigned char)c;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n > 0; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0; n--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}
