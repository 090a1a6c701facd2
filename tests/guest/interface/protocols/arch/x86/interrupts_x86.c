/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts_x86.c - interrupts of the CMOS clock, and what an interrupt handler has of ports and registers
 * (protocols 2).
 */
#include "rtc.h"
#include "string_items.h"
#include "uart.h"

/* The clock's line is attached to this thread, and is raised 1,024 times a second from now on. */
static L4_ThreadId_t begin_clock(void)
{
	L4_ThreadId_t rtc = L4_GlobalId(RTC_LINE, 1);

	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(CMOS, 2))));
	if (thread_control(rtc, rtc, L4_nilthread, L4_Myself(), -1ul) != 0)
		guest_skip("the kernel keeps the clock's line");
	cmos_set(RTC_B, cmos(RTC_B) | RTC_PERIODIC);
	cmos(RTC_C);
	return rtc;
}

static void end_clock(L4_ThreadId_t rtc)
{
	cmos_set(RTC_B, cmos(RTC_B) & ~(word)RTC_PERIODIC);
	cmos(RTC_C);
	CHECK_EQ(thread_control(rtc, rtc, L4_nilthread, rtc, -1ul), 0);
}

/* Receive and acknowledge so many. */
static void rtc_interrupts(L4_ThreadId_t rtc, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		CHECK(L4_IpcSucceeded(L4_Receive_Timeout(rtc, L4_TimePeriod(100000))));
		cmos(RTC_C);
		L4_Set_MsgTag(L4_Niltag);
		CHECK(L4_IpcSucceeded(L4_Send_Timeout(rtc, L4_TimePeriod(1000))));
	}
}

TEST(GIRQ0019, "a periodic device interrupts again and again, at its rate")
{
	L4_ThreadId_t rtc = begin_clock();
	word start = now(), passed;

	rtc_interrupts(rtc, 50);
	passed = now() - start;
	guest_note("us for 50 interrupts", passed);
	end_clock(rtc);
	CHECK(passed > 40000);
}

/* ---- a handler in another space gets no state of the interrupted thread ---- */

static struct fpu nosy_before, nosy_after;
static volatile word nosy_port;

/* It looks at the port, and, if there is an argument, at the FPU before. */
static void nosy(void *fpu)
{
	if (fpu)
		fpu_store(&nosy_before);
	nosy_port = L4_IpcSucceeded(L4_Receive(irq()));
	if (fpu)
		fpu_store(&nosy_after);
	nosy_port = port_in8(UART_IIR);
}

static void interrupt_nosy(struct fpu *mine)
{
	struct space s;
	L4_ThreadId_t t;
	L4_MsgTag_t tag;

	begin();
	space_make(&s);
	t = space_start_pager(&s, nosy, mine, L4_Myself());
	CHECK(L4_IpcFailed(pager_serve(t)));
	CHECK_EQ(attach(t), 0);
	nosy_port = 0x77;
	if (mine)
		fpu_load(mine);
	uart_raise();
	tag = pager_serve(t);
	CHECK_EQ(nosy_port, 1);
	CHECK_EQ(tag_protocol(tag), N_IO_FAULT);
	for (unsigned i = 0; mine && i < XMMS; i++)
		CHECK_EQ(nosy_after.xmm[i][0], nosy_before.xmm[i][0]);
	thread_delete(t);
	end();
}

TEST(GIRQ0024, "a handler has neither the FPU registers nor the ports of the thread that it interrupts")
{
	static struct fpu mine = { .mxcsr = 0x1f80, .control = 0x37f };

	for (unsigned i = 0; i < XMMS; i++)
		mine.xmm[i][0] = mine.xmm[i][1] = (word)0x5a5a5a5a5a5a5a00 + i;
	interrupt_nosy(&mine);
	interrupt_nosy(0);
}

/* ---- interrupts while the kernel is busy with something else, below the handler ---- */

enum { BUSY_PRIO = 80, HANDLER_PRIO = 200 };

static struct space busy_space;
static volatile word busy_rounds;

static void busy_strings(void *unused)
{
	static struct taker t;

	(void)unused;
	taker_init(&t);
	taker_buffer(&t, pool(64), 128 * PAGE);
	for (;;) {
		struct mark mark = world_mark();
		L4_ThreadId_t to = thread_start_prio(take, &t, BUSY_PRIO + 1);

		send_string(to, pool(0), 64 * PAGE);
		thread_delete(to);
		world_release(mark);
		busy_rounds++;
	}
}

static void busy_maps(void *unused)
{
	(void)unused;
	for (;;) {
		struct mark mark = world_mark();
		struct received r;

		map_into(&busy_space, fpage(pool(0), 20, L4_FullyAccessible), 0, L4_FpageLog2(WINDOW, 20), &r);
		L4_UnmapFpage(fpage(pool(0), 20, L4_FullyAccessible));
		world_release(mark);
		busy_rounds++;
	}
}

static void busy_lives(void *unused)
{
	(void)unused;
	for (;;) {
		struct mark mark = world_mark();
		struct space s;

		space_make(&s);
		for (unsigned i = 0; i < 8; i++)
			space_waiting(&s, supervisor);
		space_delete(&s);
		world_release(mark);
		busy_rounds++;
	}
}

static void busy_faults(void *unused)
{
	(void)unused;
	for (;;) {
		struct mark mark = world_mark();

		probe_read(&busy_space, WINDOW + 0x800000);
		world_release(mark);
		busy_rounds++;
	}
}

