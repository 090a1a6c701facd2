/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.c - floating-point registers and FPSCR of threads (ppc32 9): zero at the start, a thread's own for
 * ever.
 */
#include "exceptions.h"
#include "exregs.h"

enum { THREADS = 6, ROUNDS = 20 };

static void check_fpu(const struct fpu *is, const struct fpu *should)
{
	const word *a = (const word *)is, *b = (const word *)should;

	for (word i = 0; i < sizeof *is / sizeof(word); i++)
		CHECK_EQ(a[i], b[i]);
}

struct look { struct fpu fpu; volatile word done; };

static void look(void *arg)
{
	struct look *l = arg;

	fpu_store(&l->fpu);
	l->done = 1;
}

TEST(GFPU0101, "a new thread finds zero in all floating-point registers and in FPSCR, whatever others have"
	      " there")
{
	static const struct fpu zero;
	static struct look l;
	struct fpu mine, after;
	struct space s;

	space_make(&s);
	for (unsigned i = 0; i < 4; i++) {
		fpu_pattern(&mine, 77 + i);
		fpu_load(&mine);
		l.done = 0;
		if (i & 1)
			space_start(&s, look, &l);
		else
			thread_start(look, &l);
		AWAIT(l.done);
		check_fpu(&l.fpu, &zero);
		fpu_store(&after);
		check_fpu(&after, &mine);
	}
}

/* Each has its own pattern, and looks at it after each message of the test, and after others have run. */
struct keeper { word seed; volatile word rounds, wrong; };

static void keep(void *arg)
{
	struct keeper *k = arg;
	struct fpu mine, is;
	L4_ThreadId_t from;

	fpu_pattern(&mine, k->seed);
	fpu_load(&mine);
	for (L4_MsgTag_t tag = L4_Wait(&from); ; ) {
		fpu_store(&is);
		k->wrong += !fpu_same(&is, &mine);
		k->rounds++;
		L4_Set_MsgTag(tag);
		tag = L4_ReplyWait(from, &from);
	}
}

TEST(GFPU0102, "each of several threads of three spaces keeps its registers, however short Ipc goes round")
{
	static struct keeper k[THREADS];
	struct space s[2];
	L4_ThreadId_t t[THREADS];
	struct fpu mine, is;

	space_make(&s[0]);
	space_make(&s[1]);
	for (word i = 0; i < THREADS; i++) {
		k[i] = (struct keeper){ .seed = 1000 + i };
		t[i] = i % 3 ? space_start(&s[i % 3 - 1], keep, &k[i]) : thread_start(keep, &k[i]);
	}
	fpu_pattern(&mine, 5);
	fpu_load(&mine);
	for (word i = 0; i < ROUNDS * THREADS; i++) {
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(t[i * 5 % THREADS])));
	}
	fpu_store(&is);
	check_fpu(&is, &mine);
	for (word i = 0; i < THREADS; i++) {
		CHECK_EQ(k[i].rounds, ROUNDS);
		CHECK_EQ(k[i].wrong, 0);
	}
}

/* Runs for ever with its own pattern. */
static void hold(void *arg)
{
	struct keeper *k = arg;
	struct fpu mine, is;

	fpu_pattern(&mine, k->seed);
	fpu_load(&mine);
	for (;; k->rounds++) {
		fpu_store(&is);
		k->wrong += !fpu_same(&is, &mine);
	}
}

TEST(GFPU0103, "threads that are preempted keep them, FPSCR's rounding mode too")
{
	static struct keeper k[3];

	for (word i = 0; i < 3; i++) {
		L4_ThreadId_t t;

		k[i] = (struct keeper){ .seed = 31 + i };
		t = thread_start_prio(hold, &k[i], 50);
		CHECK(L4_Set_Timeslice(t, L4_TimePeriod(300), L4_Never));
	}
	AWAIT(k[0].rounds > 100 && k[1].rounds > 100 && k[2].rounds > 100);
	for (word i = 0; i < 3; i++) {
		CHECK(k[i].rounds > 100);
		CHECK_EQ(k[i].wrong, 0);
	}
}

TEST(GFPU0104, "writing FLAGS of a thread that runs with the FPU neither takes it away nor changes its"
	      " registers")
{
	static struct keeper k;
	L4_ThreadId_t t;

	k = (struct keeper){ .seed = 8 };
	t = thread_start_prio(hold, &k, 50);
	for (word i = 0; i < 20; i++) {
		word seen = k.rounds;

		sleep_us(300);
		exchange(t, X_FLAGS, (struct exregs){ .flags = i & 1 ? 0x900 : 0 });
		AWAIT(k.rounds > seen + 2);
		CHECK(k.rounds > seen + 2);
	}
	CHECK_EQ(k.wrong, 0);
}

