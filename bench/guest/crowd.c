/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crowd.c - up to CROWD_MAX threads in a space of their own.
 */
#include "world.h"

enum {
	FIRST		= 100,		/* thread number, above all others of the benchmark */
	UTCB_LOG2	= 24,
	STACK		= 512,		/* enough for a system call and what the compiler saves */
};

static char stacks[CROWD_MAX][STACK] __attribute__((aligned(PAGE)));
static unsigned size;

unsigned crowd_index(void)
{
	return (unsigned)(L4_ThreadNo(L4_Myself()) - L4_ThreadNo(thread_id(FIRST)));
}

void crowd_grow(unsigned n, entry_fn *entry, unsigned priority)
{
	L4_ThreadId_t space = thread_id(FIRST);

	if (size == 0)
		space_create(space, UTCB_LOG2);
	for (; size < n; size++) {
		struct place p = { thread_id(FIRST + size), space, utcb_in(CROWD_UTCBS, size) };

		thread_launch(&p, entry, (L4_Word_t)&stacks[size][STACK] - STACK_BELOW,
			      priority ? priority : size + 1);
	}
}

/* The first thread goes last: the space goes with it. */
void crowd_end(void)
{
	while (size > 0)
		delete(thread_id(FIRST + --size));
}
