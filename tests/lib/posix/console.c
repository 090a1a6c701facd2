/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.c - a console that keeps what is written, and has lines typed as a test says.
 */
#include <string.h>
#include <proto/console_server.h>
#include "servers.h"

#pragma weak serve_con_key
#pragma weak serve_con_read_key
#pragma weak serve_con_watch
#pragma weak serve_con_history
#pragma weak serve_con_foreground
#pragma weak serve_con_waiting
#pragma weak serve_con_edit_line

struct console_caller { L4_ThreadId_t thread; };

struct console console;
static L4_ThreadId_t reader;

enum console_status serve_con_write(struct console_caller *c, const struct con_write_in *in,
				    struct con_write_out *out)
{
	(void)c;
	if (console.write != CONSOLE_OK)
		return console.write;
	memcpy(console.text + console.bytes, in->text, in->text_bytes);
	console.bytes += in->text_bytes;
	out->taken = in->text_bytes;
	return CONSOLE_OK;
}

enum console_status serve_con_read_line(struct console_caller *c, const struct con_read_line_in *in,
					struct con_read_line_out *out)
{
	(void)in;
	if (console.next < console.lines) {
		const char *line = console.line[console.next++];

		out->line_bytes = strlen(line);
		memcpy(out->line, line, out->line_bytes);
		return CONSOLE_OK;
	}
	if (console.end != CONSOLE_OK)
		return console.end;
	reader = c->thread;
	return CONSOLE_LATER;
}

enum console_status serve_con_info(struct console_caller *c, struct con_info_out *out)
{
	(void)c;
	*out = (struct con_info_out){ .columns = 80, .rows = 25, .parts = CONSOLE_SERIAL };
	return CONSOLE_OK;
}

bool permit_console(struct console_caller *c) { (void)c; return true; }

struct typed { enum console_status status; struct con_read_line_out out; };

static void put(void *typed)
{
	struct typed *t = typed;

	put_con_read_line(t->status, &t->out);
}

void console_type(const char *line, enum console_status status)
{
	struct typed t = { .status = status };

	t.out.line_bytes = strlen(line);
	memcpy(t.out.line, line, t.out.line_bytes);
	kernel_answer(reader, CONSOLE_THREAD, put, &t);
}

static bool serve(L4_MsgTag_t tag, L4_ThreadId_t from)
{
	struct console_caller c = { from };

	if (spoiled(tag, CONSOLE_THREAD))
		return true;
	if (!console_serve(tag, &c))
		return false;
	check_request("the console", CONSOLE_BAD_REQUEST);
	return true;
}

void console_begin(void)
{
	kernel_server(CONSOLE_THREAD, serve);
}
