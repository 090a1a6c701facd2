/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io.c - reading and writing of open files.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <pecan/console.h>
#include <pecan/special.h>
#include <pecan/stream.h>
#include "disk.h"
#include "error.h"
#include "file.h"
#include "image.h"
#include "input.h"
#include "io.h"
#include "message.h"
#include "option.h"
#include "pipe.h"
#include "signal.h"

/* ---- reading ---- */

long px_peek(struct px_file *f, void *to, size_t bytes)
{
	if (f->kind == PX_INPUT)
		return px_input_peek(to, bytes);
	return f->pipe ? px_pipe_peek(f->pipe, to, bytes) : 0;
}

void px_skip(struct px_file *f, long bytes)
{
	if (f->kind == PX_INPUT)
		px_input_skip((size_t)bytes);
	else if (f->pipe)
		px_pipe_skip(f->pipe, (size_t)bytes);
}

struct px_how px_how(const struct px_file *f)
{
	return (struct px_how){ .waits = !(f->flags & O_NONBLOCK) };
}

long px_read_text(struct px_file *f, void *to, size_t bytes, struct px_how how)
{
	for (;;) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long n;

		px_lock(&px_files_lock);
		n = px_peek(f, to, bytes);
		if (n != -EAGAIN && !how.peeks)
			px_skip(f, n < 0 ? 0 : n);
		px_unlock(&px_files_lock);
		if (n > 0 && f->kind != PX_INPUT && !how.peeks)
			px_changed();
		if (n != -EAGAIN)
			return n;
		if (f->kind == PX_INPUT && !px_input_want())
			return -ENOMEM;
		if (!how.waits)
			return -EAGAIN;
		n = px_wait(seen, 0);
		if (n < 0)
			return n;
	}
}

static long read_image(struct px_file *f, void *to, size_t bytes)
{
	long n = px_image_read(f->name, to, bytes, f->offset);

	if (n > 0)
		f->offset += (uint64_t)n;
	return n;
}

static long read_disk(struct px_file *f, void *to, size_t bytes)
{
	long n = px_disk_read(f, to, bytes, f->offset);

	if (n > 0)
		f->offset += (uint64_t)n;
	return n;
}

long px_special_read(const struct px_file *f, void *to, size_t bytes)
{
	long n = pecan_special_read(f->special, to, bytes);

	return n < 0 ? -EIO : n;
}

static long read_file(struct px_file *f, void *to, size_t bytes)
{
	switch (f->kind) {
	case PX_INPUT: px_error_flush();	/* a question */
		/* fallthrough */
	case PX_PIPE_READ:
	case PX_PAIR: return bytes ? px_read_text(f, to, bytes, px_how(f)) : 0;
	case PX_IMAGE: return read_image(f, to, bytes);
	case PX_DISK_FILE: return read_disk(f, to, bytes);
	case PX_DISK_DIRECTORY:
	case PX_DIRECTORY: return -EISDIR;
	case PX_SPECIAL: return px_special_read(f, to, bytes);
	case PX_SOCKET: return px_socket_read(f, &(struct iovec){ to, bytes }, 1);
	default: return -EBADF;
	}
}

long px_read(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, read_file(f, (void *)p->a[1], (size_t)p->a[2]));
}

static long read_from(const struct px_file *f, void *to, size_t bytes, uint64_t offset)
{
	if (f->kind == PX_IMAGE)
		return px_image_read(f->name, to, bytes, offset);
	if (f->kind == PX_DISK_FILE || f->kind == PX_DISK_DIRECTORY)
		return px_disk_read(f, to, bytes, offset);
	if (f->kind == PX_SPECIAL)
		return px_special_read(f, to, bytes);
	return f->kind == PX_DIRECTORY ? -EISDIR : -ESPIPE;
}

long px_read_at(long fd, void *to, size_t bytes, uint64_t offset)
{
	return PX_WITH_FILE(fd, f, read_from(f, to, bytes, offset));
}

/* ---- writing ---- */

long px_stream_write(enum stream_ends end, const char *text, size_t bytes)
{
	enum stream_status status = bytes ? pecan_write_to(end, text, bytes) : STREAM_OK;

	if (status != STREAM_END)
		return status == STREAM_OK ? (long)bytes : -EIO;
	px_raise(SIGPIPE);
	return -EPIPE;
}

long px_put(struct px_file *f, const char *text, size_t bytes)
{
	struct px_pipe *to = f->kind == PX_PAIR ? f->out : f->pipe;

	return to ? px_pipe_put(to, text, bytes) : -EPIPE;
}

/* Puts what fits. Returns bytes or an error; -EAGAIN: nothing fits. */
static long put(struct px_file *f, const char *text, size_t bytes, bool quiet)
{
	long n;

	px_lock(&px_files_lock);
	n = px_put(f, text, bytes);
	px_unlock(&px_files_lock);
	if (n > 0)
		px_changed();
	if (n == -EPIPE && !quiet)
		px_raise(SIGPIPE);
	return n;
}

long px_write_text(struct px_file *f, const char *text, size_t bytes, struct px_how how)
{
	size_t done = 0;

	while (done < bytes) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long n = put(f, text + done, bytes - done, how.quiet);

		if (n == -EAGAIN && how.waits)
			n = px_wait(seen, 0);
		if (n < 0)
			return done ? (long)done : n;
		done += (size_t)n;
	}
	return (long)done;
}

long px_special_write(const struct px_file *f, size_t bytes)
{
	return pecan_special_has_room(f->special) || !bytes ? (long)bytes : -ENOSPC;
}

