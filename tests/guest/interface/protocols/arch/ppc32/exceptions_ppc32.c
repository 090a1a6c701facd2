/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exceptions_ppc32.c - exceptions of ppc32 as messages (ppc32 8.1, 7). The test is the exception handler of
 * its worker.
 */
#include "exceptions.h"
#include "exregs.h"

enum { INSTRUCTION = 4, FE = 0x900, SE = 0x400, BE = 0x200, ODD = 2 };

static L4_ThreadId_t start_with(struct trap *t, void (*target)(void), word a)
{
	*t = (struct trap){ .handler = L4_Myself(), .target = (word)target, .a = a };
	return thread_start(run_trap, t);
}

/* The next exception of t, of this number. */
static void next_exception(L4_ThreadId_t t, word number)
{
	L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(tag.raw, (word)N_EXCEPTION << 20 | M_WORDS);
	CHECK_EQ(mr(M_NUMBER), number);
}

static void check_same(const struct trap *t)
{
	for (unsigned i = 0; i < REGS; i++)
		CHECK_EQ(((const word *)&t->after)[i], ((const word *)&t->before)[i]);
	CHECK_EQ(t->after.flags, t->before.flags);
}

TEST(GEXC0060, "the message has six words: IP, SP, FLAGS, the vector's offset, SRR1 and the thread's local"
	      " id")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	CHECK_EQ(mr(M_SP), t.after.sp);
	CHECK_EQ(mr(M_FLAGS), 0);
	CHECK_EQ(mr(M_LOCAL_ID), L4_LocalIdOf(thread).raw);
	CHECK_EQ(mr(M_ERROR) & ~(word)RI, CODE_ILLEGAL | USER_MSR);
}

TEST(GEXC0061, "each privileged, illegal and trap instruction is a program exception at its place, with its"
	      " cause, and has no effect")
{
	static struct trap t;

	for (const struct fault_case *c = faults_program; c->at; c++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread = start_with(&t, (void (*)(void))c->at, pool(0));

		guest_note("case", (word)(c - faults_program));
		expect(thread, c->number, c->code, (void (*)(void))c->at);
		skip(thread, (void (*)(void))(c->at + INSTRUCTION));
		CHECK(t.done);
		check_same(&t);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0062, "a reply sets IP, SP and FLAGS as far as its words reach; its label and other words do not"
	      " count")
{
	static struct trap t;
	word sp;

	for (word u = 0; u < 8; u++) {
		struct mark mark = world_mark();
		L4_ThreadId_t thread = start_trap(&t, trap_ud);

		expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
		sp = mr(M_SP);
		for (int i = 4; i < 8; i++)
			L4_LoadMR(i, 0x5151);
		L4_LoadMR(M_SP, sp - 64);
		L4_LoadMR(M_FLAGS, FE);
		L4_Set_MsgTag(tag_make(0x1234, u, 0));
		CHECK(L4_IpcSucceeded(L4_Reply(thread)));
		expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
		CHECK_EQ(mr(M_SP), u >= 2 ? sp - 64 : sp);
		CHECK_EQ(mr(M_FLAGS), u >= 3 ? FE : 0);
		L4_LoadMR(M_SP, sp);
		skip(thread, trap_ud_next);
		CHECK(t.done);
		check_same(&t);
		thread_delete(thread);
		world_release(mark);
	}
}

TEST(GEXC0063, "of FLAGS a reply sets FE0, FE1, SE and BE only, whatever else it has")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	for (word bit = 0; bit < 32; bit++) {
		if ((SE | BE) >> bit & 1)
			continue;
		L4_LoadMR(M_FLAGS, 1ul << bit);
		reply_words(thread, M_WORDS);
		expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
		CHECK_EQ(mr(M_FLAGS), 1ul << bit & FE);
	}
	L4_LoadMR(M_FLAGS, ~(word)(SE | BE));
	reply_words(thread, M_WORDS);
	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	CHECK_EQ(mr(M_FLAGS), FE);
	skip(thread, trap_ud_next);
	CHECK(t.done);
}

