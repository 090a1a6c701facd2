/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writer.c - text from clients on its way to the terminal.
 *
 * Text that does not fit into the serial line's ring waits here together with its writer, which is
 * answered when all of it was taken: so a fast writer is slowed down to the speed of the line.
 *
 * A terminal obeys and answers control characters: they are for the task in the foreground. Of the text of
 * others only what is printable is shown (<pecan/plain.h>). After the attention key each of their lines
 * begins with the number of the task, and none is longer than a row of a terminal with 80 columns, so none of
 * them looks like one of the shell.
 */
#include <pecan/plain.h>
#include <pecan/server.h>
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "terminal.h"

enum {
	MARK_TEXT = 24,
	MARKED_COLUMNS = 79, TAB_COLUMNS = 8,	/* of a line with a mark; of a tab at the most */
};

struct writer {
	L4_ThreadId_t client;
	L4_Word_t task;
	unsigned section;			/* as holder of a place */
	size_t asked, length, done;		/* length: of what is shown */
	char text[CONSOLE_TEXT_BYTES];
};

static struct writer writers[CLIENT_PLACES];
static unsigned writer_count;

static void answer(const struct writer *w)
{
	answer_con_write(w->client, CONSOLE_OK, &(struct con_write_out){ w->asked });
}

/*
 * Bytes of the first line with its end, or of as many characters as so many columns show: a terminal would
 * show the next ones at the start of a row, without a mark. A byte is no more than a column.
 */
static size_t line_length(const char *text, size_t len, size_t columns)
{
	size_t n = 0;

	for (; n < len; n++) {
		size_t width = text[n] == '\t' ? TAB_COLUMNS : 1;

		if (text[n] == '\n')
			return n + 1;
		if (width > columns)
			break;
		columns -= width;
	}
	while (n < len && ((unsigned char)text[n] & 0xc0) == 0x80)	/* not in the middle of a character */
		n--;
	return n;
}

/* Show lines of the writer, each with the mark and an end, as long as there is room. */
static void show_marked(struct writer *w)
{
	char mark[MARK_TEXT];
	size_t n, mark_bytes = (size_t)snprintf(mark, sizeof mark, "[%lu] ", w->task);

	while (w->done < w->length && terminal_ready()) {
		n = line_length(w->text + w->done, w->length - w->done, MARKED_COLUMNS - mark_bytes);
		if (!terminal_at_line_start())
			terminal_write("\n", 1);
		terminal_write(mark, mark_bytes);
		w->done += terminal_write(w->text + w->done, n);
		if (!terminal_at_line_start())
			terminal_write("\n", 1);
	}
}

/* Returns true when all of the writer's text was taken. */
static bool show(struct writer *w)
{
	if (control_marks(w->task))
		show_marked(w);
	else
		w->done += terminal_write(w->text + w->done, w->length - w->done);
	return w->done == w->length;
}

void writer_plain(void)
{
	for (struct writer *w = writers; w < writers + writer_count; w++)
		if (w->task != control_foreground())
			w->length = w->done + plain_text(w->text + w->done, w->length - w->done);
}

bool writer_can_continue(void) { return writer_count && terminal_ready(); }

void writer_continue(void)
{
	if (!writer_can_continue())
		return;
	reader_hide();
	while (writer_count) {
		struct writer *w = &writers[0];

		if (!show(w))
			break;
		answer(w);
		writer_count--;
		memmove(&writers[0], &writers[1], writer_count * sizeof writers[0]);
	}
	reader_show();
}

/* A second request of a thread: it did not wait for the answer to the first. */
static bool has_request(L4_ThreadId_t client)
{
	for (unsigned i = 0; i < writer_count; i++)
		if (L4_IsThreadEqual(writers[i].client, client))
			return true;
	return false;
}

static struct holder holder(unsigned i)
{
	return (struct holder){ writers[i].task, writers[i].section };
}

static bool has_place(struct holder who)
{
	return client_has_place(who, writer_count, holder);
}

enum console_status serve_con_write(struct console_caller *c, const struct con_write_in *in,
				    struct con_write_out *out)
{
	struct writer *w = &writers[writer_count];
	struct holder who = pecan_client(c->thread);
	L4_Word_t task = who.task;

	(void)out;
	if (task == 0)
		return CONSOLE_REFUSED;
	if (!has_place(who) || has_request(c->thread))
		return CONSOLE_BUSY;
	*w = (struct writer){
		.client = c->thread, .task = task, .section = who.section, .asked = in->text_bytes,
	};
	memcpy(w->text, in->text, w->asked);
	w->length = task == control_foreground() ? w->asked : plain_text(w->text, w->asked);
	writer_count++;
	if (writer_count == 1)
		writer_continue();
	return CONSOLE_LATER;
}
