/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipe.c - see pipe.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include "event.h"
#include "file.h"
#include "io.h"
#include "pipe.h"
#include "poll.h"

enum { PIPES = 16, BYTES = 2 * PIPE_BUF };

struct px_buffer {
	bool reader, writer;			/* is that end open? */
	unsigned first, count;
	char text[BYTES];
};

static struct px_buffer pipes[PIPES];

struct px_buffer *px_pipe_new(void)
{
	struct px_buffer *p = pipes;

	px_lock(&px_files_lock);
	while (p < pipes + PIPES && (p->reader || p->writer))
		p++;
	if (p < pipes + PIPES) {
		p->reader = p->writer = true;
		p->first = p->count = 0;
	}
	px_unlock(&px_files_lock);
	return p < pipes + PIPES ? p : NULL;
}

long px_pipe_shutdown(struct px_file *f, bool reads, bool writes)
{
	struct px_buffer *in = f->own, *out = f->out;

	px_lock(&px_files_lock);
	if (reads && in) {
		in->reader = false;
		f->own = NULL;
	}
	if (writes && out) {
		out->writer = false;
		f->out = NULL;
	}
	px_unlock(&px_files_lock);
	px_changed();
	return 0;
}

void px_pipe_close(struct px_file *f)
{
	px_pipe_shutdown(f, true, true);
}

/* ---- bytes ---- */

long px_pipe_peek(struct px_file *f, void *to, size_t bytes)
{
	const struct px_buffer *p = f->own;
	size_t straight;

	if (!p)
		return 0;
	if (bytes > p->count)
		bytes = p->count;
	straight = bytes < BYTES - p->first ? bytes : BYTES - p->first;
	memcpy(to, p->text + p->first, straight);
	memcpy((char *)to + straight, p->text, bytes - straight);
	return p->count || !p->writer ? (long)bytes : -EAGAIN;
}

void px_pipe_skip(struct px_file *f, size_t bytes)
{
	struct px_buffer *p = f->own;

	if (!p)
		return;
	p->first = (unsigned)(p->first + bytes) % BYTES;
	p->count -= (unsigned)bytes;
}

bool px_pipe_has_room(const struct px_file *f)
{
	return BYTES - ((const struct px_buffer *)f->out)->count >= PIPE_BUF;
}

/* What is not longer than PIPE_BUF is put whole. */
long px_pipe_put(struct px_file *f, const void *from, size_t bytes)
{
	struct px_buffer *p = f->out;
	size_t room, at, straight;

	if (!p || !p->reader)
		return -EPIPE;
	room = BYTES - p->count;
	at = (p->first + p->count) % BYTES;
	if (room == 0 || (bytes <= PIPE_BUF && bytes > room))
		return -EAGAIN;
	if (bytes > room)
		bytes = room;
	straight = bytes < BYTES - at ? bytes : BYTES - at;
	memcpy(p->text + at, from, straight);
	memcpy(p->text, (const char *)from + straight, bytes - straight);
	p->count += (unsigned)bytes;
	return (long)bytes;
}

/* ---- the kinds ---- */

static short reader_ready(struct px_file *f)
{
	char byte;
	long n = px_pipe_peek(f, &byte, 1);

	return n > 0 ? PX_IN : n == 0 ? POLLHUP : 0;
}

static const struct px_kind reader = {
	.mode = S_IFIFO | 0600, .close = px_pipe_close,
	.peek = px_pipe_peek, .skip = px_pipe_skip, .ready = reader_ready,
};

static short writer_ready(struct px_file *f)
{
	char byte = 0;

	return px_pipe_put(f, &byte, 0) == -EPIPE ? POLLERR : px_pipe_has_room(f) ? PX_OUT : 0;
}

static const struct px_kind writer = {
	.mode = S_IFIFO | 0600, .close = px_pipe_close,
	.put = px_pipe_put, .ready = writer_ready,
};

/* ---- opening ---- */

long px_pipe_describe(struct px_file end[2], int fd[2], bool close_on_exec)
{
	long first = px_file_new(&end[0], close_on_exec), second = px_file_new(&end[1], close_on_exec);

	if (first < 0 || second < 0) {
		px_close(&(struct px_args){ { first } });
		px_close(&(struct px_args){ { second } });
		return first < 0 ? first : second;
	}
	fd[0] = (int)first;
	fd[1] = (int)second;
	return 0;
}

static long open_pipe(int fd[2], long flags)
{
	struct px_buffer *p = px_pipe_new();
	int how = (int)flags & O_NONBLOCK;
	struct px_file end[] = {
		{ .kind = &reader, .flags = how, .own = p }, { .kind = &writer, .flags = how | O_WRONLY, .out = p },
	};

	return p ? px_pipe_describe(end, fd, flags & O_CLOEXEC) : -ENFILE;
}

long px_pipe(const struct px_args *p)
{
	return open_pipe((int *)p->a[0], 0);
}

long px_pipe2(const struct px_args *p)
{
	return p->a[1] & ~(O_CLOEXEC | O_NONBLOCK) ? -EINVAL : open_pipe((int *)p->a[0], p->a[1]);
}
