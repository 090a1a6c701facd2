/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions_cpu.c - each exception that the CPU has (SDM 3A 6.15), by every instruction that users have
 * for it, with the whole message looked at; and what a reply may and may not set.
 *
 * Not here because user code cannot cause them: 2, 8, 10, 18, 20; 4 and 5 have no instruction in 64-bit
 * mode; 7 is the kernel's own (GFPU0024); 14 is the page-fault protocol (PGF).
 */
#include "args.h"
#include "exceptions.h"

enum {
	TF = 0x100, RF = 0x10000, AC = 0x40000, FIXED = 0x202,
	ODD_FLAGS = 0x200ed7,		/* ID, OF DF, SF ZF AF PF CF, and the fixed ones */
};

/* All registers of the message are those of the thread. RF in it only shows that it was a fault. */
static void check_message(const struct trap *t, word rip)
{
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(mr(reg_places[i]), ((const word *)&t->before)[i]);
	CHECK_EQ(mr(M_RIP), rip);
	CHECK_EQ(mr(M_RSP), t->after.sp - 8);
	CHECK_EQ(mr(M_RFLAGS) & ~(word)RF, t->before.flags);
}

static void check_unchanged(const struct trap *t)
{
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((const word *)&t->after)[i], ((const word *)&t->before)[i]);
	CHECK_EQ(t->after.flags, t->before.flags);
}

static L4_ThreadId_t start_flags(struct trap *t, word target)
{
	*t = (struct trap){ .handler = L4_Myself(), .target = target, .flags = ODD_FLAGS };
	return thread_start(run_trap, t);
}

static L4_MsgTag_t receive_exception(L4_ThreadId_t thread)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, 0xffffffffffb00000 | M_WORDS);
	return tag;
}

static void check_case(const struct fault_case *c)
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, c->at);
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));
	if (L4_IpcFailed(tag) || (mr(M_NUMBER) != c->number && mr(M_NUMBER) != c->other))
		guest_note("instruction at", c->at);
	CHECK_EQ(tag.raw, 0xffffffffffb00000 | M_WORDS);
	CHECK(mr(M_NUMBER) == c->number || mr(M_NUMBER) == c->other);
	CHECK_EQ(mr(M_ERROR), c->error);
	check_message(&t, c->at);
	L4_LoadMR(M_RIP, c->next);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	check_unchanged(&t);
	thread_delete(thread);
}

static void check_table(const struct fault_case *table)
{
	struct mark mark = world_mark();

	for (unsigned i = 0; table[i].at; i++) {
		check_case(&table[i]);
		world_release(mark);
	}
}

TEST(GEXC0028, "every privileged instruction is exception 13 with error code 0, and does nothing")
{
	check_table(faults_privileged);
}

TEST(GEXC0029, "what is no instruction, or of another mode, or switched off, is exception 6")
{
	check_table(faults_invalid);
}

TEST(GEXC0030, "selectors that users cannot have: 13, not present 11, of the stack 12; the code names them")
{
	check_table(faults_selector);
}

TEST(GEXC0031, "division by zero is exception 0, with all registers")
{
	check_case(&(struct fault_case){ (word)trap_de, (word)trap_de_next, EXCEPTION_DIVIDE, 0, 0 });
}

TEST(GEXC0032, "int n is refused for every n but 3: no interrupt or exception can be pretended")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)int_all);

	for (word n = 0; n < 256; n++) {
		word at = (word)int_all + 2 * n;

		if (n == 3)
			continue;
		receive_exception(thread);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
		CHECK(mr(M_ERROR) == n * 8 + 2 || mr(M_ERROR) == n * 16 + 2);
		check_message(&t, at);
		L4_LoadMR(M_RIP, n == 2 ? at + 4 : at + 2);
		reply_words(thread, M_WORDS);
	}
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0033, "int 3 of two bytes is exception 3 as well, at the instruction after it")
{
	static struct trap t;
	L4_ThreadId_t thread;

	if (!args_serial())
		guest_skip("needs kdb=off");
	thread = start_flags(&t, (word)trap_int3_long);
	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_BREAKPOINT);
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_int3_long_next);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0034, "an address that is not canonical, by way of the stack segment, is exception 12 or 13")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_bp);

	receive_exception(thread);		/* RBP is a pattern */
	CHECK(mr(M_NUMBER) == EXCEPTION_STACK || (under_qemu() && mr(M_NUMBER) == EXCEPTION_PROTECTION));
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_bp);
	skip(thread, trap_bp_next);
	CHECK(t.done);
}

