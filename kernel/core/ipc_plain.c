/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_plain.c - the Ipc that most are: untyped words, or a short string, in one's own name to a thread
 * that is READY (T15), a wait without an end at which nobody is queued. Everything else is ipc.c's, which
 * has the same effect on these too, with more questions asked.
 *
 * What makes it short: a READY thread is in nothing but its wait, so its wait ends with one store, and it
 * can run. The running thread is in no IPC either: what it needs for its own wait is written already.
 */
#include <core/arch.h>
#include <core/ipc_parts.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/sched.h>
#include <core/strcopy.h>

enum {
	SPECIAL		= L4_TAG_PROPAGATED | 0x3f << 6,	/* of a tag: flag p, typed words */
	ONE_ITEM	= 2 << 6,				/* of these: two typed words */
};

/* Does `to` wait as this file wants it, for from and others or for from alone? */
static inline bool is_ready_for(const struct thread *to, const struct thread *from)
{
	return to->recv == RECV_READY && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
		|| (l4_tid_is_anylocal(to->recv_from) && to->space == from->space));
}

/* The wait of `to` is over: it has a message of from's. */
static inline void end_wait(const struct thread *from, struct thread *to)
{
	arch_thread_settle(to);
	to->recv = RECV_NONE;
	ipc_tell(to, thread_id_for(from, to->space));
}

/* from's message goes to `to`, which is ready for it. */
static inline void give(const struct thread *from, struct thread *to, l4_tag_t tag)
{
	end_wait(from, to);
	msg_words(from, to, tag);
}

/*
 * self, the running thread, waits for `source`, or, if that is 0, as the open `from` says. False: somebody
 * is queued who may have to be looked at.
 */
static inline bool wait_plainly(struct thread *self, struct thread *source, l4_tid_t from)
{
	if (!self->lone_open)
		return false;
	if (source) {
		if (self->wait_at != &source->id)
			ipc_wait_at(self, source);
		source->caller = &self->id;
	}
	self->recv_from = source ? source->id : from;
	self->recv = self->origin == IPC_CALL && arch_thread_plain(self) ? RECV_READY : RECV_WAITING;
	return true;
}

/* self has sent its message to dest, and wants to receive, in a way that is not plain. */
static __attribute__((noinline)) struct thread *receive_otherwise(struct thread *self, struct thread *dest,
								   l4_tid_t from, l4_word_t timeouts)
{
	self->recv_wanted = !l4_tid_is_nil(from);
	self->recv_from = from;
	self->recv_timeout = l4_timeout_receive(timeouts).raw;
	ipc_begin_receive(self);
	if (self->work != WORK_RECEIVE || self->origin != IPC_CALL || !thread_runnable(dest))
		return ipc_moved(self, dest, false);
	return sched_answered(self, dest);
}

/* self has sent to dest, and then receives from `from`; `to` is how it named dest. */
static INLINE struct thread *sent(struct thread *self, struct thread *dest, l4_tid_t to, l4_tid_t from,
				  l4_word_t timeouts)
{
	struct thread *source = 0;

	if (l4_tid_is_nil(from)) {
		arch_result_utcb(thread_regs(self), thread_utcb_address(self));
		return sched_woken(self, dest, false);
	}
	if (wait_is_closed(from))
		source = l4_tid_eq(from, to) ? dest : ipc_find(self, from);
	if ((wait_is_closed(from) && !source) || !l4_time_is_never(l4_timeout_receive(timeouts))
	    || !wait_plainly(self, source, from))
		return receive_otherwise(self, dest, from, timeouts);
	return sched_handover(dest);
}

/* self sends to dest, which is ready for that; the rest as in sent. */
static inline struct thread *send_plainly(struct thread *self, struct thread *dest, l4_tid_t to,
					  l4_tid_t from, l4_word_t timeouts)
{
	give(self, dest, (l4_tag_t){ self->mr[0] });
	return sent(self, dest, to, from, timeouts);
}

/* The same where a call more does not matter. */
static __attribute__((noinline)) struct thread *sent_items(struct thread *self, struct thread *dest,
							   l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	return sent(self, dest, to, from, timeouts);
}

