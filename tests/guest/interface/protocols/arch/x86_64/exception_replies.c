/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception_replies.c - replies to exceptions: of every length, with every kind of wrong value in them.
 */
#include "exceptions.h"

enum { TF = 0x100, FIXED = 0x202, ALL_FLAGS = 0x240ed7, NOT_CANONICAL = 0x800000000000 };

static struct trap t;

/* A thread that stands at an invalid instruction, whose message has come. */
static L4_ThreadId_t trapped(void)
{
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_INVALID, 0, trap_ud);
	return thread;
}

/* A reply of u words with another value for each register: exactly the first u arrive. */
static void check_length(word u)
{
	L4_ThreadId_t thread = trapped();
	word sp = t.after.sp - 8;

	for (int i = 2; i <= M_WORDS; i++)
		L4_LoadMR(i, 0x7700 + (word)i);
	L4_LoadMR(M_RIP, (word)trap_ud_next);
	L4_LoadMR(M_RSP, sp);
	L4_LoadMR(M_RFLAGS, 0x8d5 | FIXED);
	reply_words(thread, u);
	if (u == 0) {
		expect(thread, EXCEPTION_INVALID, 0, trap_ud);
		skip(thread, trap_ud_next);
	}
	CHECK(t.done);
	for (unsigned i = 0; i < REGS; i++) {
		word place = reg_places[i];

		CHECK_EQ(((word *)&t.after)[i], place <= u ? 0x7700 + place : ((word *)&t.before)[i]);
	}
	CHECK_EQ(t.after.flags & 0x8d5, u >= M_RFLAGS ? 0x8d5 : t.before.flags & 0x8d5);
	thread_delete(thread);
}

TEST(GEXC0040, "a reply of u words sets the first u registers and no other, for every u from 0 to 63")
{
	struct mark mark = world_mark();

	for (word u = 0; u < 64; u++) {
		check_length(u);
		world_release(mark);
	}
}

TEST(GEXC0041, "label and flags of the reply's tag, exception number and error code are ignored")
{
	L4_ThreadId_t thread = trapped();

	L4_LoadMR(M_RIP, (word)trap_ud_next);
	L4_LoadMR(M_NUMBER, 0xffff);
	L4_LoadMR(M_ERROR, 0xdead);
	L4_Set_MsgTag((L4_MsgTag_t){ .raw = 0x123456789abce000 | M_WORDS });	/* E, X and r among them */
	L4_Reply(thread);
	CHECK(t.done);
	CHECK_EQ(t.after.rax, t.before.rax);
}

TEST(GEXC0042, "of the flags exactly those that users may have are set, whatever else the reply has")
{
	L4_ThreadId_t thread = trapped();

	L4_LoadMR(M_RFLAGS, ~(word)TF);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	CHECK_EQ(t.after.flags, ALL_FLAGS);
}

TEST(GEXC0043, "flags that are all 0: interrupts stay on, and the bit that is always 1 stays")
{
	L4_ThreadId_t thread = trapped();

	L4_LoadMR(M_RFLAGS, 0);
	skip(thread, trap_ud_next);
	CHECK(t.done);
	CHECK_EQ(t.after.flags, FIXED);
}

/* Reply with RIP = ip; what comes then. */
static L4_MsgTag_t go_to(L4_ThreadId_t thread, word ip)
{
	L4_MsgTag_t tag;

	L4_Set_PagerOf(thread, L4_Myself());
	L4_LoadMR(M_RIP, ip);
	reply_words(thread, M_WORDS);
	tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));
	CHECK(L4_IpcSucceeded(tag));
	return tag;
}

TEST(GEXC0044, "a RIP that is not canonical is exception 13 of the thread there; the handler can correct it")
{
	static const word targets[] = { NOT_CANONICAL, 0xffff7fffffffffff, 0xdead000000000000 };

	for (unsigned i = 0; i < 3; i++) {
		L4_ThreadId_t thread = trapped();
		L4_MsgTag_t tag = go_to(thread, targets[i]);

		CHECK_EQ(tag_protocol(tag), N_EXCEPTION);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
		CHECK_EQ(mr(M_ERROR), 0);
		CHECK_EQ(mr(M_RIP), targets[i]);
		CHECK_EQ(mr(M_RAX), t.before.rax);
		skip(thread, trap_ud_next);
		CHECK(t.done);
		thread_delete(thread);
	}
}

