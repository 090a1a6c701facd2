// SPDX-License-Identifier: BSD-2-Clause
// old.cc - the same in C++, with the overloaded names. Compiled and linked only.
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/kdebug.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/sigma0.h>
#include <l4/space.h>
#include <l4/thread.h>

static L4_ThreadId_t partner = L4_nilthread;

class Server {
public:
	void loop()
	{
		L4_ThreadId_t from;
		L4_MsgTag_t tag = L4_Wait(&from);

		for (;;) {
			if (L4_Label(tag) >> 4 == (0xfe0 >> 4) || from == partner)
				pages++;
			L4_Msg_t msg;
			L4_Store(tag, &msg);
			L4_Fpage_t page = L4_FpageLog2(L4_Get(&msg, 0), 12);
			L4_Clear(&msg);
			L4_Append(&msg, L4_MapItem(page + L4_FullyAccessible, L4_Address(page)));
			L4_Load(&msg);
			tag = L4_ReplyWait(from, L4_TimePeriod(1000 * 1000), &from);
		}
	}

private:
	L4_Word_t pages = 0;
};

static Server server;

extern "C" void _exit(int status) __attribute__((noreturn));
extern "C" void _exit(int)
{
	for (;;)
		L4_Sleep(L4_Never);
}

int main()
{
	void *kip = L4_KernelInterface();
	L4_Clock_t until = L4_SystemClock() + 1000;

	partner = L4_GlobalId(L4_ThreadIdUserBase(kip) + 3, 1);
	if (L4_HasFeature("smallspaces"))
		L4_KDB_PrintString("small spaces");
	while (L4_SystemClock() < until)
		L4_Yield();
	L4_Accept(L4_MapGrantItems(L4_CompleteAddressSpace) + L4_StringItemsAcceptor);
	L4_Unmap(L4_Nilpage);
	L4_Start(partner, 0x1000, 0x2000);
	L4_Call(partner, L4_ZeroTime, L4_Never);
	server.loop();
	return 0;
}
