/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - Ipc: a send phase, then a receive phase. See ipc.h and the states in thread.h.
 *
 * The straight line, the path through ipc_start without a call of an out-of-line function, is short IPC:
 * untyped words without propagation to a READY thread (T15), then a wait for which no sender is queued. It
 * includes such a wait without a send phase. All other cases are out of line: redirection and propagation
 * (route.c), typed items (transfer.c), a receiver that is not READY, timeouts, queued senders. Faults,
 * exceptions and interrupts are kernel messages, sent by the same functions.
 *
 * The receive phase of a thread begins in the same kernel entry in which its send phase ends: so its partner
 * finds it waiting (api 5.1). But if a queued sender, at the end of its send phase, has a queued sender
 * itself, its receive phase is delayed until it runs (WORK_RECEIVE): so the work of one kernel entry does not
 * grow with the length of a chain of senders.
 */
#include <core/fault.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/transfer.h>
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

/* The same of a message with this tag that self itself sends: see route.c about labels of the kernel's. */
static inline bool is_sent_directly(const struct thread *self, const struct thread *dest, l4_tag_t tag)
{
	return is_direct(self, dest) && (l4_tid_is_any(self->space->redirector) || !l4_tag_of_kernel(tag));
}

/* Returns true if `to` is READY and accepts a message of `from` that is not propagated. */
static inline bool is_ready_for(const struct thread *to, const struct thread *from)
{
	return to->recv == RECV_READY
	    && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
		|| (l4_tid_is_anylocal(to->recv_from) && to->space == from->space));
}

/*
 * Deliver the words of `from`, in the name of id, with these flags in the tag, to `to`, which is READY and
 * accepts them; recv and timed end its wait (T15).
 */
static inline void give(const struct thread *from, struct thread *to, l4_tag_t tag, l4_word_t flags,
			l4_tid_t id)
{
	ipc_end_ready(to);
	msg_words(from, to, tag, flags);
	arch_ipc_received(to, id);
}

/* The same, of a message without flags in the name of `from`. */
static inline void give_plain(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	give(from, to, tag, 0, thread_id_for(from, to->space));
}

/*
 * ---- the receive phase ----
 * Its parameters are recv_from, nilthread if there is none, and recv_timeout, which is never in every thread
 * that is in no IPC (T15): so the straight line does not write it.
 */

/*
 * Returns true if the queued sender is in a call to t with untyped words only, and will wait for the reply:
 * nothing stops it (as H of ExchangeRegisters would), it has no queued senders of its own, and its receive
 * timeout cannot be over at once.
 */
static inline bool is_plain_call(const struct thread *sender, const struct thread *t)
{
	l4_time_t timeout = { (uint16_t)sender->recv_timeout };

	return (sender->state & ~(STATE_BYTE(prio) | STATE_BYTE(timed))) == STATE_VALUE(send, SEND_QUEUED)
	    && !l4_tag_typed(sender->tag) && !sender->route.flags && sender->open_wait_mask
	    && l4_tid_eq(sender->recv_from, t->id)
	    && (l4_time_is_never(timeout) || (!l4_time_is_point(timeout) && l4_period_us(timeout) > 0));
}

