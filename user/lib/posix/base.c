/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base.c - see base.h.
 */
#include <stdbool.h>
#include <l4/schedule.h>
#include <pecan/server.h>
#include "base.h"

int px_first_number;

void px_lock(int *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		L4_ThreadSwitch(L4_nilthread);
}

void px_unlock(int *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

/*
 * If the section has `heartbeat`, root looks at the thread that was reported: the first one, as other threads
 * may end before the program. A server that receives messages of any thread calls nothing that waits here.
 */
void px_waits(void)
{
	static bool reported;

	if (reported || px_my_number() != px_first_number)
		return;
	reported = true;
	pecan_calls();
}
