/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - readers, one at a time, and what was typed ahead of them.
 *
 * Only the task in the foreground reads (owner.h); readers of other tasks keep their place until their
 * task is. If there is a reader of the foreground's, one is the first of the queue, and active; if it
 * reads a line, `line` is its line. Bytes that come while no reader is active wait in a ring. ^C then
 * goes to the client that waits for it. The attention key goes to no reader.
 */
#include <pecan/server.h>
#include <string.h>

#include "client.h"
#include "keys.h"
#include "line.h"
#include "terminal.h"

_Static_assert((int)LINE_BYTES == (int)CONSOLE_LINE_BYTES, "the editor's lines fit the protocol");
_Static_assert((int)LINE_PROMPT_BYTES == (int)CONSOLE_PROMPT_BYTES, "and so do its prompts");

enum { TYPED_AHEAD = 4096, INTERRUPT_KEY = 3 };

struct reader {
	L4_ThreadId_t client;
	L4_Word_t task;
	unsigned section;			/* as holder of a place */
	bool line, keep, edit;
	unsigned text_bytes, cursor;		/* of the text that the line begins with */
	char text[CONSOLE_LINE_BYTES];
	char prompt[CONSOLE_PROMPT_BYTES + 1];	/* of a key: empty once it is shown */
};

static struct reader readers[CLIENT_PLACES];
static unsigned reader_count;
static struct line line;
static struct history *history;	/* in memory that outlives this driver, if it has some */
static bool line_open;			/* `line` is on the terminal */
static bool reader_added;		/* since the last reader_continue, or another task is in front */
static bool attention;			/* the key was typed; what was typed before is dropped */
static bool reset_due;			/* the terminal is to be made readable after it */

static unsigned char ahead[TYPED_AHEAD];
static unsigned ahead_first, ahead_count;

void reader_init(void)
{
	static struct history new_history;
	size_t size = 0;

	history = pecan_keep(&size);
	if (!history || size < sizeof *history)
		history = &new_history;
	history_restore(history);
}

/* Returns true if the first reader of the queue is active. */
static bool active(void)
{
	return reader_count && readers[0].task == control_foreground();
}

void reader_arrange(void)
{
	struct reader r;
	unsigned i = 0;

	if (line_open && !active()) {
		reader_hide();
		line_open = false;
	}
	while (i < reader_count && readers[i].task != control_foreground())
		i++;
	reader_added = true;
	if (i == 0 || i == reader_count)
		return;
	r = readers[i];
	memmove(&readers[1], &readers[0], i * sizeof readers[0]);
	readers[0] = r;
}

/* Reader i goes, together with its line if that is on the terminal. */
static void remove_reader(unsigned i)
{
	if (i == 0 && line_open) {
		reader_hide();
		line_open = false;
	}
	reader_count--;
	memmove(&readers[i], &readers[i + 1], (reader_count - i) * sizeof readers[0]);
	if (i == 0)
		reader_arrange();
}

static void drop_ended_readers(void)
{
	while (active() && client_has_ended(readers[0].client))
		remove_reader(0);
}

/* Open the active reader's line if it reads and has none yet; or print the line's output for the key. */
static void open_line(void)
{
	struct reader *r = &readers[0];

	if (line_open)
		return;
	drop_ended_readers();
	if (!active())
		return;
	if (!r->line) {
		terminal_echo(r->prompt, strlen(r->prompt));
		r->prompt[0] = 0;
		return;
	}
	if (!terminal_at_line_start())
		terminal_echo("\r\n", 2);
	line.out = terminal_echo;
	line_begin(&line, r->prompt, r->keep && control_has_right(r->task) ? history : NULL);
	if (r->edit) {
		line.tab = true;
		line_set(&line, r->text, r->text_bytes, r->cursor);
	}
	line_open = true;
}

