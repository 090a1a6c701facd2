/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ids.c - the forms of task and thread ids, printed and parsed.
 *
 *   7        task 7, as ps shows it in the column TASK
 *   58.2     the thread with number 58 and version 2, as ps shows it in the column THREAD
 *   shell    the task that runs this program, if there is only one; also sigma0 and root
 *
 * Sigma0 and root are no tasks: they are printed and parsed by name and thread id only.
 */
#include <l4/kip.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <stdio.h>
#include <string.h>

#include "shell.h"

static L4_ThreadId_t sigma0(void)
{
	return L4_GlobalId(L4_ThreadIdUserBase(L4_GetKernelInterface()), 1);
}

void id_text(char *text, L4_ThreadId_t thread)
{
	if (L4_IsNilThread(thread))
		strcpy(text, "-");
	else if (L4_IsThreadEqual(thread, L4_anythread))
		strcpy(text, "any");
	else
		snprintf(text, ID_TEXT, "%lu.%lu", L4_ThreadNo(thread), L4_Version(thread));
}

bool id_thread(const char *text, L4_ThreadId_t *thread)
{
	char number[ID_TEXT];
	const char *dot = strchr(text, '.');
	L4_Word_t no, version;

	if (!dot || (size_t)(dot - text) >= sizeof number)
		return false;
	memcpy(number, text, (size_t)(dot - text));
	number[dot - text] = 0;
	if (!shell_number(number, &no) || !shell_number(dot + 1, &version))
		return false;
	*thread = L4_GlobalId(no, version);
	return true;
}

static bool server_by_name(const char *text, struct pecan_task *task)
{
	if (strcmp(text, "sigma0") == 0)
		task->first = sigma0();
	else if (strcmp(text, "root") == 0)
		task->first = pecan_root();
	else
		return false;
	task->task = task->parent = 0;
	strcpy(task->name, text);
	return true;
}

/* True if root started the shell: then it has no parent to return to. */
bool id_is_first_shell(void)
{
	struct pecan_task me;

	return pecan_task_of(L4_nilthread, &me) != ROOT_OK || me.parent == 0;
}

/* The only task of that number (by_number) or program name; its count otherwise. */
static unsigned find(const char *text, bool by_number, L4_Word_t number, struct pecan_task *found)
{
	struct pecan_task t;
	unsigned count = 0;

	for (L4_Word_t p = 0; pecan_next_task(&p, &t); ) {
		if (by_number ? t.task != number : strcmp(t.name, text) != 0)
			continue;
		*found = t;
		count++;
	}
	return count;
}

/* Is it a thread of root's space: root itself, a worker or a redirector? */
static bool is_of_root(L4_ThreadId_t thread)
{
	L4_Word_t space = id_space_of(thread);

	return space && space == id_space_of(pecan_root());
}

static bool find_thread(const char *command, L4_ThreadId_t thread, struct pecan_task *task)
{
	if (L4_IsThreadEqual(thread, sigma0()))
		return server_by_name("sigma0", task);
	if (is_of_root(thread))
		return server_by_name("root", task);
	if (pecan_task_of(thread, task) == ROOT_OK)
		return true;
	printf("%s: there is no thread %lu.%lu; ps lists the threads there are\n", command,
	       L4_ThreadNo(thread), L4_Version(thread));
	return false;
}

/* Parses a task id or name; prints an error if there is no such task. */
bool id_task(const char *command, const char *text, struct pecan_task *task)
{
	L4_ThreadId_t thread;
	L4_Word_t number = 0;
	bool by_number = shell_number(text, &number);
	unsigned count;

	if (id_thread(text, &thread))
		return find_thread(command, thread, task);
	if (server_by_name(text, task))
		return true;
	count = find(text, by_number, number, task);
	if (count == 1)
		return true;
	if (count == 0)
		printf("%s: there is no task %s; ps lists tasks and threads\n", command, text);
	else
		printf("%s: %u tasks run %s; give the number that ps shows under TASK\n", command, count,
		       text);
	return false;
}

static bool inspect(L4_ThreadId_t thread, struct l4_inspect_thread *t)
{
	L4_Word_t start = L4_ThreadNo(thread);

	return pecan_inspect(L4_INSPECT_THREAD, 0, &start, t, sizeof *t / sizeof(L4_Word_t), NULL)
	       && t->id == thread.raw;
}

/* The task whose thread schedules the thread: it has made its space, as root schedules those of tasks. */
static bool has_made(L4_ThreadId_t thread, struct pecan_task *task)
{
	struct l4_inspect_thread t;

	return inspect(thread, &t) && pecan_task_of((L4_ThreadId_t){ .raw = t.scheduler }, task) == ROOT_OK;
}

/*
 * The program a thread belongs to, and its task (0 for sigma0, root, with its workers and redirectors, and
 * child spaces).
 */
void id_program(char *name, L4_ThreadId_t thread, L4_Word_t *task)
{
	struct pecan_task t;

	*task = 0;
	if (L4_IsThreadEqual(thread, sigma0()))
		strcpy(name, "sigma0");
	else if (is_of_root(thread))
		strcpy(name, "root");
	else if (pecan_task_of(thread, &t) == ROOT_OK) {
		strcpy(name, t.name);
		*task = t.task;
	} else if (has_made(thread, &t)) {
		snprintf(name, NAME_TEXT, "child of %lu", t.task);
	} else {
		strcpy(name, "?");
	}
}

/* Returns the kernel's number of a thread's space; 0 if the thread does not exist. */
L4_Word_t id_space_of(L4_ThreadId_t thread)
{
	struct l4_inspect_thread t;

	return inspect(thread, &t) ? t.space : 0;
}
