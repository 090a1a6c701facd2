/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - runs each test between the begin and the end of a kernel and its servers.
 */
#include "harness.h"
#include "kernel.h"

static void run(const struct test *t)
{
	kernel_begin();
	servers_begin();
	t->run();
	servers_end();
}

int main(int argc, char **argv)
{
	return tests_main(argc, argv, run);
}
