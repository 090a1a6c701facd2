/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions.c - the registers in exception messages of x86-64, and exceptions that only it has.
 */
#include "exceptions.h"

TEST(GEXC0001, "the message holds every register in its place, the exception number and the error code")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	CHECK_EQ(mr(M_RBX), t.before.rbx);
	CHECK_EQ(mr(M_R10), t.before.r10);
	CHECK_EQ(mr(M_R12), t.before.r12);
	CHECK_EQ(mr(M_R13), t.before.r13);
	CHECK_EQ(mr(M_R14), t.before.r14);
	CHECK_EQ(mr(M_R15), t.before.r15);
	CHECK_EQ(mr(M_RAX), t.before.rax);
	CHECK_EQ(mr(M_RCX), t.before.rcx);
	CHECK_EQ(mr(M_RDX), t.before.rdx);
	CHECK_EQ(mr(M_RSI), t.before.rsi);
	CHECK_EQ(mr(M_RDI), t.before.rdi);
	CHECK_EQ(mr(M_RBP), t.before.rbp);
	CHECK_EQ(mr(M_R8), t.before.r8);
	CHECK_EQ(mr(M_R9), t.before.r9);
	CHECK_EQ(mr(M_R11), t.before.r11);
	CHECK_EQ(mr(M_RSP), t.after.sp - 8);
	CHECK_EQ(mr(M_RFLAGS) & 0x202, 0x202);
}

TEST(GEXC0003, "the words of a reply become the thread's registers")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (int i = M_RBX; i <= M_R11; i++)
		L4_LoadMR(i, 0x4400 + (word)i);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	CHECK_EQ(t.after.rbx, 0x4400 + M_RBX);
	CHECK_EQ(t.after.r15, 0x4400 + M_R15);
	CHECK_EQ(t.after.rax, 0x4400 + M_RAX);
	CHECK_EQ(t.after.rcx, 0x4400 + M_RCX);
	CHECK_EQ(t.after.rdi, 0x4400 + M_RDI);
	CHECK_EQ(t.after.rbp, 0x4400 + M_RBP);
	CHECK_EQ(t.after.r8, 0x4400 + M_R8);
	CHECK_EQ(t.after.r9, 0x4400 + M_R9);
	CHECK_EQ(t.after.r11, 0x4400 + M_R11);
}

TEST(GEXC0004, "a short reply changes only the registers it holds")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	for (int i = M_RBX; i <= M_ERROR; i++)
		L4_LoadMR(i, 0x5500 + (word)i);
	L4_LoadMR(M_RIP, (word)trap_ud_next);
	reply_words(thread, 4);
	CHECK(t.done);
	CHECK_EQ(t.after.rbx, 0x5500 + M_RBX);
	CHECK_EQ(t.after.r12, 0x5500 + M_R12);
	CHECK_EQ(t.after.r13, t.before.r13);
	CHECK_EQ(t.after.rax, t.before.rax);
}

TEST(GEXC0008, "SWAPGS by a user is refused")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_swapgs);
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK(mr(M_NUMBER) == EXCEPTION_PROTECTION || mr(M_NUMBER) == EXCEPTION_INVALID);
	CHECK_EQ(mr(M_RIP), trap_swapgs);
}

TEST(GEXC0009, "WRGSBASE by a user is an invalid opcode: it is switched off")
{
	trap_and_skip(EXCEPTION_INVALID, 0, trap_wrgsbase, trap_wrgsbase_next);
}

TEST(GEXC0011, "a non-canonical address is a general protection fault, not a page fault")
{
	static struct trap t;
	L4_ThreadId_t thread;

	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_read, .a = 0x800000000000 };
	thread = thread_start(run_trap, &t);
	expect(thread, EXCEPTION_PROTECTION, 0, trap_read);
	skip(thread, trap_read_next);
	CHECK(t.done);
}

TEST(GEXC0012, "a selector that is not in the table is a general protection fault that names it")
{
	trap_and_skip(EXCEPTION_PROTECTION, 0x7ff8, trap_ds, trap_ds_next);
}

TEST(GEXC0014, "SYSENTER is no way into the kernel")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_sysenter);
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK(mr(M_NUMBER) == EXCEPTION_PROTECTION || mr(M_NUMBER) == EXCEPTION_INVALID);
	skip(thread, trap_sysenter_next);
	CHECK(t.done);
}
