/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tasks.c - starting, waiting, killing.
 */
#include <l4/ipc.h>
#include <pecan/system.h>
#include <string.h>
#include "selftest.h"

static bool status_comes_back(void)
{
	struct pecan_end end = child_end("exit", 7);

	return end.how == ROOT_END_EXIT && end.status == 7;
}

static bool negative_status_comes_back(void) { return child_end("exit", -3).status == -3; }

static bool unknown_program(void)
{
	return pecan_spawn("no-such-program", 0, 0, 0, 0) == ROOT_E_NAME
	       && pecan_spawn("", 0, 0, 0, 0) == ROOT_E_NAME
	       && pecan_spawn("../init", 0, 0, 0, 0) == ROOT_E_NAME;
}

static bool priority_too_high(void)
{
	return pecan_spawn("selftest", "exit 0", 200, 0, 0) == ROOT_E_ARGUMENT
	       && pecan_spawn("selftest", "exit 0", 1000, 0, 0) == ROOT_E_ARGUMENT;
}

static bool poll_before_the_end(void)
{
	struct pecan_end end;
	L4_Word_t task = child("sleep", 0);
	bool alive = pecan_wait(task, true, &end) == ROOT_OK && end.task == 0;

	return alive && pecan_kill(task) == ROOT_OK && pecan_wait(task, true, &end) == ROOT_OK
	       && end.task == task && end.how == ROOT_END_KILL;
}

static bool waited_for_once(void)
{
	struct pecan_end end;
	L4_Word_t task = child("exit", 0);

	return pecan_wait(task, false, &end) == ROOT_OK && pecan_wait(task, false, &end) == ROOT_E_TASK;
}

static bool any_child(void)
{
	L4_Word_t a = child("exit", 1), b = child("exit", 2);
	struct pecan_end x, y, none;

	return pecan_wait(0, false, &x) == ROOT_OK && pecan_wait(0, false, &y) == ROOT_OK
	       && ((x.task == a && y.task == b) || (x.task == b && y.task == a))
	       && pecan_wait(0, false, &none) == ROOT_E_TASK;
}

static bool no_strangers(void)
{
	struct pecan_end end;

	return pecan_wait(1, true, &end) == ROOT_E_TASK && pecan_kill(1) == ROOT_E_RIGHT
	       && pecan_kill(~0ul) == ROOT_E_TASK;
}

static bool killed_once(void)
{
	struct pecan_end end;
	L4_Word_t task = child("sleep", 0);

	return pecan_kill(task) == ROOT_OK && pecan_kill(task) == ROOT_E_TASK
	       && pecan_wait(task, false, &end) == ROOT_OK && end.how == ROOT_END_KILL;
}

static bool last_thread_ends_the_task(void)
{
	struct pecan_end end = child_end("hand-over", 5);

	return end.how == ROOT_END_EXIT && end.status == 5;
}

static bool faults_end_the_child(void)
{
	return child_end("touch", 8).how == ROOT_END_FAULT && child_end("descend", 0).how == ROOT_END_FAULT;
}

static bool who_is_who(void)
{
	struct pecan_task me, dead;
	L4_ThreadId_t thread;
	L4_Word_t task;
	struct pecan_end end;

	if (pecan_task_of(L4_nilthread, &me) != ROOT_OK || strcmp(me.name, "selftest") != 0
	    || me.first.raw != L4_Myself().raw
	    || pecan_spawn("selftest", "exit 0", 0, &task, &thread) != ROOT_OK)
		return false;
	pecan_wait(task, false, &end);
	return pecan_task_of(thread, &dead) == ROOT_E_TASK
	       && pecan_task_of(pecan_root(), &dead) == ROOT_E_TASK;
}

/* Started and gone 40 times: what root and kernel gave must all come back. */
static bool nothing_is_lost(void)
{
	struct pecan_task before, after;

	pecan_task_of(L4_nilthread, &before);
	for (unsigned i = 0; i < 40; i++)
		if (child_end("exit", (long)i).status != (long)i)
			return false;
	return pecan_task_of(L4_nilthread, &after) == ROOT_OK && after.task == before.task;
}

static bool too_many_children(void)
{
	L4_Word_t task[70];
	struct pecan_end end;
	unsigned n = 0;
	bool refused;

	while (n < 70 && (task[n] = child("exit", 0)) != 0)
		n++;
	refused = pecan_spawn("selftest", "exit 0", 0, 0, 0) != ROOT_OK;
	for (unsigned i = 0; i < n; i++)
		pecan_wait(task[i], false, &end);
	return refused && n >= 8 && child_end("exit", 3).status == 3;
}

const struct check task_checks[] = {
	{ "the status of a child comes back to the parent", status_comes_back },
	{ "a negative one too", negative_status_comes_back },
	{ "a program that is not in the boot image cannot be started", unknown_program },
	{ "no priority above one's own highest can be given to a child", priority_too_high },
	{ "polling returns that a child is alive, and later how it ended", poll_before_the_end },
	{ "a child can be waited for once", waited_for_once },
	{ "waiting for any child gives each once, then an error that there is none", any_child },
	{ "other programs' tasks can be neither waited for nor killed", no_strangers },
	{ "a task can be killed once", killed_once },
	{ "a task exists as long as one of its threads", last_thread_ends_the_task },
	{ "a bad address and an overflowing stack end the child, not the parent", faults_end_the_child },
	{ "root returns the task of a thread, and that a deleted thread has none", who_is_who },
	{ "forty children one after the other", nothing_is_lost },
	{ "children beyond the limit are refused, and all is well afterwards", too_many_children },
	{ 0, 0 },
};
