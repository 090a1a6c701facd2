/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_task.c - the requests about tasks and threads (user/proto/root.idl).
 */
#include <l4/schedule.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/memory/image.h>
#include <root/memory/pool.h>
#include <root/memory/small.h>
#include <root/supervised/starts.h>
#include <root/task/confine.h>
#include <root/task/end.h>
#include <root/task/start.h>
#include <root/task/task.h>
#include <string.h>
#include <x2/arch.h>
#include "root.h"

static l4_word_t parent_of(const struct task *t)
{
	return t->parent ? t->parent->id : 0;
}

static void wait_for(struct root_caller *c, enum waits what, unsigned slot)
{
	struct task_thread *w = &c->task->thread[c->thread];

	w->waits = (uint8_t)what;
	w->waits_for = (uint16_t)slot;
}

/* The answer comes from start.c. */
enum root_error serve_root_spawn(struct root_caller *c, const struct root_spawn_in *in,
				 struct root_spawn_out *out)
{
	l4_word_t streams = in->streams.raw != 0 ? in->streams.raw : c->task->streams;
	struct spawn s = { c->task, in->name, in->args, (unsigned)in->priority, streams,
			   c->task->thread[c->thread].id, false, 0 };
	enum root_error e;
	struct task *t;
	unsigned i;

	(void)out;
	if (in->priority > 255)
		return ROOT_E_ARGUMENT;
	if (in->streams.raw != 0 && task_of_thread(in->streams.raw, &i) != c->task)
		return ROOT_E_TASK;
	e = task_start(&s, &t);
	if (e == ROOT_OK)
		wait_for(c, WAITS_START, t->slot);
	return e == ROOT_OK ? ROOT_LATER : e;
}

enum root_error serve_root_exit(struct root_caller *c, const struct root_exit_in *in)
{
	task_end(c->task, ROOT_END_EXIT, (l4_word_t)in->exit_status);
	return ROOT_LATER;
}

enum root_error serve_root_kill(struct root_caller *c, const struct root_kill_in *in)
{
	struct task *t = task_by_id(in->task);

	if (!t || !confine_permits(c->task, t))
		return ROOT_E_TASK;
	if (t->parent != c->task && t != c->task && (c->task->rights & ROOT_RIGHT_KILL) == 0)
		return ROOT_E_RIGHT;
	task_end(t, ROOT_END_KILL, 0);
	job_of(t)->family = (in->flags & ROOT_KILL_FAMILY) != 0;
	if (t != c->task) {
		job_of(t)->client = c->task->thread[c->thread].id;
		job_raise(t, c->task->thread[c->thread].priority);
		wait_for(c, WAITS_END, t->slot);
	}
	return ROOT_LATER;
}

/* A child that is ending has the priority of those that wait for it. */
static void raise_child(struct task *t, unsigned priority)
{
	if (t->phase != TASK_ALIVE && t->phase != TASK_ENDED)
		job_raise(t, priority);
}

enum root_error serve_root_wait(struct root_caller *c, const struct root_wait_in *in,
				struct root_wait_out *out)
{
	struct task *exists, *child = task_ended_child(c->task, in->task, &exists);

	if (!exists)
		return ROOT_E_TASK;
	if (!child && (in->flags & ROOT_WAIT_POLL) == 0) {
		wait_for(c, WAITS_CHILD, in->task == 0 ? ANY_CHILD : exists->slot);
		raise_child(exists, c->task->thread[c->thread].priority);
		return ROOT_LATER;
	}
	if (!child)
		return ROOT_OK;
	*out = (struct root_wait_out){ child->id, child->ended, (L4_SignedWord_t)child->status };
	task_reap(child);
	return ROOT_OK;
}

enum root_error serve_root_task_of(struct root_caller *c, const struct root_task_of_in *in,
				   struct root_task_of_out *out)
{
	unsigned i;
	struct task *t = !L4_IsNilThread(in->thread) ? task_of_thread(in->thread.raw, &i)
		       : in->task != 0 ? task_by_id(in->task) : c->task;

	if (!t)
		t = confine_task(in->thread.raw);
	if (!t || !confine_permits(c->task, t))
		return ROOT_E_TASK;
	out->task = t->id;
	out->parent = parent_of(t);
	out->first = tid(task_first_thread(t));
	strlcpy(out->name, t->image->name, sizeof(out->name));
	out->terminal = t->rights & ROOT_RIGHT_TERMINAL ? starts_place(t) : 0;
	out->streams = tid(t->streams);
	return ROOT_OK;
}

enum root_error serve_root_tasks(struct root_caller *c, const struct root_tasks_in *in,
				 struct root_tasks_out *out)
{
	l4_word_t i = in->position;
	const struct task *t;

	(void)c;
	while (i < TASKS_MAX && (!root.task[i] || task_is_starting(root.task[i])))
		i++;
	if (i >= TASKS_MAX)
		return ROOT_OK;
	t = root.task[i];
	out->next = i + 1;
	out->task = t->id;
	out->parent = parent_of(t);
	out->first = tid(task_first_thread(t));
	out->end = t->ended;
	out->threads = t->threads;
	out->memory = t->account.used << PAGE_LOG2;
	out->memory_limit = t->account.limit << PAGE_LOG2;
	out->kmem_limit = (l4_word_t)t->kmem_limit_kib << 10;
	out->small = t->small_log2 != 0 && t->threads > 0 ? small_bytes(task_first_thread(t)) : 0;
	strlcpy(out->name, t->image->name, sizeof(out->name));
	return ROOT_OK;
}

/* Priority 0 stands for the task's own; no other may be above the task's highest. */
static bool priority_ok(const struct task *t, l4_word_t *priority)
{
	if (*priority == 0)
		*priority = t->priority;
	return *priority <= t->max_priority;
}

enum root_error serve_root_thread_new(struct root_caller *c, const struct root_thread_new_in *in,
				      struct root_thread_new_out *out)
{
	struct thread_start s = { in->ip, in->sp, 0 };
	l4_word_t priority = in->priority;

	if (!priority_ok(c->task, &priority) || s.ip >= L4_USER_END || s.sp > L4_USER_END)
		return ROOT_E_ARGUMENT;
	s.priority = (unsigned)priority;
	return task_thread_new(c->task, c->task->thread[c->thread].id, &s, &out->thread.raw);
}

/* The thread a request names (nilthread: the sender) as its index in the task. */
static bool own_thread(const struct root_caller *c, L4_ThreadId_t thread, unsigned *i)
{
	*i = c->thread;
	return L4_IsNilThread(thread) || task_of_thread(thread.raw, i) == c->task;
}

enum root_error serve_root_thread_end(struct root_caller *c, const struct root_thread_end_in *in)
{
	unsigned i;

	if (!own_thread(c, in->thread, &i))
		return ROOT_E_TASK;
	task_thread_end(c->task, i, i == c->thread ? THREADS_MAX : c->thread);
	return ROOT_LATER;
}

enum root_error serve_root_thread_priority(struct root_caller *c, const struct root_thread_priority_in *in)
{
	l4_word_t priority = in->priority;
	unsigned i;

	if (!own_thread(c, in->thread, &i))
		return ROOT_E_TASK;
	if (!priority_ok(c->task, &priority))
		return ROOT_E_ARGUMENT;
	L4_Set_Priority(tid(c->task->thread[i].id), priority);
	c->task->thread[i].priority = (uint8_t)priority;
	task_note_priority(c->task, (unsigned)priority);
	if (c->task->thread[i].waits == WAITS_JOB)
		job_update(c->task);
	return ROOT_OK;
}
