/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tls.c - SetTls: each thread has an FS base of its own, whatever way the kernel enters it. A test skips
 * itself on a kernel without the call.
 */
#include <l4/pecan.h>
#include "exception_message.h"
#include "machine.h"

enum { ROUNDS = 20, WORDS = 12 };

/* What FS:0 is for a thread: the base is the address of `value`. */
struct cell { word value; };
static struct cell cells[4] = { { 0x1111 }, { 0x2222 }, { 0x3333 }, { 0x4444 } };

struct job {
	struct cell *cell;		/* 0: the thread sets no base */
	void (*between)(struct job *);
	L4_ThreadId_t partner;
	volatile word rounds, wrong, done;
};

static void need_tls(void)
{
	if (!L4_HasTls())
		guest_skip("no SetTls in this kernel");
}

static void look(struct job *j)
{
	j->wrong += j->cell && fs_read() != j->cell->value;
	j->rounds++;
}

static void keep(void *arg)
{
	struct job *j = arg;

	if (j->cell)
		j->wrong += !L4_SetTls(j->cell);
	for (word i = 0; i < ROUNDS; i++) {
		look(j);
		j->between(j);
	}
	look(j);
	j->done = 1;
}

static void yield(struct job *j)
{
	(void)j;
	L4_Yield();
}

static void nap(struct job *j)
{
	(void)j;
	sleep_us(100);
}

static void compute(struct job *j)
{
	word start = now();

	while (now() - start < 2000)
		look(j);
}

/* Two threads do the same at once; each may have a base. */
static void check_pair(void (*between)(struct job *), struct cell *a, struct cell *b, bool other_space)
{
	static struct job j[2];
	struct space s;

	j[0] = (struct job){ .cell = a, .between = between };
	j[1] = (struct job){ .cell = b, .between = between };
	L4_Set_Timeslice(thread_start_prio(keep, &j[0], 90), L4_TimePeriod(500), L4_Never);
	if (other_space) {
		space_make(&s);
		L4_Set_Timeslice(space_start_prio(&s, keep, &j[1], 90), L4_TimePeriod(500), L4_Never);
	} else {
		L4_Set_Timeslice(thread_start_prio(keep, &j[1], 90), L4_TimePeriod(500), L4_Never);
	}
	AWAIT(j[0].done && j[1].done);
	CHECK(j[0].done && j[1].done);
	CHECK_EQ(j[0].wrong, 0);
	CHECK_EQ(j[1].wrong, 0);
	CHECK(j[0].rounds > ROUNDS && j[1].rounds > ROUNDS);
}

TEST(GTLS0001, "threads that yield to each other keep the base that each has set, in one space and in two")
{
	need_tls();
	for (unsigned other = 0; other < 2; other++) {
		check_pair(yield, &cells[0], &cells[1], other);
		check_pair(yield, &cells[0], 0, other);
		check_pair(yield, 0, &cells[1], other);
	}
}

TEST(GTLS0002, "threads that sleep keep it")
{
	need_tls();
	check_pair(nap, &cells[0], &cells[1], false);
	check_pair(nap, &cells[0], &cells[1], true);
}

TEST(GTLS0003, "threads that are preempted keep it")
{
	need_tls();
	check_pair(compute, &cells[0], &cells[1], false);
	check_pair(compute, &cells[0], &cells[1], true);
}

/* ---- messages ---- */

static void echo(void *arg)
{
	struct job *j = arg;
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	if (j->cell)
		j->wrong += !L4_SetTls(j->cell);
	tag = L4_Wait(&from);
	for (;;) {
		look(j);
		L4_Set_MsgTag(tag_make(0, (unsigned)L4_UntypedWords(tag), 0));
		tag = L4_ReplyWait(from, &from);
	}
}

static void call(struct job *j)
{
	for (unsigned words = 0; words < WORDS; words++) {
		msg_load(0, words, 0x700);
		j->wrong += L4_IpcFailed(L4_Call(j->partner));
		for (unsigned i = 1; i <= words; i++)
			j->wrong += mr((int)i) != 0x700 + i;
		look(j);
	}
}

static void check_call(struct cell *a, struct cell *b, bool other_space)
{
	static struct job j[2];
	struct space s;

	j[0] = (struct job){ .cell = a, .between = call };
	j[1] = (struct job){ .cell = b };
	if (other_space) {
		space_make(&s);
		j[0].partner = space_start(&s, echo, &j[1]);
	} else {
		j[0].partner = thread_start(echo, &j[1]);
	}
	thread_start(keep, &j[0]);
	CHECK(j[0].done);
	CHECK_EQ(j[0].wrong, 0);
	CHECK_EQ(j[1].wrong, 0);
	CHECK_EQ(j[1].rounds, ROUNDS * WORDS);
}

