/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h - the jobs that wait for a worker: their slots by priority, those of one priority in order of
 * arrival. The operations take constant time, but for queue_init.
 */
#ifndef ROOT_QUEUE_H
#define ROOT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_SLOTS = 513, QUEUE_PRIORITIES = 256, QUEUE_NONE = 0xffff };

struct queue {
	uint16_t first[QUEUE_PRIORITIES], last[QUEUE_PRIORITIES], next[QUEUE_SLOTS], previous[QUEUE_SLOTS];
	uint64_t used[QUEUE_PRIORITIES / 64];		/* priorities with slots */
	uint8_t priority[QUEUE_SLOTS];
	bool holds[QUEUE_SLOTS];
};

void queue_init(struct queue *q);

/* Append a slot to those of its priority. A slot that is queued with this priority keeps its place. */
void queue_put(struct queue *q, unsigned slot, unsigned priority);

/* Has no effect on a slot that is not queued. */
void queue_remove(struct queue *q, unsigned slot);

/*
 * Returns the first slot of the highest priority in [lowest, lowest + n), or QUEUE_NONE if there is none. n
 * is a power of two, up to 32, and lowest a multiple of it.
 */
unsigned queue_best(const struct queue *q, unsigned lowest, unsigned n);

#endif
