/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.c - the output and the errors of the program, and what they have in common with its input (input.c):
 * each is the console, or what the program's starter has put in its place.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <pecan/console.h>
#include <pecan/stream.h>
#include "error.h"
#include "file.h"
#include "io.h"
#include "poll.h"
#include "signal.h"
#include "stream.h"

static bool is_console(const struct px_file *f)
{
	return L4_IsNilThread(pecan_stream_server((enum stream_ends)f->kind->stream));
}

long px_stream_stat(const struct px_file *f, struct stat *st)
{
	px_describe(f, st);
	if (!is_console(f))
		st->st_mode = S_IFIFO | 0600;
	return 0;
}

/* The console has a window size, so that it is a terminal (isatty). */
long px_stream_ioctl(struct px_file *f, long request, void *to)
{
	struct console_info info = { 0 };
	struct winsize *size = to;

	if (!is_console(f) || request != TIOCGWINSZ)
		return -ENOTTY;
	console_info(&info);
	*size = (struct winsize){ .ws_col = (unsigned short)info.columns, .ws_row = (unsigned short)info.rows };
	return 0;
}

/* At its end also raises SIGPIPE. */
static long put(enum stream_ends end, const char *text, size_t bytes)
{
	enum stream_status status = bytes ? pecan_write_to(end, text, bytes) : STREAM_OK;

	if (status != STREAM_END)
		return status == STREAM_OK ? (long)bytes : -EIO;
	px_raise(SIGPIPE);
	return -EPIPE;
}

static long write_text(struct px_file *f, const void *from, size_t bytes)
{
	px_error_flush();
	return put((enum stream_ends)f->kind->stream, from, bytes);
}

static short ready(struct px_file *f)
{
	(void)f;
	return PX_OUT;
}

const struct px_kind px_output = {
	.mode = S_IFCHR | 0600, .stream = STREAM_OUTPUT, .write = write_text, .stat = px_stream_stat,
	.ioctl = px_stream_ioctl, .ready = ready,
};

/* What stdio writes comes out by lines. */
static long write_whole(struct px_file *f, const void *from, size_t bytes)
{
	char text[PX_LINE];
	size_t whole;
	long e;

	if (!px_error_keep(from, bytes, text, &whole))
		return write_text(f, from, bytes);
	e = put(STREAM_ERROR, text, whole);
	return e < 0 ? e : (long)bytes;
}

static long write_parts(struct px_file *f, const struct iovec *v, long parts)
{
	return px_write_joined(f, v, parts, write_whole);
}

const struct px_kind px_error = {
	.mode = S_IFCHR | 0600, .stream = STREAM_ERROR, .write = write_text, .write_parts = write_parts,
	.stat = px_stream_stat, .ioctl = px_stream_ioctl, .ready = ready,
};
