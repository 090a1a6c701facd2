/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hang.c - a server that hangs, each time in the same way. First it prints the time, so that the lines of two
 * that were started one after the other show how long it took to find the first one.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/space.h>
#include <pecan/thread.h>
#include <string.h>
#include <x2/arch.h>
#include "hostile.h"

enum { BEATS_US = 1000000, PAGE_LOG2 = 12, CHILD_KMEM = 160 << 10 };

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

static void loop(void)
{
	for (;;)
		;
}

/* A thread of a child space loops, with the priority of this one, in a time slice that does not end. */
static void run_child(void)
{
	struct pecan_space_wanted wanted = {
		.kmem = CHILD_KMEM, .slots = 1, .kip = (L4_Word_t)L4_GetKernelInterface(), .utcbs = PECAN_WINDOW_BASE,
	};
	L4_Word_t page = (L4_Word_t)loop >> PAGE_LOG2 << PAGE_LOG2;
	L4_Fpage_t code = L4_FpageAddRights(L4_FpageLog2(page, PAGE_LOG2), L4_Readable | L4_eXecutable);
	L4_MapItem_t item = L4_MapItem(code, page);
	struct pecan_space child;
	L4_ThreadId_t from;

	if (pecan_space_new(&wanted, &child) != ROOT_OK)
		return;
	L4_Set_Timeslice(child.thread, L4_Never, L4_Never);
	L4_LoadMR(1, (L4_Word_t)loop);
	L4_LoadMR(2, 0);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 2 });
	L4_Reply(child.thread);
	*(volatile char *)page;
	L4_Wait(&from);				/* its fault */
	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	L4_Reply(from);
	L4_Receive(from);
}

int hang(const char *how)
{
	L4_ThreadId_t from;

	printf("hostile: it hangs from %lu us on\n", (unsigned long)L4_SystemClock().raw);
	if (strcmp(how, "closed") == 0)
		wait_for_ever();
	if (strcmp(how, "child") == 0)
		run_child();
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