TEST(GTLS0004, "calls and replies of 0 to 11 words switch the base, and carry the words as ever")
{
	need_tls();
	for (unsigned other = 0; other < 2; other++) {
		check_call(&cells[0], &cells[1], other);
		check_call(&cells[0], 0, other);
		check_call(0, &cells[1], other);
	}
}

/* ---- faults ---- */

static void fault(struct job *j)
{
	static word at;

	(void)j;
	trap_ud();
	(void)*(volatile word *)(WINDOW + PAGE * (at++ % 64));
}

/* Answers the faults of t until it is done: pages of the pool, and the instruction after UD2. */
static void answer_faults(L4_ThreadId_t t, const struct job *j)
{
	while (!j->done) {
		L4_MsgTag_t tag = pager_serve(t);

		CHECK(L4_IpcSucceeded(tag));
		if (tag_protocol(tag) == N_PAGEFAULT) {
			word address = mr(1);
			L4_Fpage_t f = fpage(pool(0), 12, 7);

			CHECK(address >= WINDOW && address < WINDOW + 64 * PAGE);
			load_map(1, f, address & ~0xffful);
			L4_Set_MsgTag(tag_make(0, 0, 2));
		} else {
			CHECK_EQ(mr(M_RIP), trap_ud);
			L4_LoadMR(M_RIP, (word)trap_ud_next);
			L4_Set_MsgTag(tag_make(0, 18, 0));
		}
		L4_Reply(t);
	}
}

static void keep_handled(void *arg)
{
	L4_Set_ExceptionHandler(((struct job *)arg)->partner);
	keep(arg);
}

TEST(GTLS0005, "a thread keeps it through page faults and exceptions that a thread with another base answers")
{
	static struct job j;
	struct space s;

	need_tls();
	CHECK(L4_SetTls(&cells[2]));
	space_make(&s);
	j = (struct job){ .cell = &cells[3], .between = fault, .partner = L4_Myself() };
	answer_faults(space_start_pager(&s, keep_handled, &j, L4_Myself()), &j);
	CHECK_EQ(j.wrong, 0);
	CHECK_EQ(fs_read(), cells[2].value);
}

/* ---- what is refused, and which threads have no base ---- */

TEST(GTLS0006, "an address outside the user area is refused with error 5, and the base stays")
{
	static const word bad[] = { USER_END, NO_ADDRESS - 1, NO_ADDRESS, 2 * NO_ADDRESS, TOP_BIT, KERNEL_MEMORY,
				    ~0ul };

	need_tls();
	CHECK(L4_SetTls(&cells[1]));
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_EQ(L4_SetTls((void *)bad[i]), 0);
		CHECK_EQ(L4_ErrorCode(), L4_ErrInvalidParam);
		CHECK_EQ(fs_read(), cells[1].value);
	}
	CHECK_EQ(L4_SetTls((void *)(USER_END - 1)), 1);
	CHECK_EQ(L4_ErrorCode(), 0);
	CHECK_EQ(L4_SetTls(0), 1);
}

static void set_and_wait(void *cell)
{
	L4_SetTls(cell);
	guest_wait();
}

static void read_fs(void *unused)
{
	(void)unused;
	fs_read();
}

TEST(GTLS0007, "a thread that sets none has base 0, after one that had a base and after one in its memory")
{
	struct space s;

	need_tls();
	for (unsigned i = 0; i < 4; i++) {
		L4_ThreadId_t t;
		L4_MsgTag_t tag;

		L4_SetTls(&cells[0]);
		thread_delete(thread_start(set_and_wait, &cells[1]));
		space_make(&s);
		t = space_start_pager(&s, read_fs, 0, L4_Myself());
		tag = pager_serve(t);
		CHECK_EQ(tag_protocol(tag), N_PAGEFAULT);
		CHECK_EQ(mr(1), 0);
		space_delete(&s);
	}
}

static void load_and_yield(struct job *j)
{
	(void)j;
	segments_load(0);
	L4_Yield();
}

TEST(GTLS0008, "what is loaded into FS has no effect on the base once another thread has run")
{
	need_tls();
	check_pair(load_and_yield, &cells[0], &cells[1], false);
	check_pair(load_and_yield, &cells[0], &cells[1], true);
	segments_load(0x23);
}

TEST(GTLS0009, "SetTls changes RAX, RCX, R11 and RDI, the UTCB's address, and no other register")
{
	struct regs before, after;

	need_tls();
	regs_pattern(&before, (word)0x0bad000000000000);
	before.rdi = (word)&cells[0];
	after = before;
	regs_call(&after, (word)__L4_SetTls);
	CHECK_EQ(fs_read(), cells[0].value);
	before.rax = 1;
	before.rcx = after.rcx;
	before.r11 = after.r11;
	before.sp = after.sp;
	before.flags = after.flags;
	for (unsigned i = 0; i < sizeof before / sizeof(word); i++)
		CHECK_EQ(((word *)&after)[i], ((word *)&before)[i]);
}
