/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * begin.c - the program that the start code starts, and its servers.
 */
#include <stdio.h>
#include <pecan/task.h>
#include "px.h"

size_t px_strlcpy(char *to, const char *from, size_t room)
{
	return (size_t)snprintf(to, room, "%s", from);
}

/* What px_start calls. */
int px_main(int argc, char **argv, char **environment);
int px_libc_start_main(int (*run)(int, char **, char **), int argc, char **argv, void (*init)(void),
		       void (*fini)(void), void (*rtld_fini)(void));

struct px_started px_started;

int px_main(int argc, char **argv, char **environment)
{
	px_started.argc = argc;
	px_started.argv = argv;
	px_started.environment = environment;
	return 5;
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
	root_begin();
	names_begin();
	console_begin();
	stream_begin();
}
