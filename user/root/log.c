/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.c - root's reports and the log that the console reads.
 *
 * Text is kept in a ring until the reader (the console driver) takes it by ROOT_LOG_READ. Without a reader a
 * worker writes it to serial line and screen (voice.c), above the section that may read the log; at boot,
 * before there are workers, root itself. So root never waits. One half of the ring is for root's own reports:
 * what programs write is dropped when the other is full. Dropped characters are counted, and a line of the
 * log gives their number in their place. A reader gets its first text when the worker has written its last.
 */
#include <proto/root_server.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "config.h"
#include "image.h"
#include "job.h"
#include "log.h"
#include "root.h"
#include "task.h"
#include "voice.h"

enum { RING = 16384, LINE = 512, NOTICE = 64 };

static char ring[RING];
static unsigned head, used;		/* head: where the next byte is read */
static unsigned long lost;		/* characters dropped and not yet reported */
static const char prefix[] = "root: ";
static const struct task *reader;
static l4_word_t waiting;		/* the reader's thread while it waits */
static bool worked;			/* there are workers */
static bool handed_over;		/* no worker writes any more, what it lost is in `lost` */
static bool asked;			/* a worker has been ordered to say what it lost */
static unsigned priority;		/* of the worker that writes */

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

	if (lost == 0 || RING - used < NOTICE)
		return;
	append(line, (unsigned)snprintf(line, sizeof(line), "[%lu characters lost]\n", lost));
	lost = 0;
}

static void answer_reader(void)
{
	struct root_log_read_out out;
	struct task_thread *waiter = task_waiter(waiting, WAITS_NEWS);

	tell_lost();
	if (used == 0 || !waiter)
		return;
	waiter->waits = WAITS_NOT;
	out.text_bytes = take(out.text, sizeof(out.text));
	answer_root_log_read(tid(waiting), ROOT_OK, &out);
	waiting = 0;
}

static void put(const char *text, unsigned bytes)
{
	if (!worked) {
		voice_write(text, bytes);
		return;
	}
	tell_lost();
	append(text, bytes);
	if (handed_over)
		answer_reader();
	else
		job_own(JOB_VOICE, priority);
}

static enum step say(struct order *o, unsigned most)
{
	*o = (struct order){ .kind = ORDER_SAY, .words = ORDER_WORDS };
	o->word[0] = take((char *)&o->word[1], most);
	return STEP_ORDER;
}

enum step log_step(const struct job *j, struct order *o)
{
	if (asked) {
		lost += j->result;
		handed_over = reader;
	}
	asked = reader && !handed_over;
	if (asked)
		return say(o, 0);
	if (handed_over)
		answer_reader();
	return handed_over || used == 0 ? STEP_IDLE : say(o, (ORDER_WORDS - 1) * sizeof(l4_word_t));
}

/*
 * Above the section with the right to read the log, or all that are started: what was reported before that
 * program runs is written before it uses the serial line.
 */
static unsigned find_priority(const struct config *c)
{
	unsigned reads = 0, started = 0;

	for (const struct program *p = c->program; p < c->program + c->programs; p++) {
		if (p->rights & ROOT_RIGHT_LOG && p->priority > reads)
			reads = p->priority;
		if (p->started && p->priority > started)
			started = p->priority;
	}
	return (reads != 0 ? reads : started) + 1;
}

void log_worked(void)
{
	priority = find_priority(&root.config);
	worked = true;
}

void log_flush(void)
{
	char rest[LINE];
	unsigned n;

	while (!handed_over && (n = take(rest, sizeof(rest))) > 0)
		voice_write(rest, n);
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

enum root_error serve_root_log_write(struct root_caller *c, const struct root_log_write_in *in)
{
	log_text(c->task, in->text, (unsigned)strlen(in->text));
	return ROOT_OK;
}

enum root_error serve_root_log_read(struct root_caller *c, struct root_log_read_out *out)
{
	if (reader && reader != c->task)
		return ROOT_E_BUSY;
	reader = c->task;
	if (handed_over)
		tell_lost();
	if (handed_over && used > 0) {
		out->text_bytes = take(out->text, sizeof(out->text));
		return ROOT_OK;
	}
	waiting = c->task->thread[c->thread].id;
	c->task->thread[c->thread].waits = WAITS_NEWS;
	if (!handed_over)
		job_own(JOB_VOICE, priority);
	return ROOT_LATER;
}

void log_reader_gone(const struct task *t)
{
	if (reader != t)
		return;
	reader = 0;
	waiting = 0;
	handed_over = false;
	job_own(JOB_VOICE, priority);
}
