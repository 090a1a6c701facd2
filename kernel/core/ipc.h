/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.h - rendezvous: send phase, receive phase, transfer, abort (api 5).
 *
 * The functions for an IPC of the running thread, self, return the next thread to run. Those that end the IPC
 * of another thread put that thread into its ready queue if it is runnable, and return nothing.
 */
#ifndef CORE_IPC_H
#define CORE_IPC_H

#include <core/arch.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/timeout.h>
#include <lib/section.h>

/*
 * Send the kernel message in self's rest->kmr to `to`; then self waits for the reply. Returns as ipc_start.
 * If `to` is not a user thread, or is self, the IPC fails (not existing).
 */
struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin);

/* t has just become active: make it wait for its start message from `pager`, or run if that is nilthread. */
void ipc_await_start(struct thread *t, l4_tid_t pager);

/* End t's wait for its start message without one: t continues with the IP and SP in its registers. */
void ipc_start_over(struct thread *t);

/* Begin the delayed receive phase of self (WORK_RECEIVE). Returns as ipc_start. */
struct thread *ipc_receive(struct thread *self);

/* As ipc_accepts, if `to` waits, but neither for anythread nor for `from`. */
bool ipc_accepts_from(const struct thread *to, const struct thread *from);

/* Returns true if `to` waits, and accepts the message of `from` with its present route. */
static inline bool ipc_accepts(const struct thread *to, const struct thread *from)
{
	return thread_waits(to) && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
				    || ipc_accepts_from(to, from));
}

/*
 * End t's IPC with error e in any phase: QUEUED, WAITING, WORK_RECEIVE, or COPYING; in the last case the
 * partner's IPC ends too. Queues the threads that become runnable. t may be the running thread in two cases
 * only, both of a timeout that ends: it is suspended, and does the steps of its pager's reply; or it is about
 * to receive (WORK_RECEIVE).
 */
void ipc_cancel(struct thread *t, enum l4_ipc_error e);

/*
 * Of the deadlines that are not after now handle the first one of the highest priority: if the timeout of its
 * thread is over, end its IPC. Those below the running thread are put off until a thread that is not above
 * them is about to run user code: they cost nothing that is.
 */
void ipc_expire(struct cpu *cpu, uint64_t now);

/*
 * An interrupt of irq, an interrupt thread, has arrived: send the message to its handler, before other
 * senders. Returns the handler if the caller must queue it or switch to it: it is runnable and not queued.
 * Returns 0 otherwise.
 */
struct thread *ipc_interrupt(struct thread *irq);

/* Unmask the line of irq; if an edge came while it was masked, that is delivered as the next interrupt. */
void ipc_unmask(struct thread *irq);

/*
 * Return true if t is in a send phase, or in a receive phase, including transfers. For a suspended thread:
 * in its user's IPC, not in the call to its pager.
 */
bool ipc_is_sending(const struct thread *t);
bool ipc_is_receiving(const struct thread *t);

/*
 * The FromSpecifier of t has changed, or senders were queued at t again. If t waits, and a queued sender is
 * now acceptable, t gets WORK_RECEIVE and is queued (T13).
 */
COLD_CODE void ipc_recheck_senders(struct thread *t);

/*
 * Call when a sender has left t's drain list. After the last one - each is queued again, has failed or was
 * cancelled - t may run again.
 */
COLD_CODE void ipc_sender_left(struct thread *t);

/* Move t from the list of waiters of t->wait_at, if it is on one, to that of `to`, a thread (T3). */
void ipc_wait_change(struct thread *t, struct thread *to);

/* Put t on the list of waiters of `to` (T3). */
static inline void ipc_wait_at(struct thread *t, struct thread *to)
{
	if (t->wait_at != &to->id)
		ipc_wait_change(t, to);
}

/* Part of T15: returns true if t, which is not RECV_READY, must be if it waits. */
static inline bool ipc_is_plain_wait(const struct thread *t)
{
	return t->busy == 0 && arch_came_by_ipc(t);
}

/*
 * Make t wait for source; or, if that is 0, for any thread, or for one that does not exist (IPC_START).
 * plain: the result of ipc_is_plain_wait.
 */
static inline void ipc_begin_wait(struct thread *t, struct thread *source, bool plain)
{
	if (source) {
		ipc_wait_at(t, source);
		source->caller = &t->id;
	}
	t->recv = plain ? RECV_READY : RECV_WAITING;
}

/* Remove t from the list of waiters of t->wait_at. */
static inline void ipc_wait_none(struct thread *t)
{
	struct thread *at = thread_of(t->wait_at);

	if (at->caller == &t->id)
		at->caller = &thread_none.id;
	list_remove(&t->wait_link);
	t->wait_at = &thread_none.id;
}

/* Remove t from its sender queue, and end its transfer, if any. The partner of the transfer gets error 7. */
void ipc_abandon(struct thread *t);

