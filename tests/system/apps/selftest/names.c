/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - the name service, files of the boot image, and abuse of root.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/names.h>
#include <pecan/system.h>
#include <string.h>
#include "selftest.h"

static bool own_name(void)
{
	L4_ThreadId_t t;

	return pecan_register("selftest.own", L4_nilthread) == NAMES_OK
	       && pecan_lookup("selftest.own", false, &t) == NAMES_OK && t.raw == L4_Myself().raw
	       && pecan_register("selftest.own", L4_nilthread) == NAMES_OK
	       && pecan_unregister("selftest.own") == NAMES_OK
	       && pecan_unregister("selftest.own") == NAMES_E_ABSENT
	       && pecan_lookup("selftest.own", false, &t) == NAMES_E_ABSENT;
}

static bool others_names(void)
{
	return pecan_register("console", L4_nilthread) == NAMES_E_TAKEN
	       && pecan_unregister("console") == NAMES_E_OWNER
	       && pecan_register("selftest.root", pecan_root()) == NAMES_E_OWNER
	       && pecan_register("", L4_nilthread) == NAMES_E_REQUEST;
}

static bool name_goes_with_task(void)
{
	L4_ThreadId_t t;

	return child_end("own-name", 0).status == 0
	       && pecan_lookup("selftest.child", false, &t) == NAMES_E_ABSENT
	       && pecan_register("selftest.child", L4_nilthread) == NAMES_OK
	       && pecan_unregister("selftest.child") == NAMES_OK;
}

static bool wait_for_name(void)
{
	L4_Word_t task = child("wait-name", 0);
	struct pecan_end end;

	L4_Sleep(L4_TimePeriod(20000));
	if (task == 0 || pecan_register("selftest.late", L4_nilthread) != NAMES_OK
	    || pecan_wait(task, false, &end) != ROOT_OK)
		return false;
	return end.status == 42 && pecan_unregister("selftest.late") == NAMES_OK;
}

static bool listed(void)
{
	struct pecan_name n;
	bool found = false;

	for (L4_Word_t p = 0; pecan_next_name(&p, &n); )
		found |= strcmp(n.name, "console") == 0 && n.task != 0 && !L4_IsNilThread(n.thread);
	return found;
}

const struct check name_checks[] = {
	{ "a name is found until it is taken back", own_name },
	{ "other programs' names and threads are not ours", others_names },
	{ "a name goes with its task", name_goes_with_task },
	{ "a task that waits for a name is answered when it comes", wait_for_name },
	{ "the list has the console", listed },
	{ 0, 0 },
};

static bool files(void)
{
	char text[64], rest[64];
	L4_Word_t got, size, end;

	return pecan_file_read("init", 0, text, 8, &got, &size) == ROOT_OK && got == 8 && size > 100
	       && pecan_file_read("init", size - 10, rest, sizeof(rest), &got, &end) == ROOT_OK && got == 10
	       && pecan_file_read("init", ~0ul, rest, sizeof(rest), &got, 0) == ROOT_OK && got == 0
	       && pecan_file_read("etc/absent", 0, text, 8, &got, &size) == ROOT_E_NAME;
}

static bool programs(void)
{
	struct pecan_program p;
	bool found = false;

	for (L4_Word_t at = 0; pecan_next_program(&at, &p); )
		found |= strcmp(p.name, "selftest") == 0 && p.size > 1000;
	return found;
}

static bool unknown_requests(void)
{
	L4_Word_t none[1] = { 0 };

	return ask(0, none, 0) == ROOT_E_REQUEST && ask(ROOT_POWER + 1, none, 1) == ROOT_E_REQUEST
	       && ask(ROOT_SPAWN - 1, none, 1) == ROOT_E_REQUEST && ask(ROOT_SPAWN, none, 1) == ROOT_E_REQUEST
	       && ask(ROOT_MAP, none, 0) == ROOT_E_REQUEST;
}

/* Root continues and no memory is lost. (What is reserved also changes when others start or end.) */
static bool senseless_messages(void)
{
	struct pecan_memory before, after;

	pecan_memory(&before);
	for (long seed = 1; seed <= 20; seed++)
		if (child_end("fuzz", seed).how == ROOT_ALIVE)
			return false;
	pecan_memory(&after);
	return before.reserved == after.reserved && before.used == after.used;
}

const struct check abuse_checks[] = {
	{ "files of the boot image can be read, in parts and to the end", files },
	{ "programs are listed", programs },
	{ "unknown and short requests are refused", unknown_requests },
	{ "8000 senseless messages do root no harm", senseless_messages },
	{ 0, 0 },
};
