/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * helper.c - see edge.h: the helper, a thread above the server. It waits for the deadline of Linux's timer,
 * for messages of the threads of devices, and for page faults of the server.
 *
 * The server is never running while the helper is; so the helper reads and writes what both share without a
 * lock, and the server's state is what it was between two of its instructions.
 */
#include <pecan/thread.h>
#include "edge_own.h"

enum {
	FAULT = -2,
	NOTICE_US = 100,	/* until the server waits, whose state is EDGE_WAITS already */
	BELOW_SP = 128,		/* what code may use below SP (System V ABI) */
};

struct edge_shared edge;
L4_ThreadId_t server, helper, helper_local;

void edge_begin(void)
{
	edge_blocks();
	edge_busy();
}

void edge_end(void)
{
	edge.state = EDGE_KERNEL;
	if (edge.enabled && edge.pending)
		edge_interrupted();
}

/* ---- interrupts of Linux ---- */

/* The server runs code of Linux: make it continue at the trampoline. */
static void interrupt_code(void)
{
	__L4_ExregsOld_t old = __L4_Exregs(server, 0, 0, 0, 0);
	L4_Word_t *sp = (L4_Word_t *)(old.sp - BELOW_SP);

	*--sp = old.ip;
	*--sp = old.flags;
	__L4_Exregs(server, __L4_EXREGS_SP | __L4_EXREGS_IP, (L4_Word_t)sp, (L4_Word_t)trampoline, 0);
}

/* The server waits, or is about to: it gets a message. */
static void notify(void)
{
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0 });
	L4_Send_Timeout(server, L4_TimePeriod(NOTICE_US));
}

static void serve_fault(L4_MsgTag_t tag);

/* A fault of the server that is not served yet comes first: the server waits for the answer to it. */
static void serve_waiting_fault(void)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(server, L4_ZeroTime);

	if (L4_IpcSucceeded(tag) && (L4_SignedWord_t)tag.raw >> 20 == FAULT)
		serve_fault(tag);
}

/*
 * If one was pending already while the server runs code of Linux with interrupts enabled, the server is on
 * its way to take both: it has not run since, or it enables interrupts, and looks. To interrupt it each time
 * would take some of its stack each time.
 */
static void raise(enum edge_irq irq)
{
	bool first = !edge.pending;

	edge.pending |= 1ul << irq;
	while (edge.state == EDGE_WAITS && edge.pending)
		notify();
	if (edge.state != EDGE_KERNEL || !edge.enabled || !first || !edge.pending)
		return;
	serve_waiting_fault();
	interrupt_code();
}

void helper_raise(enum edge_irq irq)
{
	L4_LoadMR(1, irq);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 1, .X.label = HELPER_IRQ });
	L4_Send(helper);
}

/* ---- faults of the server ---- */

static void answer_fault(L4_Word_t at, L4_Word_t page)
{
	L4_Fpage_t fpage = L4_FpageAddRights(L4_FpageLog2(page, PAGE_LOG2), EDGE_READ | EDGE_WRITE);
	L4_MapItem_t item = L4_MapItem(fpage, at);

	L4_LoadMRs(1, 2, item.raw);
	L4_Set_MsgTag((L4_MsgTag_t){ .X.t = page ? 2 : 0 });
	L4_Reply(server);
}

/*
 * A fault is on an address of vmalloc, by an instruction that may fault, or on a page of the program that was
 * not touched before. Such a page the helper touches, too: its own pager is root, which maps the page. So a
 * fault that Linux must not have becomes one of the helper, and root ends the task.
 */
static void serve_fault(L4_MsgTag_t tag)
{
	L4_Word_t at, ip, page, fixup;

	L4_StoreMR(1, &at);
	L4_StoreMR(2, &ip);
	page = edge_vmalloc_page(at);
	if (page) {
		answer_fault(at & ~(L4_Word_t)(PAGE - 1), page);
		return;
	}
	fixup = edge_fixup(ip);
	if (fixup) {
		__L4_Exregs(server, __L4_EXREGS_IP | __L4_EXREGS_RECEIVE | __L4_EXREGS_SEND, 0, fixup, 0);
		return;
	}
	if (tag.raw >> 16 & EDGE_WRITE)
		__atomic_fetch_or((volatile char *)at, 0, __ATOMIC_RELAXED);
	else
		*(volatile char *)at;
	answer_fault(at, 0);
}

/* ---- the timer ---- */

/*
 * The period first: a deadline that passes between the two is the old one, which the new one replaces. A new
 * one that passed, with no period yet, would be none afterwards, and so would the timer be.
 */
void edge_timer(unsigned long deadline, unsigned long period)
{
	edge.period = period;
	edge.deadline = deadline;
	if (deadline == 0 || deadline >= edge.wakes)
		return;
	edge_busy();
	L4_Set_MsgTag((L4_MsgTag_t){ .X.label = HELPER_TIMER });
	L4_Send(helper);
	edge_end();
}

/* All that has passed of a period is one interrupt. */
static void check_timer(void)
{
	L4_Word_t now = L4_SystemClock().raw, late = now - edge.deadline;

	if (edge.deadline == 0 || now < edge.deadline)
		return;
	edge.deadline = edge.period ? now + edge.period - late % edge.period : 0;
	raise(EDGE_IRQ_TIMER);
}

/* How long to wait: until the deadline, or less, as a timeout of L4 has no form for each number of us. */
static L4_Time_t until_deadline(void)
{
	L4_Word_t now = L4_SystemClock().raw, end = edge.deadline;

	edge.wakes = end ? end : ~0ul;
	if (end == 0)
		return L4_Never;
	return end <= now ? L4_ZeroTime : L4_TimePeriod(end - now);
}

/* A message of a thread of this task. Threads of processes can send to the helper, but not by a local id. */
static void serve(L4_MsgTag_t tag)
{
	L4_Word_t irq;

	if ((L4_SignedWord_t)tag.raw >> 20 == FAULT) {
		serve_fault(tag);
	} else if (tag.X.label == HELPER_IRQ) {
		L4_StoreMR(1, &irq);
		raise((enum edge_irq)irq);
	}
}

static void helper_main(void *unused)
{
	L4_ThreadId_t from;

	(void)unused;
	for (;;) {
		L4_MsgTag_t tag = L4_Wait_Timeout(until_deadline(), &from);

		edge.wakes = 0;
		if (L4_IpcSucceeded(tag) && L4_IsLocalId(from))
			serve(tag);
		check_timer();
	}
}

bool helper_start(void)
{
	server = L4_MyGlobalId();
	if (pecan_thread_start(helper_main, 0, HELPER_PRIORITY, &helper) != ROOT_OK)
		return false;
	helper_local = L4_LocalIdOf(helper);
	L4_Set_Pager(helper);
	return true;
}
