/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - root's reports and the log that the console reads.
 *
 * Without a reader text goes to serial line and screen at once (voice.c). The reader (the console
 * driver) calls ROOT_LOG_READ: from then on text is kept in a ring until it is read, so root never
 * waits. One half of the ring is for root's own reports: what programs write is dropped when the other
 * is full. Dropped characters are counted, and a line of the log gives their number in their place. If the
 * reader ends, what is left goes to serial line and screen.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "root.h"

enum { RING = 16384, LINE = 512, NOTICE = 64 };

static char ring[RING];
static unsigned head, used;		/* head: where the next byte is read */
static unsigned long lost;		/* characters dropped and not yet reported */
static const struct task *reader;
static l4_word_t waiting;		/* the reader's thread while it waits */

/* Up to `room` bytes out of the ring. */
static unsigned take(char *to, unsigned room)
{
	unsigned n = used < room ? used : room;

	for (unsigned i = 0; i < n; i++)
		to[i] = ring[(head + i) % RING];
	head = (head + n) % RING;
	used -= n;
	return n;
}

static void append(const char *text, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		if (used < RING)
			ring[(head + used++) % RING] = text[i];
		else
			lost++;
}

/* For a reader: what neither the ring nor, before, the serial line took. */
static void tell_lost(void)
{
	char line[NOTICE];

	lost += voice_lost();
	if (lost == 0 || RING - used < NOTICE)
		return;
	append(line, (unsigned)snprintf(line, sizeof(line), "[%lu characters lost]\n", lost));
	lost = 0;
}

static void put(const char *text, unsigned bytes)
{
	struct root_log_read_out out;

	if (reader == 0) {
		voice_write(text, bytes);
		return;
	}
	tell_lost();
	append(text, bytes);
	if (waiting == 0 || used == 0)
		return;
	out.text_bytes = take(out.text, sizeof(out.text));
	answer_root_log_read(tid(waiting), ROOT_OK, &out);
	waiting = 0;
}

void report(const char *format, ...)
{
	static const char prefix[] = "root: ";
	char line[LINE];
	va_list args;
	unsigned n = sizeof(prefix) - 1;

	memcpy(line, prefix, n);
	va_start(args, format);
	vsnprintf(line + n, sizeof(line) - 1 - n, format, args);
	va_end(args);
	n = (unsigned)strlen(line);
	line[n++] = '\n';
	put(line, n);
}

void log_worker(l4_word_t words)
{
	char text[ROOT_LOG_BYTES + 1];

	if (words <= ROOT_LOG_BYTES / sizeof(l4_word_t) && stub_take_rest(1, text, words))
		report("%s", text);
}

/* No program may send control sequences to the terminal, or print as root, through the log. */
void log_text(const struct task *t, const char *text, unsigned bytes)
{
	char line[ROOT_NAME_BYTES + 2 + ROOT_LOG_BYTES + 2];
	unsigned n = (unsigned)snprintf(line, sizeof(line), "%s: ", t->image->name);

	while (bytes > 0 && text[bytes - 1] == '\n')
		bytes--;
	for (unsigned i = 0; i < bytes && n < sizeof(line) - 1; i++)
		line[n++] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	line[n++] = '\n';
	if (reader == 0 || used + n <= RING / 2)
		put(line, n);
	else
		lost += n;
}

enum root_error serve_root_log_write(struct root_caller *c, const struct root_log_write_in *in)
{
	log_text(c->task, in->text, (unsigned)strlen(in->text));
	return ROOT_OK;
}

enum root_error serve_root_log_read(struct root_caller *c, struct root_log_read_out *out)
{
	if (reader != 0 && reader != c->task)
		return ROOT_E_BUSY;
	reader = c->task;
	tell_lost();
	if (used > 0) {
		out->text_bytes = take(out->text, sizeof(out->text));
		return ROOT_OK;
	}
	waiting = c->task->thread[c->thread].id;
	return ROOT_LATER;
}

void log_reader_gone(const struct task *t)
{
	char rest[LINE];
	unsigned n;

	if (reader != t)
		return;
	tell_lost();
	reader = 0;
	waiting = 0;
	while ((n = take(rest, sizeof(rest))) > 0)
		voice_write(rest, n);
}
