/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pieces.c - `hostile pieces`: how long a server works in one go for a client of low priority, at most: so
 * late wakes a thread whose priority is between the two. Time is in nanoseconds, which are instructions under
 * QEMU's -icount shift=0. The servers' own thread that continues what is left is below that thread.
 */
#include <l4/ipc.h>
#include <l4/misc.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/console_client.h>
#include <proto/names_client.h>
#include <stdio.h>
#include <string.h>

#include "hostile.h"
#include "nanoseconds.h"

enum { WAKES = 600, NAP_US = 97, NAMES_OF_TASK = 16, CLIENT = 100 };

static L4_ThreadId_t server, client;
static unsigned round;

static void write_lines(void)
{
	char text[CONSOLE_TEXT_BYTES];
	struct con_write_out out;

	memset(text, '\n', sizeof text);
	con_write(server, text, sizeof text, &out);
}

/* Each cell of it has another character than the round before. */
static void write_text(void)
{
	char text[CONSOLE_TEXT_BYTES];
	struct con_write_out out;

	memset(text, 'a' + (int)(round % 26), sizeof text);
	con_write(server, text, sizeof text, &out);
}

/* As many as a task may have, so that the table is full at some time. */
static void register_name(void)
{
	char name[NAMES_NAME_BYTES];

	snprintf(name, sizeof name, "pieces-of-one-task-%u", round % NAMES_OF_TASK);
	names_register(server, L4_nilthread, 0, name);
}

static void look_up(void)
{
	struct names_lookup_out out;

	names_lookup(server, 0, "pieces-that-no-task-has", &out);
}

static void list(void)
{
	struct names_list_out out;

	names_list(server, 0, &out);
}

static void request_for_ever(void *request)
{
	for (;; round++)
		(*(void (*const *)(void))request)();
}

static void measure(const char *what, void (*request)(void))
{
	L4_Word_t most = 0;

	if (pecan_thread_start(request_for_ever, &request, CLIENT, &client) != ROOT_OK)
		return;
	for (unsigned n = 0; n < WAKES; n++) {
		L4_Word64_t begin = nanoseconds();
		L4_Word_t slept;

		L4_Sleep(L4_TimePeriod(NAP_US));
		slept = (L4_Word_t)(nanoseconds() - begin);
		if (slept > most)
			most = slept;
	}
	pecan_thread_end(client);
	printf("piece: %s: %lu\n", what, most - NAP_US * 1000);
}

static void nothing(void) { }

int pieces(void)
{
	if (pecan_lookup(CONSOLE_NAME, true, &server) != NAMES_OK)
		return USAGE;
	measure("nothing", nothing);
	measure("console, lines", write_lines);
	measure("console, text", write_text);
	if (!pecan_names(&server))
		return USAGE;
	measure("names, list", list);
	measure("names, look up", look_up);
	measure("names, register", register_name);
	return ALL_WELL;
}

int pieces_names(const char *first)
{
	char name[NAMES_NAME_BYTES];

	for (unsigned i = 0; i < NAMES_OF_TASK; i++) {
		snprintf(name, sizeof name, "pieces-%s-%u", first, i);
		if (pecan_register(name, L4_nilthread) != NAMES_OK)
			return USAGE;
	}
	return ALL_WELL;
}
