/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * programs.c - the programs of the boot image, each a thread of another task: they use their streams, or the
 * console if they have none, as programs of lib/pecan do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <l4/ipc.h>
#include <proto/console_client.h>
#include <proto/root_client.h>
#include <proto/stream_client.h>
#include <pecan/stream.h>
#include "play.h"
#include "system.h"

enum { RETRY_US = 10000, FLOOD = 20000 };

typedef void program_fn(struct child *c);

/* ---- what they are made of ---- */

static void leave(long status)
{
	root_exit(kernel_thread(ROOT_THREAD), status);
	kernel_stop("a task that has ended runs");
}

/* The server of this end; nilthread: the console. */
static L4_ThreadId_t server_of(const struct child *c, enum stream_ends end)
{
	struct stream_ends_out out = { 0 };
	enum stream_status s = STREAM_REFUSED;

	if (L4_IsNilThread(c->streams))
		return L4_nilthread;
	while ((s = stream_ends(c->streams, &out)) == STREAM_BUSY)
		L4_Sleep(L4_TimePeriod(RETRY_US));
	if (s != STREAM_OK || !(out.ends & end))
		return L4_nilthread;
	if (end == STREAM_INPUT ? !L4_IsNilThread(out.input) : !L4_IsNilThread(out.output))
		return end == STREAM_INPUT ? out.input : out.output;
	return c->streams;
}

static enum stream_status write_bytes(const struct child *c, const char *text, size_t n, bool error)
{
	L4_ThreadId_t to = server_of(c, error ? STREAM_ERROR : STREAM_OUTPUT);
	struct con_write_out out;
	enum stream_status s;

	if (L4_IsNilThread(to))
		return con_write(kernel_thread(CONSOLE_THREAD), text, n, &out) == CONSOLE_OK ? STREAM_OK
											     : STREAM_LOST;
	while ((s = stream_write(to, error, text, n)) == STREAM_BUSY)
		L4_Sleep(L4_TimePeriod(RETRY_US));
	return s;
}

static void write_text(const struct child *c, const char *text)
{
	if (write_bytes(c, text, strlen(text), false) != STREAM_OK)
		leave(PECAN_PIPE_CLOSED);
}

static enum stream_status read_bytes(const struct child *c, struct stream_read_out *out)
{
	L4_ThreadId_t from = server_of(c, STREAM_INPUT);
	enum stream_status s;

	out->text_bytes = 0;
	if (L4_IsNilThread(from))
		return STREAM_REFUSED;
	while ((s = stream_read(from, out)) == STREAM_BUSY)
		L4_Sleep(L4_TimePeriod(RETRY_US));
	return s;
}

/* ---- the programs ---- */

static void hello(struct child *c)
{
	char text[ROOT_ARGS_WORDS * sizeof(L4_Word_t) + 16];

	snprintf(text, sizeof text, "hello(%s)\n", c->args);
	write_text(c, text);
	leave(0);
}

static void ends_with(struct child *c) { leave(atol(c->args)); }
static void stay(struct child *c) { (void)c; L4_Sleep(L4_Never); }

static void fault(struct child *c)
{
	root_child_ends(c->task, ROOT_END_FAULT, 0);
	L4_Sleep(L4_Never);
}

static void copy(struct child *c)
{
	struct stream_read_out in;

	while (read_bytes(c, &in) == STREAM_OK)
		if (write_bytes(c, in.text, in.text_bytes, false) != STREAM_OK)
			leave(PECAN_PIPE_CLOSED);
	leave(0);
}

static void count(struct child *c)
{
	struct stream_read_out in;
	char text[32];
	size_t n = 0;

	while (read_bytes(c, &in) == STREAM_OK)
		n += in.text_bytes;
	snprintf(text, sizeof text, "%zu\n", n);
	write_text(c, text);
	leave(0);
}

static void flood(struct child *c)
{
	char text[STREAM_TEXT_BYTES + 1];

	memset(text, 'f', sizeof text);
	text[STREAM_TEXT_BYTES] = 0;
	for (size_t n = 0; n < FLOOD; n += STREAM_TEXT_BYTES)
		write_text(c, text);
	leave(0);
}

/* Reads once, and no more. */
static void once(struct child *c)
{
	struct stream_read_out in;

	leave(read_bytes(c, &in) == STREAM_OK ? 0 : 1);
}

static void where(struct child *c)
{
	struct stream_directory_out out = { .path = "" };
	char text[STREAM_PATH_BYTES + 4] = "none\n";
	enum stream_status s = STREAM_REFUSED;

	if (!L4_IsNilThread(c->streams))
		while ((s = stream_directory(c->streams, &out)) == STREAM_BUSY)
			L4_Sleep(L4_TimePeriod(RETRY_US));
	if (s == STREAM_OK)
		snprintf(text, sizeof text, "<%s>\n", out.path);
	write_text(c, text);
	leave(0);
}

static void complain(struct child *c)
{
	write_text(c, "output\n");
	write_bytes(c, "error\n", 6, true);
	leave(0);
}

/* A line of the terminal. */
static void ask(struct child *c)
{
	struct con_read_line_out out = { .line_bytes = 0 };
	enum console_status s = con_read_line(kernel_thread(CONSOLE_THREAD), 0, "? ", 2, &out);
	char text[CONSOLE_LINE_BYTES + 8];

	snprintf(text, sizeof text, "got %.*s\n", (int)out.line_bytes, out.line);
	write_text(c, s == CONSOLE_OK ? text : "got nothing\n");
	leave(0);
}

static bool is_program(const char *name)
{
	unsigned n = 0;

	while (program_name(n) && strcmp(program_name(n), name) != 0)
		n++;
	return program_name(n) != NULL;
}

/* Starts another one, with its own streams, and waits for ever. */
static void parent(struct child *c)
{
	struct root_spawn_out out;

	if (!is_program(c->args))
		leave(1);
	root_spawn(kernel_thread(ROOT_THREAD), 0, L4_nilthread, c->args, "", &out);
	L4_Sleep(L4_Never);
}

static const struct { const char *name; program_fn *run; } programs[] = {
	{ "hello", hello }, { "status", ends_with }, { "stay", stay }, { "fault", fault }, { "copy", copy },
	{ "count", count }, { "flood", flood }, { "once", once }, { "where", where },
	{ "complain", complain }, { "ask", ask }, { "parent", parent }, { "loader", hello }, { "cat", copy },
};

const char *program_name(unsigned n)
{
	return n < sizeof programs / sizeof *programs ? programs[n].name : NULL;
}

static void run(void *child)
{
	struct child *c = child;

	for (unsigned i = 0; i < sizeof programs / sizeof *programs; i++)
		if (strcmp(programs[i].name, c->name) == 0)
			programs[i].run(c);
	kernel_stop("a program that is none was started");
}

void root_child_starts(const struct child *c)
{
	unsigned number = kernel_start(run, root_child(c->task));

	if (!number)
		kernel_stop("too many threads");
	kernel_name(number, kernel_thread(CHILD_THREAD + c->task - FIRST_CHILD), c->task);
}

unsigned last_task(void)
{
	return FIRST_CHILD + root.children - 1;
}

bool program_reads(L4_Word_t task)
{
	const struct child *c = root_child(task);

	return c && !c->ended && strcmp(c->name, "ask") == 0;
}
