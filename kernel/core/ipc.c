/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.c - Ipc: a send phase, then a receive phase. See ipc.h and the states in thread.h.
 *
 * The straight line is a message of untyped words in the sender's own name to a thread that is READY (T15),
 * and then a wait to which no sender is queued. Whatever is different branches off out of line: another
 * address (route.c), typed items (transfer.c), a receiver that waits in another way or not at all, a timeout,
 * a queued sender. Faults, exceptions and interrupts are messages of the kernel by the same functions.
 *
 * The send phase comes first; when it is over the thread enters its receive phase in the same kernel
 * entry, so its partner already finds it receiving (api 5.1). A queued sender whose own receive phase finds
 * a sender queued in turn does that later, when it runs (WORK_RECEIVE): so the work of one entry does not
 * grow with a chain of waiting threads.
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

enum { SPECIAL = L4_TAG_PROPAGATED | 0x3f << 6 };	/* of a tag: flag p, typed words */

/* By the table first: a thread whose number stands in a local id does not have that id. */
static struct thread *find(struct thread *self, l4_tid_t id)
{
	struct thread *t;

	if (l4_tid_is_nil(id))
		return &thread_nobody;
	t = thread_probe(id);
	if (!t && l4_tid_is_local(id))
		t = thread_resolve(self, id);
	return t ? t : &thread_nobody;
}

/*
 * Returns the thread that id names: most often the last that self waited for, or that waits for it. It is
 * DYING if none has that id: no longer has, or never had (thread_nobody).
 */
static inline struct thread *partner(struct thread *self, l4_tid_t id)
{
	struct thread *t = thread_of(self->wait_at);

	if (!l4_tid_eq(t->id, id))
		t = thread_of(self->caller);
	return l4_tid_eq(t->id, id) ? t : find(self, id);
}

/* ---- a message of words ---- */

/* Does self's message to dest go to dest itself? One to the redirector always does. */
static inline bool is_straight(const struct thread *self, const struct thread *dest)
{
	l4_tid_t redirector = self->space->redirector;

	return l4_tid_is_any(redirector) || l4_tid_eq(redirector, dest->id);
}

/* Is `to` READY for a message of from's, sent in its own name? */
static inline bool is_ready_for(const struct thread *to, const struct thread *from)
{
	return to->recv == RECV_READY
	    && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
		|| (l4_tid_is_anylocal(to->recv_from) && to->space == from->space));
}

/* The words of `from` arrive at `to`, which is READY and accepts them. No more is to be undone (T15). */
static inline void give(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	to->recv = RECV_NONE;
	to->timed = false;
	msg_words(from, to, tag);
	arch_ipc_received(to, thread_id_for(from, to->space));
}

/*
 * ---- the receive phase ----
 * Of what kind it is, recv_wanted, recv_from and recv_timeout say. The last two are as in a wait without a
 * timeout while a thread is in no IPC (T15), so the straight line does not write them.
 */

/* t, whose origin that is, waits for `source`, or, if that is 0, as its open recv_from says. */
static inline void wait_for(struct thread *t, struct thread *source, enum ipc_origin origin)
{
	if (source) {
		ipc_wait_at(t, source);
		source->caller = &t->id;
	}
	t->recv = origin == IPC_CALL && arch_thread_plain(t) ? RECV_READY : RECV_WAITING;
}

/* Has the queued `sender` called t by untyped words, so that nothing is left to decide when t takes them? */
static inline bool is_plain_call(const struct thread *sender, const struct thread *t)
{
	return sender->origin == IPC_CALL && sender->kind == THREAD_USER && !l4_tag_typed(sender->tag)
	    && !sender->route.flags && sender->recv_wanted && sender->lone_open
	    && sender->recv_timeout == L4_NEVER.raw && l4_tid_eq(sender->recv_from, t->id);
}

