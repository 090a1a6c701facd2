/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rootserver.c - the first program after sigma0: it has all rights and no other program's help.
 *
 * It asks sigma0 for a page, makes a thread with an address space of its own by the privileged system calls,
 * serves its page faults, and gets a message from it. It prints through the kernel's debug console, which
 * needs the kernel option kdb=on.
 */
#include <l4/ipc.h>
#include <l4/kdebug.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>
#include <pecan/addresses.h>

enum { PAGE_LOG2 = 12, PAGE = 1 << PAGE_LOG2, UTCB_AREA = 0x700000, LABEL_FAULT = -2 };

/* This program has no parent to which it could return. */
void _exit(int status) __attribute__((noreturn));
void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}

static char stack[PAGE] __attribute__((aligned(PAGE)));

/* The new thread: its only act is a message to this one. */
static void child(void) __attribute__((noreturn));
static void child(void)
{
	L4_Set_MsgTag((L4_MsgTag_t){ .X.u = 1 });
	L4_LoadMR(1, 42);
	L4_Send(L4_Pager());
	for (;;)
		L4_Sleep(L4_Never);
}

static void fail(const char *why)
{
	L4_KDB_PrintString((char *)why);
	_exit(1);
}

static void print_hex(L4_Word_t word)
{
	char text[20];
	unsigned at = sizeof text - 1;

	text[at] = 0;
	text[--at] = '\n';
	for (; word; word >>= 4)
		text[--at] = "0123456789abcdef"[word & 15];
	L4_KDB_PrintString(text + at);
}

/*
 * Makes a thread in an address space of its own, with this one as pager and scheduler. The kernel interface
 * page is where it is here: on ia32 the links of the calls, which the two share, lead there.
 */
static L4_ThreadId_t make_child(void *kip)
{
	L4_ThreadId_t me = L4_Myself(), t = L4_GlobalId(L4_ThreadNo(me) + 1, 1);
	L4_Word_t control;

	if (!L4_ThreadControl(t, t, me, L4_nilthread, (void *)-1))
		fail("rootserver: no thread\n");
	if (!L4_SpaceControl(t, 0, L4_FpageLog2((L4_Word_t)kip, L4_KipAreaSizeLog2(kip)),
			     L4_FpageLog2(UTCB_AREA, L4_UtcbAreaSizeLog2(kip)), L4_nilthread, &control))
		fail("rootserver: no address space\n");
	if (!L4_ThreadControl(t, t, me, me, (void *)UTCB_AREA))
		fail("rootserver: the thread cannot be activated\n");
	L4_Start_SpIp(t, PECAN_CALLED_SP((L4_Word_t)stack + PAGE), (L4_Word_t)child);
	return t;
}

/* Answers page faults of t with this program's page at the same address, until t sends another message. */
static L4_Word_t serve(L4_ThreadId_t t)
{
	for (;;) {
		L4_MsgTag_t tag = L4_Receive(t);
		L4_MapItem_t item;
		L4_Word_t word;

		if (L4_IpcFailed(tag))
			fail("rootserver: the thread is gone\n");
		L4_StoreMR(1, &word);
		if ((L4_SignedWord_t)tag.raw >> 20 != LABEL_FAULT)
			return word;
		L4_KDB_PrintString("rootserver: the new thread has no page at ");
		print_hex(word);
		word &= ~(L4_Word_t)(PAGE - 1);
		*(volatile char *)word;		/* present here first: sigma0 is the pager */
		item = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(word, PAGE_LOG2), L4_FullyAccessible), word);
		L4_Set_MsgTag((L4_MsgTag_t){ .X.t = 2 });
		L4_LoadMRs(1, 2, item.raw);
		L4_Send(t);
	}
}

int main(void)
{
	void *kip = L4_GetKernelInterface();
	L4_Fpage_t page = L4_Sigma0_GetAny(L4_Pager(), PAGE_LOG2, L4_CompleteAddressSpace);

	L4_KDB_PrintString("rootserver: running\n");
	if (L4_IsNilFpage(page))
		fail("rootserver: sigma0 has no page\n");
	L4_KDB_PrintString("rootserver: sigma0 gave a page\n");
	if (serve(make_child(kip)) == 42)
		L4_KDB_PrintString("rootserver: the new thread says 42\n");
	_exit(0);
}
