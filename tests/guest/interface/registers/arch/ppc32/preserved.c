/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preserved.c - which registers each call may change (ppc32 5), and that none brings another one's value:
 * what is no output is as it was, or 0, or the place to which the call returned.
 */
#include "machine.h"

/* Numbers in the order of struct regs. */
enum {
	OLD = 0x31000000, R0 = 0, R3 = 1, R5 = 3, R11 = 9, R14 = 12, R15 = 13, R16 = 14, R20 = 18, R29 = 27,
	R30 = 28, R31 = 29, CTR = 30, CR = 31,
};

/* Bits of registers in the order of struct regs. */
#define RANGE(first, last)	(((2ull << (last)) - 1) & ~((1ull << (first)) - 1))
#define ALL_LOST		(RANGE(R0, R29) | RANGE(CTR, CR))

/* Calls the link and compares. lost: may be changed; out: outputs, of which the value is not looked at. */
static void check_call(struct regs *before, word link, uint64_t lost, uint64_t out)
{
	struct regs after = *before;
	const word *b = (const word *)before, *a = (const word *)&after;

	regs_call(&after, link);
	for (unsigned i = 0; i < REGS; i++) {
		bool same = a[i] == b[i] || i == CTR;

		if (out >> i & 1)
			continue;
		guest_note("register, in the order of struct regs", i);
		guest_note("is", a[i]);
		CHECK(same || lost >> i & 1);
		CHECK(same || a[i] == 0 || a[i] == after.lr);
	}
}

static void pattern(struct regs *r) { regs_pattern(r, OLD); }

TEST(GREG0001, "SystemClock has outputs in r3 and r4, and keeps r30 and r31")
{
	struct regs r;

	pattern(&r);
	check_call(&r, (word)__L4_SystemClock, ALL_LOST, RANGE(R3, R3 + 1));
}

TEST(GREG0002, "ThreadSwitch has no output")
{
	struct regs r;

	pattern(&r);
	r.r3 = 0;
	check_call(&r, (word)__L4_ThreadSwitch, ALL_LOST, 0);
}

TEST(GREG0003, "Schedule returns r3 and r4, and keeps r5 to r7")
{
	struct regs r;

	pattern(&r);
	r.r3 = L4_Myself().raw;
	r.r4 = r.r5 = r.r6 = r.r7 = ~0ul;
	check_call(&r, (word)__L4_Schedule, ALL_LOST & ~RANGE(R5, R5 + 2), RANGE(R3, R3 + 1));
}

TEST(GREG0004, "ExchangeRegisters returns r3 to r9: result, control, SP, IP, FLAGS, handle, pager")
{
	L4_ThreadId_t t = thread_waiting(supervisor);
	struct regs r;

	L4_Set_UserDefinedHandleOf(t, 0x4711);
	pattern(&r);
	r.r3 = t.raw;
	r.r4 = 0;
	check_call(&r, (word)__L4_ExchangeRegisters, ALL_LOST, RANGE(R3, R3 + 6));
	pattern(&r);
	r.r3 = t.raw;
	r.r4 = 0x200;
	regs_call(&r, (word)__L4_ExchangeRegisters);
	CHECK_EQ(r.r3, L4_LocalIdOf(t).raw);
	CHECK_EQ(r.r7, 0);
	CHECK_EQ(r.r8, 0x4711);
	CHECK_EQ(r.r9, supervisor.raw);
}

TEST(GREG0005, "ThreadControl, SpaceControl and ProcessorControl have an output in r3, SpaceControl one in"
	      " r4")
{
	struct regs r;

	pattern(&r);
	check_call(&r, (word)__L4_ThreadControl, ALL_LOST, RANGE(R3, R3));
	pattern(&r);
	check_call(&r, (word)__L4_SpaceControl, ALL_LOST, RANGE(R3, R3 + 1));
	pattern(&r);
	check_call(&r, (word)__L4_ProcessorControl, ALL_LOST, RANGE(R3, R3));
}

TEST(GREG0006, "MemoryControl keeps r11 to r13, r15 to r19, r30 and r31")
{
	struct regs r;

	pattern(&r);
	r.r15 = 0;
	check_call(&r, (word)__L4_MemoryControl,
		   RANGE(R0, R0) | RANGE(R3, R11 - 1) | RANGE(R20, R29) | RANGE(CTR, CR), RANGE(R3, R3));
}

TEST(GREG0007, "Unmap returns the message registers, and keeps r30 and r31")
{
	struct regs r;

	pattern(&r);
	r.r15 = 0;
	r.r14 = 0;
	check_call(&r, (word)__L4_Unmap, ALL_LOST, RANGE(R0, R0) | RANGE(R3, R11 - 1) | RANGE(R14, R14));
}

/* ---- Ipc ---- */

