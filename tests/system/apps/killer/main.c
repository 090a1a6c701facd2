/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `killer NAMES KILLS PERIOD RANGE SEED`: ends servers KILLS times, one of NAMES (registered names,
 * with commas between) after the other, at a random moment of the first RANGE microseconds of each period of
 * PERIOD. What another program does at the beginning of each period (`filetest killed`, `socktest killed`) is
 * hit at all of its requests, if that is done often enough.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/task.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4 };

static struct { const char *name; L4_ThreadId_t last; } servers[MOST];
static unsigned count;
static uint64_t period;			/* us: at least 62,500, as a section can permit 16 restarts in a second */

static uint32_t random_below(uint32_t *state, uint32_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % limit;
}

static bool is_new(unsigned i, L4_ThreadId_t *thread)
{
	return pecan_lookup(servers[i].name, true, thread) == NAMES_OK
	       && L4_IsThreadNotEqual(*thread, servers[i].last);
}

/* The time of the next period, and some more. */
static void sleep_until_next(uint32_t more)
{
	uint64_t now = L4_SystemClock().raw;

	L4_Sleep(L4_TimePeriod(period - now % period + more));
}

/* End the server that has the name. Returns whether it is another one than the last time. */
static bool end_one(unsigned i)
{
	L4_ThreadId_t thread;
	struct pecan_task task;

	if (!is_new(i, &thread))
		return false;
	servers[i].last = thread;
	return pecan_task_of(thread, &task) == ROOT_OK && pecan_kill(task.task) == ROOT_OK;
}

static bool take_names(char *names)
{
	for (char *next; count < MOST; names = next) {
		next = strchr(names, ',');
		servers[count++].name = names;
		if (!next)
			return true;
		*next++ = 0;
	}
	return false;
}

int main(int argc, char **argv)
{
	unsigned long kills, range, done = 0;
	uint32_t state;

	if (argc != 6 || !take_names(argv[1])) {
		printf("usage: killer NAME[,NAME...] KILLS PERIOD RANGE SEED\n");
		return 2;
	}
	kills = strtoul(argv[2], NULL, 10);
	period = strtoul(argv[3], NULL, 10);
	range = strtoul(argv[4], NULL, 10);
	state = (uint32_t)strtoul(argv[5], NULL, 10) | 1;
	for (unsigned long i = 0; i < kills; i++) {
		sleep_until_next(random_below(&state, (uint32_t)range + 1));
		done += end_one((unsigned)(i % count));
	}
	printf("killer: %lu of %lu\n", done, kills);
	return done != kills;
}