TEST(GEXC0045, "a RIP where there is nothing, or only the kernel, is a page fault there")
{
	static const word targets[] = {
		0, 0x7ffffffff000, 0x7fffffffffff, 0xffff800000000000, 0xffffffff80100000, 0xfffffffffffffffe,
	};

	for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++) {
		L4_ThreadId_t thread = trapped();
		L4_MsgTag_t tag = go_to(thread, targets[i]);

		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), targets[i]);
		CHECK_EQ(mr(2), targets[i]);
		CHECK(!t.done);
		thread_delete(thread);
	}
}

/* Reply with RSP = sp, to where the stack is used at once; what comes then. */
static L4_MsgTag_t with_stack(L4_ThreadId_t thread, word sp)
{
	L4_LoadMR(M_RSP, sp);
	return go_to(thread, (word)trap_ud_next);
}

TEST(GEXC0046, "a RSP that is not canonical is exception 13 of the thread there; the handler can correct it")
{
	static const word stacks[] = { NOT_CANONICAL, 0xffff7fffffffffff, 0xdead000000000000 };

	for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		L4_ThreadId_t thread = trapped();
		word sp = mr(M_RSP);
		L4_MsgTag_t tag = with_stack(thread, stacks[i]);

		CHECK_EQ(tag_protocol(tag), N_EXCEPTION);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
		CHECK_EQ(mr(M_ERROR), 0);
		CHECK_EQ(mr(M_RIP), trap_ud_next);
		CHECK_EQ(mr(M_RSP), stacks[i]);
		L4_LoadMR(M_RSP, sp);
		skip(thread, trap_ud_next);
		CHECK(t.done);
		thread_delete(thread);
	}
}

static volatile word turns;

static void without_stack(void *sp) { keep_stack((word)sp, &turns); }

static L4_ThreadId_t handler;

static void handled_without_stack(void *sp)
{
	L4_Set_ExceptionHandler(handler);
	keep_stack((word)sp, &turns);
}

/* An IRET to it would fault in the kernel, on CPUs of AMD. */
TEST(GEXC0053, "a thread that loads RSP with what is not canonical gets exception 13 at an interrupt")
{
	static const word stacks[] = { NOT_CANONICAL, 0xffff7fffffffffff, 0x5a5a5a5a5a5a5a5a };

	for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		L4_ThreadId_t thread;
		L4_MsgTag_t tag;

		handler = L4_Myself();
		thread = thread_start_prio(handled_without_stack, (void *)stacks[i], 50);
		sleep_us(1000);			/* ends by an interrupt */
		tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));
		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(tag_protocol(tag), N_EXCEPTION);
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROTECTION);
		CHECK_EQ(mr(M_RSP), stacks[i]);
		thread_delete(thread);
	}
}

TEST(GEXC0054, "a thread that loads RSP with an address of either half continues after interrupts")
{
	static const word stacks[] = { 0, 0x7fffffffffff, 0xffff800000000000, 0xffffffffffffffff };

	for (unsigned i = 0; i < sizeof stacks / sizeof *stacks; i++) {
		L4_ThreadId_t thread = thread_start_prio(without_stack, (void *)stacks[i], 50);
		word before = turns;

		for (unsigned k = 0; k < 2; k++, before = turns) {
			sleep_us(20000);
			CHECK(turns > before);
		}
		thread_delete(thread);
	}
}

TEST(GEXC0047, "a RSP in the kernel's memory is a page fault at the first use of the stack")
{
	static const word stacks[] = { 0xffff800000000000, 0xffffffff80100000 };

	for (unsigned i = 0; i < 2; i++) {
		L4_ThreadId_t thread = trapped();
		L4_MsgTag_t tag = with_stack(thread, stacks[i]);

		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), stacks[i]);
		CHECK_EQ(mr(2), trap_ud_next);
		thread_delete(thread);
	}
}

TEST(GEXC0048, "the reply's RIP may be the gateway's: the thread does that system call, as itself")
{
	L4_ThreadId_t thread = trapped();
	word link = *(word *)((word)kip + 0x1e0);	/* SystemClock */
	word before = now();

	L4_LoadMR(M_RIP, link);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
	CHECK(t.after.rax >= before && t.after.rax <= now());
	CHECK_EQ(t.after.rbx, t.before.rbx);
}
