/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aside.c - work that enters the kernel in every way and checks what comes back, beside the victims'
 * messages, while tests/guest/attack/aside lets NMIs and machine checks come at instructions of entry and
 * exit.
 */
#include "exceptions.h"
#include "victims.h"

enum {
	PRIO = 90, PRIO_HANDLER = 95, WORKERS = 2, SLICE = 50, COMPUTE = 2000, PAGE_BITS = 12, FLAGS = 0x202,
};

static volatile word loops, wrong;
static L4_ThreadId_t handler;
static word cells[WORKERS][PAGE / sizeof(word)] __attribute__((aligned(1 << PAGE_BITS)));

/* Pager and exception handler: the instruction that trapped is UD2, of two bytes. */
static void handle(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		if (image_fault(tag, mr(1))) {
			image_map(mr(1));
		} else {
			L4_LoadMR(M_IP, mr(M_IP) + 2);
			L4_LoadMR(0, tag_make(0, L4_UntypedWords(tag), 0).raw);
		}
		tag = L4_ReplyWait(from, &from);
	}
}

/* ---- a worker ---- */

/* An exception, whose handler lets it continue: no register changes. */
static bool trap(word base)
{
	struct regs before, after;

	regs_pattern(&before, base);
	after = before;
	regs_call(&after, (word)trap_ud);
	before.flags = after.flags;
	before.sp = after.sp;
	return !__builtin_memcmp(&before, &after, sizeof before);
}

/* The page is taken away, and comes back by its next access, with what it had. */
static bool fault(volatile word *cell, word value)
{
	L4_Fpage_t page = L4_FpageLog2((word)cell, PAGE_BITS);

	*cell = value;
	L4_Set_Rights(&page, L4_FullyAccessible);
	L4_Flush(page);
	return *cell == value;
}

/* Beside the other worker, which has values of its own there. */
static bool keep_vectors(word seed)
{
	struct fpu mine, found;

	fpu_pattern(&mine, seed);
	fpu_load(&mine);
	L4_Yield();
	fpu_store(&found);
	return fpu_same(&mine, &found);
}

static void work(void *arg)
{
	volatile word *cell = arg;
	word pointer = gs_read(), selectors = segments_read();
	uint64_t time = L4_SystemClock().raw, now;

	L4_Set_ExceptionHandler(handler);
	for (word i = 0;; i++) {
		wrong += !trap(i) + !fault(cell, i);
		wrong += !keep_vectors((word)cell + i);
		count_down(COMPUTE);		/* preempted at times */
		now = L4_SystemClock().raw;
		wrong += now < time || gs_read() != pointer || segments_read() != selectors;
		time = now;
		loops++;
	}
}

static void start_worker(struct space *s, word *cell)
{
	L4_ThreadId_t t;

	space_make(s);
	t = space_waiting(s, handler);
	CHECK(L4_Set_Priority(t, PRIO) != 0 && L4_Set_Timeslice(t, L4_TimePeriod(SLICE), L4_Never) != 0);
	L4_Start_SpIpFlags(t, thread_frame(stack_new(), work, cell), (word)guest_thread_entry, FLAGS);
}

TEST(ASID0001, "work that enters the kernel in every way has the right results while NMIs come in between")
{
	static struct space spaces[WORKERS];
	word asked = rounds_asked();

	loops = wrong = 0;
	victims_start(PRIO);
	handler = thread_start_prio(handle, 0, PRIO_HANDLER);
	for (unsigned i = 0; i < WORKERS; i++)
		start_worker(&spaces[i], cells[i]);
	while (loops < asked)
		sleep_us(50000);
	CHECK(victims_calls() > asked / 4);
	CHECK_EQ(wrong + victims_wrong(), 0);
}
