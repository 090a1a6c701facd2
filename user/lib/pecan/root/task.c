/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.c - see <pecan/task.h>.
 */
#include <l4/ipc.h>
#include <pecan/task.h>
#include <proto/root_client.h>
#include <string.h>

enum root_error pecan_spawn(const char *program, const char *args, unsigned priority,
			    L4_Word_t *task, L4_ThreadId_t *first)
{
	return pecan_start(&(struct pecan_start){ program, args, priority, L4_nilthread }, task, first);
}

enum root_error pecan_start(const struct pecan_start *s, L4_Word_t *task, L4_ThreadId_t *first)
{
	const char *args = s->args ? s->args : "";
	struct root_spawn_out out;
	enum root_error e;

	if (strlen(s->program) >= ROOT_NAME_BYTES)
		return ROOT_E_NAME;
	if (strlen(args) >= ROOT_ARGS_WORDS * sizeof(L4_Word_t))
		return ROOT_E_ARGS;
	e = root_spawn(pecan_root(), s->priority, s->streams, s->program, args, &out);
	if (e == ROOT_OK && task)
		*task = out.task;
	if (e == ROOT_OK && first)
		*first = out.first;
	return e;
}

void pecan_exit(L4_SignedWord_t status)
{
	for (;;)
		root_exit(pecan_root(), status);
}

enum root_error pecan_kill(L4_Word_t task)
{
	return root_kill(pecan_root(), task, 0);
}

enum root_error pecan_kill_family(L4_Word_t task)
{
	return root_kill(pecan_root(), task, ROOT_KILL_FAMILY);
}

enum root_error pecan_wait(L4_Word_t task, bool poll, struct pecan_end *end)
{
	struct root_wait_out out;
	enum root_error e = root_wait(pecan_root(), task, poll ? ROOT_WAIT_POLL : 0, &out);

	*end = (struct pecan_end){ out.task, (enum root_end)out.end, out.exit_status };
	return e;
}

static enum root_error task_of(L4_ThreadId_t thread, L4_Word_t task, struct pecan_task *t)
{
	struct root_task_of_out out;
	enum root_error e = root_task_of(pecan_root(), thread, task, &out);

	*t = (struct pecan_task){ .task = out.task, .parent = out.parent, .first = out.first };
	t->terminal = out.terminal;
	t->streams = out.streams;
	memcpy(t->name, out.name, sizeof(t->name));
	return e;
}

enum root_error pecan_task_of(L4_ThreadId_t thread, struct pecan_task *t)
{
	return task_of(thread, 0, t);
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	return task_of(L4_nilthread, task, t);
}

bool pecan_next_task(L4_Word_t *position, struct pecan_task *t)
{
	struct root_tasks_out out;

	if (root_tasks(pecan_root(), *position, &out) != ROOT_OK || out.next == 0)
		return false;
	*position = out.next;
	*t = (struct pecan_task){
		.task = out.task, .parent = out.parent, .first = out.first, .ended = (enum root_end)out.end,
		.threads = out.threads, .memory = out.memory, .memory_limit = out.memory_limit,
		.kmem_limit = out.kmem_limit, .small = out.small,
	};
	memcpy(t->name, out.name, sizeof(t->name));
	return true;
}

bool pecan_next_program(L4_Word_t *position, struct pecan_program *p)
{
	struct root_programs_out out;

	if (root_programs(pecan_root(), *position, &out) != ROOT_OK || out.next == 0)
		return false;
	*position = out.next;
	p->size = out.size;
	memcpy(p->name, out.name, sizeof(p->name));
	return true;
}

const char *pecan_end_text(enum root_end how)
{
	switch (how) {
	case ROOT_ALIVE: return "alive";
	case ROOT_END_EXIT: return "exited";
	case ROOT_END_KILL: return "killed";
	case ROOT_END_FAULT: return "stopped by a fault";
	case ROOT_END_MEMORY: return "out of memory";
	case ROOT_END_HANG: return "ended because it hung";
	}
	return "ended";
}
