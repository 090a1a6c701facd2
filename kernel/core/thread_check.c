/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_check.c - checks of a thread: the rules T1 to T17 of thread.h.
 */
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/utcb.h>
#include <lib/bits.h>
#include <lib/panic.h>

/* For T1, T3: is entry on the list at head? Linear in the list. */
static bool on_list(const struct list *head, const struct list *entry)
{
	for (const struct list *l = head->next; l != head; l = l->next)
		if (l == entry)
			return true;
	return false;
}

static void check_queues(const struct thread *t)
{
	const struct thread *p = t->partner, *w = thread_of(t->wait_at), *c = thread_of(t->caller);

	ASSERT(list_linked(&t->send_link) == (thread_queued(t)));			/* T1 */
	if (thread_queued(t))
		ASSERT((p->life != THREAD_DYING && on_list(&p->senders[t->queued_local], &t->send_link))
		       || on_list(&p->drain[0], &t->send_link));
	ASSERT(list_linked(&t->wait_link) == (w != &thread_none));			/* T3 */
	if (w != &thread_none)
		ASSERT((w->life != THREAD_DYING && on_list(&w->waiters, &t->wait_link))
		       || on_list(&w->drain[1], &t->wait_link));
	ASSERT(c == &thread_none || c->wait_at == &t->id);
	if (thread_waits(t) && thread_waited_for(t) && !on_list(&w->drain[1], &t->wait_link))
		ASSERT(l4_tid_eq(t->recv_from, w->id));
}

/* T15, T16 */
static void check_ready(const struct thread *t)
{
	bool idle = t->send == SEND_NONE && t->recv == RECV_NONE && t->work == WORK_NONE;

	if (t->life == THREAD_ACTIVE && (idle || t->recv == RECV_READY))
		ASSERT(t->origin == IPC_CALL && t->mr == thread_regs(t)->mr
		       && l4_time_is_never((l4_time_t){ (uint16_t)t->recv_timeout }));
	ASSERT(t->recv != RECV_READY || (t->origin == IPC_CALL && thread_can_run_user(t)));
	ASSERT(t->recv != RECV_WAITING || !ipc_is_plain_wait(t));
	ASSERT(t->open_wait_mask == (list_empty(&t->senders[0]) && list_empty(&t->senders[1])
				&& list_empty(&t->drain[0]) ? ~(uint32_t)0 : 0));
	ASSERT(t->closed_wait_mask == (tree_empty(&t->virtuals) ? ~(uint32_t)0 : 0));
}

/* T12 */
static void check_virtuals(const struct thread *t)
{
	ASSERT(t->send == SEND_NONE || !((t->route.flags ^ t->tag.raw) & L4_TAG_PROPAGATED));
	ASSERT(tree_linked(&t->virtual_link) == (thread_queued(t) && t->route.flags & L4_TAG_PROPAGATED));
	tree_check(&t->virtuals);
	for (struct tree_node *n = tree_first(&t->virtuals); n; n = tree_next(n)) {
		const struct thread *s = container_of(n, struct thread, virtual_link);

		ASSERT(s->partner == t && thread_queued(s) && n->key == s->route.sender.raw);
	}
}

/* T8 */
static void check_transfer(const struct thread *t, const struct thread *p)
{
	bool suspended = p->suspended && p->rest->outer.partner == t;
	uint8_t send = suspended ? p->rest->outer.send : p->send;
	uint8_t recv = suspended ? p->rest->outer.recv : p->recv;

	ASSERT(suspended || p->partner == t);
	ASSERT(t->send == SEND_COPYING ? recv == RECV_COPYING : send == SEND_COPYING);
	if (suspended)
		ASSERT(t->work != WORK_TRANSFER);
	else
		ASSERT((t->work == WORK_TRANSFER) != (p->work == WORK_TRANSFER));
}

/* T5, also for a DYING thread. */
static void check_deadline(const struct thread *t)
{
	ASSERT(!t->timed || t->suspended || thread_queued(t) || t->recv != RECV_NONE || t->work == WORK_RECEIVE);
	ASSERT(!t->timed || (tree_linked(&t->deadline) && timeout_instant(&t->deadline) <= t->until));
	if (thread_waits(t) && !t->suspended)
		ASSERT(t->recv_timeout == L4_NEVER.raw);
}

static void check_phases(const struct thread *t)
{
	ASSERT(t->send == SEND_NONE || t->recv == RECV_NONE);				/* T4 */
	ASSERT(t->work != WORK_TRANSFER || t->send == SEND_COPYING || t->recv == RECV_COPYING);
	if (t->send == SEND_COPYING || t->recv == RECV_COPYING)
		check_transfer(t, t->partner);
	check_deadline(t);
}

