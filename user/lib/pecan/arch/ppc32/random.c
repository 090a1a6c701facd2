/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random.c - random numbers of the CPU: it has none.
 */
#include <stdbool.h>

bool pecan_random_word(unsigned long *to);

bool pecan_random_word(unsigned long *to)
{
	(void)to;
	return false;
}
