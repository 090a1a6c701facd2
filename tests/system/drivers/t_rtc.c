/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_rtc.c - the driver of the clock.
 */
#include <string.h>
#include <proto/rtc_client.h>
#include "devices.h"
#include "machine.h"

enum { DECIMAL = 0, BINARY = 4, HOURS_24 = 2, PERIODIC = 0x40, PM = 0x80, DAY = 86400 };

/* 2026-11-25 12:34:56 in decimal digits. */
static const uint8_t time_of_day[10] = { 0x56, 0, 0x34, 0, 0x12, 0, 0, 0x25, 0x11, 0x26 };
enum { TIME_DAYS = 20782, TIME_SECONDS = 12 * 3600 + 34 * 60 + 56 };

static L4_ThreadId_t rtc;

static void start(void)
{
	machine_start(DRIVER_TASK, rtc_main);
	machine_wait(10000);
	rtc = machine_server(RTC_NAME);
}

static void start_again(void)
{
	machine_kill(DRIVER_TASK);
	start();
}

static L4_Word_t kept[4];

/* A driver that has not got the date of one before. */
static void start_new(void)
{
	memset(kept, 0, sizeof kept);
	machine.task[DRIVER_TASK].kept = kept;
	machine.task[DRIVER_TASK].kept_bytes = sizeof kept;
	start_again();
}

enum { MS = 1000, US = 1000000 };

/* Microseconds since 1970; 0: none. */
static uint64_t date_us(void)
{
	struct rtc_date_out out = { 0 };

	return rtc_date(rtc, &out) == RTC_OK ? out.at_boot + kernel_now() : 0;
}

static L4_Word_t seconds(void)
{
	return (L4_Word_t)(date_us() / US);
}

TEST(rtc_date, "the date is the same in decimal digits and binary, with 12 and with 24 hours")
{
	static const struct { uint8_t time[10], mode; } same[] = {
		{ { 0x56, 0, 0x34, 0, 0x12, 0, 0, 0x25, 0x11, 0x26 }, HOURS_24 },
		{ { 0x56, 0, 0x34, 0, 0x12 | PM, 0, 0, 0x25, 0x11, 0x26 }, DECIMAL },
		{ { 56, 0, 34, 0, 12, 0, 0, 25, 11, 26 }, BINARY | HOURS_24 },
		{ { 56, 0, 34, 0, 12 | PM, 0, 0, 25, 11, 26 }, BINARY },
	};

	for (unsigned i = 0; i < sizeof same / sizeof *same; i++) {
		clock_set(same[i].time, same[i].mode);
		start_new();
		CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
	}
}

TEST(rtc_update, "the date is not read while the clock counts; one that counts for ever is reported")
{
	struct rtc_date_out out;

	clock_set(time_of_day, HOURS_24);
	clock_chip.updating = 5;
	start();
	CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
	clock_chip.updating = ~0u;
	start_new();
	CHECK(rtc_date(rtc, &out) == RTC_BUSY);
	clock_chip.updating = 0;
	CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
}

TEST(rtc_counts, "a clock that counts between two registers is read again, at each of them")
{
	static const uint8_t before[10] = { 0x59, 0, 0x59, 0, 0x23, 0, 0, 0x31, 0x12, 0x26 };
	static const uint8_t after[10] = { 0, 0, 0, 0, 0, 0, 0, 1, 1, 0x27 };
	enum { NEW_YEAR = 20819, READS = 40 };

	for (unsigned i = 1; i < READS; i++) {
		L4_Word_t now;

		clock_set(before, HOURS_24);
		for (unsigned k = 0; k < sizeof after; k++)
			clock_chip.next[k] = after[k];
		clock_chip.changes = i;
		start_new();
		now = seconds();
		CHECK(now == NEW_YEAR * (L4_Word_t)DAY || now == NEW_YEAR * (L4_Word_t)DAY - 1);
	}
}

TEST(rtc_garbage, "registers with no time in them, in any mode, are some date")
{
	uint8_t time[10];

	for (unsigned value = 0; value < 256; value++)
		for (unsigned mode = 0; mode < 8; mode += 2) {
			for (unsigned i = 0; i < sizeof time; i++)
				time[i] = (uint8_t)value;
			clock_set(time, (uint8_t)mode);
			start_new();
			CHECK(seconds() != 0);
		}
}

