/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - libctest: an ordinary C program, which shows what it gets of the C library (docs/user/libc.md). It
 * includes no header of Pecan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "libctest.h"

static unsigned passed, failed, left_out;

void check(bool holds, const char *what)
{
	if (holds) {
		passed++;
		return;
	}
	failed++;
	printf("libctest: not ok: %s\n", what);
}

void leave_out(const char *what)
{
	left_out++;
	printf("left out: %s\n", what);
}

/* Lines typed are shown in capitals, until the end of the input. */
static int echo_input(void)
{
	char line[80];

	while (fgets(line, sizeof line, stdin)) {
		for (char *c = line; *c; c++)
			if (*c >= 'a' && *c <= 'z')
				*c -= 'a' - 'A';
		printf("read: %s", line);
	}
	puts("end of input");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--read") == 0)
		return echo_input();
	if (argc > 1)
		return child(argc, argv);
	test_text();
	test_memory();
	test_mapping();
	test_files();
	test_time();
	test_threads();
	test_local();
	test_streams();
	test_signals();
	test_alarms();
	test_processes();
	test_races();
	test_special();
	test_tmp();
	test_dates();
	test_system();
	test_cancellation();
	test_ends();
	printf("libctest: %u passed, %u failed, %u left out\n", passed, failed, left_out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