/* End the IPC of t, which is being deleted, without a result for t. */
static inline void ipc_forget(struct thread *t)
{
	if (t->send != SEND_NONE || t->recv == RECV_COPYING || t->suspended)
		ipc_abandon(t);
	ipc_wait_none(t);
	timeout_remove(t);
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
}

/*
 * Call after a condition of T15 has changed for t, which may be waiting: sets RECV_READY or RECV_WAITING.
 * If the change is of t's registers, call thread_unready before it.
 */
void ipc_update_ready(struct thread *t);

/* Make t QUEUED at `to`, its partner (front: before other senders). */
void ipc_enqueue(struct thread *t, struct thread *to, bool front);
/* Remove t, QUEUED, from its partner's sender queue or drain list. The caller sets t->send. */
void ipc_dequeue(struct thread *t);

void ipc_check(const struct thread *t);		/* T13 */

/* ---- shared by ipc.c (phases), ipc_wait.c (queues, waits), ipc_end.c (failures), transfer.c ---- */

/*
 * End t's IPC: reset its IPC state. t->mr becomes the message registers of its user context, and the fields
 * that T15 names get their fixed values.
 */
static inline void ipc_finish(struct thread *t)
{
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
	t->work = WORK_NONE;
	t->origin = IPC_CALL;
	t->mr = thread_regs(t)->mr;
	t->partner = 0;
	t->recv_timeout = L4_NEVER.raw;
	t->timed = false;
}

/*
 * t's phase has ended: clear its timeout; but not that of a suspended thread, which bounds the transfer (T5).
 */
static inline void ipc_clear_deadline(struct thread *t)
{
	if (!t->suspended)
		timeout_clear(t);
}

/*
 * The Ipc that t called has received a message from id, or failed (nilthread); the tag and the words are in
 * MR0..: set its result.
 */
void ipc_return_message(struct thread *t, l4_tid_t id);

/* The Ipc that t called has ended without a receive phase: set its result. */
static inline void ipc_return_sent(struct thread *t)
{
	arch_result_ipc(thread_regs(t), L4_NILTHREAD);
	arch_ipc_done(t);
}

/*
 * If t's receive timeout is a time point, convert it to an instant now: the receive phase may begin so much
 * later that the time point would stand for another instant.
 */
void ipc_hold_point(struct thread *t);

/* End t's wait and its timeout. t stays on the list of waiters of the thread that it waited for (T3). */
static inline void ipc_end_wait(struct thread *t)
{
	ipc_clear_deadline(t);
	if (t->recv == RECV_READY)
		arch_thread_complete(t);
	t->recv = RECV_NONE;
}

/* The same, if t is READY and its message needs only a load of its registers (T15). */
static inline void ipc_end_ready(struct thread *t)
{
	t->state &= ~(STATE_BYTE(recv) | STATE_BYTE(timed));
}

/*
 * End t's IPC with this ErrorCode (l4_ipc_error in the low bits, offset above); for a user's Ipc MR0 becomes
 * `partial`, with flag E set. thread.origin determines whether t becomes runnable; then the caller must queue
 * it. ipc_fail: the same without offset, and with tag 0.
 */
void ipc_fail_code(struct thread *t, l4_word_t code, l4_tag_t partial);
void ipc_fail(struct thread *t, enum l4_ipc_error e, enum l4_ipc_phase phase);

/*
 * Begin t's receive phase. Afterwards t is WAITING or RECV_READY; or its IPC is finished (failed, or without
 * receive phase); or it has WORK_RECEIVE, because a sender is queued.
 */
void ipc_begin_receive(struct thread *t);

/*
 * Returns the first sender queued at t whose message a wait with this FromSpecifier accepts, or 0. from:
 * anythread, anylocalthread, or a global id; source: the thread with that id, or 0.
 */
struct thread *ipc_first_sender(const struct thread *t, struct thread *source, l4_tid_t from);

/*
 * Returns the queued sender whose message t, which waits or begins to, should receive next, or 0. source: the
 * thread with id recv_from, or 0.
 */
static inline struct thread *ipc_queued_sender(const struct thread *t, struct thread *source)
{
	return t->open_wait_mask ? 0 : ipc_first_sender(t, source, t->recv_from);
}

enum { IPC_HELD = 16 };		/* bits of a raw time; those above have the instant of a time point */

/*
 * Set t's deadline from its receive timeout, which is not never. Returns false if it has passed already: then
 * t's IPC has failed.
 */
NOINLINE bool ipc_begin_timeout(struct thread *t);

/*
 * The message of `from` has arrived at t. If it is propagated, and its virtual sender waits for `from`,
 * change that wait into one for t, with the same deadline (api 5.9).
 */
void ipc_transfer_wait(const struct thread *from, struct thread *t);

/* receive_done: the message of `from` has arrived at t. send_done: t's message has been transferred. */
void ipc_receive_done(struct thread *t, struct thread *from);
void ipc_send_done(struct thread *t);

/*
 * A message has passed between self, the running thread, and other. sent: it was self's; otherwise that of
 * other, which was queued. Returns the next thread.
 */
struct thread *ipc_moved(struct thread *self, struct thread *other, bool sent);

#endif
