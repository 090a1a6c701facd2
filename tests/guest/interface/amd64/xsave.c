/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xsave.c - the whole of a thread's FPU state: what a new one finds in it, what users may and may
 * not do with XSAVE and XCR0, and other operations on threads whose registers are in use.
 */
#include "exceptions.h"

/* XSAVE area (SDM 1 13.4): the part of FXSAVE, a header, the upper halves of YMM. */
enum { XSAVE_BYTES = 832, XSTATE_BV = 512, XCOMP_BV = 520, X87_SSE = 3, AVX = 4 };
struct xsave { uint8_t bytes[1024]; } __attribute__((aligned(64)));

enum { MXCSR = 24, MXCSR_MASK = 28, ENDS = 416 };	/* offsets; from 416 on FXSAVE leaves memory alone */

static void fill(struct fpu *f, word seed)
{
	word wide = avx_usable() ? ~0ul : 0, *w = (word *)f;

	for (unsigned i = 0; i < sizeof *f / sizeof *w; i++)
		w[i] = seed * (i + 3);
	for (unsigned i = 0; i < 16; i++)
		f->high[i][0] &= wide, f->high[i][1] &= wide;
	f->mxcsr = 0x1f80;
	f->control = 0x37f;
}

static bool holds(const struct fpu *want)
{
	struct fpu found;
	const word *a = (const word *)want, *b = (const word *)&found;

	fpu_store(&found);
	for (unsigned i = 0; i < sizeof found / sizeof *a; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

/* Everything that there is, the addresses of x87's last instruction and operand too. */
static void dirty(void *unused)
{
	struct fpu f;

	(void)unused;
	fpu_pend();
	fill(&f, 0x0123456789abcdef);
	fpu_load(&f);
	fpu_wait();
	fpu_load(&f);
	guest_wait();
}

static void take_image(void *to)
{
	fpu_image(to);
}

static void check_fresh(const uint8_t *image, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		uint8_t want = i == 0 ? 0x7f : i == 1 ? 3 : i == MXCSR ? 0x80 : i == MXCSR + 1 ? 0x1f : 0;

		if (i >= MXCSR_MASK && i < MXCSR_MASK + 4)
			continue;
		if (image[i] != want)
			guest_note("at byte", i);
		CHECK_EQ(image[i], want);
	}
}

TEST(GFPU0011, "a new thread finds no data, flags or addresses in the x87 and SSE state")
{
	static struct fpu_image found;

	thread_start(dirty, 0);
	thread_start(take_image, &found);
	check_fresh(found.bytes, ENDS);
}

static void take_xsave(void *to)
{
	xsave_all(to);
}

TEST(GFPU0012, "XSAVE in a new thread finds nothing in any component")
{
	static struct xsave found;

	if (!xsave_usable())
		guest_skip("no XSAVE");
	thread_start(dirty, 0);
	thread_start(take_xsave, &found);
	check_fresh(found.bytes, ENDS);
	CHECK_EQ(*(word *)(found.bytes + XSTATE_BV) & ~xcr0_read(), 0);
	for (unsigned i = XCOMP_BV; i < sizeof found; i++)
		CHECK_EQ(found.bytes[i], 0);
}

TEST(GFPU0013, "XCR0 has x87 and SSE, AVX if the CPU has it and the kernel uses it, and nothing else")
{
	struct cpuid id;

	if (!xsave_usable())
		guest_skip("no XSAVE");
	cpuid(0xd, 0, &id);
	CHECK(xcr0_read() == X87_SSE || xcr0_read() == (X87_SSE | AVX));
	CHECK_EQ(xcr0_read() & ~(word)id.eax, 0);
	CHECK(id.ebx <= XSAVE_BYTES);
	CHECK_EQ(avx_usable(), xcr0_read() >> 2 & 1);
}

TEST(GFPU0014, "a user cannot change XCR0: general protection, or invalid opcode without XSAVE")
{
	static struct trap t;
	word before = xsave_usable() ? xcr0_read() : 0;
	L4_ThreadId_t thread = start_trap(&t, trap_xsetbv);

	for (unsigned i = 0; i < 2; i++) {
		L4_MsgTag_t tag = L4_Receive_Timeout(thread, L4_TimePeriod(1000000));

		CHECK_EQ(tag.raw, 0xffffffffffb00000 | M_WORDS);
		CHECK(mr(M_NUMBER) == (xsave_usable() ? EXCEPTION_PROTECTION : EXCEPTION_INVALID)
		      || (under_qemu() && mr(M_NUMBER) == EXCEPTION_PROTECTION));
		CHECK_EQ(mr(M_ERROR), 0);
		CHECK_EQ(mr(M_RIP), trap_xsetbv);
		L4_LoadMR(M_RCX, 0);		/* now with arguments that make sense */
		L4_LoadMR(M_RDX, 0);
		L4_LoadMR(M_RAX, X87_SSE);
		if (i == 1)
			L4_LoadMR(M_RIP, (word)trap_xsetbv_next);
		reply_words(thread, M_WORDS);
	}
	CHECK(t.done);
	CHECK_EQ(xsave_usable() ? xcr0_read() : 0, before);
}

TEST(GFPU0015, "without XSAVE its instructions are invalid opcodes")
{
	if (xsave_usable())
		guest_skip("there is XSAVE");
	trap_and_skip(EXCEPTION_INVALID, 0, trap_xgetbv, trap_xgetbv_next);
	trap_and_skip(EXCEPTION_INVALID, 0, trap_xrstor_at, trap_xrstor_next);
}

TEST(GFPU0016, "XGETBV of a register that is not there is a general protection fault")
{
	if (!xsave_usable())
		guest_skip("no XSAVE");
	trap_and_skip(EXCEPTION_PROTECTION, 0, trap_xgetbv, trap_xgetbv_next);	/* RCX is a pattern */
}

TEST(GFPU0017, "vector instructions that are not switched on are invalid opcodes; AVX-512 is not")
{
	trap_and_skip(EXCEPTION_INVALID, 0, trap_evex, trap_evex_next);
	if (!avx_usable())
		trap_and_skip(EXCEPTION_INVALID, 0, trap_vex, trap_vex_next);
}

/* Restore from an image with a word of its header changed: refused, and the thread can continue. */
static void try_restore(unsigned at, word value)
{
	static struct xsave image;
	static struct trap t;
	L4_ThreadId_t thread;

	xsave_all(&image);
	*(word *)(image.bytes + at) = value;
	t = (struct trap){ .handler = L4_Myself(), .target = (word)trap_xrstor, .a = (word)&image };
	thread = thread_start(run_trap, &t);
	expect(thread, EXCEPTION_PROTECTION, 0, trap_xrstor_at);
	skip(thread, trap_xrstor_next);
	CHECK(t.done);
}

TEST(GFPU0018, "a malformed image of a user's XRSTOR is his own general protection fault")
{
	struct fpu mine;

	if (!xsave_usable())
		guest_skip("no XSAVE");
	fill(&mine, 0x18);
	fpu_load(&mine);
	try_restore(XSTATE_BV, 1ul << 62);
	try_restore(XSTATE_BV, 1 << 5);		/* a component of AVX-512 */
	try_restore(MXCSR, 0xffffffff00001f80 | 1 << 16);
	CHECK(holds(&mine));
}

/* ---- many threads, many turns ---- */

enum { CROWD = 9, TURNS = 40 };

struct member { word seed; volatile word turns, wrong; };

static void one_of_many(void *arg)
{
	struct member *m = arg;
	struct fpu mine;

	for (word i = 0; i < TURNS; i++) {
		word start = now();

		fill(&mine, m->seed * 1000 + i);
		fpu_load(&mine);
		if ((m->seed + i) % 3 == 0)
			L4_Yield();
		else if ((m->seed + i) % 3 == 1)
			sleep_us(m->seed * 17 % 200);
		else
			while (now() - start < 400)
				;
		m->wrong += !holds(&mine);
		m->turns++;
	}
}

static bool all_done(const struct member *m)
{
	for (unsigned i = 0; i < CROWD; i++)
		if (m[i].turns < TURNS)
			return false;
	return true;
}

TEST(GFPU0019, "nine threads in three spaces, preempted at short intervals, keep their registers")
{
	static struct member crowd[CROWD];
	static struct space s[2];

	space_make(&s[0]);
	space_make(&s[1]);
	for (unsigned i = 0; i < CROWD; i++) {
		L4_ThreadId_t t;

		crowd[i] = (struct member){ .seed = i + 1 };
		t = i % 3 == 2 ? thread_start_prio(one_of_many, &crowd[i], 90)
			       : space_start_prio(&s[i % 3], one_of_many, &crowd[i], 90);
		L4_Set_Timeslice(t, L4_TimePeriod(64 + 16 * i), L4_Never);
	}
	for (unsigned i = 0; i < 300 && !all_done(crowd); i++)
		sleep_us(5000);
	CHECK(all_done(crowd));
	for (unsigned i = 0; i < CROWD; i++)
		CHECK_EQ(crowd[i].wrong, 0);
}

TEST(GFPU0020, "a hundred threads one after the other, each left dirty: none finds what the last one had")
{
	static struct fpu_image found;
	struct mark mark = world_mark();

	for (unsigned i = 0; i < 100; i++) {
		thread_delete(thread_start(dirty, 0));
		thread_delete(thread_start(take_image, &found));
		check_fresh(found.bytes, ENDS);
		world_release(mark);
	}
}

/* ---- what else happens to a thread ---- */

struct life { L4_ThreadId_t handler; struct fpu mine; volatile word loaded, go, done, same; };

static void spin_with_registers(void *arg)
{
	struct life *l = arg;

	fill(&l->mine, 0x2121);
	fpu_load(&l->mine);
	l->loaded = 1;
	while (!l->go)
		;
	l->same = holds(&l->mine);
	l->done = 1;
}

TEST(GFPU0021, "a thread stopped, given other flags and started again keeps its registers")
{
	static struct life l;
	struct fpu other;
	L4_ThreadId_t t;

	l.loaded = l.go = l.done = 0;
	t = thread_start_prio(spin_with_registers, &l, 90);
	AWAIT(l.loaded);
	CHECK(l.loaded);
	L4_Stop(t);
	fill(&other, 0x99);
	fpu_load(&other);
	L4_Set_UserDefinedHandleOf(t, 1);
	l.go = 1;
	L4_Start(t);
	AWAIT(l.done);
	CHECK(l.done);
	CHECK(l.same);
	CHECK(holds(&other));
}

static void trap_with_registers(void *arg)
{
	struct life *l = arg;

	L4_Set_ExceptionHandler(l->handler);
	fill(&l->mine, 0x2222);
	fpu_load(&l->mine);
	trap_ud();
	l->same = holds(&l->mine);
	l->done = 1;
}

TEST(GFPU0022, "an exception and its reply leave the registers alone, although the handler uses them")
{
	static struct life l;
	struct fpu other;
	L4_ThreadId_t t;

	l = (struct life){ .handler = L4_Myself() };
	t = thread_start(trap_with_registers, &l);
	expect(t, EXCEPTION_INVALID, 0, trap_ud);
	fill(&other, 0x88);
	fpu_load(&other);
	skip(t, trap_ud_next);
	CHECK(l.done);
	CHECK(l.same);
	CHECK(holds(&other));
}

static void wait_with_registers(void *arg)
{
	struct life *l = arg;

	fill(&l->mine, 0x2323);
	fpu_load(&l->mine);
	sleep_us(2000);
	l->same = holds(&l->mine);
	l->done = 1;
}

TEST(GFPU0023, "a thread moved to another space takes its registers along")
{
	static struct life l;
	struct space a, b;
	L4_ThreadId_t t;

	l.done = 0;
	space_make(&a);
	space_make(&b);
	t = space_start(&a, wait_with_registers, &l);
	CHECK_EQ(thread_control(t, b.anchor, L4_nilthread, L4_nilthread, ~0ul), 0);
	sleep_us(5000);
	CHECK(l.done);
	CHECK(l.same);
}

static void use_with_handler(void *arg)
{
	struct life *l = arg;

	L4_Set_ExceptionHandler(l->handler);
	fill(&l->mine, 0x2424);
	fpu_load(&l->mine);
	L4_Yield();
	l->same = holds(&l->mine);
	l->done = 1;
}

TEST(GFPU0024, "that the registers are somewhere else for a while is never an exception (7)")
{
	static struct life l;
	struct fpu other;
	L4_ThreadId_t t;

	l = (struct life){ .handler = L4_Myself() };
	t = thread_start_prio(use_with_handler, &l, 100);
	fill(&other, 0x77);
	for (unsigned i = 0; i < 100 && !l.done; i++) {
		fpu_load(&other);
		L4_Yield();
		CHECK(holds(&other));
	}
	CHECK(l.done);
	CHECK(l.same);
	CHECK(L4_IpcFailed(L4_Receive_Timeout(t, L4_ZeroTime)));
}