TEST(GEXC0035, "an unmasked SSE error is exception 19, at the instruction that made it")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_xm);

	if (under_qemu() && t.done)
		guest_skip("QEMU raises no SSE errors");
	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_SIMD);
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_xm_at);
	skip(thread, trap_xm_next);
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0036, "with AC set an access that is not aligned is exception 17, and works once AC is cleared")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_ac);

	if (under_qemu() && t.done)
		guest_skip("QEMU checks no alignment");
	t.before.flags |= AC;
	for (unsigned i = 0; i < 2; i++) {
		receive_exception(thread);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_ALIGNMENT);
		CHECK_EQ(mr(M_ERROR), 0);
		check_message(&t, (word)trap_ac_at);
		if (i == 1)
			L4_LoadMR(M_RFLAGS, mr(M_RFLAGS) & ~(word)AC);
		reply_words(thread, M_WORDS);
	}
	CHECK(t.done);
	CHECK_EQ(t.after.flags & AC, 0);
}

static void call_unaligned(void *arg)
{
	struct trap *t = arg;

	L4_Set_ExceptionHandler(t->handler);
	flags_write(FIXED | AC);
	for (unsigned i = 0; i < 10; i++) {
		L4_Yield();
		L4_UnmapFpage(L4_Nilpage);
		t->before.rax = now();
	}
	t->before.flags = flags_read();
	flags_write(FIXED);
	t->done = 1;
}

TEST(GEXC0037, "the kernel works on behalf of a thread with AC set, whose AC stays")
{
	static struct trap t;

	t = (struct trap){ .handler = L4_Myself() };
	thread_start(call_unaligned, &t);
	sleep_us(1000);
	CHECK(t.done);
	CHECK_EQ(t.before.flags & AC, AC);
}

TEST(GEXC0038, "SYSCALL outside the gateway is exception 256: all registers, RCX, R11 as the CPU left them")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_syscall);

	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_FOREIGN);
	CHECK_EQ(mr(M_ERROR), 0);
	t.before.rcx = (word)trap_syscall_next;
	t.before.r11 = ODD_FLAGS;
	check_message(&t, (word)trap_syscall_next);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0039, "a single step that MOV SS holds off until SYSCALL does not get into the kernel")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_mov_ss);
	unsigned steps = 0;

	do {
		receive_exception(thread);
		CHECK(mr(M_NUMBER) == EXCEPTION_DEBUG || mr(M_NUMBER) == EXCEPTION_FOREIGN);
		if (mr(M_NUMBER) == EXCEPTION_FOREIGN)
			break;
		reply_words(thread, M_WORDS);
	} while (steps++ < 4);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_FOREIGN);
	CHECK_EQ(mr(M_RIP), trap_mov_ss_next);
	CHECK_EQ(mr(M_R11) & TF, TF);
	L4_LoadMR(M_RFLAGS, FIXED);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
}

TEST(GEXC0049, "where the CPU can forbid it, the kernel's tables and CR0 cannot be asked for: exception 13")
{
	struct cpuid id;

	cpuid(7, 0, &id);
	if (!(id.ecx & 1 << 2))
		guest_skip("this CPU has no UMIP");
	check_table(faults_umip);
}

TEST(GEXC0050, "an unmasked x87 error is exception 16 at the next x87 instruction, with all registers")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_x87);

	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_X87);
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_x87_at);
	skip(thread, trap_x87_next);
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0051, "a single step is exception 1 with all registers, and TF in the flags of the message")
{
	static struct trap t;
	L4_ThreadId_t thread = start_flags(&t, (word)trap_step);

	t.before.flags |= TF;
	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_DEBUG);
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_step_at);
	t.before.flags &= ~(word)TF;
	L4_LoadMR(M_RFLAGS, t.before.flags);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	check_unchanged(&t);
}

TEST(GEXC0052, "INT1 is exception 1 as well, at the instruction after it, and no single step")
{
	static struct trap t;
	L4_ThreadId_t thread;

	if (under_qemu())
		guest_skip("QEMU stops the machine for its debugger");
	thread = start_flags(&t, (word)trap_int1);
	receive_exception(thread);
	CHECK_EQ(mr(M_NUMBER), EXCEPTION_DEBUG);
	CHECK_EQ(mr(M_ERROR), 0);
	check_message(&t, (word)trap_int1_next);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	check_unchanged(&t);
}