TEST(GEXC0064, "SE: a trace exception 0xD00 after each instruction, at the next one, until FLAGS end it")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	L4_LoadMR(M_IP, (word)count_register - INSTRUCTION);	/* mtctr r3, nop, bdnz */
	L4_LoadMR(M_FLAGS, SE);
	reply_words(thread, M_WORDS);
	for (word i = 0; i < 5; i++) {
		next_exception(thread, EXCEPTION_TRACE);
		CHECK_EQ(mr(M_IP), (word)count_register + (i & 1) * INSTRUCTION);
		CHECK_EQ(mr(M_FLAGS), SE);
		reply_words(thread, M_WORDS);
	}
	next_exception(thread, EXCEPTION_TRACE);
	L4_LoadMR(M_IP, (word)trap_ud_next);
	L4_LoadMR(M_FLAGS, 0);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
}

TEST(GEXC0065, "BE: a trace exception 0xD00 after each branch, not after other instructions")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_ud);

	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	L4_LoadMR(M_IP, (word)count_register - INSTRUCTION);
	L4_LoadMR(M_FLAGS, BE);
	reply_words(thread, M_WORDS);
	for (word i = 0; i < 3; i++) {
		next_exception(thread, EXCEPTION_TRACE);
		CHECK_EQ(mr(M_IP), count_register);
		reply_words(thread, M_WORDS);
	}
	next_exception(thread, EXCEPTION_TRACE);
	L4_LoadMR(M_IP, (word)trap_ud_next);
	L4_LoadMR(M_FLAGS, 0);
	reply_words(thread, M_WORDS);
	CHECK(t.done);
}

TEST(GEXC0066, "a reservation at an address that is not aligned is exception 0x600, its code DSISR")
{
	static struct trap t;
	L4_ThreadId_t thread = start_with(&t, trap_load_reserved, pool(0) + ODD);

	next_exception(thread, EXCEPTION_ALIGNMENT);
	CHECK_EQ(mr(M_IP), trap_load_reserved);
	CHECK_EQ(mr(M_ERROR) & 0xffff, 0);		/* r0, no base: SRR1 would have bits of MSR */
	skip(thread, trap_load_reserved_next);
	CHECK(t.done);
	check_same(&t);
}

TEST(GEXC0067, "an instruction of AltiVec is exception 0xF20, or 0x700 on a CPU without it")
{
	static struct trap t;
	L4_ThreadId_t thread = start_trap(&t, trap_vector);
	L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

	CHECK(L4_IpcSucceeded(tag));
	CHECK_EQ(mr(M_IP), trap_vector);
	if (mr(M_NUMBER) != EXCEPTION_VECTORS)
		CHECK_EQ(mr(M_NUMBER), EXCEPTION_PROGRAM);
	skip(thread, trap_vector_next);
	CHECK(t.done);
	check_same(&t);
}

/* A worker without a handler, that has halted at `at`. */
static L4_ThreadId_t halted_at(struct trap *t, void (*at)(void))
{
	L4_ThreadId_t thread;

	*t = (struct trap){ .handler = L4_nilthread, .target = (word)at };
	thread = thread_start(run_trap, t);
	CHECK_EQ(thread_state(thread), L4_SCHEDRESULT_INACTIVE);
	CHECK(!t->done);
	return thread;
}

TEST(GEXC0068, "without a handler a thread halts at the instruction, and a start behind it resumes it with"
	      " all registers as they were")
{
	static struct trap t;
	L4_ThreadId_t thread = halted_at(&t, trap_ud);
	struct exregs x = exchange_control(thread, X_DELIVER);

	CHECK_EQ(x.control & 7, X_H);
	CHECK_EQ(x.ip, trap_ud);
	CHECK_EQ(x.sp, t.after.sp);
	exchange(thread, X_HALT | X_IP, (struct exregs){ .ip = x.ip + INSTRUCTION });
	sleep_us(1000);
	CHECK(t.done);
	check_same(&t);
}

