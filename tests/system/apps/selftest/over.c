/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * over.c - pages that a program maps over places at which root would map others: root's page takes the place
 * when it is wanted there, by a worker if much was derived from the one in its way.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/thread.h>
#include "selftest.h"

/* Few rounds: the stack of each thread remains. */
enum {
	PAGE = 4096, LARGE = 128 * PAGE, LOW = 20, DERIVED = 200, ROUNDS = 5, US = 40,
	PAGE_FAULT_OF_W = -2 * 16 + L4_Writable,
};

static L4_ThreadId_t receiver, waiter;
static volatile char *wanted;		/* by the thread of low priority */

static void receive(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
		L4_Wait(&from);
	}
}

/* The page at `from` to another place of this space, for reading only. */
static bool derive(const char *from, L4_Word_t to)
{
	L4_Fpage_t page = L4_FpageAddRights(L4_FpageLog2((L4_Word_t)from, 12), L4_Readable);
	L4_Msg_t msg;

	L4_MsgClear(&msg);
	L4_MsgAppendMapItem(&msg, L4_MapItem(page, to));
	L4_MsgLoad(&msg);
	return L4_IpcSucceeded(L4_Send(receiver));
}

/* Two pages from root: the first one, which begins with 2, also stands where the second one would; or 0. */
static char *pages_with_one_over(void)
{
	char *at = pecan_map(2 * PAGE);

	if (!at || (L4_IsNilThread(receiver) && pecan_thread_start(receive, 0, 0, &receiver) != ROOT_OK))
		return 0;
	at[0] = 2;
	for (unsigned i = 0; i <= DERIVED; i++)
		if (!derive(i > 0 ? at + PAGE : at, i > 0 ? PECAN_WINDOW_BASE + i * PAGE : (L4_Word_t)at + PAGE))
			return 0;
	return at[PAGE] == 2 ? at : 0;
}

/* Has root's own page taken the place, in which 1 was written then? */
static bool is_replaced(const volatile char *at) { return at[PAGE] == 1 && at[PAGE + 1] == 0 && at[0] == 2; }

static bool replaced(void)
{
	char *at = pages_with_one_over();

	if (!at)
		return false;
	*(volatile char *)(at + PAGE) = 1;
	return is_replaced(at) && pecan_unmap(at) == ROOT_OK;
}

static void want(void *unused)
{
	(void)unused;
	*wanted = 1;
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	L4_Send(waiter);
}

/* A thread of low priority wants the page, and has had `us` for it. */
static bool begin(char *at, unsigned us, L4_ThreadId_t *thread)
{
	wanted = at + PAGE;
	waiter = L4_Myself();
	if (!at || pecan_thread_start(want, 0, LOW, thread) != ROOT_OK)
		return false;
	L4_Sleep(L4_TimePeriod(us));
	return true;
}

static bool two_at_once(void)
{
	for (unsigned i = 1; i <= ROUNDS; i++) {
		char *a = pages_with_one_over(), *b = pages_with_one_over();
		L4_ThreadId_t thread;

		if (!b || !begin(a, i * US, &thread))
			return false;
		*(volatile char *)(b + PAGE) = 1;
		if (!L4_IpcSucceeded(L4_Receive(thread)) || !is_replaced(a) || !is_replaced(b)
		    || pecan_unmap(a) != ROOT_OK || pecan_unmap(b) != ROOT_OK)
			return false;
	}
	return true;
}

static bool ended_meanwhile(void)
{
	for (unsigned i = 1; i <= ROUNDS; i++) {
		char *at = pages_with_one_over();
		L4_ThreadId_t thread;

		if (!begin(at, i * US, &thread) || pecan_thread_end(thread) != ROOT_OK)
			return false;
		*(volatile char *)(at + PAGE) = 1;
		if (!is_replaced(at) || pecan_unmap(at) != ROOT_OK)
			return false;
	}
	return true;
}

/* Messages like the kernel's: each one is answered with the page, the first ones by the message loop. */
static bool forged(void)
{
	volatile char *at = pages_with_one_over();

	for (unsigned i = 0; at && i < 2 * ROUNDS; i++) {
		L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace));
		L4_LoadMR(1, (L4_Word_t)at + PAGE);
		L4_LoadMR(2, 0);
		L4_Set_MsgTag((L4_MsgTag_t){ .raw = (L4_Word_t)PAGE_FAULT_OF_W << 16 | 2 });
		L4_MsgTag_t tag = L4_Call(pecan_root());

		if (L4_IpcFailed(tag) || L4_TypedWords(tag) != 2 || (i == 0) != (at[PAGE] == 2))
			return false;
	}
	return at && at[PAGE] == 0 && at[0] == 2 && pecan_unmap((void *)at) == ROOT_OK;
}

static void give_back(void *area) { pecan_unmap(area); }

/* While root takes another area back the page cannot come. */
int over_gone(long us)
{
	char *at = pages_with_one_over(), *large = pecan_map(LARGE);
	L4_ThreadId_t thread;

	for (unsigned i = 0; large && i < LARGE; i += PAGE)
		large[i] = 1;
	if (!large || pecan_thread_start(give_back, large, LOW, 0) != ROOT_OK)
		return 1;
	if (begin(at, (unsigned)us, &thread) && pecan_unmap(at) == ROOT_OK)
		L4_Receive(thread);
	return 0;
}

static bool gone_meanwhile(void)
{
	for (unsigned i = 1; i <= ROUNDS; i++) {
		struct pecan_end end = child_end("over-gone", i * US);

		if (end.how != ROOT_END_FAULT && (end.how != ROOT_END_EXIT || end.status != 0))
			return false;
	}
	return true;
}

const struct check over_checks[] = {
	{ "a page of one's own where root has another is replaced when that one is wanted", replaced },
	{ "two threads that want two such pages at once both get them", two_at_once },
	{ "a thread that waits for such a page can be ended, and others get the page", ended_meanwhile },
	{ "a message like a page fault, again and again, is answered each time", forged },
	{ "a task whose thread waits for such a page of an area that goes ends", gone_meanwhile },
	{ 0, 0 },
};
