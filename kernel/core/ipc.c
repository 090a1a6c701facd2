/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - Ipc: a send phase, then a receive phase. See ipc.h and the states in thread.h.
 *
 * The straight line, the path through ipc_start without a call of an out-of-line function, is short IPC:
 * untyped words without propagation to a READY thread (T15), then a wait for which no sender is queued. It
 * includes such a wait without a send phase, and ipc_kernel_call has one as well: a message about a fault to
 * a READY thread, then the wait for its reply. All other cases are out of line: redirection and propagation
 * (route.c), typed items (transfer.c), a receiver that is not READY, timeouts, queued senders. Faults,
 * exceptions and interrupts are kernel messages, sent by the same functions.
 *
 * The receive phase of a thread begins in the same kernel entry in which its send phase ends: so its partner
 * finds it waiting (api 5.1). But if a queued sender, at the end of its send phase, has a queued sender
 * itself, its receive phase is delayed until it runs (WORK_RECEIVE): so the work of one kernel entry does not
 * grow with the length of a chain of senders.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc_parts.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <core/upcall.h>

enum { SPECIAL = L4_TAG_PROPAGATED | 0x3f << 6 };	/* bits of a tag: flag p, number of typed words */

/* Returns the thread with id, global or local, or &thread_none. */
static struct thread *find(struct thread *self, l4_tid_t id)
{
	struct thread *t = l4_tid_is_local(id) ? thread_resolve(self, id) : thread_probe(id);
	return t ? t : &thread_none;
}

/*
 * Returns the thread with id. It is usually the one that self last waited for (wait_at), or that last waited
 * for self (caller). If no thread has that id, the result is a DYING thread or thread_none, which is DYING.
 */
static inline struct thread *partner(struct thread *self, l4_tid_t id)
{
	struct thread *t = thread_of(self->wait_at);

	if (!l4_tid_eq(t->id, id))
		t = thread_of(self->caller);
	return l4_tid_eq(t->id, id) ? t : find(self, id);
}

/* ---- a message of words ---- */

/* Returns true if no redirector diverts self's message to dest: self's space has none, or it is dest. */
static inline bool is_direct(const struct thread *self, const struct thread *dest)
{
	l4_tid_t redirector = self->space->redirector;

	return l4_tid_is_any(redirector) || l4_tid_eq(redirector, dest->id);
}

/* Returns true if `to` is READY and accepts a message of `from` that is not propagated. */
static inline bool is_ready_for(const struct thread *to, const struct thread *from)
{
	return to->recv == RECV_READY
	    && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
		|| (l4_tid_is_anylocal(to->recv_from) && to->space == from->space));
}

/* Deliver the words of `from` to `to`, which is READY and accepts them; recv and timed end its wait (T15). */
static inline void give(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	to->recv = RECV_NONE;
	to->timed = false;
	msg_words(from, to, tag);
	arch_ipc_received(to, thread_id_for(from, to->space));
}

/*
 * ---- the receive phase ----
 * Its parameters are recv_wanted, recv_from and recv_timeout. recv_wanted and recv_timeout have the values of
 * a wait without a timeout in every thread that is in no IPC (T15), so the straight line does not write them.
 */

/* Make t, whose origin is `origin`, wait for source; if that is 0, recv_from is an open FromSpecifier. */
static inline void wait_for(struct thread *t, struct thread *source, enum ipc_origin origin)
{
	if (source) {
		ipc_wait_at(t, source);
		source->caller = &t->id;
	}
	t->recv = origin == IPC_CALL && arch_came_by_ipc(t) ? RECV_READY : RECV_WAITING;
}

/*
 * Returns true if the queued sender is in a call to t with untyped words only, no receive timeout, and no
 * queued senders of its own: take_call can then transfer the message.
 */
static inline bool is_plain_call(const struct thread *sender, const struct thread *t)
{
	return sender->origin == IPC_CALL && sender->kind == THREAD_USER && !l4_tag_typed(sender->tag)
	    && !sender->route.flags && sender->recv_wanted && sender->open_wait_mask
	    && sender->recv_timeout == L4_NEVER.raw && l4_tid_eq(sender->recv_from, t->id);
}

/* Transfer the words of sender, queued at t, a plain call (is_plain_call), to t; then sender waits for t. */
static void take_call(struct thread *t, struct thread *sender)
{
	ipc_dequeue(sender);
	ipc_clear_deadline(sender);
	sender->send = SEND_NONE;
	msg_words(sender, t, sender->tag);
	ipc_return_message(t, thread_id_for(sender, t->space));
	t->recv_timeout = L4_NEVER.raw;
	wait_for(sender, t, IPC_CALL);
	if (!thread_can_run_user(sender))
		ipc_update_ready(sender);
}

