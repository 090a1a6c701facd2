/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * format.c - fault: 64 bits printed as a word.
 */
#include <l4/types.h>
#include <pecan/print.h>

void print(L4_Word64_t number);

void print(L4_Word64_t number)
{
	printf("%lx\n", number);
}
