/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - hello: the smallest program; docs/demos/hello.md.
 */
#include <l4/thread.h>
#include <pecan/console.h>
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <string.h>

enum { NAME = 80 };

static void greet(void)
{
	char name[NAME];

	if (getline_console("What is your name? ", name, sizeof name) > 0)
		printf("Hello, %s.\n", name);
	else
		puts("Hello, whoever you are.");
}

static void name_key(void)
{
	int key = console_read_key("Press a key: ");

	printf("that was number %d.\n", key);
}

int main(int argc, char **argv)
{
	struct pecan_task me;
	enum root_error e = pecan_task_of(L4_nilthread, &me);

	if (e != ROOT_OK)
		demo_fail("hello", "root does not know us: %s", pecan_error_text(e));
	printf("Hello from task %lu, thread %lu.%lu, a program in an address space of its own.\n", me.task,
	       L4_ThreadNo(L4_Myself()), L4_Version(L4_Myself()));
	for (int i = 1; i < argc; i++)
		printf("  argument %d: %s\n", i, argv[i]);
	if (argc == 2 && strcmp(argv[1], "--ask") == 0)
		greet();
	if (argc == 2 && strcmp(argv[1], "--key") == 0)
		name_key();
	demo_ok("hello");
}
