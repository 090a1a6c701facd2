/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_wait.c - sender queues, waits for a message, and changes to both by other threads. See ipc.h.
 */
#include <core/ipc.h>
#include <core/irq.h>
#include <core/route.h>
#include <core/sched.h>
#include <lib/panic.h>

/* ---- queues ---- */

/*
 * Distance of a sender put to the front. Orders are compared by difference: a sender that stays queued while
 * 2^30 later ones are taken loses its place.
 */
enum { FRONT = 1 << 30 };

/* t, whose message is propagated, was queued at `to`. */
static NOINLINE void enqueue_virtual(struct thread *t, struct thread *to)
{
	tree_insert(&to->virtuals, &t->virtual_link, t->route.sender.raw);
	to->closed_wait_mask = 0;
}

void ipc_enqueue(struct thread *t, struct thread *to, bool front)
{
	bool propagated = t->route.flags & L4_TAG_PROPAGATED;
	struct list *queue;

	t->queued_local = propagated ? route_is_local(t, to->space) : t->space == to->space;
	queue = &to->senders[t->queued_local];
	t->send = SEND_QUEUED;
	t->partner = to;
	t->send_order = front ? to->last_order - FRONT : ++to->last_order;
	list_insert_after(front ? queue : queue->prev, &t->send_link);
	to->open_wait_mask = 0;
	if (propagated)
		enqueue_virtual(t, to);
}

void ipc_dequeue(struct thread *t)
{
	struct thread *to = t->partner;

	list_remove(&t->send_link);
	if (tree_linked(&t->virtual_link)) {
		tree_remove(&to->virtuals, &t->virtual_link);
		to->closed_wait_mask = tree_empty(&to->virtuals) ? ~(uint32_t)0 : 0;
	}
	t->partner = 0;
	if (list_empty(&to->senders[0]) && list_empty(&to->senders[1]) && list_empty(&to->drain[0]))
		to->open_wait_mask = ~(uint32_t)0;
	if (to->notifier)
		ipc_sender_left(to);
}

/* Returns the first thread in a sender queue, or 0. */
static struct thread *first_sender(const struct list *queue)
{
	return list_empty(queue) ? 0 : thread_reach(container_of(queue->next, struct thread, send_link));
}

/* Returns the sender that was queued first; either may be 0. */
static struct thread *older(struct thread *a, struct thread *b)
{
	if (!a || !b)
		return a ? a : b;
	return (int32_t)(a->send_order - b->send_order) < 0 ? a : b;
}

/* Returns the first sender queued at t whose virtual sender has this id, or 0. */
static struct thread *first_in_name(const struct thread *t, l4_tid_t id)
{
	struct tree_node *n = tree_find(&t->virtuals, id.raw);

	return n ? thread_reach(container_of(n, struct thread, virtual_link)) : 0;
}

struct thread *ipc_first_sender(const struct thread *t, struct thread *source, l4_tid_t from)
{
	bool queued = source && thread_queued(source) && source->partner == t;

	if (l4_tid_is_anylocal(from))
		return first_sender(&t->senders[1]);
	if (!l4_tid_is_any(from))
		return older(queued ? source : 0, first_in_name(t, from));
	return older(first_sender(&t->senders[1]), first_sender(&t->senders[0]));
}

bool ipc_accepts_from(const struct thread *to, const struct thread *from)
{
	if (l4_tid_is_anylocal(to->recv_from))
		return route_is_local(from, to->space);
	return from->route.flags & L4_TAG_PROPAGATED && l4_tid_eq(from->route.sender, to->recv_from);
}

/* ---- waiting ---- */

void ipc_wait_change(struct thread *t, struct thread *to)
{
	struct thread *at = thread_of(t->wait_at);

	if (__builtin_expect(at->caller == &t->id, 1))
		at->caller = &thread_none.id;
	t->wait_at = &to->id;
	list_move_back(&to->waiters, &t->wait_link);
}

void ipc_update_ready(struct thread *t)
{
	thread_unready(t);
	if (thread_waits(t) && ipc_is_plain_wait(t))
		t->recv = RECV_READY;
}

/* t receives the queued message when it runs; its deadline remains (T5). */
void ipc_recheck_senders(struct thread *t)
{
	if (!thread_waits(t) || !ipc_queued_sender(t, thread_waited_for(t)))
		return;
	thread_unready(t);
	t->recv = RECV_NONE;
	t->work = WORK_RECEIVE;
	sched_wake(t);
}

void ipc_sender_left(struct thread *t)
{
	t->draining = !list_empty(&t->drain[0]);
	if (t->draining)
		return;
	ipc_update_ready(t);
	ipc_recheck_senders(t);
	sched_wake(t);
}

void ipc_transfer_wait(const struct thread *from, struct thread *t)
{
	struct thread *v = from->route.flags & L4_TAG_PROPAGATED ? thread_find(from->route.sender) : 0;

	if (!v || !thread_waits(v) || !l4_tid_eq(v->recv_from, from->id))
		return;
	ipc_wait_at(v, t);
	t->caller = &v->id;
	v->recv_from = t->id;
	ipc_recheck_senders(v);
}

/* ---- the receive phase ---- */

void ipc_hold_point(struct thread *t)
{
	l4_time_t timeout = { (uint16_t)t->recv_timeout };

	if (l4_time_is_point(timeout) && !(t->recv_timeout >> IPC_HELD))
		t->recv_timeout |= l4_deadline(timeout, arch_time_now()) << IPC_HELD;
}

bool ipc_begin_timeout(struct thread *t)
{
	l4_time_t timeout = { (uint16_t)t->recv_timeout };
	bool zero = l4_time_is_zero(timeout);
	uint64_t now = zero ? 0 : arch_time_now(), until = t->recv_timeout >> IPC_HELD;

	if (!until && !zero)
		until = l4_deadline(timeout, now);
	if (until <= now) {
		ipc_fail(t, L4_IPC_TIMEOUT, L4_RECEIVE_PHASE);
		return false;
	}
	t->recv_timeout = L4_NEVER.raw;
	timeout_set(t, until);
	return true;
}

/* The pager need not exist yet. It may be queued already: it may have sent while t was inactive. */
void ipc_await_start(struct thread *t, l4_tid_t pager)
{
	struct thread *source = thread_probe(pager);

	t->origin = IPC_START;
	t->mr = t->rest->kmr;
	t->recv_from = pager;
	t->recv_timeout = L4_NEVER.raw;
	if (source && t->open_wait_mask) {
		list_push_back(&source->waiters, &t->wait_link);	/* it was on no such list (T17) */
		t->wait_at = &source->id;
		source->caller = &t->id;
		t->recv = RECV_WAITING;
		return;
	}
	ipc_begin_receive(t);
	sched_wake(t);
}

/* Does less than ipc_cancel: a wait for the start message has no timeout and is never READY. */
void ipc_start_over(struct thread *t)
{
	t->recv = RECV_NONE;
	t->origin = IPC_CALL;
	t->mr = thread_regs(t)->mr;
	sched_wake(t);
}

/*
 * T13 is not checked for a wait whose thread did not exist when it began (IPC_START): that ends with the
 * thread's next message; nor for a wait for the former id of a renamed thread: that is about to fail.
 */
void ipc_check(const struct thread *t)
{
	struct thread *awaited = thread_waited_for(t);

	if (thread_waits(t) && list_empty(&t->drain[0])
	    && (!wait_is_closed(t->recv_from) || (awaited && l4_tid_eq(awaited->id, t->recv_from))))
		ASSERT(!ipc_queued_sender(t, awaited));						/* T13 */
}
