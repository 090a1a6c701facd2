/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue.c - see queue.h.
 */
#include "queue.h"

void queue_init(struct queue *q)
{
	*q = (struct queue){ .holds = { false } };
	for (unsigned i = 0; i < QUEUE_PRIORITIES; i++)
		q->first[i] = q->last[i] = QUEUE_NONE;
}

void queue_remove(struct queue *q, unsigned slot)
{
	unsigned p = q->priority[slot];

	if (!q->holds[slot])
		return;
	if (q->previous[slot] == QUEUE_NONE)
		q->first[p] = q->next[slot];
	else
		q->next[q->previous[slot]] = q->next[slot];
	if (q->next[slot] == QUEUE_NONE)
		q->last[p] = q->previous[slot];
	else
		q->previous[q->next[slot]] = q->previous[slot];
	if (q->first[p] == QUEUE_NONE)
		q->used[p / 64] &= ~(1ull << p % 64);
	q->holds[slot] = false;
}

void queue_put(struct queue *q, unsigned slot, unsigned priority)
{
	if (q->holds[slot] && q->priority[slot] == priority)
		return;
	queue_remove(q, slot);
	q->holds[slot] = true;
	q->priority[slot] = (uint8_t)priority;
	q->next[slot] = QUEUE_NONE;
	q->previous[slot] = q->last[priority];
	if (q->last[priority] == QUEUE_NONE)
		q->first[priority] = (uint16_t)slot;
	else
		q->next[q->last[priority]] = (uint16_t)slot;
	q->last[priority] = (uint16_t)slot;
	q->used[priority / 64] |= 1ull << priority % 64;
}

unsigned queue_best(const struct queue *q, unsigned lowest, unsigned n)
{
	uint64_t range = q->used[lowest / 64] >> lowest % 64 & ((1ull << n) - 1);

	return range == 0 ? QUEUE_NONE : q->first[lowest + 63 - (unsigned)__builtin_clzll(range)];
}
