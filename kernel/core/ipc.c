/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - rendezvous: queues, waits, and messages that go at once. See ipc.h and the states in thread.h.
 *
 * The send phase comes first; when it is over the thread goes over to its receive phase in the same
 * kernel entry, so its partner already finds it receiving (api 5.1). A sender that was queued and
 * whose own receive phase finds somebody queued in turn does that later, for itself (WORK_RECEIVE):
 * so the work of one entry does not grow with a chain of waiting threads.
 * What takes more than one step is transfer.c's; how an IPC fails, ipc_end.c's.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc_parts.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/preempt.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <lib/panic.h>

enum { HELD = 16 };		/* bits of a raw time; an instant above them is of a time point */

/* ---- queues ---- */

/* T16: a sender has left the queues of t. */
static inline void note_left(struct thread *t)
{
	bool none = list_empty(&t->senders[0]) && list_empty(&t->senders[1]) && list_empty(&t->drain[0]);

	t->lone_open = none ? ~(uint32_t)0 : 0;
	t->lone_closed = tree_empty(&t->virtuals) ? ~(uint32_t)0 : 0;
}

void ipc_enqueue(struct thread *t, struct thread *to, bool front)
{
	bool propagated = t->route.flags & L4_TAG_PROPAGATED;
	struct list *queue;

	t->queued_local = propagated ? route_is_local(t, to->space) : t->space == to->space;
	queue = &to->senders[t->queued_local];
	t->send = SEND_QUEUED;
	t->partner = to;
	t->send_order = front ? 0 : ++kernel.send_orders;
	if (front)
		list_push_front(queue, &t->send_link);
	else
		list_push_back(queue, &t->send_link);
	to->lone_open = 0;
	if (!propagated)
		return;
	tree_insert(&to->virtuals, &t->virtual_link, t->route.sender.raw);
	to->lone_closed = 0;
}

void ipc_dequeue(struct thread *t)
{
	struct thread *to = t->partner;

	ipc_settle(t);
	list_remove(&t->send_link);
	if (tree_linked(&t->virtual_link))
		tree_remove(&to->virtuals, &t->virtual_link);
	t->partner = 0;
	note_left(to);
	if (to->drainer)
		thread_sender_left(to);
}

static struct thread *first_sender(const struct list *queue)
{
	return list_empty(queue) ? 0 : container_of(queue->next, struct thread, send_link);
}

static struct thread *older(struct thread *a, struct thread *b)
{
	if (!a || !b)
		return a ? a : b;
	return a->send_order < b->send_order ? a : b;
}

/* The first of those queued at t who speak for id. */
static struct thread *first_in_name(const struct thread *t, l4_tid_t id)
{
	struct tree_node *n = tree_find(&t->virtuals, id.raw);

	return n ? container_of(n, struct thread, virtual_link) : 0;
}

static struct thread *find_sender(const struct thread *t, struct thread *source)
{
	bool queued = source && thread_queued(source) && source->partner == t;

	if (l4_tid_is_anylocal(t->recv_from))
		return first_sender(&t->senders[1]);
	if (!l4_tid_is_any(t->recv_from))
		return older(queued ? source : 0, first_in_name(t, t->recv_from));
	return older(first_sender(&t->senders[1]), first_sender(&t->senders[0]));
}

/* The sender that t, about to receive from recv_from, should take; 0 if none is queued. */
static inline struct thread *queued_sender(const struct thread *t, struct thread *source)
{
	if (t->lone_open)
		return 0;
	return find_sender(t, source);
}

static inline bool accepts(const struct thread *to, const struct thread *from)
{
	if (!thread_waits(to))
		return false;
	if (l4_tid_is_any(to->recv_from))
		return true;
	if (l4_tid_is_anylocal(to->recv_from))
		return route_is_local(from, to->space);
	return route_is_from(from, to->recv_from);
}

bool ipc_accepts(const struct thread *to, const struct thread *from)
{
	return accepts(to, from);
}

/* ---- waiting ---- */

void ipc_wait_at(struct thread *t, struct thread *to)
{
	if (t->wait_at == &to->id)
		return;
	ipc_wait_nowhere(t);
	t->wait_at = &to->id;
	if (to != &thread_nobody)
		list_push_back(&to->waiters, &t->wait_link);
}

/* All that core asks of a plain wait; the machine asks that the thread came by Ipc. */
static inline bool may_be_plain(const struct thread *t)
{
	return t->origin == IPC_CALL && !tree_linked(&t->deadline) && thread_unhindered(t);
}

static inline bool is_plain_wait(const struct thread *t)
{
	return may_be_plain(t) && arch_thread_plain(t);
}

/* Of a thread that is READY the machine need not have kept how it came: it came by Ipc. */
bool ipc_is_plain_wait(const struct thread *t)
{
	return may_be_plain(t) && (t->recv == RECV_READY || arch_thread_plain(t));
}