/* Answer the active reader's request for a line: the line, or as far as it was typed when Tab came. */
static bool answer_line(enum console_status status, bool tab)
{
	struct con_edit_line_out edited = { .tab = tab, .cursor = line.pos, .line_bytes = line.len };
	struct con_read_line_out out = { .line_bytes = line.len };

	if (readers[0].edit) {
		memcpy(edited.line, line.text, line.len);
		return answer_con_edit_line(readers[0].client, status, &edited);
	}
	memcpy(out.line, line.text, line.len);
	return answer_con_read_line(readers[0].client, status, &out);
}

/* Give the finished line to the active reader, or to the first one behind it that still waits. */
static void deliver_line(enum console_status status)
{
	bool delivered = false;

	line_open = false;
	while (!delivered && active() && readers[0].line) {
		delivered = answer_line(status, false);
		remove_reader(0);
	}
}

/* Tab: the reader gets the line so far. If it does not wait any more, that line is lost. */
static void deliver_tab(void)
{
	line_open = false;
	answer_line(CONSOLE_OK, true);
	remove_reader(0);
}

static void line_byte(unsigned char c)
{
	switch (line_key(&line, c)) {
	case LINE_MORE: break;
	case LINE_DONE: deliver_line(CONSOLE_OK); break;
	case LINE_TOO_LONG: deliver_line(CONSOLE_TOO_LONG); break;
	case LINE_INTERRUPTED: deliver_line(CONSOLE_INTERRUPTED); break;
	case LINE_END: deliver_line(CONSOLE_END); break;
	case LINE_TAB: deliver_tab(); break;
	}
}

static void key_byte(unsigned char c)
{
	struct con_read_key_out out = { c };
	bool delivered = false;

	while (!delivered && active() && !readers[0].line) {
		delivered = answer_con_read_key(readers[0].client, CONSOLE_OK, &out);
		remove_reader(0);
	}
}

static unsigned char take_byte(void)
{
	unsigned char c = ahead[ahead_first];

	ahead_first = (ahead_first + 1) % TYPED_AHEAD;
	ahead_count--;
	return c;
}

static bool interrupt_typed(void)
{
	for (unsigned i = 0; i < ahead_count; i++)
		if (ahead[(ahead_first + i) % TYPED_AHEAD] == INTERRUPT_KEY)
			return true;
	return false;
}

static void interrupt(void)
{
	ahead_count = 0;
	terminal_echo("^C\r\n", 4);
	control_interrupt();
}

/*
 * End what a program has left unfinished (a sequence, a string), leave its screen, attributes and character
 * set, and begin a line. 0x18 cancels a sequence; the \\ ends a string, and a sequence of our own screen.
 */
static const char reset_text[] = "\x18\033\\\033[!p\033[?1049l\033[m\017\r\n";

static void attend(void)
{
	attention = false;
	reset_due = true;
	control_refresh();
	control_recall();
	writer_plain();
	if (line_open)
		deliver_line(CONSOLE_INTERRUPTED);
	else
		control_attention();
}

void reader_typed(unsigned char c)
{
	if (c == CONSOLE_ATTENTION_KEY) {
		attention = true;
		ahead_count = 0;
	} else if (ahead_count < TYPED_AHEAD) {
		ahead[(ahead_first + ahead_count++) % TYPED_AHEAD] = c;
	} else {
		terminal_echo("\a", 1);
	}
}

enum console_status serve_con_key(struct console_caller *c, const struct con_key_in *in)
{
	if (!pecan_may_provide(c->thread, CONSOLE_KEYBOARD_NAME))
		return CONSOLE_REFUSED;
	keys_take((unsigned)in->key, reader_typed);
	return CONSOLE_OK;
}

/* The terminal is free: it goes to the first of the readers that may control it. */
static void elect(void)
{
	for (unsigned i = 0; control_foreground() == 0 && i < reader_count; i++)
		control_uses(readers[i].task);
}