/* The receive phase of self takes the message of `sender`, which is queued. Returns the next thread. */
static struct thread *take_message(struct thread *self, struct thread *sender)
{
	ipc_clear_deadline(self);
	ipc_dequeue(sender);
	ipc_clear_deadline(sender);
	return transfer_step(self, sender, self, msg_start(sender, self));
}

/*
 * The same; but if dest (as in receive) is not 0, and the message is no plain call, the receive phase is
 * delayed until self runs again.
 */
static NOINLINE struct thread *receive_queued(struct thread *self, struct thread *dest, struct thread *sender)
{
	if (is_plain_call(sender, self) && self->origin == IPC_CALL) {
		take_call(self, sender);
		return dest ? sched_answered(self, dest) : sched_leave(self);
	}
	if (!dest)
		return take_message(self, sender);
	self->work = WORK_RECEIVE;
	ipc_hold_point(self);
	return self->origin == IPC_CALL ? sched_answered(self, dest) : ipc_moved(self, dest, true);
}

/* self's Ipc has ended. dest: as in receive. Returns the next thread. */
static struct thread *leave_ipc(struct thread *self, struct thread *dest)
{
	return dest ? sched_woken(self, dest, cpu_self()->slice_owner) : sched_leave(self);
}

/* The same, for an Ipc without a receive phase. dest: as in receive. */
static struct thread *sent(struct thread *self, struct thread *dest)
{
	self->recv_wanted = true;
	self->recv_timeout = L4_NEVER.raw;
	ipc_return_sent(self);
	return leave_ipc(self, dest);
}

/* self waits for source, or, if that is 0, in an open wait. dest: as in receive. Returns the next thread. */
static INLINE struct thread *block_receiving(struct thread *self, struct thread *dest, struct thread *source,
					     enum ipc_origin origin)
{
	wait_for(self, source, origin);
	return dest ? sched_handover(dest) : sched_pick(cpu_self());
}

/* The thread that self would wait for does not exist: as receive. */
static NOINLINE struct thread *refuse_receive(struct thread *self, struct thread *dest)
{
	ipc_fail(self, L4_IPC_NOT_EXISTING, L4_RECEIVE_PHASE);
	return leave_ipc(self, dest);
}

/* As block_receiving, if self has a receive timeout. */
static NOINLINE struct thread *receive_timed(struct thread *self, struct thread *dest, struct thread *source)
{
	if (!ipc_begin_timeout(self))
		return leave_ipc(self, dest);
	return block_receiving(self, dest, source, self->origin);
}

/*
 * Do the receive phase of self; there is none if recv_from is nilthread. dest: the thread that has just
 * received self's message and is runnable but not queued, or 0. Returns the next thread, or 0 as
 * sched_handover does.
 */
static INLINE struct thread *receive(struct thread *self, struct thread *dest, enum ipc_origin origin)
{
	l4_tid_t from = self->recv_from;
	struct thread *source = 0, *sender;

	if (dest && l4_tid_eq(dest->id, from)) {
		source = dest;
	} else if (wait_is_closed(from)) {
		if (l4_tid_is_nil(from))
			return sent(self, dest);
		source = partner(self, from);
		if (source->life == THREAD_DYING)
			return refuse_receive(self, dest);
		self->recv_from = source->id;
	}
	if (!self->open_wait_mask) {
		sender = ipc_first_sender(self, source, self->recv_from);
		if (sender)
			return receive_queued(self, dest, sender);
	}
	if (self->recv_timeout != L4_NEVER.raw)
		return receive_timed(self, dest, source);
	return block_receiving(self, dest, source, origin);
}

/* self's send phase has ended; dest and result: as in receive. */
static NOINLINE struct thread *continue_ipc(struct thread *self, struct thread *dest)
{
	return self->recv_wanted ? receive(self, dest, self->origin) : sent(self, dest);
}

/* ---- ends ---- */

void ipc_return_message(struct thread *t, l4_tid_t id)
{
	if (arch_came_by_ipc(t)) {
		arch_ipc_received(t, id);
		return;
	}
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ t->mr[0] }));
	arch_result_ipc(thread_regs(t), id);
	arch_ipc_done(t);
}