static void echo(void *arg)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)arg;
	for (;;) {
		L4_Set_MsgTag(tag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void check_ipc(struct regs *r, L4_ThreadId_t to, L4_ThreadId_t from, word timeouts, word link)
{
	r->r14 = tag_make(1, 2, 0).raw;
	r->r15 = to.raw;
	r->r16 = from.raw;
	r->r17 = timeouts;
	check_call(r, link, ALL_LOST,
		   RANGE(R0, R0) | RANGE(R3, R11 - 1) | RANGE(R14, R14) | RANGE(R16, R16));
}

TEST(GREG0008, "Ipc and Lipc change r16 and the message registers; nothing else comes back with the value of"
	       " another thread or of the kernel, r30 and r31 as they were")
{
	struct space s;
	L4_ThreadId_t t[2];
	struct regs r;

	space_make(&s);
	t[0] = thread_start(echo, 0);
	t[1] = space_start(&s, echo, 0);
	for (unsigned i = 0; i < 6; i++) {
		pattern(&r);
		check_ipc(&r, t[i & 1], t[i & 1], 0, i & 2 ? (word)__L4_Lipc : (word)__L4_Ipc);
	}
	pattern(&r);
	check_ipc(&r, L4_nilthread, L4_MyLocalId(), period(500), (word)__L4_Ipc);	/* it fails */
	pattern(&r);
	check_ipc(&r, L4_nilthread, L4_nilthread, 0, (word)__L4_Ipc);
	pattern(&r);
	check_ipc(&r, t[0], L4_nilthread, 0, (word)__L4_Ipc);
}

TEST(GREG0009, "the partner's registers do not arrive: r16 is the sender, r17 what it was or 0")
{
	L4_ThreadId_t t = thread_start(echo, 0);
	struct regs r;

	pattern(&r);
	regs_ipc(&r, t, t, 0, tag_make(1, 3, 0));
	CHECK_EQ(r.r14, tag_make(1, 3, 0).raw);
	CHECK_EQ(r.r16, L4_LocalIdOf(t).raw);
	CHECK(r.r17 == 0);
	CHECK(r.r30 == OLD + R30 && r.r31 == OLD + R31);
	CHECK_EQ(r.r3, OLD + R3);		/* the words came back */
	CHECK_EQ(r.r5, OLD + R5);
}

TEST(GREG0010, "the null call, ArchSyscall3, keeps every register")
{
	word link = ((word *)kip)[0x47];
	struct regs r;

	CHECK(link != 0);
	pattern(&r);
	r.flags = FLAGS_SOME;
	check_call(&r, link, 0, 0);
	r.flags = FLAGS_SOME;
	r.ctr = 0x1234;
	regs_call(&r, link);
	CHECK_EQ(r.ctr, 0x1234);
	CHECK_EQ(r.flags, FLAGS_SOME);
}

TEST(GREG0011, "the links are absolute addresses in one page that a shared virtual memory descriptor names")
{
	word page = GATEWAY_PAGE;
	bool found = false;

	for (unsigned i = 0x34; i < 0x3f; i++)
		CHECK_EQ(((word *)kip)[i] & -(word)PAGE, page);
	CHECK(page >= USER_END);
	for (word i = 0; i < L4_NumMemoryDescriptors(kip); i++) {
		L4_MemoryDesc_t *d = L4_MemoryDesc(kip, i);

		found |= L4_IsMemoryDescVirtual(d) && L4_MemoryDescType(d) == L4_SharedMemoryType
			 && L4_MemoryDescLow(d) <= page && L4_MemoryDescHigh(d) >= page + PAGE - 1;
	}
	CHECK(found);
}

/* ---- r2 is not believed (3, P7) ---- */

static void say_who(void *from)
{
	L4_ThreadId_t who;

	L4_Wait(&who);
	*(volatile word *)from = who.raw;
}

TEST(GREG0012, "with a wrong r2 a call is made by the thread that runs: its partner sees its id, it gets"
	      " its own words")
{
	static const word r2[] = { 0, 4, 0x100, 0xc0003000, 0xfffffff0 };
	static volatile word from;
	L4_ThreadId_t other = thread_waiting(supervisor);
	struct regs r;

	for (unsigned i = 0; i < sizeof r2 / sizeof *r2 + 1; i++) {
		L4_ThreadId_t t = thread_start(say_who, (void *)&from);

		from = 0;
		for (int m = 10; m < 20; m++)
			L4_LoadMR(m, 0x700 + (word)m);
		pattern(&r);
		r.r14 = tag_make(1, 12, 0).raw;
		r.r15 = t.raw;
		r.r16 = r.r17 = 0;
		regs_call_r2(&r, (word)__L4_Ipc, i < sizeof r2 / sizeof *r2 ? r2[i] : L4_LocalIdOf(other).raw);
		CHECK_EQ(r.r14 >> 15 & 1, 0);
		CHECK_EQ(from, L4_MyLocalId().raw);
	}
}

TEST(GREG0013, "and a failed call writes its error to the thread's own UTCB, whatever r2 is")
{
	struct regs r;

	L4_Set_UserDefinedHandle(0);
	pattern(&r);
	r.r3 = tid_new().raw;
	r.r4 = r.r5 = r.r6 = r.r7 = ~0ul;
	regs_call_r2(&r, (word)__L4_Schedule, 0xc0003000);
	CHECK_EQ(r.r3, 0);
	CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidThread);
}

/* ---- reservations (12) ---- */

static volatile word cell, go, stored;

static void reserve(void *unused)
{
	(void)unused;
	cell = 5;
	stored = 7;
	stored = reserve_and_store(&cell, &go, 6);
}

TEST(GREG0014, "a thread's reservation does not outlast the time of another one: the store is not made")
{
	L4_ThreadId_t t;

	go = 0;
	t = thread_start_prio(reserve, 0, 50);
	sleep_us(2000);
	CHECK_EQ(stored, 7);
	go = 1;
	AWAIT(stored != 7);
	CHECK_EQ(stored, 0);
	CHECK_EQ(cell, 5);
	thread_delete(t);
}

TEST(GREG0015, "nor a call of another thread that answers by short Ipc, in its space or another one")
{
	struct space s;
	L4_ThreadId_t t[2];

	space_make(&s);
	t[0] = thread_start(echo, 0);
	t[1] = space_start(&s, echo, 0);
	for (unsigned i = 0; i < 8; i++) {
		cell = 1;
		CHECK_EQ(reserve_over_ipc(&cell, (word)__L4_Ipc, t[i & 1].raw), 0);
		CHECK_EQ(cell, 1);
	}
	go = 1;
	CHECK_EQ(reserve_and_store(&cell, &go, 6), 1);		/* the same without one */
	CHECK_EQ(cell, 6);
}
