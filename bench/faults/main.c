/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - page faults that root serves, each in a window of bench/scope: pages of 3 MiB that are touched in
 * order. bench/pf_root runs it in a system of its own.
 */
#include <pecan/memory.h>
#include <pecan/system.h>
#include <proto/root_client.h>

#include "../scope/marks.h"

enum { PAGE = 4096, BYTES = 3 << 20, FIRST = 600, LAST = 640 };

int main(void)
{
	volatile char *at = pecan_map(BYTES);
	unsigned i = 0;

	for (; at && i < FIRST; i++)
		at[i * PAGE] = 1;
	for (; at && i < LAST; i++) {
		SCOPE_BEGIN(1);
		at[i * PAGE] = 1;
		SCOPE_END(1);
	}
	root_power(pecan_root(), ROOT_POWER_OFF, at ? 0 : 1);
	return 1;
}
