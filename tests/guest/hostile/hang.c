/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hang.c - a server that hangs, each time in the same way. First it prints the time, so that the lines of two
 * that were started one after the other show how long it took to find the first one.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/thread.h>
#include <string.h>
#include "hostile.h"

enum { BEATS_US = 1000000 };

static volatile bool loops = true;

static void wait_for_ever(void)
{
	L4_ThreadId_t names;

	if (pecan_names(&names))
		L4_Receive(names);	/* which sends nothing that was not asked for */
}

static void work(void *unused)
{
	(void)unused;
	pecan_works();
	wait_for_ever();
}

int hang(const char *how)
{
	L4_ThreadId_t from;

	printf("hostile: it hangs from %lu us on\n", (unsigned long)L4_SystemClock().raw);
	if (strcmp(how, "closed") == 0)
		wait_for_ever();
	while (loops && strcmp(how, "loop") == 0)
		;
	if (strcmp(how, "worker") != 0 && strcmp(how, "beats") != 0)
		return USAGE;
	if (pecan_thread_start(work, 0, 0, 0) != ROOT_OK)
		return USAGE;
	while (strcmp(how, "beats") == 0) {
		pecan_beat();
		L4_Wait_Timeout(L4_TimePeriod(BEATS_US), &from);
	}
	for (;;)
		L4_Wait(&from);
}