/* The same of a call that is queued (T17). */
static inline bool may_be_calling(const struct thread *t)
{
	return may_be_plain(t) && t->kind == THREAD_USER && t->recv_wanted
	    && l4_time_is_never((l4_time_t){ (uint16_t)t->recv_timeout })
	    && l4_tid_eq(t->recv_from, t->partner->id) && t->wait_at == &t->partner->id
	    && !l4_tag_typed(t->tag) && !(t->tag.raw & L4_TAG_FLAGS) && !t->route.flags;
}

bool ipc_is_plain_call(const struct thread *t)
{
	return may_be_calling(t) && t->tag.raw == t->mr[0];
}

void ipc_settle(struct thread *t)
{
	if (t->recv != RECV_READY && t->send != SEND_CALLING)
		return;
	arch_thread_settle(t);
	if (t->recv == RECV_READY)
		t->recv = RECV_WAITING;
	else
		t->send = SEND_QUEUED;
}

void ipc_refresh(struct thread *t)
{
	ipc_settle(t);
	if (thread_waits(t) && is_plain_wait(t))
		t->recv = RECV_READY;
}

/* t waits no more; whom it waited for, it stays on the list of (T3). */
static inline void leave_wait(struct thread *t)
{
	ipc_settle(t);
	t->recv = RECV_NONE;
}

/* Who waits for everybody stays on the list of the one it waited for last. */
static inline void wait_for_message(struct thread *t, struct thread *source, bool closed, uint64_t deadline)
{
	if (closed && t->wait_at != (source ? &source->id : &thread_nobody.id))
		ipc_wait_at(t, source ? source : &thread_nobody);
	if (closed && source)
		source->caller = &t->id;
	timeout_set(t, deadline);
	t->recv = is_plain_wait(t) ? RECV_READY : RECV_WAITING;
}

void ipc_stop_waiting(struct thread *t)
{
	ipc_clear_deadline(t);
	leave_wait(t);
}

/* ---- ends ---- */

/* A message that is queued at t, WAITING, already is taken when t runs; its deadline stands (T5). */
void ipc_look_again(struct thread *t)
{
	if (!thread_waits(t) || !queued_sender(t, thread_awaited(t)))
		return;
	leave_wait(t);
	t->work = WORK_RECEIVE;
	sched_wake(t);
}

/*
 * Who waits for `from`, which has passed on a message in its name to t, waits for t from now on, until
 * the same deadline (api 5.9).
 */
static void let_wait_follow(const struct thread *from, struct thread *t)
{
	struct thread *v = from->route.flags & L4_TAG_PROPAGATED ? thread_find(from->route.sender) : 0;

	if (!v || !thread_waits(v) || !l4_tid_eq(v->recv_from, from->id))
		return;
	ipc_wait_at(v, t);
	t->caller = &v->id;
	v->recv_from = t->id;
	ipc_look_again(v);
}

/* A reply to the kernel, or a message in another's name. */
static __attribute__((noinline)) void receive_done_specially(struct thread *t, struct thread *from)
{
	enum ipc_origin origin = t->origin;
	l4_tid_t id = thread_id_for(from, t->space);

	ipc_finish(t);
	if (from->route.flags) {
		id = route_told(from, t, origin == IPC_CALL);
		let_wait_follow(from, t);
	}
	if (origin == IPC_XFER_FAULT)
		transfer_resume(t);
	else if (origin != IPC_CALL)
		fault_replied(t, origin);
	else
		ipc_tell(t, id);
}

static inline void receive_done(struct thread *t, struct thread *from)
{
	if (from->route.flags || t->origin != IPC_CALL) {
		receive_done_specially(t, from);
		return;
	}
	ipc_finish(t);
	ipc_tell(t, thread_id_for(from, t->space));
}

void ipc_receive_done(struct thread *t, struct thread *from)
{
	receive_done(t, from);
}

static void done_without_receive(struct thread *t)
{
	enum ipc_origin origin = t->origin;

	ipc_finish(t);
	if (origin == IPC_CALL)
		arch_result_utcb(thread_regs(t), thread_utcb_address(t));
}

static inline bool is_point(const struct thread *t)
{
	return l4_time_is_point((l4_time_t){ (uint16_t)t->recv_timeout });
}

void ipc_hold_point(struct thread *t)
{
	if (is_point(t) && !(t->recv_timeout >> HELD))
		t->recv_timeout |= l4_deadline((l4_time_t){ (uint16_t)t->recv_timeout }, arch_time_now()) << HELD;
}

