/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dirty - a root server for tests/system/machine, which looks at the CPU's registers from outside while this
 * waits for a key: after "dirty" the running thread has put patterns into all vector registers, after
 * "other" another thread runs, of the same space, that never touches them, and after "back" the first.
 * At the end it prints whether the first thread found its patterns.
 */
#include <stdbool.h>
#include <l4/ipc.h>
#include <l4/kdebug.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/thread.h>

void load_patterns(bool wide);
bool patterns_there(bool wide);
bool avx_usable(void);
void other_entry(void);
void other(void);

char other_stack[4096] __attribute__((aligned(16)));

static L4_ThreadId_t first;

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

int main(void)
{
	L4_ThreadId_t t;
	bool wide = avx_usable();
	L4_MsgTag_t tag;

	first = L4_Myself();
	t = L4_GlobalId(L4_ThreadNo(first) + 8, 1);
	L4_ThreadControl(t, first, first, L4_Pager(), (void *)(L4_MyLocalId().raw + 64 * sizeof(L4_Word_t)));
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
