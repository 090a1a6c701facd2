/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirty - a root server for tests/system/machine, which looks at the CPU's registers from outside while this
 * waits for a key. First a child, in a space of its own whose redirector is the first thread, puts patterns
 * into all vector registers and raises an exception: after "shut" the first thread runs, after "third" a
 * thread of a third space, after "child" the child again, after "again" the first thread, which then changes
 * the redirector of the child's space ("changed"); at the third exception it uses the registers ("own").
 * After "beside" another thread of the child's space runs, after "self" the first thread, while the child's
 * redirector is the child itself; after "orphan" the redirector, a thread beside the first, was deleted, then
 * a third space runs; after "deleted" a child was deleted whose registers were shut.
 *
 * After "dirty" the first thread has put patterns into all vector registers, after "other" another thread
 * runs, of the same space, that never touches them, and after "back" the first. Each prints whether it found
 * its patterns.
 */
#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/kdebug.h>
#include <l4/kip.h>
#include <l4/message.h>
#include <l4/schedule.h>
#include <l4/space.h>
#include <l4/thread.h>

void load_patterns(bool wide);
bool patterns_there(bool wide);
bool avx_usable(void);
void other_entry(void);
void raise(void);		/* #UD */
void other(void);

char other_stack[4096] __attribute__((aligned(16)));

static L4_ThreadId_t first;

static L4_ThreadId_t numbered(unsigned i) { return L4_GlobalId(L4_ThreadNo(first) + i, 1); }

static void say(const char *s)
{
	while (*s)
		L4_KDB_PrintChar(*s++);
}

/* Without blocking: the thread stays the running one, its registers in the CPU. */
static void wait_key(void)
{
	while (L4_KDB_ReadChar() == -1)
		;
}

void other(void)
{
	L4_MsgTag_t tag;

	say("other\n");
	wait_key();
	L4_Set_MsgTag(L4_Niltag);
	tag = L4_Send(first);
	(void)tag;
	for (;;)
		L4_Sleep(L4_Never);
}

void _exit(int status) __attribute__((noreturn));

void _exit(int status)
{
	(void)status;
	for (;;)
		L4_Sleep(L4_Never);
}

/* ---- a space with a redirector ---- */

enum {
	WORDS = sizeof(L4_Word_t) == 8 ? 20 : 12, AREA = 0x30000000, PAGE = 4096, UD2_BYTES = 2, MAP_TAG = 2 << 6,
	UTCB_BYTES = 64 * sizeof(L4_Word_t),
};

static char stacks[4][PAGE] __attribute__((aligned(PAGE)));

static void child(void)
{
	bool wide = avx_usable();

	L4_Set_ExceptionHandler(first);
	load_patterns(wide);
	raise();
	say(patterns_there(wide) ? "kept\n" : "lost\n");
	load_patterns(wide);
	say("child\n");
	wait_key();
	raise();
	say(patterns_there(wide) ? "kept\n" : "lost\n");
	load_patterns(wide);
	raise();
	say(patterns_there(wide) ? "kept\n" : "lost\n");
	raise();
}

static void beside_child(void)
{
	say("beside\n");
	wait_key();
	L4_Set_ExceptionHandler(first);
	raise();
}

static void third(void)
{
	say("third\n");
	wait_key();
	L4_Set_ExceptionHandler(first);
	raise();
}

/* t waits for its start message in a space of its own. */
static void space_of(L4_ThreadId_t t, L4_ThreadId_t redirector)
{
	L4_Word_t old;

	L4_ThreadControl(t, t, first, L4_nilthread, (void *)-1);
	L4_SpaceControl(t, 0, L4_FpageLog2(AREA, 12), L4_FpageLog2(AREA + PAGE, 12), redirector, &old);
	L4_ThreadControl(t, t, first, first, (void *)(AREA + PAGE));
	L4_Set_Priority(t, 50);
}