/* t, in no wait, takes the words of sender, a plain call, which then waits for t. */
static void take_call(struct thread *t, struct thread *sender)
{
	ipc_dequeue(sender);
	ipc_clear_deadline(sender);
	sender->send = SEND_NONE;
	msg_words(sender, t, sender->tag);
	if (arch_thread_plain(t)) {
		arch_ipc_received(t, thread_id_for(sender, t->space));
	} else {
		msg_own_registers(t, l4_tag_untyped(sender->tag));
		ipc_tell(t, thread_id_for(sender, t->space));
	}
	t->recv_timeout = L4_NEVER.raw;
	wait_for(sender, t, IPC_CALL);
	if (!thread_unhindered(sender))
		ipc_refresh(sender);
}

/*
 * The receive phase of self: `sender` is queued, and its message is the one to take. If it is more than a
 * plain call, and dest runs first, self takes it when it runs again.
 */
static __attribute__((noinline)) struct thread *receive_queued(struct thread *self, struct thread *dest,
							       struct thread *sender)
{
	if (is_plain_call(sender, self) && self->origin == IPC_CALL) {
		take_call(self, sender);
		return dest ? sched_answered(self, dest) : sched_leave(self);
	}
	self->work = WORK_RECEIVE;
	ipc_hold_point(self);
	if (!dest)
		return ipc_receive(self);
	return self->origin == IPC_CALL ? sched_answered(self, dest) : ipc_moved(self, dest, false);
}

/* self's Ipc is over, and dest, if not 0, has just got its message and can run. */
static struct thread *leave_ipc(struct thread *self, struct thread *dest)
{
	return dest ? sched_woken(self, dest, false) : sched_leave(self);
}

/* The same; no receive phase was wanted. */
static struct thread *sent(struct thread *self, struct thread *dest)
{
	self->recv_wanted = true;
	self->recv_timeout = L4_NEVER.raw;
	arch_ipc_done(self);
	return leave_ipc(self, dest);
}

/*
 * The receive phase of self, which wants one unless recv_from is nil. dest, if not 0, has just got self's
 * message, and can run.
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
		if (source->life == THREAD_DYING) {
			ipc_fail(self, L4_IPC_NOT_EXISTING, L4_RECEIVE_PHASE);
			return leave_ipc(self, dest);
		}
		self->recv_from = source->id;
	}
	if (!self->lone_open) {
		sender = ipc_first_sender(self, source, self->recv_from);
		if (sender)
			return receive_queued(self, dest, sender);
	}
	if (self->recv_timeout != L4_NEVER.raw && !ipc_begin_timeout(self))
		return leave_ipc(self, dest);
	wait_for(self, source, origin);
	return dest ? sched_handover(dest) : sched_pick(cpu_self());
}

/* self's message is on its way, and dest, if not 0, has just got it and can run. */
static __attribute__((noinline)) struct thread *continue_ipc(struct thread *self, struct thread *dest)
{
	return self->recv_wanted ? receive(self, dest, self->origin) : sent(self, dest);
}

/* ---- ends ---- */

void ipc_receive_done(struct thread *t, struct thread *from)
{
	enum ipc_origin origin = t->origin;
	l4_tid_t id = thread_id_for(from, t->space);

	ipc_finish(t);
	if (from->route.flags) {
		id = route_told(from, t, origin == IPC_CALL);
		ipc_let_wait_follow(from, t);
	}
	if (origin == IPC_CALL)
		ipc_tell(t, id);
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
		irq_delivered(t);
	else
		ipc_begin_receive(t);
}

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

struct thread *ipc_receive(struct thread *self)
{
	struct thread *source = 0, *sender;

	self->work = WORK_NONE;
	if (wait_is_closed(self->recv_from))
		source = thread_find(self->recv_from);
	sender = ipc_first_sender(self, source, self->recv_from);
	if (!sender) {			/* gone since ipc_begin_receive looked */
		ipc_begin_receive(self);
		return sched_leave(self);
	}
	ipc_clear_deadline(self);
	ipc_dequeue(sender);
	ipc_clear_deadline(sender);
	return transfer_run(self, sender, self);
}

/* ---- the send phase, but for the straight line ---- */

static struct thread *refuse(struct thread *self, enum l4_ipc_error e)
{
	ipc_fail(self, e, L4_SEND_PHASE);
	return sched_leave(self);
}

