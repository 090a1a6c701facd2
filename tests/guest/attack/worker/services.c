/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * services.c - work at the source of random numbers, the console, the name service, the PCI server and the
 * clock.
 *
 * The device of random numbers gives numbers that this task can check: 1, 2, 3 ... each times FACTOR, so no
 * byte may come twice, and none that the device has not given. Of the lines on the console each has its
 * number and a sum, which tests/guest/attack/faults checks. The devices of the bus stay what they are. The
 * clock of the machine counts the same time as the processor.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <l4/types.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <proto/pci_client.h>
#include <proto/random_client.h>
#include <proto/rtc_client.h>
#include <stdio.h>
#include <string.h>

#include "nanoseconds.h"
#include "worker.h"

#define INVERSE	((L4_Word_t)0xf1de83e19937733d)	/* of FACTOR, modulo 2^64 */
#define GAP	((L4_Word_t)1 << HALF)	/* more numbers than a request of a faulty driver can take and lose */

enum {
	RETRY_US = 5000, LINE_BYTES = 64, NS_PER_SECOND = 1000000000, US = 1000000, SLACK_SECONDS = 2,
	ROUNDS_PER_TICK = 8,
};

static void retry_later(void) { L4_Sleep(L4_TimePeriod(RETRY_US)); }

/* Is each number from byte `phase` on a later one than the one before? *last is the last one. */
static bool are_new(const char *data, unsigned phase, L4_Word_t *last)
{
	L4_Word_t before = *last;

	for (unsigned i = phase; i + WORD <= RANDOM_BYTES; i += WORD) {
		L4_Word_t n;

		memcpy(&n, data + i, WORD);
		n *= INVERSE;
		if (n - before - 1 >= GAP)
			return false;
		before = n;
	}
	*last = before;
	return true;
}

/*
 * A faulty driver may have taken a part of a number: after wrong ones, they may begin at another byte. Then
 * the parts of numbers at both ends of an answer are not checked.
 */
static void random_round(void)
{
	static L4_Word_t last;
	static unsigned phase, phases = 1;
	struct random_get_out r;
	L4_ThreadId_t driver;
	enum random_status e = RANDOM_LOST;

	while (e == RANDOM_LOST) {
		if (pecan_lookup(RANDOM_NAME, true, &driver) == NAMES_OK)
			e = random_get(driver, RANDOM_BYTES, &r);
		if (e == RANDOM_LOST)
			retry_later();
	}
	if (e != RANDOM_OK) {
		work_error();
		return;
	}
	for (unsigned i = 0; i < phases && r.data_bytes == RANDOM_BYTES; i++, phase = (phase + 1) % WORD)
		if (are_new(r.data, phase, &last)) {
			phases = 1;
			work_right();
			return;
		}
	phases = WORD;
	work_wrong();
}

static void lines_round(void)
{
	static unsigned long number;
	char text[LINE_BYTES];
	int n;

	number++;
	n = snprintf(text, sizeof(text), "line %08lx %016lx\n", number, number * FACTOR);
	if (console_write(text, (size_t)n))
		work_right();
	else
		work_error();
}

/* A name is another thread's, or none's, unless the service says the truth. */
static void names_round(void)
{
	static const char name[] = "worker-names";
	L4_ThreadId_t own, other;
	enum names_error e = pecan_register(name, L4_nilthread), found, gone;

	found = pecan_lookup(name, false, &own);
	pecan_unregister(name);
	gone = pecan_lookup(name, false, &other);
	if (e == NAMES_E_LOST || found == NAMES_E_LOST || gone == NAMES_E_LOST)
		retry_later();
	else if (e != NAMES_OK || found != NAMES_OK || gone != NAMES_E_ABSENT)
		work_error();
	else
		work_result(L4_IsThreadEqual(own, L4_Myself()));
}

/* What is the same each time: not which task has opened a device. */
static enum pci_status read_bus(L4_ThreadId_t server, L4_Word_t *sum)
{
	struct pci_list_out d = { 0 };
	enum pci_status e;

	*sum = 0;
	do {
		e = pci_list(server, d.next, &d);
		*sum = ((*sum + d.place) * FACTOR + d.id) * FACTOR + d.class;
	} while (e == PCI_OK && d.next != 0);
	return e;
}

static void bus_round(void)
{
	static L4_Word_t first;
	L4_ThreadId_t server;
	L4_Word_t sum;
	enum pci_status e = PCI_LOST;

	if (pecan_lookup(PCI_NAME, true, &server) == NAMES_OK)
		e = read_bus(server, &sum);
	if (first == 0 && e == PCI_OK)
		first = sum;			/* before any fault */
	if (e == PCI_LOST)
		retry_later();
	else if (e != PCI_OK)
		work_error();
	else
		work_result(sum == first);
}

/* Under -icount the counter counts nanoseconds. A debug kernel's own clock stands still in its checks. */
static L4_Word_t seconds(void) { return (L4_Word_t)(nanoseconds() / NS_PER_SECOND); }

static L4_Word_t kernel_seconds(void) { return (L4_Word_t)(L4_SystemClock().raw / US); }

/* Of a request, in seconds: before it by the kernel's clock and by the counter, after it by the counter. */
struct span { L4_Word_t kernel, before, after; };

/*
 * The date is what the driver has read once and what the kernel's clock has counted since. So, less what it
 * was when that clock began, it is not before the kernel's time before the request, and not behind the
 * counter's after it. The beginning is not known until a request took less than a second, before any fault.
 */
static bool is_right_date(L4_Word_t date, const struct span *s)
{
	static L4_Word_t began;

	if (began == 0 && s->after - s->before <= 1)
		began = date - s->kernel;
	return began == 0
	       || (date - began + SLACK_SECONDS >= s->kernel && date - began <= s->after + SLACK_SECONDS);
}

static void clock_round(void)
{
	static L4_Word_t round;
	struct rtc_date_out out = { 0 };
	struct rtc_tick_out tick;
	L4_ThreadId_t driver;
	struct span s = { 0 };
	L4_Word_t date = 0;
	enum rtc_status e = RTC_LOST;

	if (pecan_lookup(RTC_NAME, true, &driver) == NAMES_OK) {
		s.kernel = kernel_seconds();
		s.before = seconds();
		e = rtc_date(driver, &out);
		date = (L4_Word_t)((out.at_boot + L4_SystemClock().raw) / US);
		s.after = seconds();
	}
	if (e == RTC_OK && ++round % ROUNDS_PER_TICK == 0)
		e = rtc_tick(driver, &tick);
	if (e == RTC_LOST)
		retry_later();
	else if (e != RTC_OK)
		work_error();
	else
		work_result(is_right_date(date, &s));
}

const struct work random_work = { "virtio-rng", 0, random_round };
const struct work lines_work = { "console", 0, lines_round };
const struct work names_work = { "names", 0, names_round };
const struct work bus_work = { "pci", 0, bus_round };
const struct work clock_work = { "rtc", 0, clock_round };
