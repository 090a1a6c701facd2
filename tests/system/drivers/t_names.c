/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_names.c - the name service and its clients in user/lib/pecan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pecan/names.h>
#include <proto/names_client.h>
#include "machine.h"

enum { OF_TASK = 16, PLACES = 128, FIRST = OTHER_TASK + 1, KEPT = 16384 };

static L4_ThreadId_t names(void) { return machine_first(NAMES_TASK); }

static enum names_error lookup(const char *name)
{
	L4_ThreadId_t thread;

	return pecan_lookup(name, false, &thread);
}

TEST(names_own, "a name is a thread's of the task that registers it, and only that task changes it")
{
	L4_ThreadId_t thread;

	CHECK(lookup("a") == NAMES_E_ABSENT && pecan_register("a", L4_nilthread) == NAMES_OK);
	CHECK(pecan_lookup("a", false, &thread) == NAMES_OK);
	CHECK(L4_IsThreadEqual(thread, machine_first(CLIENT_TASK)));
	CHECK(pecan_register("a", machine_first(OTHER_TASK)) == NAMES_E_OWNER);
	CHECK(pecan_register("a", L4_GlobalId(0x7777, 1)) == NAMES_E_OWNER);
	machine_be(OTHER_TASK);
	CHECK(pecan_register("a", L4_nilthread) == NAMES_E_TAKEN && pecan_unregister("a") == NAMES_E_OWNER);
	machine_be(CLIENT_TASK);
	CHECK(pecan_unregister("a") == NAMES_OK && pecan_unregister("a") == NAMES_E_ABSENT);
}

TEST(names_text, "a name that is empty, or not of printable characters, or too long is none")
{
	CHECK(names_register(names(), L4_nilthread, 0, "") == NAMES_E_REQUEST);
	CHECK(pecan_register("a b", L4_nilthread) == NAMES_E_REQUEST);
	CHECK(pecan_register("a\033[", L4_nilthread) == NAMES_E_REQUEST);
	CHECK(pecan_register("\xc3\xa4", L4_nilthread) == NAMES_E_REQUEST);
	CHECK(pecan_register("0123456789012345678901234567890", L4_nilthread) == NAMES_OK);
	CHECK(pecan_register("01234567890123456789012345678901", L4_nilthread) != NAMES_OK);
}

TEST(names_ended, "a name goes with its task: it is not found, and another task may have it")
{
	machine_be(OTHER_TASK);
	CHECK(pecan_register("a", L4_nilthread) == NAMES_OK);
	machine_be(CLIENT_TASK);
	machine_kill(OTHER_TASK);
	CHECK(lookup("a") == NAMES_E_ABSENT && pecan_register("a", L4_nilthread) == NAMES_OK);
}

TEST(names_stand_in, "the name of a stand-in goes to the next task that registers it and may provide it")
{
	CHECK(pecan_stand_in("a") == NAMES_OK && pecan_stand_in("a") == NAMES_OK);
	machine_be(OTHER_TASK);
	CHECK(pecan_stand_in("a") == NAMES_E_TAKEN);
	machine.task[OTHER_TASK].provides_none = true;
	CHECK(pecan_register("a", L4_nilthread) == NAMES_E_OWNER);
	CHECK(L4_IsThreadEqual(machine_server("a"), machine_first(CLIENT_TASK)));
	machine.task[OTHER_TASK].provides_none = false;
	CHECK(pecan_register("a", L4_nilthread) == NAMES_OK);
	CHECK(L4_IsThreadEqual(machine_server("a"), machine_first(OTHER_TASK)));
	machine_be(CLIENT_TASK);
	CHECK(pecan_stand_in("a") == NAMES_E_TAKEN && pecan_register("a", L4_nilthread) == NAMES_E_TAKEN);
	CHECK(pecan_unregister("a") == NAMES_E_OWNER);
}

TEST(names_stand_in_full, "a stand-in keeps its name if the task that registers it has too many names")
{
	char name[NAMES_NAME_BYTES];

	CHECK(pecan_stand_in("a") == NAMES_OK);
	machine_be(OTHER_TASK);
	for (unsigned i = 0; i < OF_TASK; i++) {
		snprintf(name, sizeof name, "n%u", i);
		CHECK(pecan_register(name, L4_nilthread) == NAMES_OK);
	}
	CHECK(pecan_register("a", L4_nilthread) == NAMES_E_FULL);
	CHECK(L4_IsThreadEqual(machine_server("a"), machine_first(CLIENT_TASK)));
	CHECK(pecan_unregister("n0") == NAMES_OK && pecan_register("a", L4_nilthread) == NAMES_OK);
}

TEST(names_no_stand_in, "a name that its task has registered again is no stand-in's any more")
{
	CHECK(pecan_stand_in("a") == NAMES_OK && pecan_register("a", L4_nilthread) == NAMES_OK);
	machine_be(OTHER_TASK);
	CHECK(pecan_register("a", L4_nilthread) == NAMES_E_TAKEN);
}

static bool found;

static void wait_for_name(void *unused)
{
	L4_ThreadId_t thread;

	(void)unused;
	found = pecan_lookup("late", true, &thread) == NAMES_OK
		&& L4_IsThreadEqual(thread, machine_first(CLIENT_TASK));
}

