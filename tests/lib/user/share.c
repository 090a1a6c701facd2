/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.c - tests of the time slices of a task's threads (user/root/task/share.c).
 */
#include "harness.h"
#include <root/task/share.h>
#include <root/task/task.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_US = 10000, STEPS = 3000, PLAYS = 40, STEP_US = 700 };

static struct task task;
static l4_word_t slice[THREADS_MAX + 1];	/* by id */
static l4_word_t fresh_us;			/* of slices that became longer */

void task_set_slice(l4_word_t id, l4_word_t us)
{
	fresh_us += us > slice[id] ? us : 0;
	slice[id] = us;
}

static void begin(unsigned i)
{
	task.thread[i] = (struct task_thread){ .id = i + 1 };
	slice[i + 1] = share_begin(&task, &task.thread[i]);
}

static void end(unsigned i)
{
	share_end(&task, &task.thread[i]);
	task.thread[i].id = slice[i + 1] = 0;
}

static void first(void)
{
	memset(&task, 0, sizeof(task));
	memset(slice, 0, sizeof(slice));
	fresh_us = 0;
	task.spare = SHARE_PARTS;
	begin(0);
}

static bool is_power(unsigned n) { return n != 0 && (n & (n - 1)) == 0; }

/* Q1, and each thread has the slice of its parts. */
static bool consistent(void)
{
	unsigned sum = task.spare;

	for (unsigned i = 0; i < THREADS_MAX; i++) {
		const struct task_thread *th = &task.thread[i];

		if (th->id == 0)
			continue;
		if (!is_power(th->parts) || slice[i + 1] != (l4_word_t)SLICE_US * th->parts / SHARE_PARTS)
			return false;
		sum += th->parts;
	}
	return sum == SHARE_PARTS;
}

TEST(HSHR0001, "the slices of 1 to 128 threads are 10 ms together, and differ by a factor of 2 at most")
{
	first();
	CHECK(slice[1] == SLICE_US);
	for (unsigned n = 2; n <= THREADS_MAX; n++) {
		l4_word_t least = SLICE_US, most = 0;

		begin(n - 1);
		CHECK(consistent() && task.spare == 0);
		for (unsigned i = 1; i <= n; i++) {
			least = slice[i] < least ? slice[i] : least;
			most = slice[i] > most ? slice[i] : most;
		}
		CHECK(most <= 2 * least + 1);
	}
}

TEST(HSHR0002, "threads begin and end at random: slices and what is spare are 10 ms together")
{
	srand(1);
	for (unsigned play = 0; play < PLAYS; play++) {
		l4_word_t now = 0;

		first();
		for (unsigned step = 0; step < STEPS; step++, now += (l4_word_t)rand() % STEP_US) {
			unsigned i = 1 + (unsigned)rand() % (THREADS_MAX - 1);

			if (task.thread[i].id == 0)
				begin(i);
			else
				end(i);
			if (task.spare > 0)
				share_rise(&task, now);
			CHECK(consistent());
		}
		CHECK(fresh_us * 100 <= now + 100 * SLICE_US);
	}
}

TEST(HSHR0003, "the last of 128 threads has all parts again after 4 s of messages, not before 1.9 s")
{
	l4_word_t now = 1;

	first();
	for (unsigned i = 1; i < THREADS_MAX; i++)
		begin(i);
	for (unsigned i = 1; i < THREADS_MAX; i++)
		end(i);
	for (; task.spare > 0 && now < 10 * 1000 * 1000; now += 1000)
		share_rise(&task, now);
	CHECK(consistent() && slice[1] == SLICE_US);
	CHECK(now >= 1900 * 1000 && now <= 4000 * 1000);
}
