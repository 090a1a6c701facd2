/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `worker NUMBER`: work of that kind. One thread does rounds of checked work; the first one
 * watches it, and ends a driver that does not answer in time. It counts its own ticks, not time: a pause of
 * the whole machine is no delay of the driver.
 */
#include <l4/ipc.h>
#include <l4/schedule.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <pecan/thread.h>
#include <stdlib.h>
#include <string.h>

#include "worker.h"

enum {
	TICK_US = 20000, PACE_US = 20000, PAGE = 4096, PATTERN_WORDS = 64 * 1024 / WORD,
	PATTERN_TICKS = 16,
};

static const struct work *const works[] = {
	&disk_work, &link_work, &random_work, &lines_work, &names_work, &bus_work, &clock_work,
	&port_work, &files_work, &packets_work,
};
enum { WORKS = sizeof(works) / sizeof(works[0]) };

volatile struct state state __attribute__((aligned(PAGE)));

static const struct work *work;
static volatile L4_Word_t pattern[PATTERN_WORDS];	/* that no other task may reach */

L4_Word_t work_random(L4_Word_t limit)
{
	static L4_Word_t x = FACTOR;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (x >> 11) % limit;
}

/* The task of the driver; 0: it does not run. By root's list: the name service may be what is tested. */
static L4_Word_t driver_task(void)
{
	struct pecan_task t;

	for (L4_Word_t position = 0; pecan_next_task(&position, &t); )
		if (t.ended == ROOT_ALIVE && strcmp(t.name, work->program) == 0)
			return t.task;
	return 0;
}

static void complain(void)
{
	L4_Word_t task = driver_task();

	if (task != 0 && pecan_kill(task) == ROOT_OK)
		state.complaints++;
}

void work_right(void) { state.rounds++; }

void work_error(void)
{
	state.errors++;
	complain();
}

void work_wrong(void)
{
	state.wrong++;
	complain();
}

/* ---- the threads ---- */

static void run(void *unused)
{
	(void)unused;
	if (work->begin)
		work->begin();
	for (;;) {
		work->round();
		L4_Sleep(L4_TimePeriod(state.pace));
	}
}

static L4_Word_t pattern_word(unsigned i) { return (i + 1) * FACTOR ^ state.kind; }

static void check_pattern(void)
{
	for (unsigned i = 0; i < PATTERN_WORDS; i++)
		if (pattern[i] != pattern_word(i)) {
			state.memory++;
			pattern[i] = pattern_word(i);
		}
}

static void watch(void)
{
	static L4_Word_t last, silent, asked;
	L4_Word_t results = state.rounds + state.errors + state.wrong;

	silent = results == last ? silent + 1 : 0;
	last = results;
	if (state.patience != 0 && silent >= state.patience) {
		silent = 0;
		state.late++;
		complain();
	}
	if (state.complain != asked) {
		asked = state.complain;
		complain();
	}
	state.task = driver_task();
	if (state.ticks % PATTERN_TICKS == 0)
		check_pattern();
	state.ticks++;
}

int main(int argc, char **argv)
{
	state.kind = argc == 2 ? strtoul(argv[1], 0, 10) : WORKS;
	if (state.kind >= WORKS)
		return 2;
	work = works[state.kind];
	for (unsigned i = 0; i < PATTERN_WORDS; i++)
		pattern[i] = pattern_word(i);
	state.pace = PACE_US;
	state.task = driver_task();
	state.magic[0] = WORKER_MAGIC;
	state.magic[1] = ~WORKER_MAGIC;
	if (pecan_thread_start(run, 0, 0, 0) != ROOT_OK)
		return 1;
	for (;;) {
		pecan_beat();
		watch();
		L4_Sleep(L4_TimePeriod(state.pace > TICK_US ? state.pace : TICK_US));
	}
}
