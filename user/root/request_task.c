/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_task.c - the requests about tasks and threads (<proto/root.h>).
 */
#include <l4/schedule.h>
#include <string.h>
#include "root.h"

static void put_name(l4_word_t *to, const struct task *t)
{
	memcpy(to, t->image->name, ROOT_NAME_BYTES);
}

static l4_word_t first_thread(const struct task *t)
{
	for (unsigned i = 0; i < THREADS_MAX; i++)
		if (t->thread[i].id != 0)
			return t->thread[i].id;
	return 0;
}

void request_spawn(const struct request *q, struct answer *a)
{
	char name[ROOT_NAME_BYTES], args[(ROOT_ARGS_WORDS + 1) * sizeof(l4_word_t)] = { 0 };
	unsigned words = q->words - 2 - ROOT_NAME_WORDS;
	l4_word_t streams = q->word[1] != 0 ? q->word[1] : q->task->streams;
	struct spawn s = { q->task, name, args, (unsigned)q->word[0], streams };
	struct task *t;
	unsigned i;

	memcpy(name, &q->word[2], sizeof(name));
	name[sizeof(name) - 1] = 0;
	if (words > ROOT_ARGS_WORDS || q->word[0] > 255) {
		a->label = ROOT_E_ARGUMENT;
		return;
	}
	if (q->word[1] != 0 && task_of_thread(q->word[1], &i) != q->task) {
		a->label = ROOT_E_TASK;
		return;
	}
	memcpy(args, &q->word[2 + ROOT_NAME_WORDS], words * sizeof(l4_word_t));
	a->label = task_start(&s, &t);
	if (a->label != ROOT_OK)
		return;
	a->words = 2;
	a->word[0] = t->id;
	a->word[1] = first_thread(t);
}

void request_exit(const struct request *q, struct answer *a)
{
	task_end(q->task, ROOT_END_EXIT, q->word[0]);
	a->none = true;
}

void request_kill(const struct request *q, struct answer *a)
{
	struct task *t = task_by_id(q->word[0]);

	if (t == 0 || t->ended != ROOT_ALIVE) {
		a->label = ROOT_E_TASK;
		return;
	}
	if (t->parent != q->task && t != q->task && (q->task->program->rights & RIGHT_KILL) == 0) {
		a->label = ROOT_E_RIGHT;
		return;
	}
	a->none = t == q->task;
	task_end(t, ROOT_END_KILL, 0);
}

void request_wait(const struct request *q, struct answer *a)
{
	l4_word_t which = q->word[0];
	bool exists;
	struct task *c = task_ended_child(q->task, which, &exists);

	if (!exists) {
		a->label = ROOT_E_TASK;
		return;
	}
	if (c == 0 && (q->word[1] & ROOT_WAIT_POLL) == 0) {
		q->task->thread[q->thread].waits_for = which;
		a->none = true;
		return;
	}
	a->words = 3;
	if (c == 0)
		return;
	a->word[0] = c->id;
	a->word[1] = c->ended;
	a->word[2] = c->status;
	task_reap(c);
}

void request_task_of(const struct request *q, struct answer *a)
{
	unsigned i;
	struct task *t = q->word[0] != 0 ? task_of_thread(q->word[0], &i)
		       : q->word[1] != 0 ? task_by_id(q->word[1]) : q->task;

	if (t == 0 || t->ended != ROOT_ALIVE) {
		a->label = ROOT_E_TASK;
		return;
	}
	a->words = 5 + ROOT_NAME_WORDS;
	a->word[0] = t->id;
	a->word[1] = t->parent != 0 ? t->parent->id : 0;
	a->word[2] = first_thread(t);
	put_name(&a->word[3], t);
	a->word[3 + ROOT_NAME_WORDS] = (t->program->rights & RIGHT_TERMINAL) != 0;
	a->word[4 + ROOT_NAME_WORDS] = t->streams;
}

void request_tasks(const struct request *q, struct answer *a)
{
	l4_word_t i = q->word[0];
	const struct task *t;

	a->words = 1;
	while (i < TASKS_MAX && root.task[i] == 0)
		i++;
	if (i >= TASKS_MAX)
		return;
	t = root.task[i];
	a->words = 9 + ROOT_NAME_WORDS;
	a->word[0] = i + 1;
	a->word[1] = t->id;
	a->word[2] = t->parent != 0 ? t->parent->id : 0;
	a->word[3] = first_thread(t);
	a->word[4] = t->ended;
	a->word[5] = t->threads;
	a->word[6] = t->account.used << PAGE_LOG2;
	a->word[7] = t->account.limit << PAGE_LOG2;
	a->word[8] = t->kmem_kib << 10;
	put_name(&a->word[9], t);
}

/* Priority 0 stands for the task's own; no other may be above the task's highest. */
static bool priority_ok(const struct task *t, l4_word_t *priority)
{
	if (*priority == 0)
		*priority = t->priority;
	return *priority <= t->max_priority;
}

void request_thread_new(const struct request *q, struct answer *a)
{
	l4_word_t priority = q->word[2];
	struct thread_start s = { q->word[0], q->word[1], 0 };

	a->label = ROOT_E_ARGUMENT;
	if (!priority_ok(q->task, &priority) || s.ip >= L4_USER_END || s.sp > L4_USER_END)
		return;
	s.priority = (unsigned)priority;
	a->label = task_thread_new(q->task, &s, &a->word[0]);
	a->words = a->label == ROOT_OK;
}

/* The thread a request names (0: the sender) as its index in the task. */
static bool own_thread(const struct request *q, l4_word_t id, unsigned *i)
{
	*i = q->thread;
	return id == 0 || task_of_thread(id, i) == q->task;
}

void request_thread_end(const struct request *q, struct answer *a)
{
	unsigned i;

	if (!own_thread(q, q->word[0], &i)) {
		a->label = ROOT_E_TASK;
		return;
	}
	a->none = i == q->thread;
	task_thread_end(q->task, i);
}

void request_thread_priority(const struct request *q, struct answer *a)
{
	l4_word_t priority = q->word[1];
	unsigned i;

	if (!own_thread(q, q->word[0], &i))
		a->label = ROOT_E_TASK;
	else if (!priority_ok(q->task, &priority))
		a->label = ROOT_E_ARGUMENT;
	else
		L4_Set_Priority(tid(q->task->thread[i].id), priority);
}
