/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipes.c - see pipes.h.
 *
 * A pipe has at most one reader and one writer that wait; another one gets STREAM_BUSY. Answers are sent with
 * a zero timeout, so no client stops the thread. An end closes when its task has ended: the shell says so for
 * programs that it waits for; while a client waits, the thread itself asks root every CHECK_US.
 */
#include <l4/ipc.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>
#include <proto/stream.h>

#include "pipes.h"

enum { PIPES = 16, ENDS = 48, PIPE_BYTES = 4096, CHECK_US = 50000, PARENTS = 8, WORDS = 63 };

struct pipe {
	bool used, made;		/* made: both tasks are known */
	L4_Word_t reader, writer;	/* tasks; 0: none, or none any more */
	char text[PIPE_BYTES];
	unsigned first, count;
	L4_ThreadId_t reading, writing;	/* threads that wait; nilthread: none */
	char rest[STREAM_TEXT_BYTES];	/* of the one that writes: what did not fit yet */
	size_t rest_bytes;
};

struct ends {
	L4_Word_t task;			/* 0: free */
	struct pipe *in, *out;
	char file[ROOT_NAME_BYTES];	/* "": none */
	L4_Word_t file_at;
};

static struct pipe pipes[PIPES];
static struct ends ends[ENDS];
static L4_ThreadId_t server;
static L4_Word_t own_task;
static bool starting;			/* pipes_begin */

/* ---- answers ---- */

static bool answer(L4_ThreadId_t to, enum stream_status status, const L4_Word_t *words, unsigned n)
{
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)status << 16 | n });
	for (unsigned i = 0; i < n; i++)
		L4_LoadMR((int)(1 + i), words[i]);
	return L4_IpcSucceeded(L4_Reply(to));
}

static bool answer_text(L4_ThreadId_t to, const char *text, size_t len)
{
	L4_Word_t words[1 + STREAM_TEXT_WORDS] = { len };

	memcpy(&words[1], text, len);
	return answer(to, STREAM_OK, words, 1 + (unsigned)((len + sizeof words[0] - 1) / sizeof words[0]));
}

/* ---- one pipe ---- */

static void put(struct pipe *p)
{
	size_t n = PIPE_BYTES - p->count;

	if (n > p->rest_bytes)
		n = p->rest_bytes;
	for (size_t i = 0; i < n; i++)
		p->text[(p->first + p->count++) % PIPE_BYTES] = p->rest[i];
	p->rest_bytes -= n;
	memmove(p->rest, p->rest + n, p->rest_bytes);
}

/* Up to STREAM_TEXT_BYTES for the thread that reads; they stay in the pipe if it does not wait any more. */
static void deliver(struct pipe *p)
{
	char text[STREAM_TEXT_BYTES];
	unsigned n = p->count < sizeof text ? p->count : (unsigned)sizeof text;

	for (unsigned i = 0; i < n; i++)
		text[i] = p->text[(p->first + i) % PIPE_BYTES];
	if (answer_text(p->reading, text, n)) {
		p->first = (p->first + n) % PIPE_BYTES;
		p->count -= n;
	}
	p->reading = L4_nilthread;
}

/* Answer the clients that have what they wait for; free the pipe when both ends are closed. */
static void settle(struct pipe *p)
{
	if (!p->used || !p->made)
		return;
	put(p);
	if (!L4_IsNilThread(p->reading) && p->count) {
		deliver(p);
		put(p);
	}
	if (!L4_IsNilThread(p->reading) && !p->count && !p->writer) {
		answer(p->reading, STREAM_END, NULL, 0);
		p->reading = L4_nilthread;
	}
	if (!L4_IsNilThread(p->writing) && (!p->rest_bytes || !p->reader)) {
		answer(p->writing, p->reader ? STREAM_OK : STREAM_END, NULL, 0);
		p->writing = L4_nilthread;
	}
	if (!p->reader && !p->writer)
		memset(p, 0, sizeof *p);
}

static void close_ends(struct ends *e)
{
	struct pipe *in = e->in, *out = e->out;

	memset(e, 0, sizeof *e);
	if (in) {
		in->reader = 0;
		settle(in);
	}
	if (out) {
		out->writer = 0;
		settle(out);
	}
}

/* Close the ends of tasks that have ended. */
static void check(void)
{
	struct pecan_task t;

	for (struct ends *e = ends; e < ends + ENDS; e++)
		if (e->task && e->task != own_task && pecan_task_by_number(e->task, &t) == ROOT_E_TASK)
			close_ends(e);
}

/* ---- requests of programs ---- */

/* The ends of the thread's task, or of the nearest of its parents that has some; NULL: none. */
static struct ends *ends_of(L4_ThreadId_t thread)
{
	struct pecan_task t = { .task = own_task };

	if (!L4_IsLocalId(thread) && pecan_task_of(thread, &t) != ROOT_OK)
		return NULL;
	for (unsigned i = 0; i < PARENTS; i++) {
		for (struct ends *e = ends; e < ends + ENDS; e++)
			if (e->task == t.task && t.task)
				return i && t.task == own_task ? NULL : e;
		if (t.task == own_task || !t.parent || pecan_task_by_number(t.parent, &t) != ROOT_OK)
			return NULL;
	}
	return NULL;
}

static void read_file(struct ends *e, L4_ThreadId_t from)
{
	char text[STREAM_TEXT_BYTES];
	L4_Word_t got;

	if (pecan_file_read(e->file, e->file_at, text, sizeof text, &got, NULL) != ROOT_OK || got == 0)
		answer(from, STREAM_END, NULL, 0);
	else if (answer_text(from, text, got))
		e->file_at += got;
}

