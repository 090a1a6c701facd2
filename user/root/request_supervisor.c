/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_supervisor.c - the requests of the supervisor, and those by which threads say what it is to expect
 * of them (user/proto/root.idl).
 */
#include <proto/root_server.h>
#include <root/report/log.h>
#include <root/supervised/handover.h>
#include <root/supervised/look.h>
#include <root/supervised/starts.h>
#include <root/supervised/watch.h>
#include <root/task/end.h>
#include <root/task/task.h>
#include "root.h"

static struct start *start_at(L4_Word_t number)
{
	return number < root.grants.starts ? &starts[number] : 0;
}

enum root_error serve_root_grants(struct root_caller *c, const struct root_grants_in *in)
{
	return root.grants.starts > 0 ? ROOT_E_BUSY : handover_take(c->task, in->address, in->size);
}

enum root_error serve_root_begin(struct root_caller *c, const struct root_begin_in *in,
				 struct root_begin_out *out)
{
	struct start *s = start_at(in->start);
	bool wait = in->flags & ROOT_BEGIN_WAIT;

	if (!s)
		return ROOT_E_ARGUMENT;
	watch_heard();
	if (!starts_begin(s, in->flags & ROOT_BEGIN_AGAIN, wait ? c->task->thread[c->thread].id : 0))
		return ROOT_E_BUSY;
	out->task = s->task;
	if (!wait || s->task == 0)
		return ROOT_OK;			/* not an error, with which the request may be kept (backlog.h) */
	c->task->thread[c->thread].waits = WAITS_START;		/* the answer comes from start.c */
	c->task->thread[c->thread].waits_for = (uint16_t)s->slot;
	return ROOT_LATER;
}

enum root_error serve_root_next(struct root_caller *c, const struct root_next_in *in,
				struct root_next_out *out)
{
	return watch_next(c, in, out);
}

enum root_error serve_root_look(struct root_caller *c, const struct root_look_in *in,
				struct root_look_out *out)
{
	(void)c;
	look_at_starts(in, out);
	return ROOT_OK;
}

enum root_error serve_root_seen(struct root_caller *c, const struct root_seen_in *in,
				struct root_seen_out *out)
{
	const struct start *s = start_at(in->start);

	(void)c;
	out->found = s ? s->seen : 0;
	return s ? ROOT_OK : ROOT_E_ARGUMENT;
}

enum root_error serve_root_times(struct root_caller *c, const struct root_times_in *in,
				 struct root_times_out *out)
{
	const struct start *s = start_at(in->start);
	const struct task *t = s ? starts_task(s) : 0;

	(void)c;
	if (!t)
		return ROOT_E_TASK;
	look_at_times(t, in, out);
	return ROOT_OK;
}

enum root_error serve_root_stop(struct root_caller *c, const struct root_stop_in *in)
{
	const struct start *s = start_at(in->start);
	struct task *t = s ? starts_task(s) : 0;

	(void)c;
	if (!t || t->id != in->task)
		return ROOT_E_TASK;
	task_end(t, in->hangs ? ROOT_END_HANG : ROOT_END_KILL, 0);
	return ROOT_OK;
}

enum root_error serve_root_start(struct root_caller *c, const struct root_start_in *in,
				 struct root_start_out *out)
{
	const struct start *s = start_at(in->start);

	(void)c;
	if (!s)
		return ROOT_E_ARGUMENT;
	*out = (struct root_start_out){ s->task, s->begun, s->ended, s->events, s->starved };
	return ROOT_OK;
}

enum root_error serve_root_say(struct root_caller *c, const struct root_say_in *in)
{
	(void)c;
	report("%s", in->text);
	return ROOT_OK;
}

/* ---- of all tasks ---- */

enum root_error serve_root_keep(struct root_caller *c, struct root_keep_out *out)
{
	return starts_keep(c->task, &out->address, &out->bytes);
}

void serve_root_heartbeat(struct root_caller *c)
{
	struct start *s = starts_of(c->task);

	if (s)
		s->heard = true;
}

void serve_root_calls(struct root_caller *c)
{
	struct start *s = starts_of(c->task);

	if (!s)
		return;
	s->thread = c->task->thread[c->thread].id;
	s->calls = true;
}

void serve_root_works(struct root_caller *c)
{
	struct start *s = starts_of(c->task);

	if (s)
		s->worker = c->task->thread[c->thread].id;
}

void serve_root_rests(struct root_caller *c)
{
	struct start *s = starts_of(c->task);

	if (s)
		s->rests = true;
}

void serve_root_want_notices(struct root_caller *c)
{
	struct start *s = starts_of(c->task);

	if (s)
		s->notices = c->task->thread[c->thread].id;
}