/* Send what the message registers have to t, and answer its page faults. Returns at its next exception. */
static void run(L4_ThreadId_t t, L4_Word_t tag)
{
	for (;;) {
		L4_MsgTag_t message = { .raw = tag };
		L4_Word_t address;
		L4_MapItem_t page;

		L4_Set_MsgTag(message);
		message = L4_Call(t);
		if (L4_IpcFailed(message) || L4_UntypedWords(message) != 2)
			return;
		L4_StoreMR(1, &address);
		address &= -(L4_Word_t)PAGE;
		*(volatile char *)address;
		page = L4_MapItem(L4_FpageAddRights(L4_FpageLog2(address, 12), L4_FullyAccessible), address);
		L4_LoadMR(1, page.raw[0]);
		L4_LoadMR(2, page.raw[1]);
		tag = MAP_TAG;
	}
}

static void start(L4_ThreadId_t t, void (*entry)(void), char *stack)
{
	L4_LoadMR(1, (L4_Word_t)entry);
	L4_LoadMR(2, (L4_Word_t)stack + PAGE - 4 * sizeof(L4_Word_t) - sizeof(L4_Word_t));
	run(t, 2);
}

/* The reply to the exception of t, whose words are kept here while others send. */
static L4_Word_t registers[64];

static void resume(L4_ThreadId_t t)
{
	L4_LoadMRs(1, WORDS, &registers[1]);
	L4_LoadMR(1, registers[1] + UD2_BYTES);
	run(t, WORDS);
	L4_StoreMRs(1, WORDS, &registers[1]);
}

static void redirected(L4_ThreadId_t t, L4_ThreadId_t beside, bool wide)
{
	L4_Word_t old;

	space_of(t, first);
	space_of(beside, L4_anythread);
	start(t, child, stacks[0]);
	L4_StoreMRs(1, WORDS, &registers[1]);
	say("shut\n");
	wait_key();
	start(beside, third, stacks[1]);
	resume(t);
	say("again\n");
	wait_key();
	L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, L4_anythread, &old);
	say("changed\n");
	wait_key();
	L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, first, &old);
	resume(t);
	load_patterns(wide);
	say("own\n");
	wait_key();
	resume(t);
	say("end\n");
}

static void delete(L4_ThreadId_t t)
{
	L4_ThreadControl(t, L4_nilthread, L4_nilthread, L4_nilthread, (void *)-1);
}

/* The registers of t, in a space of its own, are shut; its redirector changes, or another thread runs. */
static void more(L4_ThreadId_t t, L4_ThreadId_t second, L4_ThreadId_t beside, L4_ThreadId_t redirector)
{
	L4_Word_t old;

	registers[0] = 0;		/* so that no page fault comes between: sigma0 would run */
	space_of(t, first);
	L4_ThreadControl(second, t, first, first, (void *)(AREA + PAGE + 2 * UTCB_BYTES));
	L4_Set_Priority(second, 50);
	start(t, child, stacks[0]);
	L4_StoreMRs(1, WORDS, &registers[1]);
	start(second, beside_child, stacks[2]);
	L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, t, &old);
	resume(t);
	say("self\n");
	wait_key();
	L4_SpaceControl(t, 0, L4_Nilpage, L4_Nilpage, redirector, &old);
	resume(t);
	delete(redirector);
	say("orphan\n");
	wait_key();
	space_of(beside, L4_anythread);
	start(beside, third, stacks[1]);
	delete(t);
	delete(beside);
	space_of(t, first);
	start(t, child, stacks[0]);
	delete(t);
	say("deleted\n");
	wait_key();
}

int main(void)
{
	L4_ThreadId_t t;
	bool wide = avx_usable();
	L4_MsgTag_t tag;

	first = L4_Myself();
	t = numbered(8);
	L4_ThreadControl(t, first, first, L4_Pager(), (void *)(L4_MyLocalId().raw + UTCB_BYTES));
	more(numbered(12), numbered(13), numbered(14), t);
	L4_ThreadControl(t, first, first, L4_Pager(), (void *)(L4_MyLocalId().raw + UTCB_BYTES));
	redirected(numbered(9), numbered(10), wide);
	load_patterns(wide);
	say("dirty\n");
	wait_key();
	L4_Start_SpIp(t, (L4_Word_t)(other_stack + sizeof other_stack), (L4_Word_t)other_entry);
	tag = L4_Receive(t);
	(void)tag;
	say(patterns_there(wide) ? "kept\n" : "lost\n");
	load_patterns(wide);
	say("back\n");
	wait_key();
	return 0;
}
