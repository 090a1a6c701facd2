/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ports.c - an item of all I/O ports, for a space that had one, so that it has an empty bitmap of them.
 */
#include <l4/arch.h>
#include <l4/port.h>
#include <l4/sigma0.h>

#include "../../bench.h"

#define FREE_PORT	0x70

void bench_all_ports(L4_ThreadId_t to)
{
	L4_Fpage_t all = L4_FpageAddRights(L4_IoFpageLog2(0, 16), L4_FullyAccessible);

	if (L4_IsNilFpage(L4_Sigma0_GetPage(L4_nilthread, L4_IoFpage(FREE_PORT, 1))))
		fail("a port from sigma0");
	for (unsigned i = 0; i < REPEAT_BULK; i++) {
		map_load(all, 0);
		SCOPE_BEGIN(W_ALL_PORTS);
		map_call(to);
		SCOPE_END(W_ALL_PORTS);
		L4_UnmapFpage(all);
	}
}
