/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.c - the time slices of a task's threads (docs/decisions/shares.md).
 *
 *   Q1  the parts of a task's threads are powers of 2, and together with `spare` they are SHARE_PARTS; a
 *       record without a thread has none
 *
 * A thread whose slice is changed gets a fresh one (api 7.2). So slices become longer seldom: else a task
 * could have fresh ones as often as it asks.
 */
#include "share.h"

enum {
	SLICE_US = 10000,		/* the kernel's for a new thread, and here that of all parts */
	SELDOM = 200,			/* a slice of 1 us more is the only one for so many us */
};

static l4_word_t slice_us(const struct task_thread *th)
{
	return (l4_word_t)SLICE_US * th->parts / SHARE_PARTS;
}

/* The thread with the most parts; by Q1 the last one is there when all parts are. */
static struct task_thread *richest(struct task *t)
{
	struct task_thread *found = 0;
	unsigned most = 0, left = SHARE_PARTS - t->spare;

	for (struct task_thread *th = t->thread; left > 0; left -= th++->parts)
		if (th->parts > most) {
			most = th->parts;
			found = th;
		}
	return found;
}

static struct task_thread *poorest(struct task *t)
{
	struct task_thread *found = 0;
	unsigned fewest = SHARE_PARTS + 1, left = SHARE_PARTS - t->spare;

	for (struct task_thread *th = t->thread; left > 0; left -= th++->parts)
		if (th->parts < fewest && th->parts > 0) {
			fewest = th->parts;
			found = th;
		}
	return found;
}

l4_word_t share_begin(struct task *t, struct task_thread *th)
{
	struct task_thread *giver;

	if (t->spare > 0) {
		th->parts = SHARE_PARTS;
		while (th->parts > t->spare)
			th->parts /= 2;
		t->spare = (uint8_t)(t->spare - th->parts);
	} else {
		giver = richest(t);
		giver->parts /= 2;
		th->parts = giver->parts;
		task_set_slice(giver->id, slice_us(giver));
	}
	return slice_us(th);
}

void share_end(struct task *t, struct task_thread *th)
{
	t->spare = (uint8_t)(t->spare + th->parts);
	th->parts = 0;
}

void share_rise(struct task *t, uint64_t now)
{
	struct task_thread *th;

	if (now < t->rise_at || !(th = poorest(t)))
		return;
	t->spare = (uint8_t)(t->spare - th->parts);
	th->parts = (uint8_t)(2 * th->parts);
	task_set_slice(th->id, slice_us(th));
	t->rise_at = now + SELDOM * slice_us(th);
}
