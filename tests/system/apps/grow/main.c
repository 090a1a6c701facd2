/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - grow MIB: takes so much memory, a MiB at a time, and says before and after it which space it has
 * (docs/user/system.md, `small`). It runs until it is ended.
 */
#include <l4/ipc.h>
#include <pecan/memory.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdlib.h>

enum { MIB = 1 << 20, PAGE = 4096, PIECES_MAX = 64 };

static volatile unsigned *piece[PIECES_MAX];

/* As root lists it; 0 also if it is not listed. */
static L4_Word_t small_mib(void)
{
	struct pecan_task me, t;

	if (pecan_task_of(L4_nilthread, &me) != ROOT_OK)
		return 0;
	for (L4_Word_t p = 0; pecan_next_task(&p, &t); )
		if (t.task == me.task)
			return t.small / MIB;
	return 0;
}

/* Each page has a number of its own. */
static bool take(unsigned n)
{
	piece[n] = pecan_map(MIB);
	for (unsigned at = 0; piece[n] && at < MIB; at += PAGE)
		piece[n][at / sizeof **piece] = n * MIB + at;
	return piece[n];
}

static bool is_whole(unsigned n)
{
	for (unsigned at = 0; at < MIB; at += PAGE)
		if (piece[n][at / sizeof **piece] != n * MIB + at)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	L4_Word_t before = small_mib(), pieces = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned n = 0, whole = 0;

	while (n < pieces && n < PIECES_MAX && take(n))
		n++;
	for (unsigned i = 0; i < n; i++)
		whole += is_whole(i);
	printf("grow: %u of %lu MiB are whole, the small space had %lu MiB and has %lu\n", whole, pieces, before,
	       small_mib());
	for (;;)
		L4_Sleep(L4_Never);
}
