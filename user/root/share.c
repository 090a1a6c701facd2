/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.c - the time slices of a task's threads (docs/decisions/shares.md).
 *
 *   Q1  the parts of a living task's threads are powers of 2, and together with `spare` they are SHARE_PARTS
 *
 * A thread whose slice is changed gets a fresh one (api 7.2). So slices become longer seldom: else a task
 * could have fresh ones as often as it asks.
 */
#include "root.h"

enum {
	SLICE_US = 10000,		/* the kernel's for a new thread, and here that of all parts */
	SELDOM = 200,			/* a slice of 1 us more is the only one for so many us */
};

static l4_word_t slice_us(const struct task_thread *th)
{
	return (l4_word_t)SLICE_US * th->parts / SHARE_PARTS;
}

/* The thread with the most parts, or with the fewest; but not `except`. */
static struct task_thread *find(struct task *t, bool most, const struct task_thread *except)
{
	struct task_thread *found = 0;

	for (struct task_thread *th = t->thread; th < t->thread + THREADS_MAX; th++) {
		if (th->id == 0 || th == except)
			continue;
		if (found == 0 || (most ? th->parts > found->parts : th->parts < found->parts))
			found = th;
	}
	return found;
}

l4_word_t share_begin(struct task *t, struct task_thread *th)
{
	struct task_thread *giver;

	th->parts = SHARE_PARTS;
	if (t->spare > 0) {
		while (th->parts > t->spare)
			th->parts /= 2;
		t->spare = (uint8_t)(t->spare - th->parts);
	} else if ((giver = find(t, true, th)) != 0) {
		giver->parts /= 2;
		th->parts = giver->parts;
		task_set_slice(giver->id, slice_us(giver));
	}
	return slice_us(th);
}

void share_end(struct task *t, const struct task_thread *th)
{
	t->spare = (uint8_t)(t->spare + th->parts);
}

void share_rise(struct task *t, l4_word_t now)
{
	struct task_thread *th;

	if (now < t->rise_at || (th = find(t, false, 0)) == 0)
		return;
	t->spare = (uint8_t)(t->spare - th->parts);
	th->parts = (uint8_t)(2 * th->parts);
	task_set_slice(th->id, slice_us(th));
	t->rise_at = now + SELDOM * slice_us(th);
}