/* Words and items that are done in one step, to a READY thread. */
static __attribute__((noinline)) struct thread *send_items(struct thread *self, struct thread *dest,
							   l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	enum msg_result r;

	self->tag = (l4_tag_t){ self->mr[0] };
	self->route.flags = 0;
	self->recv_wanted = !l4_tid_is_nil(from);
	self->recv_from = from;
	self->recv_timeout = l4_timeout_receive(timeouts).raw;
	arch_thread_settle(dest);
	dest->recv = RECV_NONE;
	r = msg_start(self, dest);
	if (r == MSG_MORE)
		r = msg_step(self, dest);
	if (r != MSG_DONE)
		return transfer_begun(self, dest, r);
	ipc_receive_done(dest, self);
	self->recv_wanted = true;		/* as sent wants it (T15) */
	self->recv_timeout = L4_NEVER.raw;
	return sent_items(self, dest, to, from, timeouts);
}

/*
 * The same of one item to a READY thread: if it is a string that can be copied at once, all else is plain.
 * If not, nothing has happened.
 */
static __attribute__((noinline)) struct thread *send_string(struct thread *self, struct thread *dest,
							    l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	l4_tag_t tag = { self->mr[0] };
	unsigned i = l4_tag_untyped(tag) + 1;
	l4_word_t w = *thread_mr(self, i);
	l4_word_t buffer = *thread_tcr(dest, L4_TCR_BR0 - 1), place = *thread_tcr(dest, L4_TCR_BR0 - 2);

	if (l4_item_kind(w) != L4_ITEM_STRING || !l4_acceptor_strings(*thread_tcr(dest, L4_TCR_BR0)))
		return send_items(self, dest, to, from, timeouts);
	if (!strcopy_whole(self->space, w, *thread_mr(self, i + 1), dest->space, buffer, place))
		return send_items(self, dest, to, from, timeouts);
	msg_words(self, dest, tag);
	strcopy_tell(dest, i, w, place);
	end_wait(self, dest);
	return sent_items(self, dest, to, from, timeouts);
}

static inline bool takes_items(const struct thread *self, const struct thread *dest)
{
	l4_tag_t tag = { self->mr[0] };

	return is_ready_for(dest, self) && !(tag.raw & L4_TAG_PROPAGATED)
	    && l4_tid_is_any(self->space->redirector)
	    && l4_tag_untyped(tag) + l4_tag_typed(tag) < L4_MRS;
}

static inline bool is_plain(const struct thread *self, const struct thread *dest)
{
	return !(self->mr[0] & SPECIAL) && l4_tid_is_any(self->space->redirector) && is_ready_for(dest, self);
}

struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	struct thread *dest = 0, *source = 0;

	if (!l4_tid_is_nil(to)) {
		dest = ipc_find(self, to);
		if (dest && is_plain(self, dest))
			return send_plainly(self, dest, to, from, timeouts);
		if (dest && takes_items(self, dest))
			return (self->mr[0] & SPECIAL) == ONE_ITEM
			     ? send_string(self, dest, to, from, timeouts)
			     : send_items(self, dest, to, from, timeouts);
	} else if (l4_time_is_never(l4_timeout_receive(timeouts)) && !l4_tid_is_nil(from)) {
		if (wait_is_closed(from))
			source = ipc_find(self, from);
		if ((source || !wait_is_closed(from)) && wait_plainly(self, source, from))
			return sched_pick(self->cpu);
	}
	return ipc_start_slowly(self, to, dest, from, timeouts);
}

/* As sent does it, and wait_plainly, or receive_otherwise. */
void ipc_late(struct thread *t, bool queued)
{
	arch_thread_settle(t);
	if (queued) {
		t->recv_from = L4_ANYTHREAD;
		t->work = WORK_RECEIVE;
	} else {
		msg_own_registers(t, l4_tag_untyped((l4_tag_t){ t->mr[0] }));
		arch_result_utcb(thread_regs(t), thread_utcb_address(t));
	}
	sched_late(t, queued);
}

/* As ipc_cancel: such a wait has no end, and is not READY; nothing else of it is to be undone. */
void ipc_start_over(struct thread *t)
{
	t->recv = RECV_NONE;
	t->origin = IPC_CALL;
	t->mr = thread_regs(t)->mr;
	if (thread_unhindered(t))
		sched_enqueue(t, false);
	else
		sched_wake(t);
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