static struct waiter { enum rtc_status status; struct rtc_tick_out out; } waiters[17];

static void wait_for_tick(void *arg)
{
	struct waiter *w = arg;

	w->status = rtc_tick(rtc, &w->out);
}

static void start_waiter(unsigned n, unsigned task)
{
	waiters[n].status = 0;
	machine_thread(task, 1 + n % 8, wait_for_tick, &waiters[n]);
	machine_wait(1000);
}

static void tick(void)
{
	clock_ticks();
	machine_wait(10000);
}

TEST(rtc_ticks, "a tick answers all that wait; without clients the clock raises no interrupt")
{
	clock_set(time_of_day, HOURS_24);
	start();
	CHECK(!(clock_chip.reg[CLOCK_B] & PERIODIC) && (clock_chip.reg[CLOCK_A] & 15) == 12);
	start_waiter(0, CLIENT_TASK);
	start_waiter(1, OTHER_TASK);
	CHECK(clock_chip.reg[CLOCK_B] & PERIODIC);
	tick();
	CHECK(waiters[0].status == RTC_OK && waiters[1].status == RTC_OK);
	CHECK(waiters[0].out.seconds == TIME_SECONDS && waiters[0].out.ticks == 1);
	tick();
	CHECK(!(clock_chip.reg[CLOCK_B] & PERIODIC));
	start_waiter(0, CLIENT_TASK);
	tick();
	CHECK(waiters[0].status == RTC_OK && waiters[0].out.ticks == 3);
}

TEST(rtc_tick_update, "a tick has the time of day while the clock counts, and 0 if it always did")
{
	clock_set(time_of_day, HOURS_24);
	start();
	start_waiter(0, CLIENT_TASK);
	clock_chip.updating = ~0u;
	tick();
	CHECK(waiters[0].status == RTC_OK && waiters[0].out.seconds == TIME_SECONDS);
	start_new();
	machine_wait(US);
	start_waiter(0, CLIENT_TASK);
	clock_ticks();
	machine_wait(US);
	CHECK(waiters[0].status == RTC_OK && waiters[0].out.seconds == 0);
}

TEST(rtc_places, "4 threads of a task may wait, and 16 in all; an ended task's places are free")
{
	enum { FIRST = OTHER_TASK + 1, TASKS_4 = 4, OF_TASK = 4 };
	struct rtc_tick_out out;

	start();
	for (unsigned n = 0; n < TASKS_4 * OF_TASK; n++)
		start_waiter(n, FIRST + n / OF_TASK);
	machine_be(FIRST);
	CHECK(rtc_tick(rtc, &out) == RTC_BUSY);
	machine_be(CLIENT_TASK);
	CHECK(rtc_tick(rtc, &out) == RTC_BUSY);
	machine_kill(FIRST);
	start_waiter(TASKS_4 * OF_TASK, CLIENT_TASK);
	tick();
	CHECK(waiters[TASKS_4 * OF_TASK].status == RTC_OK && !waiters[0].status && waiters[4].status == RTC_OK);
}

TEST(rtc_anew, "a clock that was left stopped, with interrupts on, counts, and does not interrupt")
{
	clock_set(time_of_day, 0xf0 | HOURS_24);
	clock_chip.reg[CLOCK_C] = 0xf0;
	start();
	CHECK((clock_chip.reg[CLOCK_B] & 0xf0) == 0 && clock_chip.reg[CLOCK_C] == 0);
	CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
	start_waiter(0, CLIENT_TASK);
	tick();
	CHECK(waiters[0].status == RTC_OK);
}

TEST(rtc_no_ports, "a driver without ports, or without the interrupt, ends and says so")
{
	machine.no_ports = true;
	start();
	CHECK(machine_failed(DRIVER_TASK, "rtc: no ports or no interrupt"));
}

TEST(rtc_not_permitted, "a task that may not use the driver is refused")
{
	struct rtc_date_out out;

	start();
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(rtc_date(rtc, &out) == RTC_REFUSED);
}

/* ---- a date that a program has set ---- */