static __attribute__((noinline)) void wait_until_timeout(struct thread *t, struct thread *source, bool closed)
{
	uint64_t now = arch_time_now(), deadline = t->recv_timeout >> HELD;

	if (!deadline)
		deadline = l4_deadline((l4_time_t){ (uint16_t)t->recv_timeout }, now);
	if (deadline <= now)
		ipc_fail(t, L4_IPC_TIMEOUT, L4_RECEIVE_PHASE);
	else
		wait_for_message(t, source, closed, deadline);
}

/* The thread that t names in a closed wait is not there. True: t waits all the same. */
static __attribute__((cold, noinline)) bool waits_for_nobody(struct thread *t)
{
	if (t->origin == IPC_START)
		return true;
	ipc_clear_deadline(t);		/* of the wait that began before it looked again */
	ipc_fail(t, L4_IPC_NOT_EXISTING, L4_RECEIVE_PHASE);
	return false;
}

/*
 * t begins its receive phase. It ends up WAITING, or finished (failed or not wanted), or with
 * WORK_RECEIVE because somebody is queued already.
 */
void ipc_begin_receive(struct thread *t)
{
	struct thread *source = 0;
	bool closed = wait_is_closed(t->recv_from);

	if (!t->recv_wanted) {
		done_without_receive(t);
		return;
	}
	if (closed) {
		source = ipc_find(t, t->recv_from);
		if (source)
			t->recv_from = source->id;
		else if (!waits_for_nobody(t))
			return;
	}
	if (queued_sender(t, source)) {
		t->work = WORK_RECEIVE;
		if (is_point(t))
			ipc_hold_point(t);
		return;
	}
	if (l4_time_is_never((l4_time_t){ (uint16_t)t->recv_timeout }) || tree_linked(&t->deadline))
		wait_for_message(t, source, closed, L4_FOREVER);	/* or until the deadline it had (T5) */
	else
		wait_until_timeout(t, source, closed);
}

/* The pager need not exist yet, and may have sent already, while t was inactive. */
void ipc_await_start(struct thread *t, l4_tid_t pager)
{
	struct thread *source = thread_find(pager);

	t->origin = IPC_START;
	t->mr = t->rest->kmr;
	t->recv_wanted = true;
	t->recv_from = pager;
	t->recv_timeout = L4_NEVER.raw;
	if (source && t->lone_open) {		/* it has waited for nobody yet */
		t->wait_at = &source->id;
		list_push_back(&source->waiters, &t->wait_link);
		source->caller = &t->id;
		t->recv = RECV_WAITING;
		return;
	}
	ipc_begin_receive(t);
	sched_wake(t);
}

/* t's message has been taken. */
void ipc_send_done(struct thread *t)
{
	t->send = SEND_NONE;
	t->partner = 0;
	if (t->kind == THREAD_IRQ)
		irq_delivered(t);
	else
		ipc_begin_receive(t);
}

/* ---- a message ---- */

struct thread *ipc_moved(struct thread *self, struct thread *other, bool taken)
{
	if (thread_runnable(other) && !list_linked(&other->ready_link)) {
		if (!thread_runnable(self))
			return sched_handover(other);
		if (taken)
			return sched_taken(self, other);
	}
	sched_wake(other);
	return sched_leave(self);
}

/*
 * from's message goes to `to`, whose wait is over; one of the two is the running thread self. What can
 * be moved at once is.
 */
static struct thread *deliver(struct thread *self, struct thread *from, struct thread *to)
{
	bool taken = self == to && !from->recv_wanted;

	if (l4_tag_typed(from->tag))
		return transfer_run(self, from, to);
	msg_start(from, to);
	receive_done(to, from);
	ipc_send_done(from);
	return ipc_moved(self, self == from ? to : from, taken);
}

/*
 * self's own Ipc takes what sender, queued, has of untyped words in its own name: the most of what a
 * server finds in its queue. The sender is out of that already. A caller, and who else wants something
 * that has no end and nobody in the way, waits at once. self may have been halted since it began.
 */
static struct thread *take_plainly(struct thread *self, struct thread *sender)
{
	bool taken = !sender->recv_wanted;

	ipc_finish(self);
	msg_words(sender, self, sender->tag);
	ipc_tell(self, thread_id_for(sender, self->space));
	ipc_send_done(sender);
	return ipc_moved(self, sender, taken);	/* it may be halted, or renamed, since it was put off */
}

static inline bool is_plain_sender(const struct thread *t)
{
	return t->origin == IPC_CALL && t->kind == THREAD_USER && !l4_tag_typed(t->tag) && !t->route.flags;
}

struct thread *ipc_receive(struct thread *self)
{
	struct thread *source = 0, *sender;

	self->work = WORK_NONE;
	if (wait_is_closed(self->recv_from))
		source = thread_find(self->recv_from);
	sender = queued_sender(self, source);
	if (!sender) {			/* gone since begin_receive looked */
		ipc_begin_receive(self);
		return sched_leave(self);
	}
	ipc_clear_deadline(self);
	ipc_dequeue(sender);
	ipc_clear_deadline(sender);
	if (self->origin == IPC_CALL && is_plain_sender(sender))
		return take_plainly(self, sender);
	return deliver(self, sender, self);
}

