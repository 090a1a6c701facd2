/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waits.c - a parent that waits for what root does for a child of lower priority, while a thread between the
 * two computes without end.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <string.h>
#include "hostile.h"

enum { PAGE = 4096, BYTES = 512 * PAGE, BETWEEN = 50, LIMIT_US = 5000000, POLL_US = 50, TRIES = 50 };

static volatile bool computes = true;

static void compute(void *unused)
{
	(void)unused;
	while (computes)
		;
}

static void give_up(void *unused)
{
	(void)unused;
	L4_Sleep(L4_TimePeriod(LIMIT_US));
	pecan_exit(1);
}

static bool disturb(void)
{
	return pecan_thread_start(give_up, 0, 0, 0) == ROOT_OK
	       && pecan_thread_start(compute, 0, BETWEEN, 0) == ROOT_OK;
}

/* More arguments than a program can have are found when its task is begun. */
static int wait_for_start(const char *program)
{
	char args[2 * (ROOT_ARGS_MAX + 2)];

	memset(args, ' ', sizeof(args));
	for (unsigned i = 0; i + 1 < sizeof(args); i += 2)
		args[i] = 'a';
	args[sizeof(args) - 1] = 0;
	return disturb() && pecan_spawn(program, args, 0, 0, 0) == ROOT_E_ARGS ? ALL_WELL : 1;
}

/*
 * A child that is ending, and has much to give back. On a busy host one may end before it is looked at.
 */
static bool ending_child(const char *program, L4_Word_t *child)
{
	struct pecan_task t;
	struct pecan_end end;

	for (unsigned i = 0; i < TRIES; i++) {
		if (pecan_spawn(program, "waits end", 0, child, 0) != ROOT_OK)
			return false;
		while (pecan_task_by_number(*child, &t) == ROOT_OK)
			L4_Sleep(L4_TimePeriod(POLL_US));
		if (pecan_wait(*child, true, &end) == ROOT_OK && end.task == 0)
			return true;
	}
	return false;
}

/* One child lives, a later one is ending. */
static int wait_for_any(const char *program)
{
	struct pecan_end end;
	L4_Word_t first, second;

	if (pecan_spawn(program, "waits sleep", 0, &first, 0) != ROOT_OK)
		return 1;
	if (!ending_child(program, &second))
		return 3;
	return disturb() && pecan_wait(0, false, &end) == ROOT_OK && end.task == second ? ALL_WELL : 1;
}

int waits(const char *what, const char *program)
{
	char *at;

	if (strcmp(what, "start") == 0)
		return wait_for_start(program);
	if (strcmp(what, "any") == 0)
		return wait_for_any(program);
	if (strcmp(what, "sleep") == 0)
		L4_Sleep(L4_Never);
	at = pecan_map(BYTES);
	for (unsigned i = 0; at != 0 && i < BYTES; i += PAGE)
		at[i] = 1;
	return ALL_WELL;
}
