/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segments.c - segment registers, which have almost no effect in 64-bit mode, give no access to another
 * thread and do not change its UTCB pointer.
 */
#include "machine.h"

enum { USUAL = 0x23, GS_USUAL = 0x33, TURNS = 30 };
static const word usual = (word)USUAL << 32 | (word)USUAL << 16 | USUAL;

/* All that users can load into data segments: null ones, and the two user descriptors with any RPL. */
static const word selectors[] = { 0, 1, 2, 3, 0x20, 0x21, 0x22, 0x23, 0x28, 0x29, 0x2a, 0x2b };
enum { SELECTORS = sizeof selectors / sizeof *selectors };

static void load_and_yield(void *done)
{
	for (unsigned i = 0; i < TURNS * SELECTORS; i++) {
		segments_load(selectors[i % SELECTORS]);
		L4_Yield();
	}
	*(volatile word *)done = 1;
}

static void load_and_sleep(void *done)
{
	for (unsigned i = 0; i < SELECTORS; i++) {
		segments_load(selectors[i]);
		sleep_us(300);
	}
	*(volatile word *)done = 1;
}

struct look { volatile word wrong, looks, done; };

static void look(void *arg)
{
	struct look *l = arg;

	for (unsigned i = 0; i < TURNS * SELECTORS; i++) {
		l->wrong += segments_read() != usual || gs_selector() != GS_USUAL;
		l->looks++;
		L4_Yield();
	}
	l->done = 1;
}

TEST(GSEG0001, "the first thread of a space has 0x23 in DS, ES and FS, and 0x33 in GS")
{
	static struct look l;
	struct space s;

	l = (struct look){ 0 };
	space_make(&s);
	segments_load(0);
	space_start_prio(&s, look, &l, 150);
	segments_load(USUAL);
	sleep_us(1000);
	CHECK_EQ(l.wrong, 0);
	CHECK(l.looks > 0);
}

TEST(GSEG0002, "what one thread loads into DS, ES and FS is not seen in another space")
{
	static volatile word done;
	static struct look l;
	struct space s;

	l = (struct look){ 0 };
	done = 0;
	space_make(&s);
	thread_start_prio(load_and_yield, (void *)&done, 90);
	space_start_prio(&s, look, &l, 90);
	for (unsigned i = 0; i < 300 && !(l.done && done); i++)
		sleep_us(1000);
	CHECK(l.done && done);
	CHECK_EQ(l.wrong, 0);
}

static void look_while(void *arg)
{
	struct look *l = arg;

	while (!l->done) {
		l->wrong += segments_read() != usual || gs_selector() != GS_USUAL;
		l->looks++;
	}
}

TEST(GSEG0003, "nor when threads are preempted")
{
	static volatile word done;
	static struct look l;
	struct space s;

	l = (struct look){ 0 };
	done = 0;
	space_make(&s);
	space_start_prio(&s, look_while, &l, 80);
	thread_start_prio(load_and_sleep, (void *)&done, 90);
	AWAIT(done);
	CHECK(done);
	l.done = 1;
	CHECK_EQ(l.wrong, 0);
	CHECK(l.looks > 100);
}

struct spoil { volatile word wrong, done; };

static void spoil_gs(void *arg)
{
	struct spoil *s = arg;
	word mine = gs_read();

	for (unsigned i = 0; i < TURNS * SELECTORS; i++) {
		gs_load(selectors[i % SELECTORS]);
		L4_SystemClock();
		s->wrong += gs_read() != mine || gs_selector() != GS_USUAL;
		gs_load(selectors[i % SELECTORS]);
		L4_Yield();
		s->wrong += gs_read() != mine;
	}
	s->done = 1;
}

static void check_gs(void *arg)
{
	struct look *l = arg;
	word mine = gs_read();

	while (!l->done) {
		l->wrong += gs_read() != mine || gs_selector() != GS_USUAL;
		l->looks++;
		L4_Yield();
	}
}

TEST(GSEG0004, "whatever is loaded into GS, each thread has its own UTCB pointer there after the next call")
{
	static struct spoil s;
	static struct look l;
	struct space other;

	s = (struct spoil){ 0 };
	l = (struct look){ 0 };
	space_make(&other);
	space_start_prio(&other, check_gs, &l, 90);
	thread_start_prio(spoil_gs, &s, 90);
	for (unsigned i = 0; i < 300 && !s.done; i++)
		sleep_us(1000);
	l.done = 1;
	CHECK(s.done);
	CHECK_EQ(s.wrong, 0);
	CHECK_EQ(l.wrong, 0);
	CHECK(l.looks > TURNS);
}

static void spoil_and_spin(void *arg)
{
	word mine = gs_read();

	gs_load(0);
	while (gs_selector() != GS_USUAL)	/* until an interrupt came */
		;
	((struct spoil *)arg)->wrong = gs_read() != mine;
	((struct spoil *)arg)->done = 1;
}

TEST(GSEG0005, "an interrupt mends GS as well")
{
	static struct spoil s;

	s = (struct spoil){ 0 };
	thread_start_prio(spoil_and_spin, &s, 90);
	sleep_us(1000);			/* at its end comes the interrupt, */
	sleep_us(1000);			/* and now the thread runs again */
	CHECK(s.done);
	CHECK_EQ(s.wrong, 0);
}

static void read_fs(void *selector)
{
	segments_load((word)selector);
	fs_read();
}

TEST(GSEG0006, "the base of FS is 0, whatever was loaded into it")
{
	for (unsigned i = 0; i < SELECTORS; i++) {
		L4_ThreadId_t t = thread_start_pager(read_fs, (void *)selectors[i], L4_Myself());
		L4_MsgTag_t tag = L4_Receive_Timeout(t, L4_TimePeriod(1000000));

		CHECK(L4_IpcSucceeded(tag));
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), 0);
		thread_delete(t);
	}
}

static void look_after_each(void *arg)
{
	struct look *l = arg;
	L4_ThreadId_t from;

	L4_Accept(L4_MapGrantItems(L4_FpageLog2(WINDOW, 12)));
	for (;;) {
		L4_MsgTag_t tag = L4_Wait(&from);

		(void)tag;
		l->wrong += segments_read() != usual;
		l->looks++;
	}
}

TEST(GSEG0007, "nor in a space to which a message switches that takes a page from the sender's space")
{
	enum { PAGES = 4 };
	static struct look l;
	struct space s;
	L4_ThreadId_t t;

	l = (struct look){ 0 };
	space_make(&s);
	t = space_start_prio(&s, look_after_each, &l, 150);
	for (unsigned i = 0; i < PAGES; i++) {
		*(volatile word *)pool(i) = i;		/* so its translation has to be invalidated */
		L4_LoadMRs(1, 2, L4_GrantItem(fpage(pool(i), 12, L4_ReadWriteOnly), 0).raw);
		L4_Set_MsgTag(tag_make(0, 0, 2));
		segments_load(0);
		CHECK(L4_IpcSucceeded(L4_Send_Timeout(t, L4_ZeroTime)));
		segments_load(USUAL);
	}
	CHECK_EQ(l.looks, PAGES);
	CHECK_EQ(l.wrong, 0);
}
