/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - selftest: runs all checks of selftest.h and prints "N passed, N failed".
 */
#include <l4/ipc.h>
#include <pecan/print.h>
#include <stdio.h>
#include "selftest.h"

L4_Word_t child(const char *part, long argument)
{
	char args[64];
	L4_Word_t task = 0;

	snprintf(args, sizeof(args), "%s %ld", part, argument);
	return pecan_spawn("selftest", args, 0, &task, 0) == ROOT_OK ? task : 0;
}

struct pecan_end child_end(const char *part, long argument)
{
	struct pecan_end end = { 0 };
	L4_Word_t task = child(part, argument);

	if (task == 0 || pecan_wait(task, false, &end) != ROOT_OK)
		end.how = ROOT_ALIVE;
	return end;
}

L4_Word_t ask(L4_Word_t label, const L4_Word_t *words, unsigned n)
{
	struct pecan_call c = { label, words, n, 0, 0 };
	L4_Word_t answer;

	return pecan_call_server(pecan_root(), &c, &answer) ? answer : ~(L4_Word_t)0;
}

static void run(const struct check *c, unsigned *passed, unsigned *failed)
{
	for (; c->sentence; c++) {
		bool holds = c->holds();

		if (!holds)
			printf("not ok: %s\n", c->sentence);
		*passed += holds;
		*failed += !holds;
	}
}

int main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0;

	if (argc > 2)
		return play(argv[1], argv[2]);
	run(task_checks, &passed, &failed);
	run(memory_checks, &passed, &failed);
	run(thread_checks, &passed, &failed);
	run(job_checks, &passed, &failed);
	run(over_checks, &passed, &failed);
	run(device_checks, &passed, &failed);
	run(name_checks, &passed, &failed);
	run(abuse_checks, &passed, &failed);
	printf("selftest: %u passed, %u failed\n", passed, failed);
	return failed != 0;
}
