/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * values.c - values in registers that no correct program has: FLAGS, SP, IP and LR with any bits, registers
 * at an `sc` outside of the gateway, addresses that are not aligned. What each instruction raises as an
 * exception: protocols/arch/ppc32.
 */
#include "bad_values.h"
#include "exceptions.h"
#include "exregs.h"
#include "odd_link.h"
#include "random.h"

enum { FE = 0x900, SE_BE = 0x600, LOW_BITS = 3, CALLS = 100 };

/* It raises its exception again; its FLAGS are these, and it runs as user code with interrupts on. */
static void check_user(L4_ThreadId_t t, word flags)
{
	expect(t, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	CHECK_EQ(mr(M_FLAGS), flags);
	CHECK_EQ(mr(M_ERROR) & 0xffff & ~(word)(FE | RI), USER_MSR);
}

static void raise_again(L4_ThreadId_t t)
{
	L4_LoadMR(M_IP, (word)trap_ud);
	reply_words(t, 1);
}

TEST(GWLD0101, "each bit of FLAGS by ExchangeRegisters, and all but SE and BE together: a thread gets FE0 and"
	      " FE1 only, and runs as user code with interrupts on")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	check_user(thread, 0);
	for (word i = 0; i <= 32; i++) {
		word flags = (i < 32 ? 1ul << i : ~0ul) & ~(word)SE_BE;

		guest_note("flags", flags);
		exchange(thread, X_FLAGS, (struct exregs){ .flags = flags });
		CHECK_EQ(exchange_control(thread, X_DELIVER).flags, flags & FE);
		raise_again(thread);
		check_user(thread, flags & FE);
	}
	skip(thread, trap_ud_next);
	CHECK(t.done);
}

TEST(GWLD0102, "an odd SP is what a thread has and a message shows; of an odd IP the two low bits are"
	      " ignored")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);
	word sp;

	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	sp = mr(M_SP);
	for (word odd = 1; odd <= LOW_BITS; odd++) {
		exchange(thread, X_SP | X_IP, (struct exregs){ .sp = sp + odd, .ip = (word)trap_ud + odd });
		CHECK_EQ(exchange_control(thread, X_DELIVER).sp, sp + odd);
		L4_LoadMR(M_IP, (word)trap_ud + odd);
		reply_words(thread, 1);
		expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
		CHECK_EQ(mr(M_SP), sp + odd);
	}
	L4_LoadMR(M_IP, (word)trap_ud_next);
	L4_LoadMR(M_SP, sp);
	reply_words(thread, M_SP);
	CHECK(t.done);
}

TEST(GWLD0103, "a system call with an odd LR returns to the word that has its address without the two low"
	      " bits")
{
	void *kip = L4_GetKernelInterface();
	const word link[] = { __L4_Kip(kip)->Ipc, __L4_Kip(kip)->ThreadSwitch, __L4_Kip(kip)->SystemClock };

	for (unsigned i = 0; i < sizeof link / sizeof *link; i++)
		for (word odd = 0; odd <= LOW_BITS; odd++)
			CHECK_EQ(odd_link_call(link[i], odd), 1);
}

/* ---- `sc` outside of the gateway ---- */

struct caller { L4_ThreadId_t handler; volatile word done; };

static void call_with_any(void *arg)
{
	struct caller *c = arg;
	uint64_t seed = 0x243f6a8885a308d3;

	L4_Set_ExceptionHandler(c->handler);
	for (unsigned n = 0; n < CALLS; n++) {
		struct regs before, after;

		regs_pattern(&before, 0);
		for (unsigned i = 0; i < REGS; i++)
			((word *)&before)[i] = n % 4 ? random_next(&seed) : wild[(n + i) % WILDS];
		after = before;
		regs_call(&after, (word)trap_sc);
		for (unsigned i = 0; i < REGS; i++)
			c->done += ((word *)&after)[i] == ((word *)&before)[i];
	}
}

TEST(GWLD0104, "`sc` outside of the gateway with any values in r0 and r3 to r31 is a foreign call; all of"
	      " them come back after an empty answer")
{
	static struct caller c;
	L4_ThreadId_t thread;

	c = (struct caller){ .handler = L4_Myself() };
	thread = thread_start(call_with_any, &c);
	for (unsigned n = 0; n < CALLS; n++) {
		L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

		guest_note("call", n);
		CHECK_EQ(tag.raw, (word)N_EXCEPTION << 20 | S_WORDS);
		reply_words(thread, 0);
	}
	sleep_us(1000);
	CHECK_EQ(c.done, CALLS * REGS);
}

/* ---- addresses ---- */

/* The instruction is done, or is exception 0x600 and is left out. */
static void done_or_alignment(void (*at)(void), void (*next)(void), word address)
{
	static struct trap t;
	L4_ThreadId_t thread;
	L4_MsgTag_t tag;

	t = (struct trap){ .handler = L4_Myself(), .target = (word)at, .a = address };
	guest_note("address", address);
	thread = thread_start(run_trap, &t);
	tag = L4_Receive_Timeout(thread, L4_TimePeriod(5000));
	if (L4_IpcSucceeded(tag)) {
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_ALIGNMENT);
		CHECK_EQ(mr(M_IP), at);
		skip(thread, next);
	}
	CHECK(t.done);
	CHECK_EQ(t.after.r3, t.before.r3);
	CHECK_EQ(t.after.r30, t.before.r30);
	thread_delete(thread);
}

TEST(GWLD0105, "lmw at an address that is not aligned, and dcbz of uncached memory, are done or are exception"
	      " 0x600; the thread continues behind them")
{
	struct mark mark = world_mark();

	for (word odd = 0; odd <= LOW_BITS; odd++) {
		done_or_alignment(trap_load_multiple, trap_load_multiple_next, pool(0) + 64 + odd);
		world_release(mark);
	}
	CHECK_EQ(L4_Set_PageAttribute(fpage(pool(1), 12, 0), L4_UncacheableMemory), 1);
	done_or_alignment(trap_zero, trap_zero_next, pool(1) + 5);
	CHECK_EQ(L4_Set_PageAttribute(fpage(pool(1), 12, 0), L4_DefaultMemory), 1);
	check_alive();
}