/* ---- phases of the running thread ---- */

static struct thread *refuse(struct thread *self, enum l4_ipc_error e)
{
	ipc_fail(self, e, L4_SEND_PHASE);
	return sched_leave(self);
}

/* The receive phase of self, which has just finished its send phase or has none. */
static struct thread *go_on_to_receive(struct thread *self)
{
	ipc_begin_receive(self);
	if (thread_waits(self))
		return sched_pick(self->cpu);
	return self->work == WORK_RECEIVE ? ipc_receive(self) : sched_leave(self);
}

/* u + t > 63: both sides see an overflow (ambiguity B7). */
static struct thread *refuse_length(struct thread *self, struct thread *to)
{
	if (ipc_accepts(to, self)) {
		ipc_stop_waiting(to);
		ipc_fail(to, L4_IPC_OVERFLOW, L4_RECEIVE_PHASE);
		sched_wake(to);
	}
	return refuse(self, L4_IPC_OVERFLOW);
}

static struct thread *block_sending(struct thread *self, struct thread *to, l4_time_t timeout)
{
	uint64_t now = 0, deadline = L4_FOREVER;

	if (!l4_time_is_never(timeout)) {
		now = arch_time_now();
		deadline = l4_deadline(timeout, now);
	}
	if (deadline <= now)
		return refuse(self, L4_IPC_TIMEOUT);
	if (is_point(self))
		ipc_hold_point(self);
	ipc_enqueue(self, to, false);
	timeout_set(self, deadline);
	if (may_be_calling(self) && arch_thread_plain(self))
		self->send = SEND_CALLING;
	return sched_pick(self->cpu);
}

/* The handler's message acknowledges. A detached line takes none: the sender waits (ambiguity E11b). */
static struct thread *send_to_interrupt(struct thread *self, struct thread *irq, l4_time_t timeout)
{
	if (irq->irq_state == IRQ_DETACHED) {
		self->tag.raw &= ~(l4_word_t)L4_TAG_PROPAGATED;		/* as in its route (api 5.9) */
		return block_sending(self, irq, timeout);
	}
	if (!irq_ack(irq, self))
		return refuse(self, L4_IPC_NOT_EXISTING);
	return go_on_to_receive(self);
}

/* self, whose receive phase is set, sends to dest. */
static struct thread *send_to(struct thread *self, struct thread *dest, l4_time_t timeout)
{
	dest = dest ? route_begin(self, dest) : 0;
	if (!dest)
		return refuse(self, L4_IPC_NOT_EXISTING);
	if (l4_tag_untyped(self->tag) + l4_tag_typed(self->tag) >= L4_MRS)
		return refuse_length(self, dest);
	if (dest->kind == THREAD_IRQ)
		return send_to_interrupt(self, dest, timeout);
	if (!ipc_accepts(dest, self))
		return block_sending(self, dest, timeout);
	ipc_stop_waiting(dest);
	return deliver(self, self, dest);
}

struct thread *ipc_start_slowly(struct thread *self, l4_tid_t to, struct thread *dest, l4_tid_t from,
				l4_word_t timeouts)
{
	self->tag = (l4_tag_t){ self->mr[0] };
	self->recv_wanted = !l4_tid_is_nil(from);
	self->recv_from = from;
	self->recv_timeout = l4_timeout_receive(timeouts).raw;
	if (l4_tid_is_nil(to))
		return go_on_to_receive(self);
	return send_to(self, dest, l4_timeout_send(timeouts));
}

struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin)
{
	struct thread *dest = ipc_find(self, to);

	self->origin = (uint8_t)origin;
	self->mr = self->rest->kmr;
	self->tag = (l4_tag_t){ self->mr[0] };
	if (!dest || dest == self || dest->kind != THREAD_USER)
		return refuse(self, L4_IPC_NOT_EXISTING);
	self->recv_wanted = true;
	self->recv_from = dest->id;
	self->recv_timeout = L4_NEVER.raw;
	return send_to(self, dest, L4_NEVER);
}

/*
 * A wait for a thread that did not exist yet (IPC_START) is met by its next message only; and one for
 * an id that its partner had before is about to end.
 */
void ipc_check(const struct thread *t)
{
	bool closed = wait_is_closed(t->recv_from);

	struct thread *awaited = thread_awaited(t);

	if (thread_waits(t) && list_empty(&t->drain[0])
	    && (!closed || (awaited && l4_tid_eq(awaited->id, t->recv_from))))
		ASSERT(!queued_sender(t, awaited));						/* T13 */
}