static void check_message(const struct thread *t)
{
	ASSERT((t->origin == IPC_XFER_FAULT) == t->suspended);			/* T9 */
	if (t->send != SEND_NONE || t->recv != RECV_NONE || t->work == WORK_RECEIVE)
		ASSERT(t->mr == (t->origin == IPC_CALL ? thread_regs(t)->mr : t->rest->kmr)
		       || (t->origin == IPC_EXCEPTION && thread_waits(t) && t->mr == thread_regs(t)->mr));
}

/* T10 */
static void check_work(const struct thread *t)
{
	if (t->rest->unmap.report.phase == WALK_ACTIVE)
		ASSERT(t->rest->unmap.m->report == &t->rest->unmap.report && t->rest->unmap.m->walk.active);
	ASSERT((t->rest->unmap.report.phase == WALK_NONE && !t->rest->unmap.report.status)
	       || t->work == WORK_UNMAP || t->life == THREAD_DYING);
	ASSERT(control_done(&t->rest->control) || t->work == WORK_CONTROL || t->life == THREAD_DYING);
	ASSERT(!t->notifier || t->notifier->renamed == t);
	ASSERT(!t->rest->control.renamed || t->rest->control.renamed->notifier == &t->rest->control);
	if (t->life != THREAD_DYING)
		ASSERT(t->draining == !list_empty(&t->drain[0]) && (t->notifier || thread_is_drained(t)));
}

/* T14 */
static void check_quantum(const struct thread *t)
{
	ASSERT(t->quantum == 0 || t->quantum_state == QUANTUM_RUNS);
	ASSERT(t->origin != IPC_QUANTUM || t->quantum_state == QUANTUM_STOPPED);
	if (t->quantum_state >= QUANTUM_STOPPED)
		ASSERT(t->recv == RECV_NONE && t->work == WORK_NONE
		       && (t->send == SEND_NONE || t->origin == IPC_QUANTUM));
}

/* T11 */
static void check_interrupt(const struct thread *t)
{
	const struct thread *h = t->handler;

	ASSERT(thread_find(t->id) == t || (l4_tid_is_any(t->id) && !h));
	ASSERT((t->irq_state == IRQ_DETACHED) == !h);
	ASSERT(!h || (h->life != THREAD_DYING && h->kind == THREAD_USER && h->handles > 0));
	ASSERT((t->irq_state == IRQ_WAITING) == (thread_queued(t)));
	ASSERT(t->irq_state != IRQ_WAITING || t->partner == h);
}

/* T17 */
void thread_check_spare(struct thread *t)
{
	const struct list *links[] = { &t->senders[0], &t->senders[1], &t->send_link, &t->waiters, &t->wait_link,
				       &t->ready_link, &t->space_link, &t->drain[0], &t->drain[1] };

	for (unsigned i = 0; i < ARRAY_LEN(links); i++)
		ASSERT(list_empty(links[i]));
	ASSERT(tree_empty(&t->virtuals) && !tree_linked(&t->virtual_link) && !tree_linked(&t->deadline));
	ASSERT(t->wait_at == &thread_none.id && t->caller == &thread_none.id);
	ASSERT(t->cpu == cpu_self() && t->rest && control_done(&t->rest->control));
	ASSERT(!t->notifier);
}

void thread_check(struct thread *t, struct thread *self)
{
	check_queues(t);
	check_virtuals(t);
	check_phases(t);
	ipc_check(t);
	if (t->kind == THREAD_IRQ) {
		check_interrupt(t);
	} else if (t->kind == THREAD_USER) {
		check_message(t);
		check_ready(t);
		check_work(t);
		check_quantum(t);
	}
	if (t == self)									/* T2 */
		ASSERT(!list_linked(&t->ready_link));
	else if (t->kind == THREAD_USER)
		ASSERT(list_linked(&t->ready_link) == thread_runnable(t));
	if (t->life != THREAD_DYING && t->kind != THREAD_IRQ)				/* T6 */
		ASSERT(thread_find(t->id) == t);
	if (t->life == THREAD_ACTIVE) {							/* T7 */
		ASSERT(t->utcb && t->space->state == SPACE_LIVE);
		ASSERT(t->local.raw == t->rest->utcb_location + L4_UTCB_MR0_OFFSET);
		ASSERT(utcb_local(t->space, t->local) == t);
	}
}
