/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - see <string.h>.
 *
 * Blocks are moved by words once the destination is aligned. The compiler must not recognise the
 * loops and put calls of these very functions in their place: (tests/lib/libl4 looks at
 * the object code).
 */
#include <stdint.h>
#include <string.h>
#include "copy.h"

/* MANY: bytes from which on it is worth the while to begin copy_words. */
enum { AT_ONCE = 16, WORD = sizeof(unsigned long), MANY = 256 };

/* Words that may be parts of objects of any type, and at any address. */
typedef unsigned long __attribute__((may_alias)) word;
struct __attribute__((packed, may_alias)) loose_word { unsigned long value; };

static size_t misaligned(const void *p)
{
	return (uintptr_t)p % WORD;
}

/* Words that are loaded before any of them is stored. */
struct __attribute__((packed, may_alias)) loose_words { unsigned long a, b, c, d; };

/* Upwards: right if `to` is below `from`, or they do not overlap. */
static void copy_up(unsigned char *to, const unsigned char *from, size_t n)
{
	if (n >= MANY) {
		size_t words = n / WORD;

		copy_words(to, from, words);
		to += words * WORD;
		from += words * WORD;
		n -= words * WORD;
	}
	for (; n >= sizeof(struct loose_words); n -= sizeof(struct loose_words)) {
		const struct loose_words *w = (const void *)from;
		unsigned long a = w->a, b = w->b, c = w->c, d = w->d;

		*(struct loose_words *)(void *)to = (struct loose_words){ a, b, c, d };
		to += sizeof(struct loose_words);
		from += sizeof(struct loose_words);
	}
	for (; n >= WORD; n -= WORD, to += WORD, from += WORD)
		((struct loose_word *)(void *)to)->value = ((const struct loose_word *)(const void *)from)->value;
	while (n-- > 0)
		*to++ = *from++;
}

static void copy_down(unsigned char *to, const unsigned char *from, size_t n)
{
	to += n;
	from += n;
	while (n > 0 && misaligned(to)) {
		*--to = *--from;
		n--;
	}
	for (; n >= WORD; n -= WORD) {
		to -= WORD;
		from -= WORD;
		*(word *)(void *)to = ((const struct loose_word *)(const void *)from)->value;
	}
	while (n-- > 0)
		*--to = *--from;
}

void *memcpy(void *to, const void *from, size_t n)
{
	copy_up(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from < n)
		copy_down(to, from, n);
	else
		copy_up(to, from, n);
	return to;
}

/* Written out: as a loop it has four instructions for a word, and pages are cleared so. */
static inline void set_words(word to[AT_ONCE], unsigned long w)
{
	to[0] = to[1] = to[2] = to[3] = w;
	to[4] = to[5] = to[6] = to[7] = w;
	to[8] = to[9] = to[10] = to[11] = w;
	to[12] = to[13] = to[14] = to[15] = w;
}

void *memset(void *to, int byte, size_t n)
{
	unsigned long pattern = ~0ul / 0xff * (unsigned char)byte;
	unsigned char *p = to;

	while (n > 0 && misaligned(p)) {
		*p++ = (unsigned char)byte;
		n--;
	}
	for (; n >= AT_ONCE * WORD; n -= AT_ONCE * WORD, p += AT_ONCE * WORD)
		set_words((word *)(void *)p, pattern);
	for (; n >= WORD; n -= WORD, p += WORD)
		*(word *)(void *)p = pattern;
	while (n-- > 0)
		*p++ = (unsigned char)byte;
	return to;
}

int memcmp(const void *l, const void *r, size_t n)
{
	const unsigned char *a = l, *b = r;

	for (; n > 0; n--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

void *memchr(const void *in, int byte, size_t n)
{
	const unsigned char *p = in;

	for (; n > 0; n--, p++)
		if (*p == (unsigned char)byte)
			return (void *)(uintptr_t)p;
	return NULL;
}
