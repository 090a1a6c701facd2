/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chunks.c - see chunks.h. Lines end with CR and LF, neither of which stands anywhere else.
 */
#include "chunks.h"
#include "control.h"

enum { DECIMAL = 10, HEX_BITS = 4 };

/* -1: it is no digit. */
static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + DECIMAL : -1;
}

/* May it stand in an extension or a field? */
static bool is_text(char c)
{
	return c == '\t' || !is_control(c);
}

/* Behind the digits of a length. */
static enum chunks_at behind(char byte)
{
	if (byte == ' ' || byte == '\t')
		return CHUNK_BLANK;
	return byte == '\r' ? CHUNK_LENGTH_END : byte == ';' ? CHUNK_EXTENSION : CHUNK_BAD;
}

static enum chunks_at length(struct chunks *c, char byte)
{
	int digit = digit_of(byte);

	if (digit >= 0 && c->digits < CHUNK_DIGITS) {
		c->left = c->left << HEX_BITS | (unsigned)digit;
		c->digits++;
		return CHUNK_LENGTH;
	}
	if (digit >= 0 || c->digits == 0)
		return CHUNK_BAD;
	return behind(byte);
}

/* What follows this byte outside of the data. */
static enum chunks_at next(struct chunks *c, char byte)
{
	switch (c->at) {
	case CHUNK_LENGTH:
		return length(c, byte);
	case CHUNK_BLANK:
		return behind(byte);
	case CHUNK_EXTENSION:
		return byte == '\r' ? CHUNK_LENGTH_END : is_text(byte) ? CHUNK_EXTENSION : CHUNK_BAD;
	case CHUNK_LENGTH_END:
		return byte != '\n' ? CHUNK_BAD : c->left > 0 ? CHUNK_DATA : CHUNK_FIELDS;
	case CHUNK_DATA_END:
		return byte == '\r' ? CHUNK_DATA_LINE : CHUNK_BAD;
	case CHUNK_DATA_LINE:
		c->digits = c->line = 0;
		return byte == '\n' ? CHUNK_LENGTH : CHUNK_BAD;
	case CHUNK_FIELDS:		/* at the begin of a line */
		return byte == '\r' ? CHUNK_LAST : is_text(byte) ? CHUNK_FIELD : CHUNK_BAD;
	case CHUNK_FIELD:
		return byte == '\r' ? CHUNK_FIELD_END : is_text(byte) ? CHUNK_FIELD : CHUNK_BAD;
	case CHUNK_FIELD_END:
		return byte == '\n' ? CHUNK_FIELDS : CHUNK_BAD;
	case CHUNK_LAST:
		return byte == '\n' ? CHUNK_COMPLETE : CHUNK_BAD;
	default:
		return CHUNK_BAD;
	}
}

static bool is_too_long(struct chunks *c)
{
	return c->at < CHUNK_DATA ? ++c->line > CHUNK_LINE
	       : c->at >= CHUNK_FIELDS && ++c->trailer > CHUNK_TRAILER;
}

size_t chunks_take(struct chunks *c, const char *from, size_t n, struct chunk *out)
{
	size_t take = c->left < n ? (size_t)c->left : n;

	*out = (struct chunk){ from, c->at == CHUNK_DATA ? take : 0 };
	if (c->at != CHUNK_DATA) {
		c->at = is_too_long(c) ? CHUNK_BAD : next(c, *from);
		return 1;
	}
	c->left -= take;
	if (c->left == 0)
		c->at = CHUNK_DATA_END;
	return take;
}