TEST(names_wait, "a thread that waits for a name is answered when it is registered")
{
	machine_thread(OTHER_TASK, 1, wait_for_name, NULL);
	machine_wait(1000);
	CHECK(!found && pecan_register("other", L4_nilthread) == NAMES_OK);
	machine_wait(1000);
	CHECK(!found && pecan_register("late", L4_nilthread) == NAMES_OK);
	machine_wait(1000);
	CHECK(found);
}

/* All names that one task, or all of the table, has places for. */
static unsigned fill(unsigned task)
{
	unsigned n = 0;

	machine_be(task);
	for (; n < PLACES + 1; n++) {
		char name[16];

		snprintf(name, sizeof name, "%u.%u", task, n);
		if (pecan_register(name, L4_nilthread) != NAMES_OK)
			break;
	}
	return n;
}

TEST(names_unprovided, "a thread that would wait for a name that no program provides is refused")
{
	L4_ThreadId_t thread;

	CHECK(pecan_lookup("unprovided", true, &thread) == NAMES_E_UNPROVIDED);
	CHECK(lookup("unprovided") == NAMES_E_ABSENT);
}

TEST(names_full, "a task has 16 names, all have 128; the names of tasks that have ended make room")
{
	unsigned n = 0;

	for (unsigned task = FIRST; task < FIRST + PLACES / OF_TASK; task++)
		n += fill(task);
	CHECK(n == PLACES);
	machine_be(CLIENT_TASK);
	CHECK(pecan_register("more", L4_nilthread) == NAMES_E_FULL);
	machine_kill(FIRST + 1);
	CHECK(pecan_register("more", L4_nilthread) == NAMES_OK && lookup("more") == NAMES_OK);
}

static void wait_for_none(void *unused)
{
	L4_ThreadId_t thread;

	(void)unused;
	pecan_lookup("never", true, &thread);
}

TEST(names_waits_full, "8 threads of a task wait, and 128 in all; those of ended tasks make room")
{
	L4_ThreadId_t thread;

	for (unsigned i = 1; i <= 8; i++)
		machine_thread(FIRST, i, wait_for_none, NULL);
	machine_wait(1000);
	machine_be(FIRST);
	CHECK(pecan_lookup("never", true, &thread) == NAMES_E_FULL);
	machine_be(CLIENT_TASK);
	CHECK(pecan_register("never", L4_nilthread) == NAMES_OK);
	machine_wait(1000);
	machine_be(FIRST);
	CHECK(pecan_lookup("never", true, &thread) == NAMES_OK);
}

TEST(names_list, "the names of living tasks are listed, each once")
{
	struct pecan_name n;
	unsigned count = 0;

	fill(FIRST);
	machine_be(OTHER_TASK);
	CHECK(pecan_register("ended", L4_nilthread) == NAMES_OK);
	machine_be(CLIENT_TASK);
	CHECK(pecan_register("own", L4_nilthread) == NAMES_OK);
	machine_kill(OTHER_TASK);
	for (L4_Word_t p = 0; pecan_next_name(&p, &n); count++)
		CHECK(n.task == (strcmp(n.name, "own") ? (L4_Word_t)FIRST : CLIENT_TASK));
	CHECK(count == OF_TASK + 1);
}

TEST(names_restart, "a service that is started again has the names of before, but for those of ended tasks")
{
	machine_kill(NAMES_TASK);
	machine.task[NAMES_TASK].kept = calloc(1, 2 * KEPT);
	machine.task[NAMES_TASK].kept_bytes = 2 * KEPT;
	machine_start(NAMES_TASK, names_main);
	CHECK(pecan_register("own", L4_nilthread) == NAMES_OK);
	machine_be(OTHER_TASK);
	CHECK(pecan_register("ended", L4_nilthread) == NAMES_OK);
	machine_be(CLIENT_TASK);
	machine_kill(NAMES_TASK);
	machine_kill(OTHER_TASK);
	CHECK(lookup("own") == NAMES_E_LOST);
	machine_start(NAMES_TASK, names_main);
	CHECK(lookup("own") == NAMES_OK && lookup("ended") == NAMES_E_ABSENT);
}

TEST(names_garbage, "a service that finds anything in the memory of its predecessor has names that can be")
{
	unsigned seed = 9, count = 0;
	struct pecan_name n;
	uint8_t *kept = malloc(2 * KEPT);

	for (unsigned i = 0; i < 2 * KEPT; i++)
		kept[i] = (uint8_t)rand_r(&seed);
	machine_kill(NAMES_TASK);
	machine.task[NAMES_TASK].kept = kept;
	machine.task[NAMES_TASK].kept_bytes = 2 * KEPT;
	machine_start(NAMES_TASK, names_main);
	for (L4_Word_t p = 0; pecan_next_name(&p, &n); count++)
		;
	CHECK(count == 0 && pecan_register("own", L4_nilthread) == NAMES_OK && lookup("own") == NAMES_OK);
}

TEST(names_refused, "a task that may not use the service, or not provide the name, is refused")
{
	machine.task[OTHER_TASK].refused = true;
	machine_be(OTHER_TASK);
	CHECK(pecan_register("a", L4_nilthread) == NAMES_E_REFUSED && lookup("a") == NAMES_E_REFUSED);
	CHECK(strstr(pecan_names_error_text(NAMES_E_REFUSED), "uses names"));
	CHECK(pecan_names_error_text((enum names_error)99) && pecan_names_error_text(NAMES_E_LOST));
}
