/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - a program without rights that attacks the servers of a running system, for the rows of
 * tests/guest/attack/system.
 *
 *   intruder terminal TRIES SEED ID...      terminal.c
 *   intruder servers REQUESTS SEED ID...    servers.c
 *   intruder pages ROUNDS SEED              pages.c
 *   intruder places 0 0                     places.c
 *   intruder promised ROUNDS SEED           promised.c
 *   intruder rings ROUNDS SEED              rings.c
 *   intruder children ROUNDS SEED           spaces.c
 *   intruder kept-pages ROUNDS 0            kept.c
 *   intruder space-cycles ROUNDS 0, intruder space-deaths ROUNDS SPACES
 *   intruder crowd ONLY_BLOCKS 0, intruder named ONLY_ANSWERS 0
 */
#include <pecan/demo.h>
#include <pecan/print.h>
#include <pecan/system.h>
#include <stdlib.h>
#include <string.h>

#include "intruder.h"

enum { USAGE = 100, NOTES = 5 };

static unsigned count;

void gained(const char *what, L4_Word_t detail)
{
	if (__atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST) >= NOTES)
		return;
	pecan_logf("gained: %s (%lx)", what, detail);
	printf("gained: %s (%lx)\n", what, detail);	/* a confined task has no log */
}

unsigned gains(void) { return __atomic_load_n(&count, __ATOMIC_SEQ_CST); }

void report(L4_ThreadId_t to, L4_Word_t first, L4_Word_t second)
{
	L4_Msg_t m;

	L4_MsgClear(&m);
	L4_MsgAppendWord(&m, first);
	L4_MsgAppendWord(&m, second);
	L4_MsgLoad(&m);
	L4_Send(to);
}

bool reported(L4_ThreadId_t by, L4_Word_t words[2])
{
	bool received = L4_IpcSucceeded(L4_Receive(by));

	L4_StoreMRs(1, 2, words);
	return received;
}

L4_ThreadId_t thread_of(const char *text)
{
	char *end;
	L4_Word_t number = strtoul(text, &end, 10);

	return L4_GlobalId(number, strtoul(end + 1, 0, 10));
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return USAGE;
	if (strcmp(argv[1], "terminal") == 0)
		attack_terminal(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0), argc - 4, argv + 4);
	else if (strcmp(argv[1], "servers") == 0)
		attack_servers(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0), argc - 4, argv + 4);
	else if (strcmp(argv[1], "pages") == 0)
		attack_pages(strtoul(argv[2], 0, 0));
	else if (strcmp(argv[1], "places") == 0)
		attack_places();
	else if (strcmp(argv[1], "crowd") == 0)
		attack_crowd(strtoul(argv[2], 0, 0) != 0);
	else if (strcmp(argv[1], "named") == 0)
		attack_named(strtoul(argv[2], 0, 0) != 0);
	else if (strcmp(argv[1], "fill") == 0 || strcmp(argv[1], "look") == 0)
		pages_task(argv[1][0] == 'f', demo_thread(argv[2]));
	else if (strcmp(argv[1], "children") == 0)
		attack_by_children(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0));
	else if (strcmp(argv[1], "kept-pages") == 0)
		attack_kept_pages(strtoul(argv[2], 0, 0));
	else if (strcmp(argv[1], "space-cycles") == 0)
		attack_space_cycles(strtoul(argv[2], 0, 0));
	else if (strcmp(argv[1], "space-deaths") == 0)
		attack_space_deaths(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0));
	else if (strcmp(argv[1], "spaces-victim") == 0)
		spaces_victim(demo_thread(argv[2]));
	else if (strcmp(argv[1], "spaces-task") == 0)
		spaces_task(strtoul(argv[3], 0, 0), demo_thread(argv[2]));
	else if (strcmp(argv[1], "rings") == 0)
		attack_rings(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0));
	else if (strcmp(argv[1], "rings-victim") == 0)
		rings_victim(demo_thread(argv[2]));
	else if (strcmp(argv[1], "promised") == 0)
		attack_promised(strtoul(argv[2], 0, 0), strtoul(argv[3], 0, 0));
	else if (strcmp(argv[1], "promised-task") == 0)
		promised_task(strtoul(argv[3], 0, 0), demo_thread(argv[2]));
	else if (strcmp(argv[1], "other") == 0)
		promised_other(strtoul(argv[3], 0, 0), demo_thread(argv[2]));
	else
		return USAGE;
	return (int)(gains() < GAINS_MOST ? gains() : GAINS_MOST);
}
