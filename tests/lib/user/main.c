/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - of the programs whose tests must give back all memory.
 */
#include <sanitizer/lsan_interface.h>
#include "harness.h"

static void run(const struct test *t)
{
	t->run();
	CHECK(!__lsan_do_recoverable_leak_check());
}

int main(int argc, char **argv)
{
	return tests_main(argc, argv, run);
}