TEST(GEXC0069, "the same of a trap, and of a thread whose FLAGS are set meanwhile")
{
	static struct trap t;
	L4_ThreadId_t thread = halted_at(&t, trap_trap);
	struct exregs x = exchange_control(thread, X_DELIVER);

	CHECK_EQ(x.ip, trap_trap);
	exchange(thread, X_FLAGS, (struct exregs){ .flags = ~(word)(SE | BE) });
	CHECK_EQ(exchange_control(thread, X_DELIVER).flags, FE);
	exchange(thread, X_HALT | X_IP | X_FLAGS, (struct exregs){ .ip = x.ip + INSTRUCTION });
	sleep_us(1000);
	CHECK(t.done);
	check_same(&t);
}

TEST(GEXC0070, "with FE0 or FE1 in FLAGS a division by zero is exception 0x700 of the FPU; without them it"
	      " is none")
{
	static struct trap t;
	L4_ThreadId_t thread;

	thread = start_trap(&t, fpu_divide);
	CHECK(t.done);
	thread_delete(thread);
	thread = start_trap(&t, trap_ud);
	expect(thread, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	L4_LoadMR(M_IP, (word)fpu_divide);
	L4_LoadMR(M_FLAGS, FE);
	reply_words(thread, M_WORDS);
	expect(thread, EXCEPTION_PROGRAM, CODE_FP, fpu_divide_at);
	L4_LoadMR(M_FLAGS, 0);
	skip(thread, fpu_divide_next);
	CHECK(t.done);
}

/* ---- page faults (8.3) ---- */

static void fault_of(struct space *s, void (*trap)(void), word expected)
{
	static struct trap t;
	L4_ThreadId_t thread;
	L4_MsgTag_t tag;

	t = (struct trap){ .handler = L4_nilthread, .target = (word)trap, .a = WINDOW + 0x120 };
	thread = space_start_pager(s, run_trap, &t, L4_Myself());
	tag = pager_serve(thread);
	CHECK_EQ(tag.raw, expected);
	CHECK_EQ(mr(1), WINDOW + 0x120);
	CHECK_EQ(mr(2), trap);
	thread_delete(thread);
	space_forget_last(s);
}

static void reserve_and_write(void *unused)
{
	static volatile word go = 1;

	(void)unused;
	reserve_and_store((volatile word *)WINDOW, &go, 1);
}

static void reserve_there(struct space *s)
{
	L4_ThreadId_t thread = space_start_pager(s, reserve_and_write, 0, L4_Myself());

	CHECK_EQ(pager_serve(thread).raw, WRITE_FAULT);
	CHECK_EQ(mr(1), WINDOW);
	thread_delete(thread);
	space_forget_last(s);
}

TEST(GPGF0030, "dcbz is a fault for writing, a reservation and dcbst are faults for reading, and of memory"
	      " that is only readable a conditional store is one for writing")
{
	struct space s;

	space_make(&s);
	fault_of(&s, trap_zero, WRITE_FAULT);
	fault_of(&s, trap_load_reserved, READ_FAULT);
	fault_of(&s, trap_read, READ_FAULT);
	map_page(&s, 0, 0, L4_Readable);
	reserve_there(&s);
}

TEST(GPGF0031, "addresses of the kernel's segments fault, for reading, writing and executing, mapped or not")
{
	static const word at[] = {
		0xc0000000, 0xc0003000, 0xc1000000, 0xcffff000, 0xd0000000, 0xe0000000, 0xf0000000, 0xfffe0000,
	};
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < sizeof at / sizeof *at; i++) {
		guest_note("address", at[i]);
		CHECK(probe_read(&s, at[i]).faulted);
		CHECK(probe_write(&s, at[i], 1).faulted);
		CHECK(probe_execute(&s, at[i]).faulted);
	}
}
