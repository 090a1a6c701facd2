/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.c - what ThreadControl changes of a thread: activation, another id or space, deletion. See
 * control.h.
 */
#include <core/arch.h>
#include <core/control.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <mem/teardown.h>

void control_activate(struct thread *t, l4_tid_t pager)
{
	*thread_tcr(t, L4_TCR_GLOBAL_ID) = t->id.raw;
	*thread_tcr(t, L4_TCR_PROCESSOR) = t->cpu->number;
	*thread_tcr(t, L4_TCR_PAGER) = pager.raw;
	t->life = THREAD_ACTIVE;
	ipc_await_start(t, pager);
}

/* ---- partners of a former id or space ---- */

static void splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	from->prev->next = to;
	to->prev->next = from->next;
	to->prev = from->prev;
	list_init(from);
}

/*
 * Move all senders queued at t to its drain list, and with fails also all its waiters: notify then
 * notifies them in steps that the id does not exist. t does not run before drain[0] is empty. Constant time.
 */
static void start_notify(struct thread *t, bool fails)
{
	splice(&t->drain[0], &t->senders[0]);
	splice(&t->drain[0], &t->senders[1]);
	t->draining = !list_empty(&t->drain[0]);
	if (fails) {
		splice(&t->drain[1], &t->waiters);
		t->notify_fails = true;
	}
	ipc_update_ready(t);
	if (!thread_runnable(t))
		sched_dequeue(t);
}

/* An interrupt is attached to a thread, not to its id: after a change of id it is queued again, in front. */
static void notify_sender(struct thread *t, struct thread *sender)
{
	if (sender->kind == THREAD_IRQ) {
		list_remove(&sender->send_link);
		list_push_front(&t->senders[0], &sender->send_link);
	} else if (t->notify_fails) {
		ipc_cancel(sender, L4_IPC_NOT_EXISTING);
	} else {
		list_remove(&sender->send_link);
		sender->queued_local = route_is_local(sender, t->space);
		list_push_back(&t->senders[sender->queued_local], &sender->send_link);
	}
}

/*
 * Notify a waiter of t's former id. A thread that waits for its start message continues to wait: it may
 * still be started by ExchangeRegisters. A waiter for t's present id began after the change, and stays.
 */
static void notify_waiter(struct thread *t, struct thread *waiter)
{
	bool waits = thread_waited_for(waiter) == t && thread_waits(waiter);

	ipc_wait_none(waiter);
	if (waits && t->life != THREAD_DYING && l4_tid_eq(waiter->recv_from, t->id))
		ipc_wait_at(waiter, t);
	else if (waits && waiter->origin != IPC_START)
		ipc_cancel(waiter, L4_IPC_NOT_EXISTING);
}

static bool notify(struct thread *t)
{
	for (unsigned i = 0; !thread_is_drained(t); i++) {
		if (i == CFG_STEP)
			return false;
		if (!list_empty(&t->drain[0])) {
			notify_sender(t, thread_reach(container_of(t->drain[0].next, struct thread, send_link)));
			ipc_sender_left(t);
		} else {
			notify_waiter(t, thread_reach(container_of(t->drain[1].next, struct thread, wait_link)));
		}
	}
	t->notify_fails = false;
	return true;
}

/* ---- another id, another space ---- */

/* Make c empty t's drain lists, in place of the control that did so before. */
static void take_over(struct control *c, struct thread *t)
{
	if (t->notifier)
		t->notifier->renamed = 0;
	t->notifier = c;
	c->renamed = t;
}

void control_rename(struct control *c, struct thread *t, l4_tid_t id)
{
	t->id = id;
	if (t->utcb)
		*thread_tcr(t, L4_TCR_GLOBAL_ID) = id.raw;
	start_notify(t, true);
	take_over(c, t);
}

void control_move(struct control *c, struct thread *t, struct space *s)
{
	account_release(&t->space->account, slab_price(&kernel.threads));
	list_remove(&t->space_link);
	t->space->nthreads--;
	t->space = s;
	list_push_back(&s->threads, &t->space_link);
	s->nthreads++;
	start_notify(t, false);
	take_over(c, t);
}

/* ---- deletion ---- */

/*
 * Begin to delete t: its id is no longer found, its own IPC is ended. Returns true if t can be freed at once:
 * its lists are empty (T10) and it had no work.
 */
static bool kill(struct thread *t)
{
	thread_forget_id(t);		/* another thread may get its id before its partners are notified */
	t->life = THREAD_DYING;
	sched_remove(t);
	ipc_forget(t);
	if (t->handles > 0)
		irq_handler_gone(t);	/* before start_notify: it removes interrupts from that queue */
	if (t->open_wait_mask && list_empty(&t->waiters))
		return !t->notifier && t->work == WORK_NONE;
	start_notify(t, true);
	return false;
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
	teardown_begin(s);
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
	if (!drained && !notify(t))
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
		if (notify(c->renamed)) {
			c->renamed->notifier = 0;
			c->renamed = 0;
		}
		return;
	}
	if (c->victim && !step_victim(c))
		return;
	if (c->space)
		c->space = teardown_step(c->space);
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
	if (kill(t))
		c->space = free_thread(t);
	else
		c->victim = t;
}
