/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pipes.c - see pipes.h.
 *
 * A pipe has at most one reader and one writer that wait; another one gets STREAM_BUSY. Answers are sent with
 * a zero timeout, so no client stops the thread. An end closes when its task has ended: the shell says so for
 * programs that it waits for; while a client waits, the thread itself asks root every CHECK_US.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/files.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/special.h>
#include <pecan/stream.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <stdio.h>
#include <string.h>
#include <proto/shell_client.h>
#include <proto/shell_server.h>
#include <proto/stream_server.h>

#include "paths.h"
#include "pipes.h"

enum { PIPES = 16, ENDS = 48, PIPE_BYTES = 4096, CHECK_US = 50000, PARENTS = 8,
       OUTPUTS = 8, OUTPUT_BYTES = 16384 };

struct pipe {
	bool used, made;		/* made: both tasks are known */
	L4_Word_t reader, writer;	/* tasks; 0: none, or none any more */
	char text[PIPE_BYTES];
	unsigned first, count;
	L4_ThreadId_t reading, writing;	/* threads that wait; nilthread: none */
	char rest[STREAM_TEXT_BYTES];	/* of the one that writes: what did not fit yet */
	size_t rest_bytes;
};

/* A file of the disk that a task writes: text is gathered, as each write of a file has its price. */
struct output {
	bool used, failed, append;
	struct files_file file;
	uint64_t at;
	char text[OUTPUT_BYTES];
	size_t bytes;
};

struct ends {
	L4_Word_t task;			/* 0: free */
	struct pipe *in, *out;
	char file[ROOT_NAME_BYTES];	/* of the boot image, or special; "": none */
	struct files_file disk_file;	/* path "": none */
	L4_Word_t file_at;
	struct output *output;
	enum pecan_special sink;	/* that it writes instead */
	bool sink_failed;
	char directory[STREAM_PATH_BYTES];
};

static struct pipe pipes[PIPES];
static struct ends ends[ENDS];
static struct output outputs[OUTPUTS];
static L4_ThreadId_t server;
static L4_Word_t own_task;
static bool starting;			/* pipes_begin */
static L4_Word64_t checked;		/* time of the last check() */

struct stream_caller { L4_ThreadId_t thread; };
struct shell_caller { L4_ThreadId_t thread; };

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
	struct stream_read_out out;

	out.text_bytes = p->count < sizeof out.text ? p->count : sizeof out.text;
	for (unsigned i = 0; i < out.text_bytes; i++)
		out.text[i] = p->text[(p->first + i) % PIPE_BYTES];
	if (answer_stream_read(p->reading, STREAM_OK, &out)) {
		p->first = (p->first + (unsigned)out.text_bytes) % PIPE_BYTES;
		p->count -= (unsigned)out.text_bytes;
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
		answer_stream_read(p->reading, STREAM_END, NULL);
		p->reading = L4_nilthread;
	}
	if (!L4_IsNilThread(p->writing) && (!p->rest_bytes || !p->reader || !p->writer)) {
		answer_stream_write(p->writing, p->reader && p->writer ? STREAM_OK : STREAM_END);
		p->writing = L4_nilthread;
	}
	if (!p->reader && !p->writer)
		memset(p, 0, sizeof *p);
}

/* ---- files ---- */

/* By the console: what a command of the shell prints may lead to the thread that is here. */
static void report(const char *path, const char *why)
{
	char line[FILES_WHOLE_BYTES + 80];

	snprintf(line, sizeof line, "%s: %s\n", path, why);
	pecan_write_to(STREAM_ERROR, line, strlen(line));
}

static void write_gathered(struct output *o)
{
	char whole[FILES_WHOLE_BYTES];

	for (size_t done = 0; done < o->bytes && !o->failed; ) {
		long n = o->append ? files_append(&o->file, &o->at, o->text + done, o->bytes - done)
				   : files_put(&o->file, o->at, o->text + done, o->bytes - done);

		if (n <= 0) {
			report(files_whole(o->file.path, whole),
			       files_error_text(n ? (enum files_status)-n : FILES_E_SPACE));
			o->failed = true;
			break;
		}
		done += (size_t)n;
		o->at += (uint64_t)n;
	}
	o->bytes = 0;
}

