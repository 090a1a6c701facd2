/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.c - see <pecan/task.h>.
 */
#include <l4/ipc.h>
#include <pecan/task.h>
#include <string.h>

enum { TASKS_WORDS = 9 + ROOT_NAME_WORDS, TASK_OF_WORDS = 4 + ROOT_NAME_WORDS };

static L4_ThreadId_t thread_id(L4_Word_t raw)
{
	L4_ThreadId_t t;

	t.raw = raw;
	return t;
}

enum root_error pecan_spawn(const char *program, const char *args, unsigned priority,
			    L4_Word_t *task, L4_ThreadId_t *first)
{
	L4_Word_t in[2 + ROOT_NAME_WORDS + ROOT_ARGS_WORDS] = { priority }, out[2];
	struct pecan_call c = { ROOT_SPAWN, in, 0, out, 2 };
	enum root_error e;

	if (strlen(program) >= ROOT_NAME_BYTES)
		return ROOT_E_NAME;
	if (args != 0 && strlen(args) >= ROOT_ARGS_WORDS * sizeof(L4_Word_t))
		return ROOT_E_ARGUMENT;
	pecan_pack(&in[2], ROOT_NAME_WORDS, program);
	c.words = 2 + ROOT_NAME_WORDS;
	c.words += pecan_pack(&in[2 + ROOT_NAME_WORDS], ROOT_ARGS_WORDS, args != 0 ? args : "");
	e = pecan_call(&c);
	if (e == ROOT_OK && task != 0)
		*task = out[0];
	if (e == ROOT_OK && first != 0)
		*first = thread_id(out[1]);
	return e;
}

void pecan_exit(L4_SignedWord_t status)
{
	L4_Word_t in = (L4_Word_t)status;

	for (;;)
		pecan_call(&(struct pecan_call){ ROOT_EXIT, &in, 1, 0, 0 });
}

enum root_error pecan_kill(L4_Word_t task)
{
	return pecan_call(&(struct pecan_call){ ROOT_KILL, &task, 1, 0, 0 });
}

enum root_error pecan_wait(L4_Word_t task, bool poll, struct pecan_end *end)
{
	L4_Word_t in[2] = { task, poll ? ROOT_WAIT_POLL : 0 }, out[3];
	enum root_error e = pecan_call(&(struct pecan_call){ ROOT_WAIT, in, 2, out, 3 });

	end->task = out[0];
	end->how = (enum root_end)out[1];
	end->status = (L4_SignedWord_t)out[2];
	return e;
}

static enum root_error task_of(const L4_Word_t in[2], struct pecan_task *t)
{
	L4_Word_t out[TASK_OF_WORDS];
	struct pecan_call c = { ROOT_TASK_OF, in, 2, out, TASK_OF_WORDS };
	enum root_error e = pecan_call(&c);

	memset(t, 0, sizeof(*t));
	if (e != ROOT_OK)
		return e;
	t->task = out[0];
	t->parent = out[1];
	t->first = thread_id(out[2]);
	pecan_unpack(t->name, sizeof(t->name), &out[3], ROOT_NAME_WORDS);
	t->terminal = out[3 + ROOT_NAME_WORDS] != 0;
	return ROOT_OK;
}

enum root_error pecan_task_of(L4_ThreadId_t thread, struct pecan_task *t)
{
	return task_of((const L4_Word_t[]){ thread.raw, 0 }, t);
}

enum root_error pecan_task_by_number(L4_Word_t task, struct pecan_task *t)
{
	return task_of((const L4_Word_t[]){ 0, task }, t);
}

bool pecan_next_task(L4_Word_t *position, struct pecan_task *t)
{
	L4_Word_t out[TASKS_WORDS];
	struct pecan_call c = { ROOT_TASKS, position, 1, out, TASKS_WORDS };

	if (pecan_call(&c) != ROOT_OK || out[0] == 0)
		return false;
	*position = out[0];
	t->task = out[1];
	t->parent = out[2];
	t->first = thread_id(out[3]);
	t->ended = (enum root_end)out[4];
	t->threads = out[5];
	t->memory = out[6];
	t->memory_limit = out[7];
	t->kmem_limit = out[8];
	pecan_unpack(t->name, sizeof(t->name), &out[9], ROOT_NAME_WORDS);
	return true;
}

bool pecan_next_program(L4_Word_t *position, struct pecan_program *p)
{
	L4_Word_t out[2 + ROOT_NAME_WORDS];
	struct pecan_call c = { ROOT_PROGRAMS, position, 1, out, 2 + ROOT_NAME_WORDS };

	if (pecan_call(&c) != ROOT_OK || out[0] == 0)
		return false;
	*position = out[0];
	p->size = out[1];
	pecan_unpack(p->name, sizeof(p->name), &out[2], ROOT_NAME_WORDS);
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
	}
	return "ended";
}
