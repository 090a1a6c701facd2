/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device_storms.c - drivers of a device whose line stays active, and one that has it send messages (MSI) all
 * the time. The device is QEMU's "edu": a write of 1 to EDU_RAISE raises its interrupt, EDU_LOWER takes it
 * back.
 *
 * The victim counts, at the driver's priority or above it. It should come nine tenths as far as beside a
 * driver that computes and has no interrupts. An instruction takes 1 ns (-icount).
 */
#include <l4/pecan.h>
#include "attack.h"

enum {
	CONFIG = 0xcf8, CONFIG_DATA = 0xcfc, CONFIG_PORTS = 8, CONFIG_ENABLE = 1u << 31, DEVICES = 32,
	EDU_ID = 0x11e81234, R_ID = 0, R_COMMAND = 4, R_BAR = 0x10, R_CAPABILITIES = 0x34, R_LINE = 0x3c,
	COMMAND_ON = 6, CAPABILITY_MSI = 5, MSI_ENABLE = 1 << 16, MSI_LOW = 4, MSI_HIGH = 8, MSI_DATA = 12,
	EDU_RAISE = 0x60, EDU_LOWER = 0x64,
	PRIO = 90, PRIO_HIGH = 95, SLICE = 50, WARM_UP = 3000, WINDOW_US = 50000, WHOLE = 1000,
};

enum behaviour {
	COMPUTES,			/* no interrupts */
	NEVER_LOWERS,			/* acknowledges to the kernel, but the line stays active */
	RAISES_AGAIN,			/* lowers the line, raises it and acknowledges */
	NEVER_ACKNOWLEDGES,
	FLOODS,				/* sends messages all the time, and takes what comes */
	FLOODS_ONLY,			/* and takes nothing */
};

static volatile word counted, interrupts, arrived;
static word edu, bar;			/* its place in the configuration space, its registers */
static L4_ThreadId_t line, message;

/* ---- the device ---- */

static word config_read(word r)
{
	port_out32(CONFIG, CONFIG_ENABLE | edu | r);
	return port_in32(CONFIG_DATA);
}

static void config_write(word r, word value)
{
	port_out32(CONFIG, CONFIG_ENABLE | edu | r);
	port_out32(CONFIG_DATA, value);
}

static void edu_write(word registers, word r, uint32_t value)
{
	*(volatile uint32_t *)(registers + r) = value;
}

static word msi_capability(void)
{
	word at = config_read(R_CAPABILITIES) & 0xff;

	while (at != 0 && (config_read(at) & 0xff) != CAPABILITY_MSI)
		at = config_read(at) >> 8 & 0xff;
	CHECK(at != 0);
	return at;
}

static void use_messages(bool on)
{
	word at = msi_capability(), control = config_read(at);
	struct cpuid id;

	cpuid(1, 0, &id);
	config_write(at + MSI_LOW, L4_MSI_ADDRESS | id.ebx >> 24 << L4_MSI_APIC_SHIFT);
	config_write(at + MSI_HIGH, 0);
	config_write(at + MSI_DATA, L4_FirstMsi() + L4_MSI_VECTOR);
	config_write(at, on ? control | MSI_ENABLE : control & ~(word)MSI_ENABLE);
}

static void find_device(void)
{
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(CONFIG, CONFIG_PORTS))));
	for (word n = 0; n < DEVICES; n++) {
		edu = n << 11;
		if (config_read(R_ID) == EDU_ID)
			break;
	}
	if (config_read(R_ID) != EDU_ID)
		guest_skip("no device edu");
	bar = config_read(R_BAR) & ~15ul;
	CHECK(!L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, fpage(bar, 12, RW))));
	config_write(R_COMMAND, config_read(R_COMMAND) | COMMAND_ON);
	line = L4_GlobalId(config_read(R_LINE) & 0xff, 1);
	message = L4_GlobalId(L4_FirstMsi(), 1);
}

/* ---- drivers ---- */

static void driver_acknowledges(bool lowers)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag = L4_Wait(&from);

	for (;;) {
		interrupts += tag_protocol(tag) == N_INTERRUPT;
		if (lowers) {
			edu_write(WINDOW, EDU_LOWER, 1);
			edu_write(WINDOW, EDU_RAISE, 1);
		}
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_ReplyWait(from, &from);
	}
}