void ipc_receive_done(struct thread *t, struct thread *from)
{
	enum ipc_origin origin = t->origin;

	ipc_finish(t);
	if (from->route.flags)
		ipc_transfer_wait(from, t);
	if (origin == IPC_CALL)
		ipc_return_message(t, route_sender_seen(from, t));
	else if (origin == IPC_XFER_FAULT)
		transfer_resume(t);
	else
		fault_replied(t, origin, from);
}

void ipc_send_done(struct thread *t)
{
	t->send = SEND_NONE;
	t->partner = 0;
	if (t->kind == THREAD_IRQ)
		t->irq_state = IRQ_UNACKED;
	else
		ipc_begin_receive(t);
}

struct thread *ipc_moved(struct thread *self, struct thread *other, bool sent)
{
	if (!thread_runnable(other))
		return sched_leave(self);
	sched_dequeue(other);		/* it is queued if an error has ended its IPC */
	if (!thread_runnable(self))
		return sched_handover_general(other);
	return sent ? leave_ipc(self, other) : sched_received(self, other);
}

struct thread *ipc_receive(struct thread *self)
{
	struct thread *source = 0, *sender;

	self->work = WORK_NONE;
	if (wait_is_closed(self->recv_from))
		source = thread_find(self->recv_from);
	sender = ipc_first_sender(self, source, self->recv_from);
	if (!sender) {			/* it was queued when WORK_RECEIVE was set */
		ipc_begin_receive(self);
		return sched_leave(self);
	}
	return take_message(self, sender);
}

/* ---- the send phase, except for the straight line ---- */

/* self's send phase fails with e. Returns the next thread. */
static COLD_CODE NOINLINE struct thread *refuse(struct thread *self, enum l4_ipc_error e)
{
	ipc_fail(self, e, L4_SEND_PHASE);
	return sched_leave(self);
}

/*
 * The tag has u + t > 63: both sides get a message overflow (ambiguity B7). A thread that waits for its start
 * message continues to wait.
 */
static COLD_CODE NOINLINE struct thread *refuse_length(struct thread *self, struct thread *to)
{
	bool accepted = to->origin != IPC_START && ipc_accepts(to, self);

	ipc_fail(self, L4_IPC_OVERFLOW, L4_SEND_PHASE);
	if (!accepted)
		return sched_leave(self);
	ipc_end_wait(to);
	ipc_fail(to, L4_IPC_OVERFLOW, L4_RECEIVE_PHASE);
	return ipc_moved(self, to, true);
}

/* As block_sending, with a timeout. */
static NOINLINE struct thread *block_timed(struct thread *self, struct thread *to, l4_time_t timeout)
{
	uint64_t now, deadline;

	if (!l4_time_is_never(timeout)) {
		now = arch_time_now();
		deadline = l4_deadline(timeout, now);
		if (deadline <= now)
			return refuse(self, L4_IPC_TIMEOUT);
		timeout_set(self, deadline);
	}
	ipc_hold_point(self);
	ipc_enqueue(self, to, false);
	return sched_pick(cpu_self());
}

/* Queue self at `to`, or fail if the send timeout is over. Returns the next thread. */
static struct thread *block_sending(struct thread *self, struct thread *to, l4_time_t timeout)
{
	if (!l4_time_is_never(timeout) || self->recv_timeout != L4_NEVER.raw)
		return block_timed(self, to, timeout);
	ipc_enqueue(self, to, false);
	return sched_pick(cpu_self());
}

/*
 * A message of its handler acknowledges an UNACKED interrupt; it has no effect otherwise (ambiguity B25).
 * While an interrupt thread is detached it receives no message: the sender is queued (ambiguity E11b).
 */
static struct thread *send_to_interrupt(struct thread *self, struct thread *irq, l4_time_t timeout)
{
	if (irq->irq_state == IRQ_DETACHED) {
		self->tag.raw &= ~(l4_word_t)L4_TAG_PROPAGATED;		/* as in its route (api 5.9) */
		return block_sending(self, irq, timeout);
	}
	if (irq->handler != self)
		return refuse(self, L4_IPC_NOT_EXISTING);
	if (irq->irq_state == IRQ_UNACKED)
		ipc_unmask(irq);
	return continue_ipc(self, 0);
}

/* As give, for a message that is propagated or redirected. */
static void give_routed(struct thread *from, struct thread *to)
{
	l4_tid_t id = route_sender_seen(from, to);

	give(from, to, from->tag);
	*to->mr |= from->route.flags;
	arch_ipc_received(to, id);
	ipc_transfer_wait(from, to);
}

/*
 * Transfer self's message to dest, which waits and accepts it: the words, and the first step of the typed
 * items. Returns the next thread.
 */
