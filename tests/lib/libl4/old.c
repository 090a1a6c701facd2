/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old.c - a root server as programs for L4Ka::Pistachio are written: plain C names, constants in
 * static initialisers, fields of the unions, no header of Pecan's. The test compiles and links it.
 * As a root server with kdb=on it prints "hello", a dot for each piece of RAM, "B!" and "done".
 */
#include <l4/types.h>
#include <l4/kip.h>
#include <l4/kdebug.h>
#include <l4/ipc.h>
#include <l4/thread.h>
#include <l4/space.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/bootinfo.h>
#include <l4/message.h>

static L4_ThreadId_t pager_tid = L4_nilthread;
static L4_Word_t stack[2][512];
static L4_Fpage_t window = L4_Nilpage;

static void worker(void)
{
	L4_ThreadId_t from = L4_nilthread;
	L4_MsgTag_t tag;
	L4_Msg_t msg;
	L4_Word_t w;

	for (tag = L4_Wait(&from);; tag = L4_ReplyWait(from, &from)) {
		L4_MsgStore(tag, &msg);
		if (L4_IpcFailed(tag) || L4_Label(tag) != 0x42)
			continue;
		w = L4_MsgWord(&msg, 0);
		L4_MsgClear(&msg);
		L4_MsgAppendWord(&msg, w + 1);
		L4_Set_MsgLabel(&msg, 0x43);
		L4_MsgLoad(&msg);
	}
}

static void create(L4_KernelInterfacePage_t *kip)
{
	L4_Word_t utcb = L4_MyLocalId().raw & ~(L4_UtcbSize(kip) - 1);
	L4_ThreadId_t tid = L4_GlobalId(kip->ThreadInfo.X.UserBase + 3, 1);
	L4_Word_t control;

	if (!L4_ThreadControl(tid, L4_Myself(), L4_Myself(), L4_Myself(), (void *)(utcb + 1024)))
		L4_KDB_Enter("thread control failed");
	stack[0][510] = 0;		/* its pager, this thread, has no time for it */
	L4_Start_SpIp(tid, (L4_Word_t)&stack[0][510], (L4_Word_t)worker);
	L4_Set_Priority(tid, 200);
	L4_SpaceControl(tid, 0, L4_FpageLog2(0xb0000000, 12), L4_Fpage(0xb1000000, 4096), L4_anythread,
			&control);
	pager_tid = tid;
}

int main(void)
{
	L4_KernelInterfacePage_t *kip = (L4_KernelInterfacePage_t *)L4_GetKernelInterface();
	L4_Clock_t start = L4_SystemClock();
	L4_MsgTag_t tag;
	L4_Word_t answer, i;

	L4_KDB_PrintString("hello\n");
	for (i = 0; i < L4_NumMemoryDescriptors(kip); i++)
		if (L4_MemoryDescType(L4_MemoryDesc(kip, i)) == L4_ConventionalMemoryType)
			L4_KDB_PrintChar('.');
	L4_Sigma0_GetPage(L4_nilthread, L4_FpageLog2(L4_BootInfo(kip), 12));
	if (L4_BootInfo_Valid((void *)L4_BootInfo(kip)))
		L4_KDB_PrintChar('B');
	create(kip);
	window = L4_Sigma0_GetAny(L4_nilthread, 12, L4_CompleteAddressSpace);
	tag.raw = 0;
	tag.X.u = 1;
	tag.X.label = 0x42;
	L4_Set_MsgTag(tag);
	L4_LoadMR(1, 41);
	tag = L4_Call(pager_tid);
	L4_StoreMR(1, &answer);
	if (L4_IpcSucceeded(tag) && answer == 42)
		L4_KDB_PrintChar('!');
	L4_Flush(L4_FpageAddRights(window, L4_FullyAccessible));
	L4_Sleep(L4_TimePeriod(L4_SystemClock().raw - start.raw));
	enter_kdebug("done");
	return 0;
}

void _exit(int status) __attribute__((noreturn));
void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}
