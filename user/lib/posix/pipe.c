/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe.c - the text in pipes. Their ends are open files (file.c).
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include "pipe.h"

enum { PIPES = 16, BYTES = 2 * PIPE_BUF };

struct px_pipe {
	bool reader, writer;			/* is that end open? */
	unsigned first, count;
	char text[BYTES];
};

static struct px_pipe pipes[PIPES];

struct px_pipe *px_pipe_new(void)
{
	for (struct px_pipe *p = pipes; p < pipes + PIPES; p++)
		if (!p->reader && !p->writer) {
			p->reader = p->writer = true;
			p->first = p->count = 0;
			return p;
		}
	return NULL;
}

void px_pipe_close(struct px_pipe *p, bool reader)
{
	if (reader)
		p->reader = false;
	else
		p->writer = false;
}

long px_pipe_peek(struct px_pipe *p, char *to, size_t bytes)
{
	size_t straight;

	if (bytes > p->count)
		bytes = p->count;
	straight = bytes < BYTES - p->first ? bytes : BYTES - p->first;
	memcpy(to, p->text + p->first, straight);
	memcpy(to + straight, p->text, bytes - straight);
	return p->count || !p->writer ? (long)bytes : -EAGAIN;
}

void px_pipe_skip(struct px_pipe *p, size_t bytes)
{
	p->first = (unsigned)(p->first + bytes) % BYTES;
	p->count -= (unsigned)bytes;
}

bool px_pipe_has_room(const struct px_pipe *p)
{
	return BYTES - p->count >= PIPE_BUF;
}

/* What is not longer than PIPE_BUF is put whole. */
long px_pipe_put(struct px_pipe *p, const char *from, size_t bytes)
{
	size_t room = BYTES - p->count, at = (p->first + p->count) % BYTES, straight;

	if (!p->reader)
		return -EPIPE;
	if (room == 0 || (bytes <= PIPE_BUF && bytes > room))
		return -EAGAIN;
	if (bytes > room)
		bytes = room;
	straight = bytes < BYTES - at ? bytes : BYTES - at;
	memcpy(p->text + at, from, straight);
	memcpy(p->text, from + straight, bytes - straight);
	p->count += (unsigned)bytes;
	return (long)bytes;
}
