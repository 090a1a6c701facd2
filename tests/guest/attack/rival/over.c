/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * over.c - pages of its own in the way of root's: much is derived from such a page, so to remove it takes
 * long. It is removed when root serves a fault there, or when root takes the page back that it came from.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/thread.h>

#include "adversary.h"

enum { PAGE = 4096, DERIVED = 1500, ITEMS = 31 };

static void receive(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
		L4_Wait(&from);
	}
}

/* The page at `at` to n pages, from `to` on, of the same space. */
static void derive(L4_ThreadId_t to, char *at, L4_Word_t first, unsigned n)
{
	L4_Fpage_t page = L4_FpageAddRights(L4_FpageLog2((L4_Word_t)at, 12), L4_Readable);

	for (unsigned i = 0; i < n; ) {
		L4_Msg_t msg;

		L4_MsgClear(&msg);
		for (unsigned k = 0; k < ITEMS && i < n; k++, i++)
			L4_MsgAppendMapItem(&msg, L4_MapItem(page, first + i * PAGE));
		L4_MsgLoad(&msg);
		L4_Send(to);
	}
}

void act_over(struct breaker *b)
{
	static L4_ThreadId_t receiver;
	char *at = pecan_map(2 * PAGE);

	if (!at)
		return;
	if (L4_IsNilThread(receiver) && pecan_thread_start(receive, 0, 0, &receiver) != ROOT_OK)
		return;
	*(volatile char *)at = 1;
	derive(receiver, at, (L4_Word_t)at + PAGE, 1);
	derive(receiver, at + PAGE, PECAN_WINDOW_BASE, DERIVED);
	if (breaker_random(b) % 2)
		*(volatile char *)(at + PAGE) = 1;
	pecan_unmap(at);
}
