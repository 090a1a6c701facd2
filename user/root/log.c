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
static const char prefix[] = "root: ";
static const struct task *reader;
static l4_word_t waiting;		/* the reader's thread while it waits */

/* Up to `room` bytes out of the ring. */
static unsigned take(char *to, unsigned room)
{
	unsigned n = used < room ? used : room, first = n < RING - head ? n : RING - head;

	memcpy(to, ring + head, first);
	memcpy(to + first, ring, n - first);
	head = (head + n) % RING;
	used -= n;
	return n;
}

static void append(const char *text, unsigned bytes)
{
	unsigned n = bytes < RING - used ? bytes : RING - used;
	unsigned at = (head + used) % RING, first = n < RING - at ? n : RING - at;

	memcpy(ring + at, text, first);
	memcpy(ring, text + first, n - first);
	used += n;
	lost += bytes - n;
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
	char line[sizeof(prefix) + ROOT_LOG_BYTES + 1];
	unsigned n = sizeof(prefix) - 1;

	memcpy(line, prefix, n);
	if (words > ROOT_LOG_BYTES / sizeof(l4_word_t) || !stub_take_rest(1, line + n, words))
		return;
	n += (unsigned)strlen(line + n);
	line[n++] = '\n';
	put(line, n);
}

/* Eight characters: each that is not printable ASCII becomes a question mark. */
static l4_word_t printable(l4_word_t w)
{
	const l4_word_t ones = 0x0101010101010101, low = 0x7f * ones, top = 0x80 * ones;
	l4_word_t wrong = (w | ~((w & low) + 0x60 * ones) | ((w & low) + ones)) & top, mask = (wrong >> 7) * 0xff;

	return (w & ~mask) | ('?' * ones & mask);
}

/* By words, as it is done in the message loop: up to seven bytes more are written. */
static void make_printable(char *to, const char *text, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i += sizeof(l4_word_t)) {
		unsigned left = bytes - i;
		l4_word_t w = 0;

		if (left >= sizeof(w))
			__builtin_memcpy(&w, text + i, sizeof(w));
		else
			memcpy(&w, text + i, left);
		w = printable(w);
		__builtin_memcpy(to + i, &w, sizeof(w));
	}
}

/* No program may send control sequences to the terminal, or print as root, through the log. */
void log_text(const struct task *t, const char *text, unsigned bytes)
{
	char line[ROOT_NAME_BYTES + 2 + ROOT_LOG_BYTES + sizeof(l4_word_t)];
	unsigned n = (unsigned)snprintf(line, sizeof(line), "%s: ", t->image->name);

	while (bytes > 0 && text[bytes - 1] == '\n')
		bytes--;
	if (bytes > ROOT_LOG_BYTES)
		bytes = ROOT_LOG_BYTES;
	make_printable(line + n, text, bytes);
	n += bytes;
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
