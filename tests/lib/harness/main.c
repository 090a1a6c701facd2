/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - of a program whose tests need nothing before and after them.
 */
#include "harness.h"

static void run(const struct test *t)
{
	t->run();
}

int main(int argc, char **argv)
{
	return tests_main(argc, argv, run);
}
