/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.c - the part of the console that shells use: its line editor and history (user/drivers/console),
 * ^C, the attention key, and which task has the terminal. The rest is tests/lib/posix/console.c.
 */
#include <l4/ipc.h>
#include <drivers/console/line.h>
#include <proto/console_server.h>
#include "play.h"

enum { AHEAD = 4096 };

struct console_caller { L4_ThreadId_t thread; };

struct terminal terminal;
static struct line line;
static struct history history;
static L4_ThreadId_t reader, watcher;
static char ahead[AHEAD];			/* typed, and not read yet */
static size_t ahead_bytes;
static bool interrupt_due, attention_due;	/* for a watcher that does not wait yet */

struct answer { enum console_status status; struct con_edit_line_out out; };

static void draw(const char *text, size_t len)
{
	if (terminal.drawn_bytes + len > sizeof terminal.drawn)
		terminal.drawn_bytes = 0;
	memcpy(terminal.drawn + terminal.drawn_bytes, text, len);
	terminal.drawn_bytes += len;
}

static enum console_status status_of(enum line_result r)
{
	switch (r) {
	case LINE_TOO_LONG: return CONSOLE_TOO_LONG;
	case LINE_INTERRUPTED: return CONSOLE_INTERRUPTED;
	case LINE_END: return CONSOLE_END;
	default: return CONSOLE_OK;
	}
}

/* The editor takes keys until a line ends. Returns false if none has ended. */
static bool edit(struct answer *a)
{
	enum line_result r = LINE_MORE;
	size_t n = 0;

	while (n < ahead_bytes && r == LINE_MORE)
		r = line_key(&line, (unsigned char)ahead[n++]);
	ahead_bytes -= n;
	memmove(ahead, ahead + n, ahead_bytes);
	if (r != LINE_TAB)
		line_sync(&line);
	strcpy(terminal.line, line.text);
	if (r == LINE_MORE)
		return false;
	a->status = status_of(r);
	a->out.tab = r == LINE_TAB;
	a->out.cursor = line.pos;
	a->out.line_bytes = a->status == CONSOLE_OK ? line.len : 0;
	memcpy(a->out.line, line.text, a->out.line_bytes);
	if (r == LINE_TAB)
		line_hide(&line);
	terminal.reads = false;
	return true;
}

enum console_status serve_con_edit_line(struct console_caller *c, const struct con_edit_line_in *in,
					struct con_edit_line_out *out)
{
	struct answer a = { CONSOLE_OK, *out };

	if (terminal.foreground)
		kernel_stop("the shell reads, but has handed the terminal on");
	if (terminal.reads)
		kernel_stop("two threads of the shell read");
	line.out = draw;
	line_begin(&line, in->prompt, &history);
	line.tab = true;
	line_set(&line, in->text, in->text_bytes, in->cursor);
	terminal.prompts += in->text_bytes == 0;
	terminal.reads = true;
	reader = c->thread;
	if (!edit(&a))
		return CONSOLE_LATER;
	*out = a.out;
	return a.status;
}

enum console_status serve_con_history(struct console_caller *c, const struct con_history_in *in,
				      struct con_history_out *out)
{
	const char *text = history_get(&history, (unsigned)in->n);

	(void)c;
	if (!text)
		return CONSOLE_END;
	out->line_bytes = strlen(text);
	memcpy(out->line, text, out->line_bytes);
	return CONSOLE_OK;
}

/* What was typed before it watched. */
enum console_status serve_con_watch(struct console_caller *c)
{
	enum console_status due = attention_due ? CONSOLE_ATTENTION : CONSOLE_OK;

	if (terminal.watch != CONSOLE_OK)
		return terminal.watch;
	watcher = c->thread;
	if (!attention_due && !interrupt_due)
		return CONSOLE_LATER;
	watcher = L4_nilthread;
	attention_due = interrupt_due = false;
	return due;
}

enum console_status serve_con_foreground(struct console_caller *c, const struct con_foreground_in *in)
{
	const struct child *child = root_child(in->task);

	(void)c;
	if (terminal.hand != CONSOLE_OK)
		return terminal.hand;
	if (in->task && (!child || child->ended))
		return CONSOLE_REFUSED;
	terminal.foreground = in->task;
	return CONSOLE_OK;
}

enum console_status serve_con_waiting(struct console_caller *c, const struct con_waiting_in *in,
				      struct con_waiting_out *out)
{
	(void)c;
	out->count = program_reads(in->task) && terminal.foreground != in->task;
	return CONSOLE_OK;
}

static void put_watch(void *status)
{
	put_con_watch(*(enum console_status *)status);
}

static void put_line(void *answer)
{
	struct answer *a = answer;

	put_con_edit_line(a->status, &a->out);
}

static void signal(enum console_status status, bool *due)
{
	L4_ThreadId_t to = watcher;

	ahead_bytes = 0;
	watcher = L4_nilthread;
	if (L4_IsNilThread(to))
		*due = true;
	else
		kernel_answer(to, CONSOLE_THREAD, put_watch, &status);
}

static void key(char c)
{
	struct answer a = { .status = CONSOLE_OK };

	if (c == *ATTENTION) {
		signal(CONSOLE_ATTENTION, &attention_due);
		return;
	}
	if (c == *INTERRUPT && !terminal.reads) {
		signal(CONSOLE_OK, &interrupt_due);
		return;
	}
	if (ahead_bytes < AHEAD)
		ahead[ahead_bytes++] = c;
	if (terminal.reads && edit(&a))
		kernel_answer(reader, CONSOLE_THREAD, put_line, &a);
}

void keys(const char *text)
{
	for (; *text; text++)
		key(*text);
	L4_Sleep(L4_TimePeriod(500000));
}
