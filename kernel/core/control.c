/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.c - the steps of a ThreadControl: threads are notified, a thread and its space are torn down. See
 * thread.h.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/utcb.h>
#include <mem/space.h>

void control_rename(struct control *c, struct thread *t)
{
	if (t->notifier)
		t->notifier->renamed = 0;
	t->notifier = c;
	c->renamed = t;
}

/* Free t, which must be drained. Returns its space if that lost its last thread, or 0. */
static struct space *free_thread(struct thread *t)
{
	struct space *s = t->space;

	if (t->notifier)
		t->notifier->renamed = 0;
	t->notifier = 0;
	if (t->utcb)
		utcb_free(s, t);
	arch_thread_exit(t);
	list_remove(&t->space_link);
	kernel.nthreads--;
	slab_free(&kernel.threads, &s->account, thread_regs(t));
	if (--s->nthreads > 0)
		return 0;
	space_kill(s);
	return s;
}

/*
 * One step of deleting the victim; an Unmap that it had begun is finished first. True if it is freed, and no
 * thread had to be notified in this step.
 */
static bool step_victim(struct control *c)
{
	struct thread *t = c->victim;
	bool drained = thread_is_drained(t);
	struct space *dead;

	if (t->rest->unmap.report.phase == WALK_ACTIVE) {
		walk_step(t->rest->unmap.m);
		return false;
	}
	if (!drained && !thread_notify(t))
		return false;
	dead = free_thread(t);
	c->victim = 0;
	if (dead)
		c->space = dead;
	return drained;
}

static void step_innermost(struct control *c)
{
	if (c->renamed) {
		if (thread_notify(c->renamed)) {
			c->renamed->notifier = 0;
			c->renamed = 0;
		}
		return;
	}
	if (c->victim && !step_victim(c))
		return;
	if (c->space && space_step(c->space))
		c->space = 0;
}

/*
 * If the victim had a ThreadControl of its own in progress, its deleter finishes that too: the innermost
 * control of such a chain comes first. Only privileged threads can form a chain.
 */
bool control_step(struct control *c)
{
	struct control *inner = c;

	while (inner->victim && !control_done(&inner->victim->rest->control))
		inner = &inner->victim->rest->control;
	step_innermost(inner);
	return control_done(c);
}

void control_delete(struct control *c, struct thread *t)
{
	if (thread_kill(t))
		c->space = free_thread(t);
	else
		c->victim = t;
}
