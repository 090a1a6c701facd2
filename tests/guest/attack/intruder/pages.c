/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.c - what a new task finds in its memory. In each round a task fills all memory that it can have with
 * a canary, by every way to get some - its bss, its stack, blocks for devices, maps - and exits or is killed.
 * Then another task takes memory in the same ways, in which all bytes must be 0 before it writes any; in its
 * stack it looks for canaries.
 */
#include <pecan/demo.h>
#include <pecan/dma.h>
#include <pecan/memory.h>
#include <pecan/task.h>
#include <string.h>

#include "intruder.h"

#define CANARY ((L4_Word_t)0x6c6566746f766572)
#define WORDS(bytes) ((bytes) / sizeof(L4_Word_t))

enum { PIECE = 64 << 10, BSS = 256 << 10, STACK = 32 << 10, BLOCK = 128 << 10, FEWEST = 1 << 20 };

typedef void use(volatile L4_Word_t *at, L4_Word_t words);

static volatile L4_Word_t bss[WORDS(BSS)];
static L4_Word_t used, found;

/* ---- the tasks of a round ---- */

static void fill(volatile L4_Word_t *at, L4_Word_t words)
{
	for (L4_Word_t i = 0; i < words; i++)
		at[i] = CANARY;
	used += words * sizeof(*at);
}

static void look(volatile L4_Word_t *at, L4_Word_t words)
{
	for (L4_Word_t i = 0; i < words; i++)
		found += at[i] != 0;
	used += words * sizeof(*at);
}

/* A stack has words of the task's own. */
static void look_for_canaries(volatile L4_Word_t *at, L4_Word_t words)
{
	for (L4_Word_t i = 0; i < words; i++)
		found += at[i] == CANARY;
	used += words * sizeof(*at);
}

static __attribute__((noinline)) void use_stack(use *with)
{
	volatile L4_Word_t area[WORDS(STACK)];

	with(area, WORDS(STACK));
}

static void use_all(use *with, use *with_stack)
{
	struct pecan_dma block;
	void *piece;

	with(bss, WORDS(BSS));
	use_stack(with_stack);
	if (pecan_dma_new(BLOCK, L4_nilthread, &block) == ROOT_OK)
		with(block.at, WORDS(BLOCK));
	while ((piece = pecan_map(PIECE)))
		with(piece, WORDS(PIECE));
}

/* The parent gets how much memory that was, and how many words of others there were. */
void pages_task(bool fills, L4_ThreadId_t parent)
{
	if (fills)
		use_all(fill, fill);
	else
		use_all(look, look_for_canaries);
	report(parent, used, found);
}

/* ---- rounds ---- */

/* Runs such a task to its end; with `kills` it is killed when it has reported. */
static void play(const char *task_does, bool kills)
{
	L4_Word_t task, words[2];
	L4_ThreadId_t child = demo_spawn("intruder", "intruder", &task, "%s 0x%lx 0", task_does, L4_Myself().raw);
	struct pecan_end end;

	if (!reported(child, words)) {
		gained("no report of a task", task);
		return;
	}
	if (kills)
		pecan_kill(task);
	pecan_wait(task, false, &end);
	if (words[0] < FEWEST)
		gained("a task had too little memory to show anything", words[0]);
	if (words[1])
		gained("words of another task", words[1]);
}

void attack_pages(L4_Word_t rounds)
{
	for (L4_Word_t i = 0; i < rounds; i++) {
		play("fill", i % 2);
		play("look", false);
	}
}
