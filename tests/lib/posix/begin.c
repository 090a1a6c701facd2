/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * begin.c - the program that the start code starts, and its servers.
 */
#include <pecan/task.h>
#include "px.h"

void px_signal_begin(void);

/* What px_start calls. */
int px_main(int argc, char **argv, char **environment);
int px_libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		       void (*fini)(void), void (*rtld_fini)(void));

/* How many arguments, the length of the first, and how many variables. */
int px_main(int argc, char **argv, char **environment)
{
	int variables = 0;

	while (environment[variables])
		variables++;
	return argc * 100 + (int)strlen(argv[1]) + variables;
}

int px_libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		       void (*fini)(void), void (*rtld_fini)(void))
{
	(void)init;
	(void)fini;
	(void)rtld_fini;
	pecan_exit(run(argc, argv, argv + argc + 1));
}

void servers_begin(void)
{
	px_signal_begin();
	root_server_begin();
	names_begin();
	console_begin();
	files_begin();
	net_begin();
	stream_begin();
}

void servers_end(void)
{
	if (root.exits)
		kernel_stop("the task did not end");
}
