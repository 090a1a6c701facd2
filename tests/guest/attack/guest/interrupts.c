/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts.c - drivers of a device that interrupts 8,192 times a second: one that acknowledges at once, one
 * that never does; and a thread that wants interrupts that are another's.
 *
 * The victim counts, at the driver's priority. One instruction takes a nanosecond (-icount).
 */
#include "attack.h"
#include "rtc.h"

enum {
	RTC_A = 0x0a, RTC_FASTEST = 0x23, RTC_USUAL = 0x26, RATE = 8192,
	PRIO = 90, PRIO_HIGH = 95, PRIO_LOW = 85, SLICE = 50, WINDOW_US = 100000, WARM_UP = 3000, WHOLE = 1000,
};

enum behaviour { QUIET, ACKNOWLEDGES, SILENT };

static volatile word counted, interrupts, gained, tries;
static volatile bool acknowledges;

static L4_ThreadId_t rtc(void) { return L4_GlobalId(RTC_LINE, 1); }

static word min(word a, word b) { return a < b ? a : b; }

static void count(void *counter) { spin(counter); }

/* The device sends the next interrupt when its register C has been read, acknowledged or not. */
static void drive(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		interrupts += tag_protocol(tag) == N_INTERRUPT;
		cmos(RTC_C);
		L4_Set_MsgTag(L4_Niltag);
		if (acknowledges)
			tag = L4_ReplyWait(from, &from);
		else
			tag = L4_Wait(&from);
	}
}

/* Wants the interrupts: to have them, to take them from the driver, to acknowledge and to receive them. */
static void intrude(void *unused)
{
	(void)unused;
	for (;;) {
		L4_ThreadId_t me = L4_MyGlobalId();

		gained += thread_control(rtc(), rtc(), L4_nilthread, me, -1ul) != L4_ErrNoPrivilege;
		gained += thread_control(rtc(), rtc(), L4_nilthread, rtc(), -1ul) != L4_ErrNoPrivilege;
		L4_Set_MsgTag(L4_Niltag);
		gained += L4_IpcSucceeded(L4_Send_Timeout(rtc(), L4_ZeroTime));
		gained += L4_IpcSucceeded(L4_Receive_Timeout(rtc(), L4_TimePeriod(100)));
		tries++;
	}
}

static void set_device(bool on)
{
	cmos_set(RTC_A, on ? RTC_FASTEST : RTC_USUAL);
	cmos_set(RTC_B, on ? cmos(RTC_B) | RTC_PERIODIC : cmos(RTC_B) & ~(word)RTC_PERIODIC);
	cmos(RTC_C);
}

/* How far the victim comes in the window, beside a driver in a space of its own, and at most one intruder. */
static word victim_counts(enum behaviour b, word driver_prio, bool intruder)
{
	static struct space mine, its, third;
	struct mark mark = world_mark();
	struct received r;
	L4_ThreadId_t driver, victim;
	word begin;

	space_make(&mine);
	space_make(&its);
	space_make(&third);
	map_into(&its, L4_IoFpage(CMOS, 2), 0, L4_CompleteAddressSpace, &r);
	CHECK_EQ(r.error, 0);
	acknowledges = b != SILENT;
	driver = space_start(&its, drive, 0);
	CHECK(L4_Set_Priority(driver, driver_prio) != 0);
	CHECK_EQ(thread_control(rtc(), rtc(), L4_nilthread, driver, -1ul), 0);
	victim = space_start_prio(&mine, count, (void *)&counted, PRIO);
	CHECK(L4_Set_Timeslice(victim, L4_TimePeriod(SLICE), L4_Never) != 0);
	if (intruder)
		space_start_prio(&third, intrude, 0, PRIO);
	set_device(b != QUIET);
	sleep_us(WARM_UP);
	begin = counted;
	interrupts = 0;
	sleep_us(WINDOW_US);
	begin = counted - begin;
	set_device(false);
	CHECK_EQ(thread_control(rtc(), rtc(), L4_nilthread, rtc(), -1ul), 0);
	space_delete(&third);
	space_delete(&its);
	space_delete(&mine);
	world_release(mark);
	return begin;
}

static void get_device(void)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(CMOS, 2))));
	if (thread_control(rtc(), rtc(), L4_nilthread, L4_Myself(), -1ul) != 0)
		guest_skip("the kernel keeps the clock's line");
}

/* Interrupts that come in a window, less a tenth. */
enum { EXPECTED = RATE * (WINDOW_US / 1000) / 1000 * 9 / 10 };

/* Thousandths. */
static word share(word part, word of) { return (word)((uint64_t)part * WHOLE / of); }

TEST(AIRQ0001, "a driver whose device interrupts all the time leaves the CPU to its equals and those above")
{
	word rounds = rounds_asked(), seen = 0, least = WHOLE, quiet;

	get_device();
	quiet = victim_counts(QUIET, PRIO, false);
	memory_note();
	while (seen < rounds) {
		least = min(least, share(victim_counts(ACKNOWLEDGES, PRIO, false), quiet));
		CHECK(interrupts > 0);
		seen += interrupts;
		least = min(least, share(victim_counts(SILENT, PRIO, false), quiet));
		CHECK(interrupts <= 1);
		least = min(least, share(victim_counts(ACKNOWLEDGES, PRIO_LOW, false), quiet));
	}
	guest_figure("interrupt-storm", seen, least);
	CHECK(least >= WHOLE * 9 / 10);
	CHECK_EQ(memory_changed(), 0);
}

TEST(AIRQ0002, "a thread without privileges gets no interrupt of another's, nor keeps any from it")
{
	word rounds = rounds_asked(), missed = 0;

	get_device();
	victim_counts(QUIET, PRIO_HIGH, true);
	memory_note();
	gained = 0;
	for (tries = 0; tries < rounds; ) {
		victim_counts(ACKNOWLEDGES, PRIO_HIGH, true);
		guest_note("interrupts", interrupts);
		missed += interrupts < EXPECTED;
		victim_counts(SILENT, PRIO_HIGH, true);		/* an acknowledgement is due all the time */
		missed += interrupts > 1;
	}
	guest_note("gained", gained);
	guest_figure("interrupt-intruder", tries, gained + missed);
	CHECK_EQ(gained + missed, 0);
	CHECK_EQ(memory_changed(), 0);
}
