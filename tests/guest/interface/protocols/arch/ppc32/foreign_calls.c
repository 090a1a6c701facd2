/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * foreign_calls.c - `sc` outside of the gateway: a message of twelve words (ppc32 8.2); and the gateway,
 * which makes a call of an instruction at one of its entries only (5).
 */
#include <l4/forbidden.h>
#include "exceptions.h"

enum { INSTRUCTION = 4, ENTRY_BYTES = 8, FE = 0x900 };

static void next_call(L4_ThreadId_t t)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, (word)N_EXCEPTION << 20 | S_WORDS);
}

static void answer(L4_ThreadId_t t, word u)
{
	L4_Set_MsgTag(tag_make(0, u, 0));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
}

/* Of general registers from r3 on, in the order of struct regs. */
static const word *from_r3(const struct regs *r) { return &r->r3; }

/* What the message does not have: r11 to r31, CTR, CR and XER. */
static void check_kept(const struct trap *t)
{
	for (unsigned i = 8; i < REGS - 1; i++)
		CHECK_EQ(from_r3(&t->after)[i], from_r3(&t->before)[i]);
	CHECK_EQ(t->after.flags, t->before.flags);
}

TEST(GEXC0080, "the message of a foreign call: r3 to r10, r0, the IP behind it, SP and FLAGS")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_sc);

	next_call(thread);
	for (int i = 0; i < 8; i++)
		CHECK_EQ(mr(S_R3 + i), from_r3(&t.before)[i]);
	CHECK_EQ(mr(S_R0), t.before.r0);
	CHECK_EQ(mr(S_IP), trap_sc_next);
	CHECK_EQ(mr(S_SP), t.after.sp);
	CHECK_EQ(mr(S_FLAGS), 0);
}

TEST(GEXC0081, "the reply's words are loaded as far as it has them; all other registers are kept")
{
	static struct trap t;

	for (word u = 0; u <= S_WORDS; u++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread = start_trap(&t, trap_sc);
		word sp;

		next_call(thread);
		sp = mr(S_SP);
		for (int i = 1; i <= S_R0; i++)
			L4_LoadMR(i, 0x4400 + (word)i);
		L4_LoadMR(S_SP, sp);
		answer(thread, u);
		CHECK(t.done);
		for (word i = 0; i < 8; i++)
			CHECK_EQ(from_r3(&t.after)[i], i < u ? 0x4401 + i : from_r3(&t.before)[i]);
		CHECK_EQ(t.after.r0, u >= S_R0 ? 0x4409 : t.before.r0);
		check_kept(&t);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0082, "a reply sets IP and SP, and of FLAGS what a user may set")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_sc);
	word sp;

	next_call(thread);
	sp = mr(S_SP);
	L4_LoadMR(S_IP, (word)trap_sc);
	L4_LoadMR(S_SP, sp - 32);
	L4_LoadMR(S_FLAGS, ~0x600ul);
	answer(thread, S_WORDS);
	next_call(thread);
	CHECK_EQ(mr(S_SP), sp - 32);
	CHECK_EQ(mr(S_FLAGS), FE);
	L4_LoadMR(S_SP, sp);
	answer(thread, S_WORDS);
	CHECK(t.done);
	check_kept(&t);
}

TEST(GEXC0083, "without a handler, or with one that does not exist, a thread halts at a foreign call")
{
	static struct trap t;
	L4_ThreadId_t handler[2] = { L4_nilthread, tid_new() };

	for (unsigned i = 0; i < 2; i++) {
		t = (struct trap){ .handler = handler[i], .target = (word)trap_sc };
		CHECK_EQ(thread_state(thread_start(run_trap, &t)), L4_SCHEDRESULT_INACTIVE);
		CHECK(!t.done);
	}
}

struct keep { L4_ThreadId_t handler; volatile word done, same; };

static void call_with_words(void *arg)
{
	struct keep *k = arg;
	bool same = true;

	L4_Set_ExceptionHandler(k->handler);
	for (int i = 0; i < 64; i++)
		L4_LoadMR(i, 0x6000 + (word)i);
	L4_ForbiddenSyscall(4);
	for (int i = 0; i < 64; i++)
		same &= mr(i) == 0x6000 + (word)i;
	k->same = same;
	k->done = 1;
}

TEST(GEXC0084, "a foreign call and its reply leave the thread's message registers in the UTCB alone")
{
	static struct keep k;
	L4_ThreadId_t t;

	k = (struct keep){ .handler = L4_Myself() };
	t = thread_start(call_with_words, &k);
	next_call(t);
	answer(t, S_WORDS);
	CHECK(k.done);
	CHECK(k.same);
}

TEST(GEXC0085, "a foreign call with the registers of each system call is one all the same")
{
	static struct trap t;

	for (word i = 0; i < 20; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread;

		t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_sc, .a = i };
		thread = thread_start(run_trap, &t);
		next_call(thread);
		CHECK_EQ(mr(S_R3), i ? i : t.before.r3);
		answer(thread, 0);
		CHECK(t.done);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0086, "in the gateway's page an instruction that is no entry is a program exception: no call"
	      " begins there")
{
	static struct trap t;
	word page = GATEWAY_PAGE;

	for (word offset = 0; offset < PAGE; offset += offset < 256 ? INSTRUCTION : 252) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread;

		if (offset % ENTRY_BYTES == 0 && *(volatile word *)(page + offset) == 0x44000002)
			continue;
		guest_note("offset", offset);
		t = (struct trap){ .handler = L4_Myself(), .target = page + offset };
		thread = thread_start(run_trap, &t);
		expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, (void (*)(void))(page + offset));
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0087, "the gateway is readable in each space, and cannot be written")
{
	struct space s;
	word page = GATEWAY_PAGE;

	space_make(&s);
	CHECK_EQ(probe_read(&s, page).value, *(volatile word *)page);
	CHECK(!probe_read(&s, page).faulted);
	CHECK(probe_write(&s, page, 1).faulted);
	CHECK(probe_write(&s, page + PAGE - 4, 1).faulted);
	CHECK(probe_read(&s, page - 4).faulted);
}