/* u + t > 63: both sides see an overflow (ambiguity B7). */
static struct thread *refuse_length(struct thread *self, struct thread *to)
{
	if (ipc_accepts(to, self)) {
		ipc_end_wait(to);
		ipc_fail(to, L4_IPC_OVERFLOW, L4_RECEIVE_PHASE);
		sched_wake(to);
	}
	return refuse(self, L4_IPC_OVERFLOW);
}

/* self is queued at `to`. */
static struct thread *block_sending(struct thread *self, struct thread *to, l4_time_t timeout)
{
	uint64_t now, deadline;

	if (!l4_time_is_never(timeout)) {
		now = arch_time_now();
		deadline = l4_deadline(timeout, now);
		if (deadline <= now)
			return refuse(self, L4_IPC_TIMEOUT);
		timeout_set(self, deadline);
	}
	if (self->recv_timeout)
		ipc_hold_point(self);
	ipc_enqueue(self, to, false);
	return sched_pick(cpu_self());
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
	return continue_ipc(self, 0);
}

/* The same, as its route says. */
static void give_routed(struct thread *from, struct thread *to)
{
	l4_tid_t id = route_told(from, to, true);

	give(from, to, from->tag);
	*to->mr |= from->route.flags;
	arch_ipc_received(to, id);
	ipc_let_wait_follow(from, to);
}

/* self's message goes to dest, which waits for it: words, and items as far as they are done at once. */
static struct thread *move(struct thread *self, struct thread *dest)
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
		return transfer_begun(self, dest, r);
	if (ready && !self->route.flags) {	/* all else is so already (T15) */
		ipc_tell(dest, thread_id_for(self, dest->space));
		return continue_ipc(self, dest);
	}
	ipc_receive_done(dest, self);
	if (dest->quantum_state != QUANTUM_RUNS)
		cpu_self()->floor = SCHED_NOBODY;
	return continue_ipc(self, thread_runnable(dest) ? dest : 0);
}

/* self sends to dest, unless that does not exist (partner), or to the thread that gets its messages. */
static __attribute__((noinline)) struct thread *send_otherwise(struct thread *self, struct thread *dest,
							       l4_time_t timeout)
{
	self->tag = (l4_tag_t){ self->mr[0] };
	dest = dest->life != THREAD_DYING ? route_begin(self, dest) : 0;
	if (!dest)
		return refuse(self, L4_IPC_NOT_EXISTING);
	if (l4_tag_typed(self->tag) && l4_tag_untyped(self->tag) + l4_tag_typed(self->tag) >= L4_MRS)
		return refuse_length(self, dest);
	if (ipc_accepts(dest, self))
		return move(self, dest);
	if (dest->kind == THREAD_IRQ)
		return send_to_interrupt(self, dest, timeout);
	return block_sending(self, dest, timeout);
}

struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	l4_tag_t tag = { thread_regs(self)->mr[0] };
	struct thread *dest = partner(self, to);

	self->recv_from = from;
	if (!l4_time_is_never(l4_timeout_receive(timeouts)))
		self->recv_timeout = l4_timeout_receive(timeouts).raw;
	if (!(tag.raw & SPECIAL) && is_ready_for(dest, self) && is_straight(self, dest)) {
		give(self, dest, tag);
		return receive(self, dest, IPC_CALL);
	}
	self->recv_wanted = !l4_tid_is_nil(from);
	if (l4_tid_is_nil(to))
		return continue_ipc(self, 0);
	return send_otherwise(self, dest, l4_timeout_send(timeouts));
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
	if (!is_ready_for(dest, self) || !is_straight(self, dest))
		return send_otherwise(self, dest, L4_NEVER);
	give(self, dest, (l4_tag_t){ self->mr[0] });
	return continue_ipc(self, dest);
}

struct thread *ipc_interrupt(struct thread *irq, struct thread *handler)
{
	if (is_ready_for(handler, irq)) {
		give(irq, handler, irq->tag);
		irq_delivered(irq);
		return handler;
	}
	ipc_post(irq, handler, true);
	return 0;
}
