/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attack.c - see attack.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include "attack.h"
#include "harness.h"

unsigned long attack_rounds(unsigned long otherwise)
{
	const char *asked = getenv("ROUNDS");

	return asked ? strtoul(asked, 0, 10) : otherwise;
}

void attack_figure(const char *row, unsigned long rounds, unsigned long value)
{
	printf("attack %s %lu %lu\n", row, rounds, value);
	fflush(stdout);
	CHECK_EQ(value, 0);
}
