/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pager.c - one task is the pager of another.
 *
 * The first task starts this program again, as its child. The child makes the first task its pager and
 * touches PAGES pages at WINDOW, where nothing is mapped. The kernel turns each fault into a message to the
 * pager: the address and the access. The pager answers with a map item: a page of its own, and where the
 * child gets it.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGES = 4, PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, LABEL_FAULT = -2 };

#define WINDOW PECAN_WINDOW_BASE	/* root maps nothing there by itself */

/* The child: reads the first word of each page. */
static int child(const char *pager)
{
	L4_ThreadId_t usual = L4_Pager();

	for (L4_Word_t i = 0; i < PAGES; i++) {
		volatile L4_Word_t *page = (volatile L4_Word_t *)(WINDOW + i * PAGE);
		L4_Word_t word;

		L4_Set_Pager((L4_ThreadId_t){ .raw = strtoul(pager, 0, 16) });
		word = *page;
		L4_Set_Pager(usual);
		printf("child: page %lu has the word %lu\n", i, word);
	}
	return 0;
}

/* Serves one fault of the child; the pages begin at `memory`. Returns false for any other message. */
static bool serve(L4_Word_t memory)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);
	L4_Word_t address, ip;
	L4_MapItem_t item;

	if (L4_IpcFailed(tag) || (L4_SignedWord_t)tag.raw >> 20 != LABEL_FAULT)
		return false;
	L4_StoreMR(1, &address);
	L4_StoreMR(2, &ip);
	printf("pager: a fault at 0x%lx, instruction at 0x%lx\n", address, ip);
	address &= ~(L4_Word_t)(PAGE - 1);
	item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(memory + address - WINDOW, PAGE_LOG2), L4_Readable),
			  address);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
	L4_LoadMRs(1, 2, item.raw);
	L4_Reply(from);
	return true;
}

int main(int argc, char **argv)
{
	L4_Word_t *memory, task;
	struct pecan_end end;
	char args[32];

	if (argc == 2)
		return child(argv[1]);
	memory = pecan_map(PAGES * PAGE);
	if (!memory)
		return 1;
	for (unsigned i = 0; i < PAGES; i++)
		memory[i * PAGE / sizeof *memory] = 100 + i;
	snprintf(args, sizeof args, "%lx", L4_Myself().raw);
	if (pecan_spawn("pager", args, 0, &task, 0) != ROOT_OK) {
		printf("pager: cannot start the child: does the system description give it `spawn`?\n");
		return 1;
	}
	for (unsigned i = 0; i < PAGES; i++)
		if (!serve((L4_Word_t)memory))
			return 1;
	pecan_wait(task, false, &end);
	printf("pager: %d faults served; the child ended with status %ld\n", PAGES, end.status);
	return 0;
}
