/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chunks.h - the transfer coding `chunked` (RFC 9112, 7.1): a page in pieces, each behind a line with its
 * length.
 */
#ifndef FETCH_CHUNKS_H
#define FETCH_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHUNK_DIGITS = 15,		/* of a length, so that it has less than 64 bits */
	CHUNK_LINE = 1024,		/* bytes of a line with a length, and what is behind it */
	CHUNK_TRAILER = 8192,		/* bytes of the fields behind the page */
};

/* Zero before the first byte. */
struct chunks {
	enum chunks_at {
		CHUNK_LENGTH, CHUNK_BLANK, CHUNK_EXTENSION, CHUNK_LENGTH_END, CHUNK_DATA, CHUNK_DATA_END,
		CHUNK_DATA_LINE, CHUNK_FIELDS, CHUNK_FIELD, CHUNK_FIELD_END, CHUNK_LAST,
		CHUNK_COMPLETE,		/* all of the page has come */
		CHUNK_BAD,		/* the coding is wrong */
	} at;
	uint64_t left;			/* of the piece */
	size_t digits, line, trailer;	/* so far */
};

/* The page's bytes among those that were taken; 0: none. */
struct chunk { const char *data; size_t bytes; };

/* Take some of n bytes, at least one. Returns how many. Not to be called after CHUNK_COMPLETE, CHUNK_BAD. */
size_t chunks_take(struct chunks *c, const char *from, size_t n, struct chunk *out);

#endif