/* Each step sends fewer bytes than terminal_echo_ready promises room for. */
void reader_continue(void)
{
	if (ahead_count || reader_added) {
		control_refresh();
		elect();
		drop_ended_readers();
	}
	reader_added = false;
	if (attention)
		attend();
	while (terminal_echo_ready()) {
		if (reset_due)
			terminal_echo(reset_text, sizeof reset_text - 1);
		reset_due = false;
		open_line();
		if (ahead_count == 0 || !active())
			break;
		if (readers[0].line)
			line_byte(take_byte());
		else
			key_byte(take_byte());
	}
	if (line_open && terminal_echo_ready())
		line_sync(&line);
	if (!active() && interrupt_typed())
		interrupt();
}

/* A client has one request at a time: a reader's second one cancels the first. */
static void forget_reader(L4_ThreadId_t client)
{
	for (unsigned i = 0; i < reader_count; i++)
		if (L4_IsThreadEqual(readers[i].client, client)) {
			remove_reader(i);
			return;
		}
}

static struct holder holder(unsigned i)
{
	return (struct holder){ readers[i].task, readers[i].section };
}

static bool has_place(struct holder who)
{
	return client_has_place(who, reader_count, holder);
}

static enum console_status add_reader(struct reader *r)
{
	struct holder who = pecan_client(r->client);

	r->section = who.section;
	if (r->task == 0)
		return CONSOLE_REFUSED;
	forget_reader(r->client);
	control_uses(r->task);
	if (!has_place(who))
		for (unsigned i = reader_count; i-- > 0; )
			if (client_has_ended(readers[i].client))
				remove_reader(i);
	if (!has_place(who))
		return CONSOLE_BUSY;
	readers[reader_count++] = *r;
	reader_arrange();
	return CONSOLE_LATER;
}

enum console_status serve_con_read_line(struct console_caller *c, const struct con_read_line_in *in,
					struct con_read_line_out *out)
{
	struct reader r = { .client = c->thread, .task = client_task(c), .line = true };

	(void)out;
	r.keep = in->flags & CONSOLE_KEEP;
	memcpy(r.prompt, in->prompt, in->prompt_bytes);
	return add_reader(&r);
}

enum console_status serve_con_edit_line(struct console_caller *c, const struct con_edit_line_in *in,
					struct con_edit_line_out *out)
{
	struct reader r = { .client = c->thread, .task = client_task(c), .line = true, .keep = true };

	(void)out;
	r.edit = true;
	strlcpy(r.prompt, in->prompt, sizeof r.prompt);
	memcpy(r.text, in->text, in->text_bytes);
	r.text_bytes = (unsigned)in->text_bytes;
	r.cursor = (unsigned)in->cursor;
	return add_reader(&r);
}

enum console_status serve_con_read_key(struct console_caller *c, const struct con_read_key_in *in,
				       struct con_read_key_out *out)
{
	struct reader r = { .client = c->thread, .task = client_task(c) };

	(void)out;
	memcpy(r.prompt, in->prompt, in->prompt_bytes);
	return add_reader(&r);
}

enum console_status serve_con_waiting(struct console_caller *c, const struct con_waiting_in *in,
				      struct con_waiting_out *out)
{
	(void)c;
	for (unsigned i = 0; i < reader_count; i++)
		out->count += readers[i].task == in->task && readers[i].task != control_foreground();
	return CONSOLE_OK;
}

/* What was typed for the shell is for programs that control the terminal, like the shell. */
enum console_status serve_con_history(struct console_caller *c, const struct con_history_in *in,
				      struct con_history_out *out)
{
	const char *text = in->n > HISTORY_LINES ? NULL : history_get(history, (unsigned)in->n);

	if (!control_has_right(client_task(c)))
		return CONSOLE_REFUSED;
	if (!text)
		return CONSOLE_END;
	out->line_bytes = strlen(text);
	memcpy(out->line, text, out->line_bytes);
	return CONSOLE_OK;
}

void reader_hide(void)
{
	if (line_open)
		line_hide(&line);
}

void reader_show(void)
{
	if (!line_open)
		return;
	if (!terminal_at_line_start())
		terminal_echo("\r\n", 2);
	line_show(&line);
}
