/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * child.c - tasks that the program has started: their streams, and how they ended.
 *
 * One thread of the library serves their input, output and errors (<proto/stream.h>): open files of this
 * program. Another one waits for their ends, closes their files, and keeps the status for wait4.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <l4/ipc.h>
#include <pecan/stream.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/stream_server.h>
#include "child.h"
#include "event.h"
#include "file.h"
#include "futex.h"
#include "path.h"

enum { CHILDREN = PX_CHILDREN, NOTIFY = 0x5fe, PARENTS = 8 };
enum { RUSAGE_LONGS = 18 };	/* as the kernel interface of musl has it: four of times, 14 numbers */

struct child {
	L4_Word_t task;				/* 0: it is being started */
	bool used, ended;
	int status;				/* as wait4 has it */
	int killed_by;				/* signal of px_child_kill; 0: none */
	struct px_file *file[3];		/* NULL: closed */
	L4_ThreadId_t reading, writing;		/* threads that wait; nilthread: none */
	struct stream_write_in text;		/* of the one that writes */
	size_t written;				/* bytes of it */
	bool interrupted;			/* ^C was typed while it read the input */
	char directory[STREAM_PATH_BYTES];	/* in which it was started */
};

static struct child children[CHILDREN];
static L4_ThreadId_t server;
static unsigned starting;			/* children whose task is not known yet */
static int starts;				/* changes with each start */

struct stream_caller {
	L4_ThreadId_t thread;
	L4_Word_t task;				/* of the child that child_of found */
};

/* ---- ends ---- */

/* Closes a child's files, and ends what waits for them. They are put when no child has them any more. */
static void close_files(struct child *c)
{
	struct px_file *file[3];

	px_lock(&px_files_lock);
	memcpy(file, c->file, sizeof file);
	memset(c->file, 0, sizeof c->file);
	c->reading = c->writing = L4_nilthread;
	px_unlock(&px_files_lock);
	for (unsigned i = 0; i < 3; i++)
		if (file[i])
			px_file_put(file[i]);
}

static int status_of(const struct child *c, const struct pecan_end *end)
{
	switch (end->how) {
	case ROOT_END_EXIT:		/* 128 and a signal's number: of a program with a C library, or a pipe */
		if (end->status > 128 && end->status < 160)
			return (int)end->status - 128;
		return (int)(end->status & 0xff) << 8;
	case ROOT_END_FAULT:
		return SIGSEGV;
	default:
		return c->killed_by ? c->killed_by : SIGKILL;
	}
}

/* Under px_files_lock. */
static struct child *by_task(L4_Word_t task)
{
	for (struct child *c = children; c < children + CHILDREN; c++)
		if (c->used && c->task == task)
			return c;
	return NULL;
}

static void note_end(const struct pecan_end *end)
{
	struct child *c = NULL;

	while (!c) {
		px_lock(&px_files_lock);
		c = by_task(end->task);
		px_unlock(&px_files_lock);
		if (!c)
			L4_ThreadSwitch(L4_nilthread);	/* it is being started */
	}
	close_files(c);
	px_lock(&px_files_lock);
	c->status = status_of(c, end);
	c->ended = true;
	px_unlock(&px_files_lock);
	px_signal_send(0, SIGCHLD);
	px_changed();
}

static void wait_for_ends(void *unused)
{
	struct pecan_end end;

	(void)unused;
	for (;;) {
		int seen = __atomic_load_n(&starts, __ATOMIC_SEQ_CST);

		if (pecan_wait(0, false, &end) == ROOT_OK)
			note_end(&end);
		else
			px_library_wait(&starts, seen, 0);		/* there are no children */
	}
}

/* ---- requests of children ---- */

/*
 * The child that the caller belongs to, or of which the caller's task is a descendant; otherwise NULL.
 * *result: the answer then. Root is asked outside the lock, and the child may end at any time: see is_still.
 */
static struct child *child_of(struct stream_caller *from, enum stream_status *result)
{
	struct pecan_task t;
	enum root_error e = pecan_task_of(from->thread, &t);
	struct child *c = NULL;

