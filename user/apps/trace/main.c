/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - trace: records kernel events (<x2/inspect.h>); docs/user/debugging.md.
 *
 *   trace PROGRAM [ARGUMENTS]   record while the program runs, then print
 *   trace start, trace stop     record whatever runs between the two
 *   trace print                 print what was recorded
 *   trace free                  give the kernel's memory for it back
 */
#include <pecan/print.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <string.h>
#include "trace.h"

enum { ARGUMENTS = 256, RECORD = sizeof(struct l4_inspect_trace) / sizeof(L4_Word_t) };

static void fail(const char *what, enum root_error e)
{
	printf("trace: %s: %s\n", what, pecan_error_text(e));
	pecan_exit(1);
}

bool kernel_trace(enum l4_trace_command command)
{
	struct l4_inspect_trace unused;
	L4_Word_t at = 0;
	enum root_error e;

	if (pecan_inspect(L4_INSPECT_TRACE, command, &at, &unused, RECORD, &e))
		return true;
	if (e == ROOT_OK)
		puts("trace: the kernel has no memory for a trace");
	else
		printf("trace: this kernel has no trace: %s\n", pecan_error_text(e));
	return false;
}

void kernel_events(void (*seen)(const struct l4_trace_event *))
{
	struct l4_inspect_trace r;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_TRACE, L4_TRACE_READ, &at, &r, RECORD, NULL); )
		for (L4_Word_t i = 0; i < r.count; i++)
			seen(&r.event[i]);
}

/* Record while a program runs. */
static void run(const char *program, const char *arguments)
{
	struct pecan_end end = { 0 };
	L4_ThreadId_t first;
	L4_Word_t task;
	enum root_error e;

	if (!kernel_trace(L4_TRACE_START))
		pecan_exit(1);
	e = pecan_spawn(program, arguments, 0, &task, &first);
	if (e == ROOT_OK)
		e = pecan_wait(task, false, &end);
	kernel_trace(L4_TRACE_STOP);
	if (e != ROOT_OK)
		fail(program, e);
	json_print(first.raw, program);
	kernel_trace(L4_TRACE_FREE);
}

static bool command(const char *word)
{
	if (strcmp(word, "print") == 0) {
		json_print(0, "");
		return true;
	}
	if (strcmp(word, "start") == 0)
		return kernel_trace(L4_TRACE_START);
	if (strcmp(word, "stop") == 0)
		return kernel_trace(L4_TRACE_STOP);
	return kernel_trace(L4_TRACE_FREE);
}

static bool is_command(const char *word)
{
	return strcmp(word, "print") == 0 || strcmp(word, "start") == 0 || strcmp(word, "stop") == 0
	    || strcmp(word, "free") == 0;
}

int main(int argc, char **argv)
{
	char arguments[ARGUMENTS] = "";
	size_t n = 0;

	if (argc < 2) {
		puts("trace start|stop|print|free, or trace PROGRAM [ARGUMENTS]: records kernel events");
		return 1;
	}
	if (argc == 2 && is_command(argv[1]))
		return !command(argv[1]);
	for (int i = 2; i < argc; i++) {
		size_t length = strlen(argv[i]);

		if (n + length + 2 > ARGUMENTS)
			fail(argv[1], ROOT_E_ARGUMENT);
		memcpy(arguments + n, argv[i], length);
		n += length;
		arguments[n++] = ' ';
		arguments[n] = 0;
	}
	run(argv[1], arguments);
	return 0;
}
