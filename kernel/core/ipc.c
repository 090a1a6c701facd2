/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - rendezvous, transfer, and every way an IPC can end. See ipc.h and the states in thread.h.
 *
 * The send phase comes first; when it is over the thread goes over to its receive phase in the same
 * kernel entry, so its partner already finds it receiving (api 5.1). A sender that was queued and
 * whose own receive phase finds somebody queued in turn does that later, for itself (WORK_RECEIVE):
 * so the work of one entry does not grow with a chain of waiting threads.
 *
 * A transfer with typed items may take several steps. Then both sides are COPYING, and the one of
 * the higher priority does the steps (WORK_TRANSFER), so neither waits for a lower one than itself.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <lib/panic.h>

/* ---- queues ---- */

void ipc_enqueue(struct thread *t, struct thread *to, bool front)
{
	struct list *queue = &to->senders[t->space && t->space == to->space];

	t->send = SEND_QUEUED;
	t->partner = to;
	t->send_order = front ? 0 : ++kernel.send_orders;
	if (front)
		list_push_front(queue, &t->send_link);
	else
		list_push_back(queue, &t->send_link);
}

void ipc_dequeue(struct thread *t)
{
	struct thread *to = t->partner;

	list_remove(&t->send_link);
	t->partner = 0;
	if (to->drainer)
		thread_sender_left(to);
}

static struct thread *first_sender(const struct list *queue)
{
	return list_empty(queue) ? 0 : container_of(queue->next, struct thread, send_link);
}

/* The sender that t, about to receive from recv_from, should take; 0 if none is queued. */
static struct thread *queued_sender(const struct thread *t, struct thread *source)
{
	struct thread *local = first_sender(&t->senders[1]), *foreign = first_sender(&t->senders[0]);

	if (l4_tid_is_anylocal(t->recv_from))
		return local;
	if (!l4_tid_is_any(t->recv_from))
		return source && source->send == SEND_QUEUED && source->partner == t ? source : 0;
	if (!local || !foreign)
		return local ? local : foreign;
	return local->send_order < foreign->send_order ? local : foreign;
}

bool ipc_accepts(const struct thread *to, const struct thread *from)
{
	if (to->recv != RECV_WAITING)
		return false;
	if (l4_tid_is_any(to->recv_from))
		return true;
	if (l4_tid_is_anylocal(to->recv_from))
		return from->space && from->space == to->space;
	return l4_tid_eq(to->recv_from, from->id);
}

static void wait_for_message(struct thread *t, struct thread *source, uint64_t deadline)
{
	t->recv = RECV_WAITING;
	t->partner = source;
	if (source)
		list_push_back(&source->waiters, &t->wait_link);
	timeout_set(t, deadline);
}

static void stop_waiting(struct thread *t)
{
	timeout_clear(t);
	list_remove(&t->wait_link);
	t->partner = 0;
	t->recv = RECV_NONE;
}

/* ---- ends ---- */

/* t's IPC is over: its message buffer is its UTCB again. */
static void finish(struct thread *t)
{
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
	t->work = WORK_NONE;
	t->origin = IPC_CALL;
	t->mr = t->utcb;
	t->partner = 0;
}

/* t's IPC has failed: e as <x2/msg.h> encodes it. Whether t can go on depends on whose IPC it was. */
static void fail(struct thread *t, enum l4_ipc_error e, enum l4_ipc_phase phase, l4_tag_t partial)
{
	enum ipc_origin origin = t->origin;

	finish(t);
	switch (origin) {
	case IPC_CALL:
		t->utcb[0] = partial.raw | L4_TAG_ERROR;
		*thread_tcr(t, L4_TCR_ERROR_CODE) = l4_ipc_error(e, phase);
		arch_result_ipc(&t->regs, L4_NILTHREAD);
		arch_mrs_load(t);
		break;
	case IPC_START:		/* aborted: runs with the IP and SP that it has (protocols 1.4) */
	case IPC_REPORT:	/* it is halted */
		break;
	case IPC_PAGE_FAULT:
	case IPC_EXCEPTION:
		fault_failed(t, origin, e);
	}
}

/* The message from `from` has arrived at t. */
static void receive_done(struct thread *t, const struct thread *from)
{
	enum ipc_origin origin = t->origin;
	l4_tid_t id = thread_id_for(from, t->space);

	finish(t);
	if (origin != IPC_CALL) {
		fault_replied(t, origin);
		return;
	}
	arch_result_ipc(&t->regs, id);
	arch_mrs_load(t);
}

static void ipc_done_without_receive(struct thread *t)
{
	enum ipc_origin origin = t->origin;

	finish(t);
	if (origin == IPC_CALL)
		arch_mrs_load(t);
}