enum { NEW_DATE = 1800000000 };

/* With a client that may set it, and memory that outlives the driver. */
static void start_set(size_t bytes)
{
	clock_set(time_of_day, HOURS_24);
	machine.task[DRIVER_TASK].kept = kept;
	machine.task[DRIVER_TASK].kept_bytes = bytes;
	machine.task[CLIENT_TASK].rights = ROOT_RIGHT_CLOCK;
	start();
	machine_be(CLIENT_TASK);
}

TEST(rtc_one_date, "the date is one number, for all clients and the next driver")
{
	struct rtc_date_out first = { 0 }, later = { 0 };

	start_set(sizeof kept);
	CHECK(rtc_date(rtc, &first) == RTC_OK);
	machine_wait(US + US / 3);
	machine_be(OTHER_TASK);
	CHECK(rtc_date(rtc, &later) == RTC_OK && later.at_boot == first.at_boot);
	start_again();
	machine_be(CLIENT_TASK);
	CHECK(rtc_date(rtc, &later) == RTC_OK && later.at_boot == first.at_boot);
}

TEST(rtc_set, "a date that is set counts on by SystemClock, whatever the clock shows, in ticks too")
{
	uint64_t now;

	start_set(sizeof kept);
	now = kernel_now();
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US + 500 * MS) == RTC_OK);
	clock_chip.updating = ~0u;
	machine_wait(2 * US);
	CHECK(date_us() - NEW_DATE * (uint64_t)US == 500 * MS + kernel_now() - now);
	start_waiter(0, OTHER_TASK);
	clock_chip.updating = 0;
	tick();
	CHECK(waiters[0].out.seconds == (date_us() / US) % DAY);
	CHECK(rtc_set(rtc, US * (uint64_t)DAY) == RTC_OK && seconds() == DAY);
}

TEST(rtc_set_right, "a task without the right `clock` sets nothing, nor does one that may not use the driver")
{
	start_set(sizeof kept);
	machine_be(OTHER_TASK);
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_DENIED);
	machine.task[OTHER_TASK].rights = ~(L4_Word_t)ROOT_RIGHT_CLOCK;
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_DENIED);
	machine.task[OTHER_TASK] = (struct machine_task){ .refused = true, .rights = ROOT_RIGHT_CLOCK };
	machine_be(OTHER_TASK + 1);
	machine.task[OTHER_TASK + 1] = machine.task[OTHER_TASK];
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_REFUSED);
	machine_be(CLIENT_TASK);
	CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
}

TEST(rtc_set_range, "a date before boot was 1970, or that file times lack, is refused, and the date stays")
{
	start_set(sizeof kept);
	CHECK(rtc_set(rtc, ((uint64_t)UINT32_MAX + 1) * US) == RTC_BAD_REQUEST);
	CHECK(rtc_set(rtc, RTC_LATEST + 1) == RTC_BAD_REQUEST && rtc_set(rtc, ~0ull) == RTC_BAD_REQUEST);
	CHECK(rtc_set(rtc, 0) == RTC_BAD_DATE && rtc_set(rtc, kernel_now()) == RTC_BAD_DATE);
	CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
	CHECK(rtc_set(rtc, RTC_LATEST) == RTC_OK && date_us() >= RTC_LATEST && date_us() < RTC_LATEST + US);
}

TEST(rtc_set_kept, "the next driver has the date that was set; one that was half written is none")
{
	uint64_t at;

	start_set(sizeof kept);
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_OK);
	at = kernel_now();
	start_again();
	CHECK(date_us() - NEW_DATE * (uint64_t)US <= kernel_now() - at + US && seconds() >= NEW_DATE);
	for (unsigned i = 0; i < 2; i++) {
		CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_OK);
		kept[i] += 1;
		start_again();
		CHECK(seconds() == TIME_DAYS * (L4_Word_t)DAY + TIME_SECONDS);
	}
}

TEST(rtc_set_small, "memory that is too small for the date is not used, and the date can be set all the same")
{
	start_set(8);
	CHECK(rtc_set(rtc, NEW_DATE * (uint64_t)US) == RTC_OK && seconds() == NEW_DATE);
	CHECK(kept[0] == 0 && kept[1] == 0);
}
