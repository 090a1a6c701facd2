/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions_x86.c - exceptions that both x86 machines have (protocols 5). The test is the exception handler
 * of its worker.
 */
#include "args.h"
#include "exceptions.h"
#include "exregs.h"

TEST(GEXC0006, "division by zero is exception 0")
{
	trap_and_skip(EXCEPTION_DIVIDE, 0, trap_de, trap_de_next);
}

TEST(GEXC0007, "privileged instructions are general protection faults with error code 0")
{
	static void (*const traps[][2])(void) = {
		{ trap_hlt, trap_hlt_next }, { trap_cli, trap_cli_next }, { trap_sti, trap_sti_next },
		{ trap_rdmsr, trap_rdmsr_next }, { trap_wrmsr, trap_wrmsr_next },
		{ trap_cr3, trap_cr3_next }, { trap_lgdt, trap_lgdt_next },
	};

	for (unsigned i = 0; i < sizeof traps / sizeof *traps; i++)
		trap_and_skip(EXCEPTION_PROTECTION, 0, traps[i][0], traps[i][1]);
}

/* The error code is n * 8 + 2 by the manuals; QEMU 7.2 gives n * 16 + 2 in 64-bit mode. */
static void check_int(word n, void (*at)(void), void (*next)(void))
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, at);
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
	guest_note("error code", mr(M_ERROR));
	CHECK(mr(M_ERROR) == n * 8 + 2 || mr(M_ERROR) == n * 16 + 2);
	CHECK_EQ(mr(M_IP), at);
	skip(thread, next);
	CHECK(t.done);
}

TEST(GEXC0010, "int n is a general protection fault whose error code names the vector")
{
	check_int(0x80, trap_int80, trap_int80_next);
	check_int(32, trap_int32, trap_int32_next);
	check_int(14, trap_int14, trap_int14_next);
	check_int(8, trap_int8, trap_int8_next);
}

TEST(GEXC0013, "IRET to the kernel's code segment is a general protection fault")
{
	static struct trap t;
	L4_ThreadId_t thread;
	L4_MsgTag_t tag;

	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_iret };
	thread = thread_start_pager(run_trap, &t, L4_Myself());
	tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));
	CHECK(L4_IpcSucceeded(tag));
	if (tag_protocol(tag) == N_PAGEFAULT)
		guest_skip("QEMU 7.2 with SMAP faults when a user's IRET reads its stack");
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
	CHECK_EQ(mr(M_ERROR), 8);
	skip(thread, trap_iret_next);
	CHECK(t.done);
}

TEST(GEXC0015, "single step is exception 1, at the instruction after the one that ran")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_step);

	expect(thread, EXCEPTION_DEBUG, 0, trap_step_at);
	L4_LoadMR(M_FLAGS, 0x202);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
}

TEST(GEXC0016, "a handler may let its thread continue step by step")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_step);
	word last = 0;

	expect(thread, EXCEPTION_DEBUG, 0, trap_step_at);
	for (unsigned i = 0; i < 5; i++) {
		L4_LoadMR(M_FLAGS, 0x302);
		reply_words(thread, M_WORDS);
		CHECK(L4_IpcSucceeded(L4_Receive_Timeout(thread, L4_TimePeriod(1000000))));
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_DEBUG);
		CHECK(mr(M_IP) != last);
		last = mr(M_IP);
	}
	L4_LoadMR(M_FLAGS, 0x202);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
}

TEST(GEXC0017, "an unmasked x87 error is exception 16")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_x87);

	expect(thread, EXCEPTION_X87, 0, trap_x87_at);
	skip(thread, trap_x87_next);
	CHECK(t.done);
}

TEST(GEXC0018, "a reply cannot take interrupts away or give I/O privilege, NT or VM")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	L4_LoadMR(M_FLAGS, 0x277000 & ~0x40000ul);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	CHECK_EQ(t.after.flags & 0x27200, 0x200);
}

TEST(GEXC0019, "a reply sets the arithmetic flags")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	L4_LoadMR(M_FLAGS, 0x8d5 | 0x202);
	skip(thread, trap_ud_next);
	CHECK_EQ(t.after.flags & 0x8d5, 0x8d5);
}

/* QEMU's TCG, 7.2, gives the kernel such flags; no CPU does. The thread has neither of them before. */
TEST(GEXC0089, "at a page fault with IOPL or VM in the flags, which the thread did not set, it gets neither")
{
	static const word flags[] = { 0x1000, 0x2000, 0x3000, 0x20000, 0x23000, 0xa0008, 0xbb000 };

	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		static struct trap t;
		struct exregs x = { .ip = (word)fault_in_flags_next };
		L4_ThreadId_t thread;
		L4_MsgTag_t tag;

		t = (struct trap){ .handler = L4_Myself(), .target = (word)fault_in_flags, .a = flags[i] };
		thread = thread_start_pager(run_trap, &t, L4_Myself());
		tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));
		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), 0);
		CHECK_EQ(mr(2), fault_in_flags_at);
		x = exchange(thread, X_R | X_IP, x);
		CHECK_EQ(x.flags & 0x23200, 0x200);
		CHECK(t.done);
		CHECK_EQ(t.after.flags & 0x23200, 0x200);
		thread_delete(thread);
	}
}

TEST(GEXC0027, "without the debugger's conventions int3 is exception 3, at the instruction after it")
{
	if (!args_serial())
		guest_skip("needs kdb=off");
	for (unsigned i = 0; i < 2; i++) {
		static struct trap t;
		L4_ThreadId_t thread = start_trap(&t, i ? trap_print : trap_int3);
		L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_BREAKPOINT);
		CHECK_EQ(mr(M_IP), i ? trap_print_next : trap_int3_next);
		reply_words(thread, M_WORDS);
		CHECK(t.done);
	}
}
