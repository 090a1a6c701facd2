/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.c - what the program was started with as its input: the console or a stream (<pecan/stream.h>).
 *
 * A thread reads it, one piece when a call wants one; so a call can wait for it and for other things, a
 * signal can end the wait, and child tasks can have the input from here.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <pecan/stream.h>
#include <pecan/thread.h>
#include "error.h"
#include "event.h"
#include "file.h"
#include "futex.h"
#include "io.h"
#include "poll.h"
#include "stream.h"

static char text[STREAM_TEXT_BYTES];
static size_t first, count;
static bool has_result;			/* 0, the end, or an error: returned once */
static long result;
static int wanted, started;

static void read_piece(void)
{
	long n = pecan_read(text, sizeof text);

	px_lock(&px_files_lock);
	first = 0;
	count = n > 0 ? (size_t)n : 0;
	has_result = n == 0 || n == PECAN_READ_ERROR;
	result = n == 0 ? 0 : -EIO;
	__atomic_store_n(&wanted, 0, __ATOMIC_SEQ_CST);
	px_unlock(&px_files_lock);
	if (n == PECAN_INTERRUPTED)
		px_break();
	else
		px_changed();
}

static void read_input(void *unused)
{
	(void)unused;
	for (;;) {
		if (__atomic_load_n(&wanted, __ATOMIC_SEQ_CST))
			read_piece();
		else
			px_library_wait(&wanted, 0, 0);
	}
}

static bool want(void)
{
	if (!__atomic_exchange_n(&started, 1, __ATOMIC_SEQ_CST)
	    && pecan_thread_start(read_input, NULL, 0, NULL) != ROOT_OK) {
		__atomic_store_n(&started, 0, __ATOMIC_SEQ_CST);
		return false;
	}
	px_lock(&px_files_lock);
	if (count == 0 && !has_result)
		__atomic_store_n(&wanted, 1, __ATOMIC_SEQ_CST);
	px_unlock(&px_files_lock);
	px_futex_wake(&wanted, 1);
	return true;
}

static long peek(struct px_file *f, void *to, size_t bytes)
{
	(void)f;
	if (count == 0)
		return has_result ? result : -EAGAIN;
	if (bytes > count)
		bytes = count;
	memcpy(to, text + first, bytes);
	return (long)bytes;
}

static void skip(struct px_file *f, size_t bytes)
{
	(void)f;
	has_result = false;
	first += bytes;
	count -= bytes;
}

static short ready(struct px_file *f)
{
	char byte;

	return peek(f, &byte, 1) != -EAGAIN ? PX_IN : 0;
}

/* A program that reads has asked something. */
static long read_text(struct px_file *f, void *to, size_t bytes)
{
	px_error_flush();
	return bytes ? px_read_text(f, to, bytes, px_how(f)) : 0;
}

const struct px_kind px_input = {
	.mode = S_IFCHR | 0600, .stream = STREAM_INPUT, .read = read_text, .stat = px_stream_stat,
	.ioctl = px_stream_ioctl, .peek = peek, .skip = skip, .want = want, .ready = ready,
};