static NOINLINE struct thread *move(struct thread *self, struct thread *dest)
{
	bool ready = dest->recv == RECV_READY;
	enum msg_result r;

	if (ready && !l4_tag_typed(self->tag)) {
		if (self->route.flags)
			give_routed(self, dest);
		else
			give(self, dest, self->tag);
		return continue_ipc(self, dest);
	}
	ipc_end_wait(dest);
	r = msg_start(self, dest);
	if (r != MSG_DONE)
		return transfer_step(self, self, dest, r);
	if (ready && !self->route.flags) {	/* the other fields have their values already (T15) */
		arch_ipc_received(dest, thread_id_for(self, dest->space));
		return continue_ipc(self, dest);
	}
	ipc_receive_done(dest, self);
	if (dest->quantum_state != QUANTUM_RUNS)	/* S7 is for the others */
		cpu_self()->floor = SCHED_NO_SWITCH;
	return continue_ipc(self, thread_runnable(dest) ? dest : 0);
}

/* The send phase of self to dest, once its route is known. */
static NOINLINE struct thread *send_to(struct thread *self, struct thread *dest, l4_time_t timeout)
{
	if (l4_tag_typed(self->tag) && l4_tag_untyped(self->tag) + l4_tag_typed(self->tag) >= L4_MRS)
		return refuse_length(self, dest);
	if (ipc_accepts(dest, self))
		return move(self, dest);
	if (dest->kind == THREAD_IRQ)
		return send_to_interrupt(self, dest, timeout);
	return block_sending(self, dest, timeout);
}

/* The send phase of a message that is propagated, or whose sender's space has a redirector. */
static NOINLINE struct thread *send_routed(struct thread *self, struct thread *dest, l4_time_t timeout)
{
	dest = route_find(self, dest);
	return dest ? send_to(self, dest, timeout) : refuse(self, L4_IPC_NOT_EXISTING);
}

/*
 * The send phase in general: self sends to dest, or to the redirector that gets the message. dest is a result
 * of partner: DYING if it does not exist.
 */
static NOINLINE struct thread *send_otherwise(struct thread *self, struct thread *dest, l4_time_t timeout)
{
	self->tag.raw = self->mr[0];
	if (dest->life == THREAD_DYING)
		return refuse(self, L4_IPC_NOT_EXISTING);
	self->route.flags = 0;
	return route_needed(self) ? send_routed(self, dest, timeout) : send_to(self, dest, timeout);
}

struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	struct thread *dest = 0;
	l4_tag_t tag;

	self->recv_from = from;
	if (!l4_time_is_never(l4_timeout_receive(timeouts)))
		self->recv_timeout = l4_timeout_receive(timeouts).raw;
	if (!l4_tid_is_nil(to)) {
		dest = partner(self, to);
		tag.raw = thread_regs(self)->mr[0];
		if (tag.raw & SPECIAL || !is_ready_for(dest, self) || !is_direct(self, dest)) {
			self->recv_wanted = !l4_tid_is_nil(from);
			return send_otherwise(self, dest, l4_timeout_send(timeouts));
		}
		give(self, dest, tag);
	}
	return receive(self, dest, IPC_CALL);
}

/* ---- messages of the kernel ---- */

struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin)
{
	struct thread *dest = partner(self, to);

	self->origin = (uint8_t)origin;
	self->mr = self->rest->kmr;
	if (dest == self || dest->kind != THREAD_USER)
		return refuse(self, L4_IPC_NOT_EXISTING);
	self->recv_from = dest->id;
	if (!is_ready_for(dest, self) || !is_direct(self, dest))
		return send_otherwise(self, dest, L4_NEVER);
	give(self, dest, (l4_tag_t){ self->mr[0] });
	return self->closed_wait_mask ? block_receiving(self, dest, dest, origin) : continue_ipc(self, dest);
}

struct thread *ipc_interrupt(struct thread *irq)
{
	struct thread *handler = thread_reach(irq->handler);

	irq->irq_count++;
	if (is_ready_for(handler, irq)) {
		give(irq, handler, irq->tag);
		irq->irq_state = IRQ_UNACKED;
		return handler;
	}
	irq->irq_state = IRQ_WAITING;
	transfer_post(irq, handler, true);
	return 0;
}

void ipc_unmask(struct thread *irq)
{
	struct thread *woken;

	irq->irq_state = IRQ_ARMED;
	if (!arch_irq_unmask((unsigned)l4_tid_number(irq->id)))
		return;
	woken = ipc_interrupt(irq);
	if (woken)
		sched_wake(woken);
}
