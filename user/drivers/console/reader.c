/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.c - readers, one at a time, and what was typed ahead of them.
 *
 * The first reader of the queue is the active one; if it reads a line, `line` is its line. Bytes
 * that come while there is no reader wait in a ring. ^C then goes to the latest watcher instead; one
 * that has ended is found out by that, as readers are.
 */
#include <pecan/task.h>
#include <string.h>

#include "client.h"
#include "line.h"
#include "terminal.h"

_Static_assert((int)LINE_BYTES == (int)CONSOLE_LINE_BYTES, "the editor's lines fit the protocol");
_Static_assert((int)LINE_PROMPT_BYTES == (int)CONSOLE_PROMPT_BYTES, "and so do its prompts");

enum { READERS = 16, WATCHERS = 16, TYPED_AHEAD = 4096, INTERRUPT_KEY = 3 };

struct reader {
	L4_ThreadId_t client;
	bool line, keep;
	char prompt[CONSOLE_PROMPT_BYTES + 1];	/* of a key: empty once it is shown */
};

static struct reader readers[READERS];
static unsigned reader_count;
static struct line line;
static struct history history;
static bool line_open;			/* `line` is on the terminal */
static bool reader_added;		/* since the last reader_continue */
static L4_ThreadId_t watchers[WATCHERS];	/* the latest last */
static unsigned watcher_count;

static unsigned char ahead[TYPED_AHEAD];
static unsigned ahead_first, ahead_count;
static L4_Word_t bytes;

L4_Word_t reader_bytes(void) { return bytes; }

static void drop_reader(void)
{
	reader_count--;
	memmove(&readers[0], &readers[1], reader_count * sizeof readers[0]);
}

/* Root knows; asking it is no danger, since it never waits for us. */
static bool has_ended(L4_ThreadId_t client)
{
	struct pecan_task t;

	return pecan_task_of(client, &t) == ROOT_E_TASK;
}

static void drop_ended_readers(void)
{
	while (reader_count && has_ended(readers[0].client)) {
		reader_hide();
		line_open = false;
		drop_reader();
	}
}

/* Open the active reader's line if it wants one and has none yet; or show what it has to say of the key. */
static void open_line(void)
{
	struct reader *r = &readers[0];

	if (line_open)
		return;
	drop_ended_readers();
	if (reader_count == 0)
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
	line_open = true;
}

/* Give the finished line to the active reader, or to the first one behind it that still waits. */
static void deliver_line(enum console_status status)
{
	bool delivered = false;

	line_open = false;
	while (!delivered && reader_count && readers[0].line) {
		delivered = client_answer_text(readers[0].client, status, line.text,
					       status == CONSOLE_OK ? line.len : 0);
		drop_reader();
	}
}

static void line_byte(unsigned char c)
{
	switch (line_key(&line, c)) {
	case LINE_MORE: break;
	case LINE_DONE: deliver_line(CONSOLE_OK); break;
	case LINE_TOO_LONG: deliver_line(CONSOLE_TOO_LONG); break;
	case LINE_INTERRUPTED: deliver_line(CONSOLE_INTERRUPTED); break;
	case LINE_END: deliver_line(CONSOLE_END); break;
	}
}

static void key_byte(unsigned char c)
{
	L4_Word_t word = c;
	bool delivered = false;

	while (!delivered && reader_count && !readers[0].line) {
		delivered = client_answer(readers[0].client, CONSOLE_OK, &word, 1);
		drop_reader();
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
	while (watcher_count && !client_answer(watchers[--watcher_count], CONSOLE_OK, NULL, 0))
		;
}

void reader_typed(unsigned char c)
{
	bytes++;
	if (ahead_count < TYPED_AHEAD)
		ahead[(ahead_first + ahead_count++) % TYPED_AHEAD] = c;
	else
		terminal_echo("\a", 1);
}

/* Each step sends fewer bytes than terminal_echo_ready promises room for. */
void reader_continue(void)
{
	if (ahead_count || reader_added)
		drop_ended_readers();
	reader_added = false;
	while (terminal_echo_ready()) {
		open_line();
		if (ahead_count == 0 || reader_count == 0)
			break;
		if (readers[0].line)
			line_byte(take_byte());
		else
			key_byte(take_byte());
	}
	if (line_open && terminal_echo_ready())
		line_sync(&line);
	if (reader_count == 0 && interrupt_typed())
		interrupt();
}

/* A client has one request at a time: a second one of a reader means it does not want the first. */
static void forget_reader(L4_ThreadId_t client)
{
	for (unsigned i = 0; i < reader_count; i++)
		if (L4_IsThreadEqual(readers[i].client, client)) {
			if (i == 0)
				reader_hide();
			line_open &= i != 0;
			reader_count--;
			memmove(&readers[i], &readers[i + 1], (reader_count - i) * sizeof readers[0]);
			return;
		}
}

static void add_reader(const struct reader *r)
{
	forget_reader(r->client);
	if (reader_count == READERS) {
		client_answer(r->client, CONSOLE_BUSY, NULL, 0);
		return;
	}
	readers[reader_count++] = *r;
	reader_added = true;
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
	add_reader(r);
}

void reader_line(const struct request *q)
{
	add_with_prompt(q, &(struct reader){ .client = q->from, .line = true });
}

void reader_key(const struct request *q)
{
	add_with_prompt(q, &(struct reader){ .client = q->from });
}

void reader_watch(const struct request *q)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < watcher_count; i++)
		if (!L4_IsThreadEqual(watchers[i], q->from))
			watchers[kept++] = watchers[i];
	watcher_count = kept;
	if (watcher_count == WATCHERS)
		client_answer(q->from, CONSOLE_BUSY, NULL, 0);
	else
		watchers[watcher_count++] = q->from;
}

void reader_history(const struct request *q)
{
	const char *text = q->words < 1 || q->word[0] > HISTORY_LINES ? NULL
			 : history_get(&history, (unsigned)q->word[0]);

	if (text)
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
