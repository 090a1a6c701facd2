/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts.c - drivers of a device that interrupts 8,192 times a second: one that acknowledges at once, one
 * that never does; and a thread that wants interrupts that are another's.
 *
 * The victim counts, at the driver's priority. One instruction takes a nanosecond (-icount).
 */
#include "attack.h"
#include "storm.h"

enum {
	PRIO = 90, PRIO_HIGH = 95, PRIO_LOW = 85, SLICE = 50, WINDOW_US = 100000, WARM_UP = 3000, WHOLE = 1000,
};

enum behaviour { QUIET, ACKNOWLEDGES, SILENT };

static volatile word counted, interrupts, gained, tries;
static volatile bool acknowledges;

static L4_ThreadId_t device(void) { return L4_GlobalId(STORM_LINE, 1); }

static word min(word a, word b) { return a < b ? a : b; }

static void count(void *counter) { spin(counter); }

/* The device sends the next interrupt when this one has been cleared, acknowledged or not. */
static void drive(void *unused)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	(void)unused;
	for (;;) {
		interrupts += tag_protocol(tag) == N_INTERRUPT;
		storm_clear();
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

		gained += thread_control(device(), device(), L4_nilthread, me, -1ul) != L4_ErrNoPrivilege;
		gained += thread_control(device(), device(), L4_nilthread, device(), -1ul) != L4_ErrNoPrivilege;
		L4_Set_MsgTag(L4_Niltag);
		gained += L4_IpcSucceeded(L4_Send_Timeout(device(), L4_ZeroTime));
		gained += L4_IpcSucceeded(L4_Receive_Timeout(device(), L4_TimePeriod(100)));
		tries++;
	}
}

/* How far the victim comes in the window, beside a driver in a space of its own, and at most one intruder. */
static word victim_counts(enum behaviour b, word driver_prio, bool intruder)
{
	static struct space mine, its, third;
	struct mark mark = world_mark();
	L4_ThreadId_t driver, victim;
	word begin;

	space_make(&mine);
	space_make(&its);
	space_make(&third);
	storm_give(&its);
	acknowledges = b != SILENT;
	driver = space_start(&its, drive, 0);
	CHECK(L4_Set_Priority(driver, driver_prio) != 0);
	CHECK_EQ(thread_control(device(), device(), L4_nilthread, driver, -1ul), 0);
	victim = space_start_prio(&mine, count, (void *)&counted, PRIO);
	CHECK(L4_Set_Timeslice(victim, L4_TimePeriod(SLICE), L4_Never) != 0);
	if (intruder)
		space_start_prio(&third, intrude, 0, PRIO);
	storm_set(b != QUIET);
	sleep_us(WARM_UP);
	begin = counted;
	interrupts = 0;
	sleep_us(WINDOW_US);
	begin = counted - begin;
	storm_set(false);
	CHECK_EQ(thread_control(device(), device(), L4_nilthread, device(), -1ul), 0);
	space_delete(&third);
	space_delete(&its);
	space_delete(&mine);
	world_release(mark);
	return begin;
}

static void get_device(void)
{
	storm_get();
	if (thread_control(device(), device(), L4_nilthread, L4_Myself(), -1ul) != 0)
		guest_skip("the kernel keeps the device's line");
}

/* Interrupts that come in a window, less a tenth. */
enum { EXPECTED = STORM_RATE * (WINDOW_US / 1000) / 1000 * 9 / 10 };

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
