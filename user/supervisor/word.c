/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * word.c - see word.h.
 */
#include <string.h>
#include "config.h"
#include "word.h"

/* Digits for which a word has room in any case. */
#define NUMBER_DIGITS(radix)	(L4_WORD_BITS == 64 ? 15 : (radix) == 16 ? 8 : 9)

static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool word_ends(struct cursor *c)
{
	while (c->at < c->end && blank(*c->at))
		c->at++;
	if (c->at < c->end && *c->at == '#')
		while (c->at < c->end && *c->at != '\n')
			c->at++;
	return c->at == c->end || *c->at == '\n' || *c->at == ';';
}

bool word_next(struct cursor *c, struct word *w)
{
	bool end = word_ends(c);

	c->last = w->at = c->at;
	while (!end && c->at < c->end && !blank(*c->at) && *c->at != '\n' && *c->at != ';')
		c->at++;
	w->length = (unsigned)(c->at - w->at);
	return !end;
}

bool word_is(const struct word *w, const char *text)
{
	return strlen(text) == w->length && memcmp(w->at, text, w->length) == 0;
}

bool word_copy(char *to, unsigned room, const struct word *w)
{
	if (w->length >= room)
		return false;
	memcpy(to, w->at, w->length);
	to[w->length] = 0;
	return true;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

bool word_number(struct word *w, unsigned radix, l4_word_t *value)
{
	unsigned n = 0;

	*value = 0;
	for (; n < w->length && n < NUMBER_DIGITS(radix) && digit(w->at[n]) < radix; n++)
		*value = *value * radix + digit(w->at[n]);
	w->at += n;
	w->length -= n;
	return n > 0;
}

bool word_whole(struct word w, l4_word_t limit, unsigned *value)
{
	l4_word_t n;

	if (!word_number(&w, 10, &n) || w.length != 0 || n > limit)
		return false;
	*value = (unsigned)n;
	return true;
}

bool word_bytes(struct word w, const char *units, uint64_t limit, uint64_t *value)
{
	const char *unit = units;
	l4_word_t n;

	if (!word_number(&w, 10, &n) || w.length > 1)
		return false;
	for (*value = n; w.length > 0 && *unit; unit++) {
		if (*value > limit >> 10)
			return false;
		*value <<= 10;
		w.length -= *w.at == *unit;
	}
	return w.length == 0 && *value <= limit;
}

bool word_size(struct word w, l4_word_t *value)
{
	uint64_t n = 0;
	bool is_size = word_bytes(w, "KM", GRANTS_MEMORY, &n);

	*value = (l4_word_t)n;
	return is_size;
}
