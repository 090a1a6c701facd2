/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rows.c - rows that only ppc32 has; and those of others that it has not.
 */
#include "../../bench.h"

void bench_all_ports(L4_ThreadId_t to)
{
	(void)to;
	refused("map_ports_one");	/* there are no I/O ports */
}

void bench_machine(void)
{
}
