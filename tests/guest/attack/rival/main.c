/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - which of its parts this program plays:
 *
 *   rival victim NAME WAKES SEED LIMIT      victim.c
 *   rival adversary SEED ACTS               adversary.c
 *   rival child KIND SEED                   adversary.c: a task that the adversary has started
 *   rival measure NAME MS                   shares.c
 *   rival crowd THREADS                     shares.c
 *   rival churn 0                           shares.c
 *   rival shrink NAME THREADS MS            shares.c
 *   rival vm86 0                            vm86.c
 *   rival                                   as a server that hangs
 */
#include <l4/ipc.h>
#include <stdlib.h>
#include <string.h>

#include "adversary.h"
#include "rival.h"

enum { USAGE = 100 };

static L4_Word_t number(const char *text) { return strtoul(text, 0, 0); }

int main(int argc, char **argv)
{
	const char *part = argc > 2 ? argv[1] : "";

	if (strcmp(part, "victim") == 0 && argc == 6)
		victim_run(argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
	else if (strcmp(part, "adversary") == 0 && argc == 4)
		adversary_run(number(argv[2]), number(argv[3]));
	else if (strcmp(part, "child") == 0 && argc == 4)
		adversary_child((enum child)number(argv[2]), number(argv[3]));
	else if (strcmp(part, "measure") == 0 && argc == 4)
		shares_measure(argv[2], number(argv[3]));
	else if (strcmp(part, "crowd") == 0)
		shares_crowd((unsigned)number(argv[2]));
	else if (strcmp(part, "churn") == 0)
		shares_churn();
	else if (strcmp(part, "shrink") == 0 && argc == 5)
		shares_shrink(argv[2], (unsigned)number(argv[3]), number(argv[4]));
	else if (strcmp(part, "vm86") == 0)
		vm86_run();
	else if (argc == 1)
		L4_Sleep(L4_Never);
	else
		return USAGE;
	return 0;
}