	*result = STREAM_REFUSED;
	for (unsigned i = 0; i < PARENTS && e == ROOT_OK && !c; i++) {
		px_lock(&px_files_lock);
		c = by_task(t.task);
		from->task = t.task;
		if (starting)		/* perhaps this one: it is known when the caller repeats the request */
			*result = STREAM_BUSY;
		px_unlock(&px_files_lock);
		e = t.parent ? pecan_task_by_number(t.parent, &t) : ROOT_E_TASK;
	}
	return c;
}

/* Is it the child of the caller, and not another one in the same place? Under px_files_lock. */
static bool is_still(const struct child *c, const struct stream_caller *from)
{
	return c->used && !c->ended && c->task == from->task;
}

/* The child's file with one reference more; NULL: it is closed, or the child has ended. */
static struct px_file *file_of(const struct child *c, const struct stream_caller *from, unsigned i)
{
	struct px_file *f = NULL;

	px_lock(&px_files_lock);
	if (is_still(c, from) && c->file[i]) {
		f = c->file[i];
		f->refs++;
	}
	px_unlock(&px_files_lock);
	return f;
}

/* What the program itself has there, by its own server: the console, or a stream. */
static bool is_own(const struct px_file *f, enum stream_ends end, L4_ThreadId_t *server_of)
{
	if (!f || f->kind->stream != end)
		return false;
	*server_of = pecan_stream_server(end);
	return true;
}

enum stream_status serve_stream_ends(struct stream_caller *from, struct stream_ends_out *out)
{
	enum stream_status result = STREAM_REFUSED;
	struct child *c = child_of(from, &result);

	if (!c)
		return result;
	out->ends = STREAM_INPUT;
	if (!is_own(c->file[1], STREAM_OUTPUT, &out->output) || !L4_IsNilThread(out->output))
		out->ends |= STREAM_OUTPUT;
	if (!is_own(c->file[2], STREAM_ERROR, &out->error) || !L4_IsNilThread(out->error))
		out->ends |= STREAM_ERROR;
	return STREAM_OK;
}

enum stream_status serve_stream_directory(struct stream_caller *from, struct stream_directory_out *out)
{
	enum stream_status result = STREAM_REFUSED;
	struct child *c = child_of(from, &result);

	if (!c)
		return result;
	strcpy(out->path, c->directory);
	return STREAM_OK;
}

/* Answers at once. Text that the child does not receive is read again. */
static enum stream_status read_bytes(struct px_file *f, L4_ThreadId_t to, struct stream_read_out *out)
{
	long n = f->kind->read_at(f, out->text, sizeof out->text, f->offset);

	if (n <= 0)
		return STREAM_END;
	out->text_bytes = (L4_Word_t)n;
	if (answer_stream_read(to, STREAM_OK, out))
		f->offset += (uint64_t)n;
	return STREAM_LATER;
}

static enum stream_status read_file(struct child *c, struct px_file *f, const struct stream_caller *from,
				    struct stream_read_out *out)
{
	enum stream_status result = STREAM_END;

	if (f->kind->read_at)
		return read_bytes(f, from->thread, out);
	if (!f->kind->peek)
		return STREAM_END;
	px_lock(&px_files_lock);
	if (c->file[0] == f && is_still(c, from)) {
		bool other = !L4_IsNilThread(c->reading) && !L4_IsThreadEqual(c->reading, from->thread);

		if (!other)
			c->reading = from->thread;
		result = other ? STREAM_BUSY : STREAM_LATER;
	}
	px_unlock(&px_files_lock);
	return result;
}

enum stream_status serve_stream_read(struct stream_caller *from, struct stream_read_out *out)
{
	enum stream_status result = STREAM_REFUSED;
	struct child *c = child_of(from, &result);
	struct px_file *f = c ? file_of(c, from, 0) : NULL;

	if (!f)
		return c ? STREAM_END : result;
	result = read_file(c, f, from, out);
	px_file_put(f);
	return result;
}

