/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * local.h - variables that each thread has for itself, where the machine has them: the body of its local.c.
 */
#include <sched.h>
#include <stddef.h>
#include "libctest.h"

enum { ROUNDS = 200, BYTES = 5000, FIRST = 77 };

static __thread unsigned long mine = FIRST;
static __thread char buffer[BYTES];

static void *set_own(void *number)
{
	bool right = mine == FIRST && buffer[BYTES - 1] == 0;

	mine = (uintptr_t)number;
	buffer[BYTES - 1] = (char)mine;
	for (unsigned i = 0; i < ROUNDS; i++) {
		sched_yield();
		right = right && mine == (uintptr_t)number && buffer[BYTES - 1] == (char)mine;
	}
	return right ? number : NULL;
}

void test_local(void)
{
	check(mine == FIRST && buffer[BYTES - 1] == 0, "thread-local variables have their first values");
	check(run_all(set_own, 100), "each thread has its own thread-local variables");
	check(mine == FIRST && buffer[BYTES - 1] == 0, "and the first thread's are as before");
}
