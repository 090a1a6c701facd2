/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.c - see <pecan/plain.h>.
 */
#include <pecan/plain.h>
#include <string.h>

/* The smallest character that so many bytes may stand for; of two bytes the smallest that is shown. */
static const unsigned long least[] = { 0, 0x20, 0xa0, 0x800, 0x10000 };

enum { CHARACTER_LAST = 0x10ffff, SURROGATE_FIRST = 0xd800, SURROGATE_LAST = 0xdfff, DEL = 0x7f };

/* How many bytes the character has that begins with this one; 0: none does. */
static size_t announced(unsigned char c)
{
	if (c < 0x80)
		return 1;
	return c >= 0xf0 && c < 0xf8 ? 4 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xc0 && c < 0xe0 ? 2 : 0;
}

/* Bytes of the character that the text begins with; 0: none that is shown. */
static size_t shown(const char *text, size_t len)
{
	size_t n = announced((unsigned char)text[0]);
	unsigned long c = (unsigned char)text[0];

	if (n == 0 || n > len)
		return 0;
	if (n > 1)
		c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (c == '\n' || c == '\t')
		return n;
	return c >= least[n] && c != DEL && c <= CHARACTER_LAST
	       && (c < SURROGATE_FIRST || c > SURROGATE_LAST) ? n : 0;
}

size_t plain_text(char *text, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = shown(text + i, len - i);
		memmove(text + kept, text + i, n);
		kept += n;
	}
	return kept;
}