static enum stream_status write_file(struct child *c, struct px_file *f,
				     const struct stream_caller *from, const struct stream_write_in *in)
{
	enum stream_status result = STREAM_REFUSED;
	const struct px_kind *k = f->kind;

	if (k->stream && k->write)
		return pecan_write_to((enum stream_ends)k->stream, in->text, in->text_bytes);
	if (!k->put)		/* a file; what could wait is refused */
		return k->write_at && k->write && k->write(f, in->text, in->text_bytes) == (long)in->text_bytes
		       ? STREAM_OK : STREAM_REFUSED;
	px_lock(&px_files_lock);
	if (c->file[in->error ? 2 : 1] == f && is_still(c, from)) {
		result = L4_IsNilThread(c->writing) ? STREAM_LATER : STREAM_BUSY;
		if (result == STREAM_LATER) {
			c->writing = from->thread;
			c->text = *in;
			c->written = 0;
		}
	}
	px_unlock(&px_files_lock);
	return result;
}

enum stream_status serve_stream_write(struct stream_caller *from, const struct stream_write_in *in)
{
	enum stream_status result = STREAM_REFUSED;
	struct child *c = child_of(from, &result);
	struct px_file *f = c ? file_of(c, from, in->error ? 2 : 1) : NULL;

	if (!f)
		return result;
	result = write_file(c, f, from, in);
	px_file_put(f);
	return result;
}

/* ---- what children wait for; under px_files_lock, all answers have a zero timeout ---- */

/* Returns true if something was read. *want: what must be asked for. */
static bool settle_read(struct child *c, bool (**want)(void))
{
	struct px_file *f = c->file[0];
	struct stream_read_out out;
	bool sent;
	long n;

	if (L4_IsNilThread(c->reading) || !f)
		return false;
	if (c->interrupted) {
		answer_stream_read(c->reading, STREAM_INTERRUPTED, NULL);
		c->reading = L4_nilthread;
		c->interrupted = false;
		return false;
	}
	n = f->kind->peek(f, out.text, sizeof out.text);
	if (n == -EAGAIN) {
		if (f->kind->want)
			*want = f->kind->want;
		return false;
	}
	out.text_bytes = n > 0 ? (L4_Word_t)n : 0;
	sent = answer_stream_read(c->reading, n > 0 ? STREAM_OK : STREAM_END, &out);
	if (sent)
		f->kind->skip(f, n < 0 ? 0 : (size_t)n);
	c->reading = L4_nilthread;
	return sent;
}

/* Returns true if something was written. */
static bool settle_write(struct child *c)
{
	struct px_file *f = c->file[c->text.error ? 2 : 1];
	long n;

	if (L4_IsNilThread(c->writing) || !f)
		return false;
	n = f->kind->put(f, c->text.text + c->written, c->text.text_bytes - c->written);
	if (n == -EAGAIN)
		return false;
	if (n > 0)
		c->written += (size_t)n;
	if (n < 0 || c->written == c->text.text_bytes) {
		answer_stream_write(c->writing, n < 0 ? STREAM_END : STREAM_OK);
		c->writing = L4_nilthread;
	}
	return n > 0;
}

static bool settle_once(void)
{
	bool changed = false, (*want)(void) = NULL;

	px_lock(&px_files_lock);
	for (struct child *c = children; c < children + CHILDREN; c++) {
		if (!c->used || c->ended)
			continue;
		changed |= settle_read(c, &want);
		changed |= settle_write(c);
	}
	px_unlock(&px_files_lock);
	if (want)
		want();
	return changed;
}

static void settle(void)
{
	bool changed = false;

	while (settle_once())
		changed = true;
	if (changed)
		px_changed();
}

static void serve(void *unused)
{
	struct stream_caller c;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&c.thread);
		bool notified = L4_IsLocalId(c.thread) && L4_Label(tag) == NOTIFY;

		if (L4_IpcSucceeded(tag) && !notified && stream_serve(tag, &c))
			L4_Reply(c.thread);
		settle();
	}
}

static bool any_waits(void)
{
	for (const struct child *c = children; c < children + CHILDREN; c++)
		if (c->used && !c->ended && (!L4_IsNilThread(c->reading) || !L4_IsNilThread(c->writing)))
			return true;
	return false;
}

