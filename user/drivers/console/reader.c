/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - readers, one at a time, and what was typed ahead of them.
 *
 * Only the task in the foreground reads (owner.h); readers of other tasks keep their place until their
 * task is. If there is a reader of the foreground's, one is the first of the queue, and active; if it
 * reads a line, `line` is its line. Bytes that come while no reader is active wait in a ring. ^C then
 * goes to the client that waits for it.
 */
#include <string.h>

#include "client.h"
#include "line.h"
#include "terminal.h"

_Static_assert((int)LINE_BYTES == (int)CONSOLE_LINE_BYTES, "the editor's lines fit the protocol");
_Static_assert((int)LINE_PROMPT_BYTES == (int)CONSOLE_PROMPT_BYTES, "and so do its prompts");

enum {
	READERS = 64, READERS_PER_TASK = 4,
	READERS_BACKGROUND = 48,		/* places for tasks that are not in the foreground */
	TYPED_AHEAD = 4096, INTERRUPT_KEY = 3,
};

struct reader {
	L4_ThreadId_t client;
	L4_Word_t task;
	bool line, keep, edit;
	unsigned text_bytes, cursor;		/* of the text that the line begins with */
	char text[CONSOLE_LINE_BYTES];
	char prompt[CONSOLE_PROMPT_BYTES + 1];	/* of a key: empty once it is shown */
};

static struct reader readers[READERS];
static unsigned reader_count;
static struct line line;
static struct history history;
static bool line_open;			/* `line` is on the terminal */
static bool reader_added;		/* since the last reader_continue, or another task is in front */

static unsigned char ahead[TYPED_AHEAD];
static unsigned ahead_first, ahead_count;
static L4_Word_t bytes;

L4_Word_t reader_bytes(void) { return bytes; }

/* Is the first reader of the queue active? */
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

static unsigned words_for(size_t bytes)
{
	return (unsigned)((bytes + sizeof(L4_Word_t) - 1) / sizeof(L4_Word_t));
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
	line_begin(&line, r->prompt, r->keep ? &history : NULL);
	if (r->edit) {
		line.tab = true;
		line_set(&line, r->text, r->text_bytes, r->cursor);
	}
	line_open = true;
}

/* Give the finished line to the active reader, or to the first one behind it that still waits. */
static void deliver_line(enum console_status status)
{
	bool delivered = false;

	line_open = false;
	while (!delivered && active() && readers[0].line) {
		delivered = client_answer_text(readers[0].client, status, line.text,
					       status == CONSOLE_OK ? line.len : 0);
		remove_reader(0);
	}
}

/* Tab: the reader gets the line so far. If it does not wait any more, that line is lost. */
static void deliver_tab(void)
{
	L4_Word_t words[REQUEST_WORDS] = { line.len | line.pos << 32 };

	memcpy(&words[1], line.text, line.len);
	line_open = false;
	client_answer(readers[0].client, CONSOLE_TAB, words, words_for(line.len) + 1);
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
	L4_Word_t word = c;
	bool delivered = false;

	while (!delivered && active() && !readers[0].line) {
		delivered = client_answer(readers[0].client, CONSOLE_OK, &word, 1);
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

void reader_typed(unsigned char c)
{
	bytes++;
	if (ahead_count < TYPED_AHEAD)
		ahead[(ahead_first + ahead_count++) % TYPED_AHEAD] = c;
	else
		terminal_echo("\a", 1);
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
	while (terminal_echo_ready()) {
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

static bool has_place(L4_Word_t task)
{
	unsigned own = 0, background = 0;

	for (unsigned i = 0; i < reader_count; i++) {
		own += readers[i].task == task;
		background += readers[i].task != control_foreground();
	}
	return own < READERS_PER_TASK && reader_count < READERS
	    && (task == control_foreground() || background < READERS_BACKGROUND);
}

static void add_reader(const struct reader *r)
{
	forget_reader(r->client);
	control_uses(r->task);
	if (!has_place(r->task))
		for (unsigned i = reader_count; i-- > 0; )
			if (client_has_ended(readers[i].client))
				remove_reader(i);
	if (!has_place(r->task)) {
		client_answer(r->client, CONSOLE_BUSY, NULL, 0);
		return;
	}
	readers[reader_count++] = *r;
	reader_arrange();
}

/* The text that a line begins with, from word i on, if the reader has one. Returns false if it is cut. */
static bool take_text(const struct request *q, unsigned i, struct reader *r)
{
	L4_Word_t length;

	r->edit = r->line && (q->word[0] >> 32 & CONSOLE_EDIT);
	if (!r->edit)
		return true;
	if (q->words <= i)
		return false;
	length = q->word[i] & 0xffffffff;
	if (length > CONSOLE_LINE_BYTES || length > (q->words - i - 1) * sizeof q->word[0])
		return false;
	r->text_bytes = (unsigned)length;
	r->cursor = (unsigned)(q->word[i] >> 32);
	memcpy(r->text, &q->word[i + 1], length);
	return true;
}

/* r reads, by a request whose first word has the length of the prompt, which follows. */
static void add_with_prompt(const struct request *q, struct reader *r)
{
	L4_Word_t length = q->word[0] & 0xffffffff;

	if (q->words < 1 || length > CONSOLE_PROMPT_BYTES || length > (q->words - 1) * sizeof q->word[0]) {
		client_answer(q->from, CONSOLE_BAD_REQUEST, NULL, 0);
		return;
	}
	r->keep = q->word[0] >> 32 & CONSOLE_KEEP;
	memcpy(r->prompt, &q->word[1], length);
	if (!take_text(q, 1 + words_for(length), r)) {
		client_answer(q->from, CONSOLE_BAD_REQUEST, NULL, 0);
		return;
	}
	add_reader(r);
}

void reader_line(const struct request *q)
{
	add_with_prompt(q, &(struct reader){ .client = q->from, .task = q->task, .line = true });
}

void reader_key(const struct request *q)
{
	add_with_prompt(q, &(struct reader){ .client = q->from, .task = q->task });
}

void reader_waiting(const struct request *q)
{
	L4_Word_t n = 0;

	for (unsigned i = 0; i < reader_count; i++)
		n += readers[i].task == q->word[0] && readers[i].task != control_foreground();
	client_answer(q->from, CONSOLE_OK, &n, 1);
}

/* What was typed for the shell is for programs that control the terminal, like the shell. */
void reader_history(const struct request *q)
{
	const char *text = q->words < 1 || q->word[0] > HISTORY_LINES ? NULL
			 : history_get(&history, (unsigned)q->word[0]);

	if (!control_has_right(q->task))
		client_answer(q->from, CONSOLE_REFUSED, NULL, 0);
	else if (text)
		client_answer_text(q->from, CONSOLE_OK, text, strlen(text));
	else
		client_answer(q->from, CONSOLE_END, NULL, 0);
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
