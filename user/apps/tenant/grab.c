/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grab.c - `tenant grab`: a program that tries to take the terminal from the shell. Run in the background
 * it must get nothing of what is typed, show no prompt, and take no place that another program needs.
 *
 * It sends the console's requests itself: the library would wait where this program tries again.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <proto/console.h>
#include <string.h>

#include "tenant.h"

enum { READERS = 18, WATCHERS = 18, WRITERS = 12, TEXTS = 10, TASKS_TRIED = 16, WORDS = 63 };

static const char prompt[] = "grab> ";
static L4_ThreadId_t console;
static unsigned asked, wrote;		/* threads that have sent their first request; that have written all */

static L4_Word_t ask(L4_Word_t label, const L4_Word_t *in, unsigned words)
{
	L4_Word_t out[WORDS], status = CONSOLE_BAD_REQUEST;

	if (!pecan_call_server(console, &(struct pecan_call){ label, in, words, out, WORDS }, &status))
		pecan_lookup(CONSOLE_NAME, true, &console);
	return status;
}

/* Ask for ever; any other answer than a refusal is something that was meant for the shell. */
static void keep_asking(L4_Word_t label, const L4_Word_t *in, unsigned words, const char *what)
{
	__atomic_fetch_add(&asked, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		switch (ask(label, in, words)) {
		case CONSOLE_BAD_REQUEST: case CONSOLE_BUSY: case CONSOLE_REFUSED: L4_Yield(); break;
		default: printf("grab: it got %s\n", what);
		}
	}
}

static void read_typed(void *key)
{
	L4_Word_t in[2] = { sizeof prompt - 1, 0 };

	memcpy(&in[1], prompt, sizeof prompt - 1);
	if (key)
		keep_asking(CONSOLE_READ_KEY, in, 2, "a key");
	keep_asking(CONSOLE_READ_LINE, in, 2, "a line");
}

static void watch(void *unused)
{
	(void)unused;
	keep_asking(CONSOLE_WATCH, NULL, 0, "a ^C");
}

/* Long texts of empty lines, one after the other without a pause. */
static void write(void *unused)
{
	L4_Word_t in[WORDS] = { CONSOLE_TEXT_BYTES };

	(void)unused;
	memset(&in[1], '\n', CONSOLE_TEXT_BYTES);
	for (unsigned n = 0; n < TEXTS; )
		n += ask(CONSOLE_WRITE, in, WORDS) == CONSOLE_OK;
	__atomic_fetch_add(&wrote, 1, __ATOMIC_SEQ_CST);
}

/* The name by which programs find the console: it is free for a moment when the console has ended. */
static void take_name(void *unused)
{
	(void)unused;
	for (;; L4_Yield())
		if (pecan_register(CONSOLE_NAME, L4_nilthread) == NAMES_OK)
			puts("grab: it got the console's name");
}

/* For itself, and for each task that there may be. */
static void claim(void)
{
	for (L4_Word_t task = 0; task < TASKS_TRIED; task++)
		if (ask(CONSOLE_FOREGROUND, &task, 1) == CONSOLE_OK)
			printf("grab: it gave the terminal to task %lu\n", task);
	if (ask(CONSOLE_HISTORY, (const L4_Word_t[]){ 1 }, 1) == CONSOLE_OK)
		puts("grab: it got a line of the history");
}

static void start(pecan_thread_fn fn, unsigned count, bool second_half)
{
	for (unsigned i = 0; i < count; i++)
		if (pecan_thread_start(fn, second_half && i >= count / 2 ? &asked : NULL, 0, NULL) != ROOT_OK)
			printf("grab: thread %u of %u could not be started\n", i, count);
}

void grab(void)
{
	if (pecan_lookup(CONSOLE_NAME, true, &console) != NAMES_OK)
		pecan_exit(SUCCEEDED);
	start(read_typed, READERS, true);
	start(watch, WATCHERS, false);
	start(write, WRITERS, false);
	start(take_name, 1, false);
	while (__atomic_load_n(&asked, __ATOMIC_SEQ_CST) < READERS + WATCHERS
	       || __atomic_load_n(&wrote, __ATOMIC_SEQ_CST) < WRITERS)
		L4_Yield();
	claim();
	puts("grab: it tried all it knows");
	L4_Sleep(L4_Never);
	pecan_exit(CONTAINED);
}