static enum stream_status write_output(struct output *o, const struct stream_write_in *in)
{
	if (in->text_bytes > OUTPUT_BYTES - o->bytes)
		write_gathered(o);
	if (o->failed)
		return STREAM_REFUSED;
	memcpy(o->text + o->bytes, in->text, in->text_bytes);
	o->bytes += in->text_bytes;
	return STREAM_OK;
}

static enum stream_status write_sink(struct ends *e)
{
	if (pecan_special_has_room(e->sink))
		return STREAM_OK;
	if (!e->sink_failed)
		report("/dev/full", files_error_text(FILES_E_SPACE));
	e->sink_failed = true;
	return STREAM_REFUSED;
}

static void close_output(struct output *o)
{
	write_gathered(o);
	files_done(&o->file);
	o->used = false;
}

/* The file is there, and empty if its text is to be replaced: the shell has seen to that. */
static bool open_output(struct ends *e, const struct pipe_ends *from)
{
	L4_Word_t flags = FILES_WRITE | (from->append ? FILES_APPEND : 0);
	struct output *o = outputs;

	e->sink = pecan_special(from->output);
	if (e->sink)
		return true;
	while (o < outputs + OUTPUTS && o->used)
		o++;
	if (o == outputs + OUTPUTS || files_use(&o->file, files_below(from->output), flags) != FILES_OK)
		return false;
	o->used = true;
	o->failed = false;
	o->append = from->append;
	o->bytes = 0;
	o->at = 0;
	e->output = o;
	return true;
}

