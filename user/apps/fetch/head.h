/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.h - the head of an answer of HTTP: what it says of the page behind it.
 */
#ifndef FETCH_HEAD_H
#define FETCH_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct head {
	unsigned status;
	const char *reason;		/* the status with its text, up to the end of the line */
	size_t reason_bytes;
	bool chunked;			/* the page is in pieces (chunks.h) */
	int64_t bytes;			/* of the page; -1: it does not say */
	const char *location;		/* another page; NULL: none */
	size_t location_bytes;
};

/* Returns the length of the head, with its empty line; 0 if that is not there yet. */
size_t head_length(const char *text, size_t bytes);

/* Read a head of this length. Returns NULL, or what is wrong with it. */
const char *head_read(struct head *h, const char *text, size_t bytes);

#endif
