/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - root's reports, and the text of the log.
 *
 * Text is kept in a ring until the reader or a worker takes it (request_log.c); at boot, before there are
 * workers, root itself writes it. One half of the ring is for root's own reports: what programs write is
 * dropped when the other is full. Dropped characters are counted, and a line of the log gives their number in
 * their place.
 */
#include <proto/root_server.h>
#include <root/memory/image.h>
#include <root/root.h>
#include <root/task/task.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "log.h"
#include "output.h"

enum { RING = 16384, LINE = 512, NOTICE = 64 };

static char ring[RING];
static unsigned head, used;		/* head: where the next byte is read */
static unsigned long lost;		/* characters dropped and not yet reported */
static const char prefix[] = "root: ";
static bool handed_over;		/* no worker writes any more, what it lost is in `lost` */
static void (*has_text)(void);		/* 0: there are no workers yet */

unsigned log_take(char *to, unsigned room)
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

void log_tell_lost(void)
{
	char line[NOTICE];

	if (lost == 0 || RING - used < NOTICE)
		return;
	append(line, (unsigned)snprintf(line, sizeof(line), "[%lu characters lost]\n", lost));
	lost = 0;
}

static void put(const char *text, unsigned bytes)
{
	if (!has_text) {
		output_write(text, bytes);
		return;
	}
	log_tell_lost();
	append(text, bytes);
	has_text();
}

unsigned log_used(void) { return used; }
void log_lost(unsigned long bytes) { lost += bytes; }

void log_worked(void (*fn)(void)) { has_text = fn; }

void log_hand_over(bool yes) { handed_over = yes; }
bool log_is_handed_over(void) { return handed_over; }

void log_flush(void)
{
	char rest[LINE];
	unsigned n;

	while (!handed_over && (n = log_take(rest, sizeof(rest))) > 0)
		output_write(rest, n);
}

void report(const char *format, ...)
{
	enum { BEGIN = sizeof(prefix) - 1, MOST = LINE - BEGIN - 1 };
	char line[LINE];
	va_list args;
	unsigned n;

	memcpy(line, prefix, BEGIN);
	va_start(args, format);
	n = (unsigned)vsnprintf(line + BEGIN, MOST, format, args);
	va_end(args);
	n = BEGIN + (n < MOST ? n : MOST - 1);
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

void log_from_worker(const char *format, ...)
{
	char line[ROOT_LOG_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	stub_call(root_thread(), LOG_TEXT, stub_put_rest(1, line, sizeof(line)));
}

/* The characters of a word: each that is not printable ASCII becomes a question mark. */
static l4_word_t printable(l4_word_t w)
{
	const l4_word_t ones = ~(l4_word_t)0 / 0xff, low = 0x7f * ones, top = 0x80 * ones;
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
	if (used + n <= RING / 2)
		put(line, n);
	else
		lost += n;
}
