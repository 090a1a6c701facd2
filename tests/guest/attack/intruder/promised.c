/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * promised.c - memory that was granted can be used after any history of other tasks. In each round some tasks
 * map, touch and give back pages at random and stay; then the program `promised`, whose section reserves its
 * memory, maps as much as it gets and touches all of it: in order, backwards, or every 9th page first.
 */
#include <pecan/demo.h>
#include <pecan/memory.h>
#include <pecan/task.h>

#include "intruder.h"

enum { PAGE = 4096, OTHERS = 4, STEPS = 60, PIECES = 16, PIECE_PAGES = 96, STEP = 64 << 10, PATTERNS = 3 };

#define PROMISED	(16ul << 20)	/* `memory` in the section of `promised` */
#define FEWEST		(15ul << 20)	/* of that for its own use */

static L4_Word64_t state;

static L4_Word_t below(L4_Word_t n)
{
	state = state * 6364136223846793005ul + 1442695040888963407ul;
	return (L4_Word_t)(state >> 33) % n;
}

void promised_other(L4_Word_t seed, L4_ThreadId_t parent)
{
	static struct { volatile char *at; L4_Word_t pages; } piece[PIECES];

	state = seed;
	for (unsigned i = 0; i < STEPS; i++) {
		unsigned k = (unsigned)below(PIECES);

		if (piece[k].at) {
			pecan_unmap((void *)piece[k].at);
			piece[k].at = 0;
			continue;
		}
		piece[k].pages = 1 + below(PIECE_PAGES);
		piece[k].at = pecan_map(piece[k].pages * PAGE);
		for (L4_Word_t n = 0; piece[k].at && n < piece[k].pages; n++)
			if (below(3) == 0)
				piece[k].at[n * PAGE] = 1;
	}
	report(parent, 0, 0);
	for (;;)
		L4_Sleep(L4_Never);
}

/* The page that is touched as number i of n. */
static L4_Word_t page_of(L4_Word_t pattern, L4_Word_t i, L4_Word_t n)
{
	L4_Word_t column = 0;

	if (pattern < 2)
		return pattern == 0 ? i : n - 1 - i;
	while (i >= (n - column + 8) / 9)
		i -= (n - column++ + 8) / 9;
	return i * 9 + column;
}

void promised_task(L4_Word_t pattern, L4_ThreadId_t parent)
{
	volatile char *at = 0;
	L4_Word_t bytes = PROMISED;

	while (!at && (bytes -= STEP) > 0)
		at = pecan_map(bytes);
	for (L4_Word_t i = 0; i < bytes / PAGE; i++)
		at[page_of(pattern, i, bytes / PAGE) * PAGE] = 1;
	report(parent, bytes, 0);
}

/* The word that a child reports; 0: it has ended instead. */
static bool heard(L4_ThreadId_t child, L4_Word_t *word)
{
	if (L4_IpcFailed(L4_Receive(child)))
		return false;
	L4_StoreMR(1, word);
	return true;
}

static void round(L4_Word_t pattern)
{
	L4_Word_t other[OTHERS], task, word = 0;
	struct pecan_end end;
	L4_ThreadId_t child;

	for (unsigned i = 0; i < OTHERS; i++) {
		child = demo_spawn("intruder", "intruder", &other[i], "other 0x%lx 0x%lx", L4_Myself().raw,
				   below(1ul << 31));
		if (!heard(child, &word))
			gained("a task with a history ended", i);
	}
	child = demo_spawn("intruder", "promised", &task, "promised-task 0x%lx %lu", L4_Myself().raw, pattern);
	if (!heard(child, &word))
		gained("a task ended for memory that it had been granted, pattern", pattern);
	else if (word < FEWEST)
		gained("a task got less memory than its section reserves", word);
	pecan_wait(task, false, &end);
	for (unsigned i = 0; i < OTHERS; i++) {
		pecan_kill(other[i]);
		pecan_wait(other[i], false, &end);
	}
}

void attack_promised(L4_Word_t rounds, L4_Word_t seed)
{
	state = seed;
	for (L4_Word_t i = 0; i < rounds; i++)
		round(i % PATTERNS);
}