static void serve_read(struct ends *e, L4_ThreadId_t from)
{
	struct pipe *p = e->in;

	if (e->file[0]) {
		read_file(e, from);
	} else if (!p) {
		answer(from, STREAM_REFUSED, NULL, 0);
	} else if (!L4_IsNilThread(p->reading) && L4_IsThreadNotEqual(p->reading, from)) {
		answer(from, STREAM_BUSY, NULL, 0);
	} else {
		p->reading = from;
		settle(p);
	}
}

static void serve_write(struct ends *e, L4_ThreadId_t from, const L4_Word_t *word, unsigned words)
{
	struct pipe *p = e->out;

	if (words < 1 || word[0] > (words - 1) * sizeof word[0] || word[0] > STREAM_TEXT_BYTES) {
		answer(from, STREAM_BAD_REQUEST, NULL, 0);
	} else if (!p) {
		answer(from, STREAM_REFUSED, NULL, 0);
	} else if (!L4_IsNilThread(p->writing)) {
		answer(from, STREAM_BUSY, NULL, 0);
	} else {
		p->writing = from;
		p->rest_bytes = word[0];
		memcpy(p->rest, &word[1], word[0]);
		settle(p);
	}
}

static void serve(L4_ThreadId_t from, L4_Word_t label, const L4_Word_t *word, unsigned words)
{
	struct ends *e = ends_of(from);
	L4_Word_t which;

	if (!e) {
		answer(from, starting ? STREAM_BUSY : STREAM_REFUSED, NULL, 0);
		return;
	}
	switch (label) {
	case STREAM_ENDS:
		which = (e->in || e->file[0] ? STREAM_INPUT : 0) | (e->out ? STREAM_OUTPUT : 0);
		answer(from, STREAM_OK, &which, 1);
		break;
	case STREAM_READ: serve_read(e, from); break;
	case STREAM_WRITE: serve_write(e, from, word, words); break;
	default: answer(from, STREAM_BAD_REQUEST, NULL, 0); break;
	}
}

/* ---- calls of the shell: the address of the function and its argument ---- */

enum { OWN_CALL = 0x5ff };

typedef L4_Word_t (*own_fn)(void *);

static L4_Word_t own_call(own_fn fn, const void *arg)
{
	L4_Word_t in[2] = { (L4_Word_t)fn, (L4_Word_t)arg }, result = 0, label;

	if (L4_IsNilThread(server)
	    || !pecan_call_server(server, &(struct pecan_call){ OWN_CALL, in, 2, &result, 1 }, &label))
		return 0;
	return result;
}

static L4_Word_t do_new(void *unused)
{
	(void)unused;
	for (unsigned i = 0; i < PIPES; i++)
		if (!pipes[i].used) {
			pipes[i].used = true;
			return i + 1;
		}
	return 0;
}

static L4_Word_t do_starting(void *on)
{
	starting = on != NULL;
	for (struct pipe *p = pipes; p < pipes + PIPES; p++) {
		p->made |= p->used && !starting;
		settle(p);
	}
	return 1;
}

static L4_Word_t do_give(void *arg)
{
	const struct pipe_ends *from = arg;

	for (struct ends *e = ends; e < ends + ENDS; e++) {
		if (e->task)
			continue;
		*e = (struct ends){ .task = from->task ? from->task : own_task };
		if (from->file)
			strncpy(e->file, from->file, sizeof e->file - 1);
		if (from->in) {
			e->in = &pipes[from->in - 1];
			e->in->reader = e->task;
		}
		if (from->out) {
			e->out = &pipes[from->out - 1];
			e->out->writer = e->task;
		}
		return 1;
	}
	return 0;
}

static L4_Word_t do_check(void *own)
{
	for (struct ends *e = ends; own && e < ends + ENDS; e++)
		if (e->task == own_task)
			close_ends(e);
	check();
	return 1;
}

unsigned pipes_new(void) { return (unsigned)own_call(do_new, NULL); }
void pipes_begin(void) { own_call(do_starting, &starting); }
void pipes_end(void) { own_call(do_starting, NULL); }
bool pipes_give(const struct pipe_ends *e) { return own_call(do_give, e) != 0; }
void pipes_check(bool own) { own_call(do_check, own ? &starting : NULL); }

/* ---- the thread ---- */

static bool any_client_waits(void)
{
	for (const struct pipe *p = pipes; p < pipes + PIPES; p++)
		if (!L4_IsNilThread(p->reading) || !L4_IsNilThread(p->writing))
			return true;
	return false;
}

static void serve_streams(void *unused)
{
	L4_Word_t word[WORDS];
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait_Timeout(any_client_waits() ? L4_TimePeriod(CHECK_US) : L4_Never, &from);
		unsigned n = (unsigned)L4_UntypedWords(tag);

		if (L4_IpcFailed(tag)) {
			check();
			continue;
		}
		L4_StoreMRs(1, (int)n, word);
		if (L4_Label(tag) == OWN_CALL && L4_IsLocalId(from) && n == 2) {
			L4_Word_t result = ((own_fn)word[0])((void *)word[1]);

			answer(from, STREAM_OK, &result, 1);
		} else {
			serve(from, L4_Label(tag), word, n);
		}
	}
}

bool pipes_start(void)
{
	struct pecan_task me;

	if (pecan_task_of(L4_nilthread, &me) != ROOT_OK)
		return false;
	own_task = me.task;
	return pecan_thread_start(serve_streams, NULL, 0, &server) == ROOT_OK;
}

L4_ThreadId_t pipes_server(void) { return server; }