TEST(GIRQ0021, "interrupts come at their rate while the kernel copies, maps, flushes, deletes, serves faults")
{
	static void (*const busy[])(void *) = { busy_strings, busy_maps, busy_lives, busy_faults };
	L4_ThreadId_t rtc = begin_clock();

	space_make(&busy_space);
	CHECK(L4_Set_Priority(L4_Myself(), HANDLER_PRIO));
	for (unsigned i = 0; i < 4; i++) {
		L4_ThreadId_t t = thread_start_prio(busy[i], 0, BUSY_PRIO);
		word start = tsc_us(), clock = now(), passed;

		rtc_interrupts(rtc, 50);
		passed = tsc_us() - start;
		guest_note("us for 50 interrupts", passed);
		CHECK(passed > 40000);
		CHECK(passed < 60000 || now() - clock < passed / 2);	/* late by checks: the clock stops */
		CHECK(busy_rounds > 0);
		busy_rounds = 0;
		thread_delete(t);
	}
	end_clock(rtc);
}

enum { CROWD = 150, TOGETHER_US = 8192, PERIODS = 16, PERIODS_US = 15625, LATE_US = 300 };

static void sleep_together(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Clock_t now = L4_SystemClock(), until = { .raw = (now.raw / TOGETHER_US + 1) * TOGETHER_US };

		L4_Sleep(__L4_TimePointFrom(until, now));
		busy_rounds++;
	}
}

/* For how long the clock's present period lasts, after a time on the TSC at which one began. */
static word in_period(word begin)
{
	return (tsc_us() - begin) * PERIODS % PERIODS_US / PERIODS;
}

/* Nothing else runs. An interrupt may be lost: the emulator raises no second one while one waits. */
TEST(GIRQ0033, "interrupts come between the timeouts of 150 threads that end at the same instant")
{
	L4_ThreadId_t crowd[CROWD], rtc;
	word begin, late, latest = 0;

	CHECK(L4_Set_Priority(L4_Myself(), HANDLER_PRIO));
	rtc = begin_clock();
	rtc_interrupts(rtc, 2);
	begin = tsc_us() - LATE_US / 2;		/* may have been late itself */
	for (unsigned i = 0; i < CROWD; i++)
		crowd[i] = thread_start_prio(sleep_together, 0, BUSY_PRIO);
	rtc_interrupts(rtc, 3);			/* which came while this thread made the crowd */
	busy_rounds = 0;
	for (unsigned i = 0; i < 100; i++) {
		rtc_interrupts(rtc, 1);
		late = in_period(begin);
		latest = late > latest ? late : latest;
	}
	end_clock(rtc);
	for (unsigned i = 0; i < CROWD; i++)
		thread_delete(crowd[i]);
	guest_note("longest us from the first instant of a period to the handler", latest);
	CHECK(busy_rounds >= CROWD);
	CHECK(latest < LATE_US);
}

/* ---- interrupts of a line that is masked, as its handler has not acknowledged ---- */

enum { MASKED_ROUNDS = 20, MANY_ITEMS = 31, MANY_LOG2 = 20, MANY_STEP = 1 << MANY_LOG2 };

/* The first interrupt of the clock has been received: the kernel has masked the line. */
static L4_ThreadId_t begin_masked(void)
{
	L4_ThreadId_t rtc = begin_clock();

	CHECK(L4_IpcSucceeded(L4_Receive_Timeout(rtc, L4_TimePeriod(100000))));
	return rtc;
}

/* Returns 1 if the clock has raised its line since the last look, else 0; then it raises the line again. */
static word clock_raised(void) { return (cmos(RTC_C) & RTC_PERIODIC) != 0; }

/* Send s a message with as many items as it can have, of 256 pages each. */
static void map_many(struct space *s, L4_Fpage_t each, struct received *out)
{
	word items[2 * MANY_ITEMS];

	for (word i = 0; i < MANY_ITEMS; i++) {
		L4_MapItem_t item = L4_MapItem(each, WINDOW + i * MANY_STEP);

		items[2 * i] = item.raw[0];
		items[2 * i + 1] = item.raw[1];
	}
	send_items(s, items, 2 * MANY_ITEMS, L4_CompleteAddressSpace, out);
}

TEST(GIRQ0031, "interrupts of a masked line in the middle of long operations: messages and unmaps are whole")
{
	static struct received got;
	L4_Fpage_t each = fpage(pool(0), MANY_LOG2, L4_FullyAccessible);
	word last = WINDOW + (MANY_ITEMS - 1) * MANY_STEP, raised = 0;
	L4_ThreadId_t rtc;

	space_make(&busy_space);
	rtc = begin_masked();
	for (unsigned i = 0; i < MASKED_ROUNDS; i++) {
		struct mark mark = world_mark();

		clock_raised();
		map_many(&busy_space, each, &got);
		raised += clock_raised();
		CHECK_EQ(got.error, 0);
		CHECK(!probe_read(&busy_space, last).faulted);
		clock_raised();
		L4_UnmapFpage(each);
		raised += clock_raised();
		CHECK(probe_read(&busy_space, last).faulted);
		world_release(mark);
	}
	guest_note("operations in which the line was raised", raised);
	CHECK(raised > 0);
	end_clock(rtc);
}

TEST(GIRQ0032, "interrupts of a masked line while the CPU is idle: the system continues")
{
	L4_ThreadId_t rtc = begin_masked();
	word raised = 0;

	for (unsigned i = 0; i < 20; i++) {
		clock_raised();
		sleep_us(3000);
		raised += clock_raised();
	}
	CHECK(raised > 0);
	end_clock(rtc);
}
