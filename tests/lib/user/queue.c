/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.c - tests of the queue in which the jobs of the root task wait for workers (user/root/job/queue.c).
 */
#include "harness.h"
#include <stdlib.h>
#include <root/job/queue.h>

static struct queue queue;

TEST(HQUE0001, "the highest priority of a range comes first, and of one priority the slot that came first")
{
	queue_init(&queue);
	queue_put(&queue, 7, 100);
	queue_put(&queue, 3, 96);
	queue_put(&queue, 511, 100);
	queue_put(&queue, 9, 112);
	CHECK(queue_best(&queue, 96, 16) == 7 && queue_best(&queue, 112, 16) == 9);
	CHECK(queue_best(&queue, 64, 32) == QUEUE_NONE && queue_best(&queue, 240, 16) == QUEUE_NONE);
	queue_put(&queue, 7, 100);
	CHECK(queue_best(&queue, 96, 16) == 7);
	queue_remove(&queue, 7);
	queue_put(&queue, 7, 100);
	CHECK(queue_best(&queue, 96, 16) == 511);
	queue_put(&queue, 3, 255);
	CHECK(queue_best(&queue, 240, 16) == 3 && queue_best(&queue, 96, 4) == QUEUE_NONE);
}

/* A model: when each slot came, 0: it is not there. */
static unsigned since[QUEUE_SLOTS], at[QUEUE_SLOTS];

static unsigned model_best(unsigned lowest, unsigned highest)
{
	unsigned best = QUEUE_NONE;

	for (unsigned i = 0; i < QUEUE_SLOTS; i++) {
		if (since[i] == 0 || at[i] < lowest || at[i] > highest)
			continue;
		if (best == QUEUE_NONE || at[i] > at[best] || (at[i] == at[best] && since[i] < since[best]))
			best = i;
	}
	return best;
}

TEST(HQUE0002, "100000 random steps as in a model that looks at all slots")
{
	queue_init(&queue);
	srand(6);
	for (unsigned step = 1; step < 100000; step++) {
		unsigned slot = (unsigned)rand() % QUEUE_SLOTS, p = (unsigned)rand() % 4 * 85;
		unsigned low = (unsigned)rand() % 16 * 16, best;

		if (rand() % 3 == 0) {
			queue_remove(&queue, slot);
			since[slot] = 0;
		} else {
			queue_put(&queue, slot, p);
			if (since[slot] == 0 || at[slot] != p)
				since[slot] = step;
			at[slot] = p;
		}
		best = queue_best(&queue, low, 16);
		CHECK(best == model_best(low, low + 15));
	}
}
