/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.c - the text of stdio for standard error comes out by lines.
 *
 * Musl's stderr has no buffer: it calls writev for each piece of a line (perror for five), and text of other
 * tasks came between. A line is kept here until its end, and at the longest until the program waits, exits,
 * starts a program or writes other output. A piece that has no room is not kept. Text of write is never kept.
 */
#define _GNU_SOURCE
#include <string.h>
#include <pecan/stream.h>
#include "base.h"
#include "error.h"

static char line[PX_LINE];
static size_t used;
static int lock;

/* The first `bytes` of the line, under the lock. */
static void take(char *to, size_t bytes)
{
	memcpy(to, line, bytes);
	used -= bytes;
	memmove(line, line + bytes, used);
}

void px_error_flush(void)
{
	char text[PX_LINE];
	size_t bytes;

	px_lock(&lock);
	bytes = used;
	take(text, bytes);
	px_unlock(&lock);
	if (bytes)
		pecan_write_to(STREAM_ERROR, text, bytes);
}

bool px_error_keep(const char *from, size_t bytes, char text[PX_LINE], size_t *whole)
{
	const char *end = memrchr(from, '\n', bytes);
	bool fits;

	px_lock(&lock);
	fits = bytes <= sizeof line - used;
	if (fits) {
		memcpy(line + used, from, bytes);
		used += bytes;
		*whole = end ? used - (size_t)(from + bytes - end - 1) : 0;
		take(text, *whole);
	}
	px_unlock(&lock);
	return fits;
}