static void close_ends(struct ends *e)
{
	struct pipe *in = e->in, *out = e->out;

	if (e->output)
		close_output(e->output);
	if (e->disk_file.path[0])
		files_done(&e->disk_file);
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

	checked = L4_SystemClock().raw;
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

/* What a caller without ends gets. */
static enum stream_status without_ends(void)
{
	return starting ? STREAM_BUSY : STREAM_REFUSED;
}

/* An end that is no pipe of the shell is what the shell has there itself. */
static void own_stream(struct stream_ends_out *out, enum stream_ends end, L4_ThreadId_t *at)
{
	if (out->ends & end)
		return;
	*at = pecan_stream_server(end);
	if (!L4_IsNilThread(*at))
		out->ends |= end;
}

enum stream_status serve_stream_ends(struct stream_caller *c, struct stream_ends_out *out)
{
	struct ends *e = ends_of(c->thread);

	if (!e)
		return without_ends();
	out->ends = (e->in || e->file[0] || e->disk_file.path[0] ? STREAM_INPUT : 0)
		    | (e->out || e->output || e->sink ? STREAM_OUTPUT : 0);
	own_stream(out, STREAM_INPUT, &out->input);
	own_stream(out, STREAM_OUTPUT, &out->output);
	own_stream(out, STREAM_ERROR, &out->error);
	return STREAM_OK;
}

enum stream_status serve_stream_directory(struct stream_caller *c, struct stream_directory_out *out)
{
	struct ends *e = ends_of(c->thread);

	if (!e)
		return without_ends();
	strcpy(out->path, e->directory);
	return STREAM_OK;
}

static void read_part(struct ends *e, struct stream_read_out *out)
{
	long n;

	if (pecan_special(e->file)) {
		n = pecan_special_read(pecan_special(e->file), out->text, sizeof out->text);
		if (n < 0)
			report(e->file, PECAN_NO_SOURCE);
		out->text_bytes = n > 0 ? (L4_Word_t)n : 0;
		return;
	}
	if (e->file[0]) {
		if (pecan_file_read(e->file, e->file_at, out->text, sizeof out->text, &out->text_bytes, NULL)
		    != ROOT_OK)
			out->text_bytes = 0;
		return;
	}
	n = files_get(&e->disk_file, e->file_at, out->text, sizeof out->text);
	out->text_bytes = n > 0 ? (L4_Word_t)n : 0;
}

/* Text that the client does not receive is read again. */
static enum stream_status read_file(struct ends *e, L4_ThreadId_t from, struct stream_read_out *out)
{
	read_part(e, out);
	if (out->text_bytes == 0)
		return STREAM_END;
	if (answer_stream_read(from, STREAM_OK, out))
		e->file_at += out->text_bytes;
	return STREAM_LATER;
}

enum stream_status serve_stream_read(struct stream_caller *c, struct stream_read_out *out)
{
	struct ends *e = ends_of(c->thread);
	struct pipe *p;

	if (!e)
		return without_ends();
	if (e->file[0] || e->disk_file.path[0])
		return read_file(e, c->thread, out);
	p = e->in;
	if (!p)
		return STREAM_REFUSED;
	if (!L4_IsNilThread(p->reading) && L4_IsThreadNotEqual(p->reading, c->thread))
		return STREAM_BUSY;
	p->reading = c->thread;
	settle(p);
	return STREAM_LATER;
}

enum stream_status serve_stream_write(struct stream_caller *c, const struct stream_write_in *in)
{
	struct ends *e = ends_of(c->thread);
	struct pipe *p;

	if (!e)
		return without_ends();
	if (e->sink && !in->error)
		return write_sink(e);
	if (e->output && !in->error)
		return write_output(e->output, in);
	p = in->error ? NULL : e->out;
	if (!p)
		return STREAM_REFUSED;
	if (!L4_IsNilThread(p->writing))
		return STREAM_BUSY;
	p->writing = c->thread;
	p->rest_bytes = in->text_bytes;
	memcpy(p->rest, in->text, in->text_bytes);
	settle(p);
	return STREAM_LATER;
}

/* ---- calls of the shell ---- */

typedef L4_Word_t (*own_fn)(void *);

static L4_Word_t own_call(own_fn fn, const void *arg)
{
	struct shell_call_out out = { 0 };

	shell_call(server, (L4_Word_t)fn, (L4_Word_t)arg, &out);
	return out.result;
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

static bool give_files(struct ends *e, const struct pipe_ends *from)
{
	const char *on_disk = from->file ? files_below(from->file) : NULL;

	if (on_disk && files_use(&e->disk_file, on_disk, 0) != FILES_OK)
		return false;
	if (from->file && !on_disk)
		strncpy(e->file, from->file, sizeof e->file - 1);
	if (!from->output || open_output(e, from))
		return true;
	if (on_disk)
		files_done(&e->disk_file);
	return false;
}

static L4_Word_t do_give(void *arg)
{
	const struct pipe_ends *from = arg;

	for (struct ends *e = ends; e < ends + ENDS; e++) {
		if (e->task)
			continue;
		*e = (struct ends){ .task = from->task ? from->task : own_task };
		strncpy(e->directory, from->directory, sizeof e->directory - 1);
		if (!give_files(e, from)) {
			e->task = 0;
			return 0;
		}
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

enum shell_status serve_shell_call(struct shell_caller *c, const struct shell_call_in *in,
				   struct shell_call_out *out)
{
	(void)c;
	out->result = ((own_fn)in->function)((void *)in->argument);
	return SHELL_OK;
}

/* Returns true if there is an answer. Only threads of the shell have functions called. */
static bool serve(L4_MsgTag_t tag, struct stream_caller *c)
{
	struct shell_caller own = { c->thread };

	return L4_IsLocalId(c->thread) && L4_Label(tag) == SHELL_CALL ? shell_serve(tag, &own)
								     : stream_serve(tag, c);
}

static void serve_streams(void *unused)
{
	struct stream_caller c;

	(void)unused;
	for (;;) {
		L4_Time_t pause = any_client_waits() ? L4_TimePeriod(CHECK_US) : L4_Never;
		L4_MsgTag_t tag = L4_Wait_Timeout(pause, &c.thread);

		if (L4_IpcSucceeded(tag) && serve(tag, &c))
			L4_Reply(c.thread);
		if (any_client_waits() && L4_SystemClock().raw - checked >= CHECK_US)
			check();
	}
}

enum root_error pipes_start(void)
{
	struct pecan_task me;
	enum root_error e = pecan_task_of(L4_nilthread, &me);

	if (e != ROOT_OK)
		return e;
	own_task = me.task;
	return pecan_thread_start(serve_streams, NULL, 0, &server);
}

L4_ThreadId_t pipes_server(void) { return server; }