static void driver_floods(bool takes)
{
	L4_ThreadId_t from;
	L4_MsgTag_t tag;

	for (;;) {
		edu_write(WINDOW, EDU_RAISE, 1);
		interrupts++;			/* each write sends a message */
		if (!takes)
			continue;
		L4_Set_MsgTag(L4_Niltag);
		tag = L4_Ipc(message, message, L4_Timeouts(L4_ZeroTime, L4_ZeroTime), &from);
		arrived += tag_protocol(tag) == N_INTERRUPT;
	}
}

static void drive(void *arg)
{
	enum behaviour b = *(enum behaviour *)arg;
	static volatile word own;
	L4_ThreadId_t from;

	if (b == COMPUTES)
		spin(&own);
	edu_write(WINDOW, EDU_RAISE, 1);
	if (b == FLOODS || b == FLOODS_ONLY)
		driver_floods(b == FLOODS);
	if (b != NEVER_ACKNOWLEDGES)
		driver_acknowledges(b == RAISES_AGAIN);
	for (;;) {
		L4_Wait(&from);
		interrupts++;
	}
}

static void count(void *counter) { spin(counter); }

/* How far the victim comes in the window beside such a driver. */
static word victim_counts(enum behaviour b, word victim_prio)
{
	static struct space mine, its;
	struct mark mark = world_mark();
	L4_ThreadId_t irq = b < FLOODS ? line : message, driver, victim;
	struct received r;
	word begin;

	space_make(&mine);
	space_make(&its);
	map_into(&its, fpage(bar, 12, RW), 0, L4_FpageLog2(WINDOW, 12), &r);
	CHECK_EQ(r.error, 0);
	use_messages(b >= FLOODS);
	driver = space_waiting(&its, supervisor);
	victim = space_start_prio(&mine, count, (void *)&counted, victim_prio);
	CHECK_EQ(thread_control(irq, irq, L4_nilthread, driver, -1ul), 0);
	CHECK(L4_Set_Timeslice(driver, L4_TimePeriod(SLICE), L4_Never) != 0);
	CHECK(L4_Set_Timeslice(victim, L4_TimePeriod(SLICE), L4_Never) != 0);
	thread_go(driver, PRIO, thread_frame(stack_new(), drive, &b));
	sleep_us(WARM_UP);
	begin = counted;
	sleep_us(WINDOW_US);
	begin = counted - begin;
	edu_write(bar, EDU_LOWER, 1);
	CHECK_EQ(thread_control(irq, irq, L4_nilthread, irq, -1ul), 0);
	space_delete(&its);
	space_delete(&mine);
	world_release(mark);
	return begin;
}

/* The least that is left to the victim, in thousandths, beside drivers from `first` to `last`. */
static word least_left(enum behaviour first, enum behaviour last, word victim_prio, word rounds)
{
	word usual = victim_counts(COMPUTES, victim_prio), least = WHOLE;

	do {
		for (enum behaviour b = first; b <= last; b++) {
			word left = victim_counts(b, victim_prio) * WHOLE / usual;

			guest_note("driver", b);
			guest_note("  left", left);
			least = left < least ? left : least;
		}
	} while (interrupts < rounds);
	return least;
}

/* With victims at the driver's priority, as long as is asked for, and once above it. */
static void storm(const char *row, enum behaviour first, enum behaviour last)
{
	word least, above;

	find_device();
	victim_counts(first, PRIO);
	memory_note();
	interrupts = arrived = 0;
	least = least_left(first, last, PRIO, rounds_asked());
	above = least_left(first, last, PRIO_HIGH, 0);
	least = above < least ? above : least;
	guest_figure(row, interrupts, least);
	CHECK(least >= WHOLE * 9 / 10);
	CHECK_EQ(memory_changed(), 0);
}

TEST(AEDU0001, "a line that stays active, whatever its driver does, leaves its equals their share")
{
	storm("level-storm", NEVER_LOWERS, NEVER_ACKNOWLEDGES);
}

TEST(AEDU0002, "a driver that has its device send messages all the time leaves its equals their share")
{
	if (!L4_HasMsi())
		guest_skip("no interrupts by messages");
	storm("message-flood", FLOODS, FLOODS_ONLY);
	CHECK(arrived > interrupts / 10);
}
