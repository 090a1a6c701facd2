/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adversary.c - what a task does all the time to keep root and the servers at work. One without the right
 * `spawn` does the same; its requests to start programs are refused.
 */
#include <l4/schedule.h>
#include <pecan/addresses.h>
#include <pecan/dma.h>
#include <pecan/memory.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <stdio.h>

#include "adversary.h"
#include "use.h"

enum {
	PAGE = 4096, PAGES = 900, CHILD_PAGES = 400, BLOCK_SIZES = 10, THREADS = 20, REQUESTS = 40, ARGS = 40,
	STACK = 512, WAIT_US = 300, PLAYERS = 4, TOGETHER_US = 512,
};

static L4_Word_t below(struct breaker *b, L4_Word_t n) { return breaker_random(b) % n; }

/* ---- acts ---- */

static void act_requests(struct breaker *b)
{
	for (unsigned i = 0; i < REQUESTS; i++)
		play_requests(b);
}

static void touch(volatile char *at, unsigned pages)
{
	for (unsigned i = 0; at && i < pages; i++)
		at[i * PAGE] = 1;
}

/* Mapped, touched and unmapped; some of them only mapped, or populated, or sealed. */
static void act_pages(struct breaker *b)
{
	volatile char *at = below(b, 3) ? pecan_map(PAGES * PAGE) : pecan_populate(PAGES * PAGE);

	if (!at)
		return;
	touch(at, below(b, 4) ? PAGES : (unsigned)below(b, PAGES));
	if (below(b, 4) == 0)
		pecan_seal((void *)at, false);
	pecan_unmap((void *)at);
}

/* Of any size, and touched. */
static void act_blocks(struct breaker *b)
{
	unsigned pages = 1u << below(b, BLOCK_SIZES);
	struct pecan_dma block;

	if (pecan_dma_new(pages * PAGE, L4_nilthread, &block) != ROOT_OK)
		return;
	touch(block.at, pages);
	pecan_dma_free(&block);
}

/* With all others of both rivals until the same instant. */
static void sleep_together(void *unused)
{
	(void)unused;
	for (;;) {
		L4_Clock_t now = L4_SystemClock(), until = { .raw = (now.raw / TOGETHER_US + 1) * TOGETHER_US };

		L4_Sleep(__L4_TimePointFrom(until, now));
	}
}

static void sleep_for_ever(void *unused)
{
	(void)unused;
	L4_Sleep(L4_Never);
}

static unsigned start_threads(L4_ThreadId_t *thread)
{
	unsigned n = 0;

	while (n < THREADS && pecan_thread_start(sleep_for_ever, 0, 0, &thread[n]) == ROOT_OK)
		n++;
	return n;
}

/* For so long. The stacks of library threads are not given back: these have none. */
static void with_threads(void (*entry)(void *), L4_Time_t period)
{
	static char stack[THREADS][STACK] __attribute__((aligned(16)));
	L4_ThreadId_t thread[THREADS];
	unsigned n = 0;

	while (n < THREADS && pecan_thread_new((L4_Word_t)entry,
					       PECAN_CALLED_SP((L4_Word_t)(stack[n] + STACK)), 0,
					       &thread[n]) == ROOT_OK)
		n++;
	L4_Sleep(period);
	while (n > 0)
		pecan_thread_end(thread[--n]);
}

static void act_threads(struct breaker *b)
{
	(void)b;
	with_threads(sleep_for_ever, L4_ZeroTime);
}

static void act_sleepers(struct breaker *b)
{
	with_threads(sleep_together, L4_TimePeriod(TOGETHER_US * (1 + below(b, 8))));
}

/* A program that ends by itself, or is killed. */
static void start_child(struct breaker *b, enum child kind)
{
	struct pecan_end end;
	L4_Word_t task;
	char args[ARGS];

	snprintf(args, sizeof args, "child %u %lu", kind, below(b, 1u << 30));
	if (pecan_spawn("rival-child", args, 0, &task, 0) != ROOT_OK)
		return;
	if (kind == CHILD_WAITS) {
		L4_Sleep(L4_TimePeriod(WAIT_US * (1 + below(b, 8))));
		pecan_kill(task);
	}
	pecan_wait(task, false, &end);
}

static void act_exits(struct breaker *b) { start_child(b, CHILD_EXITS); }
static void act_faults(struct breaker *b) { start_child(b, below(b, 2) ? CHILD_FAULTS : CHILD_TRAPS); }
static void act_kills(struct breaker *b) { start_child(b, CHILD_WAITS); }

/* One more that plays requests beside the others; the oldest of them is killed, if it has not ended. */
static void act_players(struct breaker *b)
{
	static L4_Word_t player[PLAYERS];
	static unsigned oldest;
	struct pecan_end end;
	char args[ARGS];

	if (player[oldest]) {
		pecan_kill(player[oldest]);
		pecan_wait(player[oldest], false, &end);
	}
	player[oldest] = 0;
	snprintf(args, sizeof args, "child %u %lu", CHILD_PLAYS, below(b, 1u << 30));
	pecan_spawn("rival-child", args, 0, &player[oldest], 0);
	oldest = (oldest + 1) % PLAYERS;
}

/* Another program, and its end before it has done anything. */
static void act_starts(struct breaker *b)
{
	static const char *const names[] = { "wc", "echo", "shell", "top", "files", "no-such-program" };
	struct pecan_end end;
	L4_Word_t task;

	if (pecan_spawn(names[below(b, sizeof names / sizeof *names)], "x", 0, &task, 0) != ROOT_OK)
		return;
	pecan_kill(task);
	pecan_wait(task, false, &end);
}

static void (*const acts[])(struct breaker *b) = {
	act_requests, act_pages, act_blocks, act_threads, act_exits, act_faults, act_kills, act_players,
	act_starts, act_files, act_print, act_names, act_over, act_sleepers,
};

enum { ACTS = sizeof acts / sizeof *acts };

void adversary_run(L4_Word_t seed, L4_Word_t which)
{
	struct breaker b = { 0 };

	breaker_seed(&b, seed);
	for (;;) {
		L4_Word_t act = below(&b, ACTS);

		if (which >> act & 1)
			acts[act](&b);
	}
}

/* ---- the tasks that it starts ---- */

void adversary_child(enum child kind, L4_Word_t seed)
{
	L4_ThreadId_t thread[THREADS];
	struct breaker b = { 0 };

	breaker_seed(&b, seed);
	touch(pecan_map(CHILD_PAGES * PAGE), CHILD_PAGES);
	start_threads(thread);
	switch (kind) {
	case CHILD_FAULTS:
		*(volatile char *)PAGE = 1;
		break;
	case CHILD_TRAPS:
		__builtin_trap();
	case CHILD_PLAYS:
		for (;;)
			play_to_the_end(&b);
	case CHILD_WAITS:
		L4_Sleep(L4_Never);
		break;
	case CHILD_EXITS: case CHILDREN:
		break;
	}
}