static struct fpu trapped[2];

static void trap_with_fpu(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	fpu_load(&trapped[0]);
	trap_ud();
	fpu_store(&trapped[1]);
	L4_Send(*(L4_ThreadId_t *)handler);
}

TEST(GFPU0105, "an exception and its reply leave the floating-point registers alone, the handler's as well")
{
	static L4_ThreadId_t me;
	struct fpu mine, is;
	L4_ThreadId_t t;

	me = L4_Myself();
	fpu_pattern(&trapped[0], 12);
	fpu_pattern(&mine, 13);
	fpu_load(&mine);
	t = thread_start(trap_with_fpu, &me);
	expect(t, EXCEPTION_PROGRAM, CODE_ILLEGAL, trap_ud);
	fpu_store(&is);
	check_fpu(&is, &mine);
	skip(t, trap_ud_next);
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(t, L4_TimePeriod(100000))));
	check_fpu(&trapped[1], &trapped[0]);
	fpu_store(&is);
	check_fpu(&is, &mine);
}

TEST(GFPU0106, "registers of a deleted thread do not come up again in the thread that has its number, or in"
	      " another")
{
	static const struct fpu zero;
	static struct keeper k;
	static struct look l;

	for (word i = 0; i < 8; i++) {
		struct mark mark = world_mark();
		L4_ThreadId_t t;

		k = (struct keeper){ .seed = 90 + i };
		t = thread_start_prio(hold, &k, 50);
		AWAIT(k.rounds > 0);
		thread_delete(t);
		l.done = 0;
		t = thread_start(look, &l);
		AWAIT(l.done);
		check_fpu(&l.fpu, &zero);
		thread_delete(t);
		world_release(mark);
	}
}

enum { FE0 = 0x800, FE = 0x900, OFTEN = 64 };	/* so often that a debug kernel checks them (regs.h, R5) */

static void use_with_flags(void *handler)
{
	L4_Set_ExceptionHandler(*(L4_ThreadId_t *)handler);
	trap_ud();
	fpu_load(&trapped[0]);
	trap_ud();
	fpu_divide();
	L4_Send(*(L4_ThreadId_t *)handler);
}

/* t's next exception: its message has these FLAGS, also in the code. */
static void expect_flags(L4_ThreadId_t t, word code, void (*at)(void), word flags)
{
	expect(t, EXCEPTION_PROGRAM, code, at);
	CHECK_EQ(mr(M_FLAGS), flags);
	CHECK_EQ(mr(M_ERROR) & FE, flags);
}

/* t continues at `at`, with other FLAGS. */
static void go_on(L4_ThreadId_t t, void (*at)(void), word flags)
{
	L4_LoadMR(M_IP, (word)at);
	L4_LoadMR(M_FLAGS, flags);
	reply_words(t, M_FLAGS);
}

TEST(GFPU0107, "FE0 and FE1 of a thread are reported and have effect as they were set, while it has the FPU"
	      " and when another thread has had it")
{
	static L4_ThreadId_t me;
	struct fpu mine, is;
	L4_ThreadId_t t;

	me = L4_Myself();
	fpu_pattern(&trapped[0], 14);
	fpu_pattern(&mine, 15);
	fpu_load(&mine);
	t = thread_start(use_with_flags, &me);
	expect_flags(t, CODE_ILLEGAL, trap_ud, 0);
	go_on(t, trap_ud, FE);
	expect_flags(t, CODE_ILLEGAL, trap_ud, FE);
	go_on(t, trap_ud_next, FE);
	expect_flags(t, CODE_ILLEGAL, trap_ud, FE);		/* with the FPU */
	fpu_store(&is);
	check_fpu(&is, &mine);
	for (unsigned i = 0; i < OFTEN; i++) {			/* without it */
		reply_words(t, 0);
		expect_flags(t, CODE_ILLEGAL, trap_ud, FE);
	}
	go_on(t, trap_ud, FE0);
	expect_flags(t, CODE_ILLEGAL, trap_ud, FE0);
	go_on(t, trap_ud_next, FE);
	expect_flags(t, CODE_FP, fpu_divide_at, FE);
	go_on(t, fpu_divide_next, 0);
	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(t, L4_TimePeriod(100000))));
}
