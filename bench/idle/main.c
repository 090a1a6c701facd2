/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `idle`: marks ten seconds in which it does nothing, for the counting plugin (bench/scope). Before
 * them it waits until what was started with it has ended.
 */
#include <l4/ipc.h>
#include <pecan/print.h>

#include "../scope/marks.h"

enum { IDLE = 1, BEFORE_US = 30000000, IDLE_US = 10000000 };

int main(void)
{
	L4_Sleep(L4_TimePeriod(BEFORE_US));
	SCOPE_BEGIN(IDLE);
	L4_Sleep(L4_TimePeriod(IDLE_US));
	SCOPE_END(IDLE);
	printf("idle: done\n");
	return 0;
}