/*
 * t begins its receive phase. It ends up WAITING, or finished (failed or not wanted), or with
 * WORK_RECEIVE because somebody is queued already.
 */
static void begin_receive(struct thread *t)
{
	struct thread *source = 0;
	uint64_t now, deadline;

	if (!t->recv_wanted) {
		ipc_done_without_receive(t);
		return;
	}
	if (!l4_tid_is_any(t->recv_from) && !l4_tid_is_anylocal(t->recv_from)) {
		source = thread_resolve(t, t->recv_from);
		if (!source) {
			fail(t, L4_IPC_NOT_EXISTING, L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
			return;
		}
		t->recv_from = source->id;
	}
	if (queued_sender(t, source)) {
		t->work = WORK_RECEIVE;
		return;
	}
	if (l4_time_is_never((l4_time_t){ t->recv_timeout })) {
		wait_for_message(t, source, L4_FOREVER);
		return;
	}
	now = arch_time_now();
	deadline = l4_deadline((l4_time_t){ t->recv_timeout }, now);
	if (deadline <= now)
		fail(t, L4_IPC_TIMEOUT, L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
	else
		wait_for_message(t, source, deadline);
}

/* t's message has been taken. */
static void send_done(struct thread *t)
{
	t->send = SEND_NONE;
	t->partner = 0;
	if (t->kind == THREAD_IRQ)
		irq_delivered(t);
	else
		begin_receive(t);
}

/* ---- transfer ---- */

/* The transfer is over with result r; neither side is COPYING or linked any more. */
static void transfer_done(struct thread *from, struct thread *to, enum msg_result r)
{
	l4_tag_t partial = { from->tag.raw & ~(l4_word_t)L4_TAG_FLAGS };

	if (r == MSG_DONE) {
		receive_done(to, from);
		send_done(from);
		return;
	}
	if (r == MSG_NO_MEM && to->origin == IPC_PAGE_FAULT) {
		finish(to);
		fault_no_memory(to);
	} else {
		fail(to, L4_IPC_OVERFLOW, L4_RECEIVE_PHASE, partial);
	}
	fail(from, L4_IPC_OVERFLOW, L4_SEND_PHASE, (l4_tag_t){ 0 });
}

static void choose_worker(struct thread *from, struct thread *to)
{
	bool sender = from->prio > to->prio;

	from->work = sender ? WORK_TRANSFER : WORK_NONE;
	to->work = sender ? WORK_NONE : WORK_TRANSFER;
}

/* More steps are needed: both sides are COPYING, the higher priority does the work. */
static void transfer_in_steps(struct thread *from, struct thread *to)
{
	from->send = SEND_COPYING;
	to->recv = RECV_COPYING;
	from->partner = to;
	to->partner = from;
	choose_worker(from, to);
}

void ipc_prio_changed(struct thread *t)
{
	struct thread *other = t->partner;

	if (t->send != SEND_COPYING && t->recv != RECV_COPYING)
		return;
	sched_dequeue(t);
	sched_dequeue(other);
	choose_worker(t->send == SEND_COPYING ? t : other, t->send == SEND_COPYING ? other : t);
	sched_wake(t);
	sched_wake(other);
}

/* Move the message; one of the two is the running thread self, whose fate is returned. */
static struct thread *transfer(struct thread *self, struct thread *from, struct thread *to)
{
	struct thread *other = self == from ? to : from;
	enum msg_result r = msg_start(from, to);

	if (r == MSG_MORE)
		r = msg_step(from, to);
	if (r == MSG_MORE)
		transfer_in_steps(from, to);
	else
		transfer_done(from, to, r);
	if (!thread_runnable(self) && thread_runnable(other) && !list_linked(&other->ready_link))
		return sched_handover(other);
	sched_wake(other);
	return sched_leave(self);
}

struct thread *ipc_continue(struct thread *self)
{
	bool sending = self->send == SEND_COPYING;
	struct thread *other = self->partner;
	struct thread *from = sending ? self : other, *to = sending ? other : self;
	enum msg_result r = msg_step(from, to);

	if (r == MSG_MORE)
		return sched_leave(self);
	self->work = WORK_NONE;
	from->send = SEND_NONE;
	to->recv = RECV_NONE;
	from->partner = to->partner = 0;
	transfer_done(from, to, r);
	sched_wake(other);
	return sched_leave(self);
}

struct thread *ipc_receive(struct thread *self)
{
	struct thread *source = 0, *sender;

	self->work = WORK_NONE;
	if (!l4_tid_is_any(self->recv_from) && !l4_tid_is_anylocal(self->recv_from))
		source = thread_find(self->recv_from);
	sender = queued_sender(self, source);
	if (!sender) {			/* gone since begin_receive looked */
		begin_receive(self);
		return sched_leave(self);
	}
	ipc_dequeue(sender);
	timeout_clear(sender);
	sender->send = SEND_NONE;
	return transfer(self, sender, self);
}

/* ---- phases of the running thread ---- */

static struct thread *refuse(struct thread *self, enum l4_ipc_error e)
{
	fail(self, e, L4_SEND_PHASE, (l4_tag_t){ 0 });
	return sched_leave(self);
}

/* The receive phase of self, which has just finished its send phase or has none. */
static struct thread *go_on_to_receive(struct thread *self)
{
	begin_receive(self);
	return self->work == WORK_RECEIVE ? ipc_receive(self) : sched_leave(self);
}

/* u + t > 63: both sides see an overflow (ambiguity B7). */
static struct thread *refuse_length(struct thread *self, struct thread *to)
{
	if (ipc_accepts(to, self)) {
		stop_waiting(to);
		fail(to, L4_IPC_OVERFLOW, L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
		sched_wake(to);
	}
	return refuse(self, L4_IPC_OVERFLOW);
}

static struct thread *send_to_interrupt(struct thread *self, struct thread *irq)
{
	if (!irq_ack(irq, self))
		return refuse(self, L4_IPC_NOT_EXISTING);
	return go_on_to_receive(self);
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
	ipc_enqueue(self, to, false);
	timeout_set(self, deadline);
	return sched_pick(self->cpu);
}

struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	struct thread *dest;

	self->recv_wanted = !l4_tid_is_nil(from);
	self->recv_from = from;
	self->recv_timeout = l4_timeout_receive(timeouts).raw;
	if (l4_tid_is_nil(to))
		return go_on_to_receive(self);
	dest = thread_resolve(self, to);
	if (!dest)
		return refuse(self, L4_IPC_NOT_EXISTING);
	if (l4_tag_untyped(self->tag) + l4_tag_typed(self->tag) >= L4_MRS)
		return refuse_length(self, dest);
	if (dest->kind == THREAD_IRQ)
		return send_to_interrupt(self, dest);
	if (!ipc_accepts(dest, self))
		return block_sending(self, dest, l4_timeout_send(timeouts));
	stop_waiting(dest);
	return transfer(self, self, dest);
}

struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin)
{
	struct thread *dest = thread_resolve(self, to);

	self->origin = (uint8_t)origin;
	self->mr = self->kmr;
	self->tag = (l4_tag_t){ self->kmr[0] };
	if (!dest || dest == self || dest->kind != THREAD_USER)
		return refuse(self, L4_IPC_NOT_EXISTING);
	return ipc_start(self, dest->id, dest->id, 0);
}

void ipc_post(struct thread *t, struct thread *to, bool front)
{
	t->mr = t->kmr;
	t->tag = (l4_tag_t){ t->kmr[0] };
	t->recv_wanted = false;
	if (!ipc_accepts(to, t)) {
		ipc_enqueue(t, to, front);
		return;
	}
	stop_waiting(to);
	msg_start(t, to);
	transfer_done(t, to, MSG_DONE);
	sched_wake(to);
}

/* ---- ends from outside ---- */

/* t takes part in a transfer in steps: end it for both sides. The partner is woken, t is not. */
static void abort_transfer(struct thread *t, enum l4_ipc_error e)
{
	struct thread *other = t->partner;
	bool sending = t->send == SEND_COPYING;

	msg_abort(sending ? t : other);
	sched_dequeue(t);
	sched_dequeue(other);
	fail(t, e, sending ? L4_SEND_PHASE : L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
	fail(other, e, sending ? L4_RECEIVE_PHASE : L4_SEND_PHASE, (l4_tag_t){ 0 });
	sched_wake(other);
}

void ipc_cancel(struct thread *t, enum l4_ipc_error e)
{
	if (t->send == SEND_COPYING || t->recv == RECV_COPYING) {
		abort_transfer(t, L4_IPC_ABORTED);
	} else if (t->send == SEND_QUEUED) {
		timeout_clear(t);
		ipc_dequeue(t);
		fail(t, e, L4_SEND_PHASE, (l4_tag_t){ 0 });
	} else if (t->recv == RECV_WAITING) {
		stop_waiting(t);
		fail(t, e, L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
	} else if (t->work == WORK_RECEIVE) {
		sched_dequeue(t);
		fail(t, e, L4_RECEIVE_PHASE, (l4_tag_t){ 0 });
	}
	sched_wake(t);
}

void ipc_forget(struct thread *t)
{
	if (t->send == SEND_COPYING || t->recv == RECV_COPYING) {
		abort_transfer(t, L4_IPC_ABORTED);
	} else if (t->send == SEND_QUEUED) {
		timeout_clear(t);
		ipc_dequeue(t);
	} else if (t->recv == RECV_WAITING) {
		stop_waiting(t);
	}
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
}
