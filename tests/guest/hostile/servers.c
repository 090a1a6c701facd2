/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers.c - what a client sees while a server is started again, and what root needs for that: see
 * hostile.h.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/device.h>
#include <pecan/dma.h>
#include <pecan/names.h>
#include <pecan/pci.h>
#include <pecan/print.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <proto/rtc.h>
#include "hostile.h"

enum {
	RENAMES = 3, BLOCK = 4096, SECOND_US = 1000000, FORGET_US = SECOND_US, AWAY_US = 12 * SECOND_US,
	QUIET_S = 100,
};

static const char server_name[] = "hostile-server";

/* The end is complete when root answers, and the next one is not started: its job has a lower priority. */
static bool kill_server(L4_ThreadId_t thread)
{
	struct pecan_task t;

	return pecan_task_of(thread, &t) == ROOT_OK && pecan_kill(t.task) == ROOT_OK;
}

static bool kill_names(void)
{
	L4_ThreadId_t names;

	return pecan_names(&names) && kill_server(names);
}

int servers_rename(void)
{
	L4_ThreadId_t found;
	struct pecan_name n;
	L4_Word_t position = 0;

	for (unsigned i = 0; i < RENAMES; i++) {
		if (!kill_names())
			return USAGE;
		if (i == 0 && pecan_lookup("console", false, &found) != NAMES_OK)
			return 1;
		if (i == 1 && pecan_register(server_name, L4_nilthread) != NAMES_OK)
			return 3;
		if (i == 2 && !pecan_next_name(&position, &n))
			return 4;
	}
	return ALL_WELL;
}

int servers_starve(void)
{
	L4_ThreadId_t rtc;

	if (pecan_lookup(RTC_NAME, true, &rtc) != NAMES_OK)
		return USAGE;
	crowd_take_memory();
	if (!kill_server(rtc))
		return USAGE;
	crowd_memory();
}

/* ---- records ---- */

int servers_rest(void)
{
	L4_Sleep(L4_Never);
	return ALL_WELL;
}

/* Start children until root refuses: how many. -1: for another reason than that there are too many. */
static int start_children(const char *program)
{
	enum root_error e;
	int n = 0;

	while ((e = pecan_spawn(program, "rest", 0, 0, 0)) == ROOT_OK)
		n++;
	return e == ROOT_E_LIMIT ? n : -1;
}

/* What starts leaves needs a record itself, and ends: the last one is for a child of this task. */
int servers_records(const char *program, bool leaves)
{
	struct pecan_end end = { .status = 1 };
	L4_Word_t task;
	long started = 0, last;

	if (leaves)
		return start_children(program);
	while (end.status > 0 && pecan_spawn(program, "records leaves", 0, &task, 0) == ROOT_OK) {
		pecan_wait(task, false, &end);
		started += end.status;
	}
	last = start_children(program);
	if (end.status != 0 || last < 0)
		return USAGE;
	printf("hostile: no record is left for another task beside %ld\n", started + last);
	return servers_rest();
}

/* ---- notices ---- */

int servers_forget(void)
{
	L4_Sleep(L4_TimePeriod(FORGET_US));
	return ALL_WELL;
}

static L4_Word_t time_of_root(void)
{
	enum { WORDS = sizeof(struct l4_inspect_thread) / sizeof(L4_Word_t) };
	struct l4_inspect_thread r = { 0 };
	L4_Word_t at = L4_ThreadNo(pecan_root());

	pecan_inspect(L4_INSPECT_THREAD, 0, &at, &r, WORDS, 0);
	return r.time_used;
}

/* Root sends the notice again until it is taken. Then it has nothing to do: what it uses from then on. */
int servers_note(void)
{
	L4_ThreadId_t client, from;
	L4_Word_t task, first, second;
	struct pecan_dma block;
	struct pecan_end end;

	pecan_want_notices();
	if (pecan_spawn("hostile", "forget", 0, &task, &client) != ROOT_OK
	    || pecan_dma_new(BLOCK, client, &block) != ROOT_OK)
		return USAGE;
	L4_Sleep(L4_TimePeriod(AWAY_US));
	do
		L4_Wait(&from);
	while (!pecan_is_notice(from));
	if (pecan_wait(task, false, &end) != ROOT_OK)
		return USAGE;
	first = time_of_root();
	second = time_of_root();
	L4_Sleep(L4_TimePeriod((L4_Word64_t)QUIET_S * SECOND_US));
	printf("hostile: root used %lu us for a request, and %lu us more in %u s\n", second - first,
	       time_of_root() - second - (second - first), QUIET_S);
	return ALL_WELL;
}

int servers_claims(void)
{
	enum { PORT = 0x2600, LOG2_1 = 0 };
	unsigned n = 0;
	enum root_error e;

	while ((e = pecan_ports(PORT + n, LOG2_1)) == ROOT_OK)
		n++;
	printf("hostile: %u claims\n", n);
	if (e != ROOT_E_LIMIT || pecan_ports_free(PORT, LOG2_1) != ROOT_OK)
		return USAGE;
	if (pecan_ports(PORT + n, LOG2_1) != ROOT_OK || pecan_ports(PORT, LOG2_1) != ROOT_E_LIMIT)
		return USAGE;
	return ALL_WELL;
}

int servers_ports(void)
{
	enum { DEVICE = 0x1b360003, PORTS = 0x10000, LEAST = 8 };
	unsigned count, own = 0, others = 0;
	struct pecan_pci device;
	uint16_t first;

	if (pecan_pci_try_open(&device, DEVICE) || pecan_pci_ports(&device, 0, LEAST, &first, &count)
	    || pecan_ports_free(first, (unsigned)__builtin_ctz(count)) != ROOT_OK)
		return USAGE;
	for (unsigned port = 0; port < PORTS; port++) {
		enum root_error e = pecan_ports(port, 0);
		bool is_own = port - first < count;

		if (e != (is_own ? ROOT_OK : ROOT_E_RIGHT))
			printf("hostile: port %x: %s\n", port, pecan_error_text(e));
		own += e == ROOT_OK && is_own;
		others += e == ROOT_OK && !is_own;
	}
	printf("hostile: %u of %u ports of the device, %u others\n", own, count, others);
	return own == count && others == 0 ? ALL_WELL : USAGE;
}