static long write_file(struct px_file *f, const char *text, size_t bytes)
{
	switch (f->kind) {
	case PX_OUTPUT:
		px_error_flush();
		return px_stream_write(STREAM_OUTPUT, text, bytes);
	case PX_ERROR:
		px_error_flush();
		return px_stream_write(STREAM_ERROR, text, bytes);
	case PX_PIPE_WRITE:
	case PX_PAIR: return px_write_text(f, text, bytes, px_how(f));
	case PX_DISK_FILE: return px_disk_write(f, text, bytes);
	case PX_SPECIAL: return px_special_write(f, bytes);
	case PX_SOCKET: return px_socket_write(f, &(struct iovec){ (char *)text, bytes }, 1);
	default: return -EBADF;
	}
}

long px_write(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, write_file(f, (const char *)p->a[1], (size_t)p->a[2]));
}

/* ---- several parts ---- */

typedef long transfer(struct px_file *f, void *at, size_t bytes);

/* A part that is not transferred whole ends the call. */
static long each_part(struct px_file *f, const struct iovec *v, long parts, transfer *one)
{
	long sum = 0;

	for (long i = 0; i < parts; i++) {
		long n = v[i].iov_len ? one(f, v[i].iov_base, v[i].iov_len) : 0;

		if (n < 0)
			return sum ? sum : n;
		sum += n;
		if ((size_t)n < v[i].iov_len)
			break;
	}
	return sum;
}

static long write_part(struct px_file *f, void *at, size_t bytes)
{
	return write_file(f, at, bytes);
}

/* What a pipe takes whole is written by one call: a reader never gets a part of it. */
static long write_parts(struct px_file *f, const struct iovec *v, long parts)
{
	char text[PIPE_BUF];
	size_t bytes = 0;

	if (f->kind == PX_SOCKET)
		return px_socket_write(f, v, parts);
	for (long i = 0; i < parts; i++) {
		if (v[i].iov_len > sizeof text - bytes)
			return each_part(f, v, parts, write_part);
		if (v[i].iov_len)
			memcpy(text + bytes, v[i].iov_base, v[i].iov_len);
		bytes += v[i].iov_len;
	}
	return f->kind == PX_ERROR ? px_error_write(text, bytes) : write_file(f, text, bytes);
}

/* A wait for the second part would hold back the text of the first: only a file is read on. */
static long read_parts(struct px_file *f, const struct iovec *v, long parts)
{
	if (f->kind == PX_SOCKET)
		return px_socket_read(f, v, parts);
	while (!px_is_file(f) && parts > 1 && !v->iov_len) {
		v++;
		parts--;
	}
	return each_part(f, v, !px_is_file(f) && parts > 1 ? 1 : parts, read_file);
}

long px_readv(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, read_parts(f, (const struct iovec *)p->a[1], p->a[2]));
}

long px_writev(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, write_parts(f, (const struct iovec *)p->a[1], p->a[2]));
}

/* ---- offset, kind, terminal ---- */

static int64_t seek(struct px_file *f, int64_t by, long from)
{
	int64_t base = from == SEEK_CUR ? (int64_t)f->offset : from == SEEK_END ? (int64_t)f->size : 0, to;

	if (!px_is_file(f) && f->kind != PX_DIRECTORY && f->kind != PX_DISK_DIRECTORY
	    && f->kind != PX_SPECIAL)
		return -ESPIPE;
	if (f->kind == PX_DISK_FILE && from == SEEK_END) {
		base = px_disk_size(f);
		if (base < 0)
			return base;
	}
	if (from < SEEK_SET || from > SEEK_END || __builtin_add_overflow(base, by, &to) || to < 0)
		return -EINVAL;
	f->offset = (uint64_t)to;
	return to;
}

int64_t px_seek(long fd, int64_t by, long from)
{
	return PX_WITH_FILE(fd, f, seek(f, by, from));
}

static bool is_stream(const struct px_file *f)
{
	static const enum stream_ends end[] = {
		[PX_INPUT] = STREAM_INPUT, [PX_OUTPUT] = STREAM_OUTPUT, [PX_ERROR] = STREAM_ERROR,
	};

	return f->kind > PX_ERROR || !L4_IsNilThread(pecan_stream_server(end[f->kind]));
}

/* The console has a window size, so that it is a terminal (isatty). */
static long window_size(const struct px_file *f, long request, struct winsize *size)
{
	struct console_info info = { 0 };

	if (is_stream(f) || request != TIOCGWINSZ)
		return -ENOTTY;
	console_info(&info);
	*size = (struct winsize){ .ws_col = (unsigned short)info.columns, .ws_row = (unsigned short)info.rows };
	return 0;
}

static long io_control(struct px_file *f, long request, void *to)
{
	return f->kind == PX_SOCKET ? px_socket_ioctl(f, request, to) : window_size(f, request, to);
}

long px_ioctl(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, io_control(f, p->a[1], (void *)p->a[2]));
}

static long describe_open(struct px_file *f, struct stat *st)
{
	if (f->kind == PX_DISK_FILE || f->kind == PX_DISK_DIRECTORY)
		return px_disk_describe(f, st);
	px_describe(st, f);
	if (f->kind <= PX_ERROR && is_stream(f))
		st->st_mode = S_IFIFO | 0600;
	return 0;
}

long px_fstat(const struct px_args *p)
{
	return PX_WITH_FILE(p->a[0], f, describe_open(f, (struct stat *)p->a[1]));
}
