/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vector_registers.c - the FPU and vector registers are private to a thread. The build forbids them to the
 * compiler.
 */
#include "machine.h"

struct job {
	word seed;
	void (*between)(struct job *);
	L4_ThreadId_t partner;
	volatile word rounds, wrong, done;
};

/* Load a pattern, do something, check that the pattern is still there; several times. */
static void keep(void *arg)
{
	struct job *j = arg;
	struct fpu mine, found;

	for (word i = 0; i < 20; i++) {
		fpu_pattern(&mine, j->seed + i * 0x10001);
		fpu_load(&mine);
		j->between(j);
		fpu_store(&found);
		j->wrong += !fpu_same(&mine, &found);
		j->rounds++;
	}
	j->done = 1;
}

static void yield(struct job *j)
{
	(void)j;
	L4_Yield();
}

static void nap(struct job *j)
{
	sleep_us(100 + j->seed % 64);
}

static void compute(struct job *j)
{
	word start = now();

	(void)j;
	while (now() - start < 2000)
		;
}

static void start_pair(struct job *a, struct job *b, void (*between)(struct job *), bool other_space)
{
	static struct space s;

	*a = (struct job){ .seed = 0x1111111100000001, .between = between };
	*b = (struct job){ .seed = 0x2222222200000002, .between = between };
	thread_start_prio(keep, a, 90);
	if (!other_space) {
		thread_start_prio(keep, b, 90);
		return;
	}
	space_make(&s);
	space_start_prio(&s, keep, b, 90);
}

static void check_pair(void (*between)(struct job *), bool other_space)
{
	static struct job a, b;

	start_pair(&a, &b, between, other_space);
	for (unsigned i = 0; i < 300 && !(a.done && b.done); i++)
		sleep_us(5000);
	CHECK(a.done && b.done);
	CHECK_EQ(a.wrong, 0);
	CHECK_EQ(b.wrong, 0);
}

TEST(GFPU0001, "two threads of a space that yield to each other keep their registers")
{
	check_pair(yield, false);
}

TEST(GFPU0002, "two threads of different spaces that yield to each other keep their registers")
{
	check_pair(yield, true);
}

TEST(GFPU0003, "threads that sleep keep their registers")
{
	check_pair(nap, true);
}

TEST(GFPU0004, "threads that are preempted keep their registers")
{
	static struct job a, b;
	L4_ThreadId_t t;

	a = (struct job){ .seed = 0x31, .between = compute };
	b = (struct job){ .seed = 0x77, .between = compute };
	t = thread_start_prio(keep, &a, 90);
	L4_Set_Timeslice(t, L4_TimePeriod(500), L4_Never);
	t = thread_start_prio(keep, &b, 90);
	L4_Set_Timeslice(t, L4_TimePeriod(500), L4_Never);
	for (unsigned i = 0; i < 300 && !(a.done && b.done); i++)
		sleep_us(5000);
	CHECK(a.done && b.done);
	CHECK_EQ(a.wrong + b.wrong, 0);
}

static void clean_registers(void *out)
{
	fpu_store(out);
}

static void check_clean(const struct fpu *f)
{
	for (unsigned i = 0; i < 16; i++) {
		CHECK_EQ(f->xmm[i][0], 0);
		CHECK_EQ(f->xmm[i][1], 0);
		CHECK_EQ(f->high[i][0], 0);
		CHECK_EQ(f->high[i][1], 0);
	}
	for (unsigned i = 0; i < 8; i++)
		CHECK_EQ(f->mmx[i], 0);
	CHECK_EQ(f->mxcsr, 0x1f80);
	CHECK_EQ(f->control, 0x37f);
}

TEST(GFPU0005, "a new thread has clean registers, whatever others left in them")
{
	static struct fpu mine, found;

	fpu_pattern(&mine, 0x5151515151515151);
	fpu_load(&mine);
	thread_start(clean_registers, &found);
	check_clean(&found);
	fpu_store(&found);
	CHECK(fpu_same(&mine, &found));
}

static void load_and_wait(void *f)
{
	fpu_load(f);
	guest_wait();
}

TEST(GFPU0006, "the registers of a deleted thread do not come to the next one")
{
	static struct fpu mine, found;
	struct space s;
	L4_ThreadId_t t;

	fpu_pattern(&mine, 0x6161616161616161);
	t = thread_start(load_and_wait, &mine);
	thread_delete(t);
	space_make(&s);
	space_start(&s, clean_registers, &found);
	check_clean(&found);
}

static void answer(void *arg)
{
	struct fpu mine;
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		fpu_pattern(&mine, (word)arg);
		fpu_load(&mine);
		(void)tag;
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
}

TEST(GFPU0007, "a call to a server that uses the registers leaves the caller's alone")
{
	struct fpu mine, found;
	struct space s;
	L4_ThreadId_t t;

	space_make(&s);
	t = space_start(&s, answer, (void *)0x7171ul);
	for (word i = 0; i < 20; i++) {
		fpu_pattern(&mine, 0xabcd + i);
		fpu_load(&mine);
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Call(t)));
		fpu_store(&found);
		CHECK(fpu_same(&mine, &found));
	}
}

struct fault { struct fpu mine, found; volatile word done; };

static void use_and_fault(void *arg)
{
	struct fault *f = arg;

	fpu_load(&f->mine);
	(void)*(volatile word *)(word)WINDOW;
	fpu_store(&f->found);
	f->done = 1;
}

TEST(GFPU0008, "a page fault leaves the registers alone, although the pager uses them")
{
	static struct fault f;
	struct fpu other;
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	space_make(&s);
	f.done = 0;
	fpu_pattern(&f.mine, 0x8181);
	t = space_start_pager(&s, use_and_fault, &f, L4_Myself());
	tag = pager_serve(t);
	CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
	fpu_pattern(&other, 0x9191);
	fpu_load(&other);
	load_map(1, fpage(pool(0), 12, 6), WINDOW);
	L4_Set_MsgTag(tag_make(0, 0, 2));
	CHECK(L4_IpcSucceeded(L4_Reply(t)));
	CHECK(f.done);
	CHECK(fpu_same(&f.mine, &f.found));
}

TEST(GFPU0009, "system calls leave the registers alone")
{
	struct fpu mine, found;

	fpu_pattern(&mine, 0xa1a1);
	fpu_load(&mine);
	for (unsigned i = 0; i < 10; i++) {
		now();
		L4_UnmapFpage(L4_Nilpage);
		L4_Yield();
		thread_state(L4_Myself());
	}
	fpu_store(&found);
	CHECK(fpu_same(&mine, &found));
}

static void leave_error(void *unused)
{
	(void)unused;
	fpu_pend();
	guest_wait();
}

static void use_x87(void *unused)
{
	(void)unused;
	fpu_wait();
}

TEST(GFPU0010, "an x87 error that one thread left pending is not raised in another")
{
	static struct fpu found;

	thread_start(leave_error, 0);
	thread_start(clean_registers, &found);
	check_clean(&found);
	thread_start(use_x87, &found);
}
