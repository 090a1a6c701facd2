/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.h - what waits for a worker: slots of jobs by priority, those of one priority in order of arrival.
 * Every operation but queue_init takes a bounded time; queue_best that of the priorities it looks at.
 */
#ifndef ROOT_QUEUE_H
#define ROOT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

enum { QUEUE_SLOTS = 514, QUEUE_PRIORITIES = 256, QUEUE_NONE = 0xffff };

struct queue {
	uint16_t first[QUEUE_PRIORITIES], last[QUEUE_PRIORITIES], next[QUEUE_SLOTS], previous[QUEUE_SLOTS];
	uint8_t priority[QUEUE_SLOTS];
	bool holds[QUEUE_SLOTS];
};

void queue_init(struct queue *q);

/* Behind all others of that priority; a slot that is there already with that priority keeps its place. */
void queue_put(struct queue *q, unsigned slot, unsigned priority);

/* No effect on a slot that is not there. */
void queue_remove(struct queue *q, unsigned slot);

/* The first slot of the highest priority of [lowest, highest] that has one; QUEUE_NONE. */
unsigned queue_best(const struct queue *q, unsigned lowest, unsigned highest);

#endif