/* Transfer the words of sender, queued at t, a plain call (is_plain_call), to t; then sender waits for t. */
static void take_call(struct thread *t, struct thread *sender)
{
	ipc_dequeue(sender);
	timeout_clear(sender);
	sender->send = SEND_NONE;
	msg_words(sender, t, sender->tag, 0);
	timeout_clear(t);
	ipc_return_message(t, thread_id_for(sender, t->space));
	t->recv_timeout = L4_NEVER.raw;
	if (sender->recv_timeout != L4_NEVER.raw)
		ipc_begin_timeout(sender);
	ipc_begin_wait(sender, t, ipc_is_plain_wait(sender));
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
 * The same; but if dest (as in receive) is not 0, and the message is no plain call, or the sender's timeout
 * is over, the receive phase is delayed until self runs again.
 */
static NOINLINE struct thread *receive_queued(struct thread *self, struct thread *dest, struct thread *sender)
{
	bool late = timeout_is_over(sender);

	if (!late && is_plain_call(sender, self) && self->origin == IPC_CALL) {
		take_call(self, sender);
		return sched_next(self, dest, SCHED_ANSWERED);
	}
	if (!late && !dest)
		return take_message(self, sender);
	self->work = WORK_RECEIVE;
	ipc_hold_point(self);
	if (!dest)
		return sched_leave(self);
	return self->origin == IPC_CALL ? sched_next(self, dest, SCHED_ANSWERED) : ipc_moved(self, dest, true);
}

/* t, whose origin is `origin`, has no receive phase: its IPC has ended. */
static inline void end_sent(struct thread *t, enum ipc_origin origin)
{
	if (origin != IPC_CALL) {
		ipc_finish(t);
		return;
	}
	t->recv_timeout = L4_NEVER.raw;
	ipc_return_sent(t);
}

/*
 * The thread for which t is about to wait does not exist. Returns true if t waits nevertheless (for its start
 * message); otherwise t's IPC has failed.
 */
static COLD_CODE NOINLINE bool waits_for_none(struct thread *t)
{
	if (t->origin == IPC_START) {
		ipc_wait_none(t);
		return true;
	}
	ipc_clear_deadline(t);		/* of a wait that ipc_recheck_senders has ended */
	ipc_fail(t, L4_IPC_NOT_EXISTING, L4_RECEIVE_PHASE);
	return false;
}

enum source { SOURCE_FOUND, SOURCE_MISSING, SOURCE_NIL };

/*
 * Set *source to the thread that t will wait for; 0 for an open wait. dest: the thread that has just received
 * t's message, or 0. Returns SOURCE_MISSING if there is no such thread, SOURCE_NIL if t has no receive phase.
 */
static INLINE enum source find_source(struct thread *t, struct thread *dest, struct thread **source)
{
	l4_tid_t from = t->recv_from;

	*source = 0;
	if (dest && l4_tid_eq(dest->id, from)) {
		*source = dest;
	} else if (wait_is_closed(from)) {
		if (l4_tid_is_nil(from))
			return SOURCE_NIL;
		*source = partner(t, from);
		if ((*source)->life == THREAD_DYING)
			return SOURCE_MISSING;
		t->recv_from = (*source)->id;
	}
	return SOURCE_FOUND;
}

void ipc_begin_receive(struct thread *t)
{
	struct thread *source;
	enum source found = find_source(t, 0, &source);

	if (found == SOURCE_NIL) {
		end_sent(t, t->origin);
		return;
	}
	if (found == SOURCE_MISSING) {
		if (!waits_for_none(t))
			return;
		source = 0;
	}
	if (!ipc_queued_sender(t, source)) {
		if (t->recv_timeout == L4_NEVER.raw || ipc_begin_timeout(t))
			ipc_begin_wait(t, source, ipc_is_plain_wait(t));
		return;
	}
	t->work = WORK_RECEIVE;
	ipc_hold_point(t);
}

/* self waits. dest: as in receive. Returns the next thread. */
static INLINE struct thread *block(struct thread *dest)
{
	return dest ? sched_handover(dest) : sched_pick(cpu_self());
}

/* As receive, if there is no such thread: self's IPC fails. */
static NOINLINE struct thread *receive_none(struct thread *self, struct thread *dest)
{
	ipc_begin_receive(self);
	return sched_next(self, dest, SCHED_SENT);
}

/* As receive, if self has a receive timeout. */
static NOINLINE struct thread *receive_timed(struct thread *self, struct thread *dest, struct thread *source)
{
	if (ipc_begin_timeout(self)) {
		ipc_begin_wait(self, source, ipc_is_plain_wait(self));
		return block(dest);
	}
	if (!dest && sched_may_stay(self))
		return NEXT_IS_CURRENT;
	return sched_next(self, dest, SCHED_SENT);
}

/*
 * Do the receive phase of self. dest: the thread that has just received self's message and is runnable but
 * not queued, or 0. plain: self->busy is 0. Returns the next thread, or NEXT_IS_CURRENT.
 */
static INLINE struct thread *receive(struct thread *self, struct thread *dest, bool plain)
{
	struct thread *source, *sender;
	enum source found = find_source(self, dest, &source);

	if (found == SOURCE_NIL) {
		end_sent(self, plain ? IPC_CALL : self->origin);
		return sched_next(self, dest, SCHED_SENT);
	}
	if (found == SOURCE_MISSING)
		return receive_none(self, dest);
	sender = ipc_queued_sender(self, source);
	if (sender)
		return receive_queued(self, dest, sender);
	if (self->recv_timeout != L4_NEVER.raw)
		return receive_timed(self, dest, source);
	ipc_begin_wait(self, source, plain && arch_came_by_ipc(self));
	return block(dest);
}

/* self's send phase has ended; dest and result: as in receive. */
static NOINLINE struct thread *continue_ipc(struct thread *self, struct thread *dest)
{
	return receive(self, dest, self->busy == 0);
}

/*
 * A queued message is taken even if its virtual sender, which is waited for, has been deleted since. One
 * whose timeout is over is not: it fails, one for each step. Nor is any if self's own timeout is over.
 */
struct thread *ipc_receive(struct thread *self)
{
	struct thread *source = wait_is_closed(self->recv_from) ? thread_find(self->recv_from) : 0;
	struct thread *sender = ipc_queued_sender(self, source);
	struct thread *late = timeout_is_over(self) ? self : sender && timeout_is_over(sender) ? sender : 0;

	if (late) {
		ipc_cancel(late, L4_IPC_TIMEOUT);
		return sched_leave(self);
	}
	self->work = WORK_NONE;
	if (sender)
		return take_message(self, sender);
	ipc_begin_receive(self);
	return sched_leave(self);
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
	return sched_next(self, other, !thread_runnable(self) ? SCHED_BLOCKED : sent ? SCHED_SENT
			  : other->prio == self->prio ? SCHED_RECEIVED : SCHED_WOKEN);
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
		now = l4_time_is_zero(timeout) ? 0 : arch_time_now();
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

/*
 * Transfer self's message to dest, which waits and accepts it: the words, and the first step of the typed
 * items. Returns the next thread.
 */
static NOINLINE struct thread *move(struct thread *self, struct thread *dest)
{
	bool ready = dest->recv == RECV_READY;
	enum msg_result r;

	if (ready && !l4_tag_typed(self->tag)) {
		give(self, dest, self->tag, self->route.flags, route_sender_seen(self, dest));
		if (self->route.flags)
			ipc_transfer_wait(self, dest);
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
	if (dest->busy)				/* S7 is for the others: it is stopped, or has work */
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
	if (dest->busy && dest->life == THREAD_DYING)
		return refuse(self, L4_IPC_NOT_EXISTING);
	self->route.flags = 0;
	return route_needed(self) ? send_routed(self, dest, timeout) : send_to(self, dest, timeout);
}

/*
 * Returns true if dest has sent an exception to self, nothing else stops it, and self may reply with all
 * registers, in an Ipc through the gateway with u untyped words, without a redirector.
 */
static inline bool awaits_registers(const struct thread *dest, const struct thread *self, unsigned u)
{
	return thread_waits(dest) && u >= L4_EXC_REPLY_WORDS && l4_tid_eq(dest->recv_from, self->id)
	    && is_direct(self, dest) && arch_came_by_ipc(self);
}

/*
 * The send phase of untyped words to dest, which is in an exception and not stopped. If they are the reply,
 * dest continues with them.
 */
static NOINLINE struct thread *send_registers(struct thread *self, struct thread *dest, l4_word_t timeouts)
{
	unsigned u = l4_tag_untyped((l4_tag_t){ thread_regs(self)->mr[0] });

	if (!awaits_registers(dest, self, u))
		return send_otherwise(self, dest, l4_timeout_send(timeouts));
	dest->state &= STATE_BYTE(prio);
	dest->mr = thread_regs(dest)->mr;
	arch_exception_put(dest, thread_regs(self)->mr, self->utcb, u);
	if (self->recv_timeout != L4_NEVER.raw || !sched_may_switch(self, dest, RECV_READY))
		return continue_ipc(self, dest);
	if (l4_tid_eq(self->recv_from, dest->id)) {
		ipc_wait_at(self, dest);
		dest->caller = &self->id;
	} else if (!l4_tid_is_any(self->recv_from)) {
		return continue_ipc(self, dest);
	}
	self->recv = RECV_READY;
	cpu_self()->current = dest;
	return NEXT_IS_CURRENT;
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
		if (tag.raw & SPECIAL)
			return send_otherwise(self, dest, l4_timeout_send(timeouts));
		if (!is_ready_for(dest, self) || !is_sent_directly(self, dest, tag))
			return dest->busy == BUSY_VALUE(origin, IPC_EXCEPTION) ? send_registers(self, dest, timeouts)
			     : send_otherwise(self, dest, l4_timeout_send(timeouts));
		give_plain(self, dest, tag);
	}
	return receive(self, dest, true);
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
	give_plain(self, dest, (l4_tag_t){ self->mr[0] });
	if (!self->open_wait_mask)
		return continue_ipc(self, dest);
	ipc_begin_wait(self, dest, false);
	return sched_handover(dest);
}

struct thread *ipc_interrupt(struct thread *irq)
{
	struct thread *handler = thread_reach(irq->handler);

	irq->irq_count++;
	if (is_ready_for(handler, irq)) {
		give_plain(irq, handler, irq->tag);
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