static void interrupt_readers(void)
{
	px_lock(&px_files_lock);
	for (struct child *c = children; c < children + CHILDREN; c++)
		c->interrupted = c->used && !L4_IsNilThread(c->reading) && c->file[0]
			      && c->file[0]->kind->want;
	px_unlock(&px_files_lock);
}

static void notice(bool interrupt)
{
	if (interrupt)
		interrupt_readers();
	if (L4_IsNilThread(server) || L4_IsThreadEqual(L4_Myself(), server) || !any_waits())
		return;
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)NOTIFY << 16 });
	L4_Send(server);
}

bool px_child_kill(L4_Word_t task, int signal, long *result)
{
	struct child *c;

	px_lock(&px_files_lock);
	c = by_task(task);
	if (c && signal)
		c->killed_by = signal;
	px_unlock(&px_files_lock);
	if (c && signal && !c->ended)
		pecan_kill(task);
	*result = 0;
	return c != NULL;
}

/* ---- starting ---- */

/* Another thread that starts its first child meanwhile waits: it needs `server`. */
static enum root_error start_threads(void)
{
	static bool started;
	static int lock;
	enum root_error e = ROOT_OK;

	px_lock(&lock);
	if (!started && L4_IsNilThread(server))
		e = pecan_thread_start(serve, NULL, 0, &server);
	if (!started && e == ROOT_OK)
		e = pecan_thread_start(wait_for_ends, NULL, 0, NULL);
	started = e == ROOT_OK;
	px_watch(notice);
	px_unlock(&lock);
	return e;
}

static struct child *new_child(const int fd[3])
{
	struct child *c = children;

	px_lock(&px_files_lock);
	while (c < children + CHILDREN && c->used)
		c++;
	if (c < children + CHILDREN) {
		*c = (struct child){ .used = true };
		starting++;
	}
	px_unlock(&px_files_lock);
	if (c == children + CHILDREN)
		return NULL;
	for (unsigned i = 0; i < 3; i++)
		c->file[i] = px_file_get(fd[i]);
	if (files_below(px_current()))
		strcpy(c->directory, px_current());
	return c;
}

enum root_error px_child_start(const char *program, const char *args, const int fd[3], L4_Word_t *task)
{
	enum root_error e = start_threads();
	struct child *c = e == ROOT_OK ? new_child(fd) : NULL;

	if (!c)
		return e == ROOT_OK ? ROOT_E_LIMIT : e;
	e = pecan_start(&(struct pecan_start){ program, args, 0, server }, task, NULL);
	if (e != ROOT_OK)
		close_files(c);
	px_lock(&px_files_lock);
	c->task = *task;
	c->used = e == ROOT_OK;
	starting--;
	px_unlock(&px_files_lock);
	__atomic_add_fetch(&starts, 1, __ATOMIC_SEQ_CST);
	px_futex_wake(&starts, 1);
	return e;
}

/* ---- wait4 ---- */

/* A child that has ended, and is forgotten; 0: none yet; -ECHILD: there is no such child. */
static long take_ended(long task, int *status)
{
	long result = -ECHILD;

	px_lock(&px_files_lock);
	for (struct child *c = children; c < children + CHILDREN && result <= 0; c++) {
		if (!c->used || !c->task || (task > 0 && c->task != (L4_Word_t)task))
			continue;
		result = 0;
		if (c->ended) {
			result = (long)c->task;
			*status = c->status;
			c->used = false;
		}
	}
	px_unlock(&px_files_lock);
	return result;
}

long px_wait4(const struct px_args *p)
{
	int status = 0;

	if (p->a[0] < -1)
		return -ECHILD;
	for (;;) {
		int seen = __atomic_load_n(&px_changes, __ATOMIC_SEQ_CST);
		long e = take_ended(p->a[0], &status);

		if (e > 0 && p->a[1])
			*(int *)p->a[1] = status;
		if (e > 0 && p->a[3])
			memset((void *)p->a[3], 0, RUSAGE_LONGS * sizeof(long));
		if (e != 0 || (p->a[2] & WNOHANG))
			return e;
		e = px_wait(seen, 0);
		if (e < 0)
			return e;
	}
}
