/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * services.c - work at the source of random numbers, the console and the name service.
 *
 * The device of random numbers gives numbers that this task can check: 1, 2, 3 ... each times FACTOR, so no
 * byte may come twice, and none that the device has not given. Of the lines on the console each has its
 * number and a sum, which tests/attack/faults checks.
 */
#include <l4/ipc.h>
#include <pecan/console.h>
#include <pecan/names.h>
#include <proto/random_client.h>
#include <stdio.h>
#include <string.h>

#include "worker.h"

#define FACTOR	0x9e3779b97f4a7c15ul
#define INVERSE	0xf1de83e19937733dul	/* of FACTOR, modulo 2^64 */

enum { RETRY_US = 5000, GAP = 1 << 24, LINE_BYTES = 64 };

static void retry_later(void) { L4_Sleep(L4_TimePeriod(RETRY_US)); }

static void random_round(void)
{
	static L4_Word_t last;
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
	for (unsigned i = 0; i < RANDOM_BYTES; i += 8) {
		L4_Word_t n;

		memcpy(&n, r.data + i, 8);
		n *= INVERSE;
		if (r.data_bytes != RANDOM_BYTES || n - last - 1 >= GAP) {
			work_wrong();
			return;
		}
		last = n;
	}
	work_right();
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
	else if (L4_IsThreadNotEqual(own, L4_Myself()))
		work_wrong();
	else
		work_right();
}

const struct work random_work = { "virtio-rng", 0, random_round };
const struct work lines_work = { "console", 0, lines_round };
const struct work names_work = { "names", 0, names_round };
