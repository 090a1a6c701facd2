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
#include <core/timeout.h>
#include <lib/section.h>

/*
 * Send the kernel message in self's rest->kmr to `to`; then self waits for the reply. Returns as ipc_start.
 * If `to` is not a user thread, or is self, the IPC fails (not existing).
 */
struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin);

/* Make t, which has just become active, wait for its start message from `pager`. */
void ipc_await_start(struct thread *t, l4_tid_t pager);

/* End t's wait for its start message without one: t continues with the IP and SP in its registers. */
void ipc_start_over(struct thread *t);

/*
 * Continue self's long operation: one step of a transfer (WORK_TRANSFER), or the delayed receive phase
 * (WORK_RECEIVE). Return as ipc_start.
 */
struct thread *transfer_continue(struct thread *self);
struct thread *ipc_receive(struct thread *self);

/*
 * The priority of t, which is not running, has changed: if t is in a transfer, choose the side that does it.
 */
COLD_CODE void transfer_prio_changed(struct thread *t);

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
 * partner's IPC ends too. Queues the threads that become runnable. t may be the running thread in one case
 * only: it is suspended, it does the steps of its pager's reply, and the timeout of the suspended transfer
 * ends.
 */
void ipc_cancel(struct thread *t, enum l4_ipc_error e);

/* Handle at most CFG_STEP deadlines that are not after now: end the IPC of threads whose timeout is over. */
void ipc_expire(struct cpu *cpu, uint64_t now);

/*
 * Send the untyped kernel message in the rest->kmr of t, which is not running; t expects no reply. The
 * message is delivered, or t is queued at `to` (front: before other senders).
 */
void transfer_post(struct thread *t, struct thread *to, bool front);

/*
 * An interrupt of irq, an interrupt thread, has arrived: send the message to its handler, before other
 * senders. Returns the handler if the caller must queue it or switch to it: it is runnable and not queued.
 * Returns 0 otherwise.
 */
struct thread *ipc_interrupt(struct thread *irq);

/* Unmask the line of irq; if an edge came while it was masked, that is delivered as the next interrupt. */
void ipc_unmask(struct thread *irq);

/* As transfer_post with front false; then t waits for the reply. */
void transfer_ask(struct thread *t, struct thread *to);

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
 * A condition of T15 changes for t, which may be waiting. ipc_update_ready: call after the change; it sets
 * RECV_READY or RECV_WAITING. ipc_complete: call before the change; RECV_READY becomes RECV_WAITING and t's
 * saved context is complete, until ipc_update_ready.
 */
void ipc_update_ready(struct thread *t);

static inline void ipc_complete(struct thread *t)
{
	if (t->recv != RECV_READY)
		return;
	arch_thread_complete(t);
	t->recv = RECV_WAITING;
}

/* Returns true if t, which waits, must be RECV_READY (T15). */
bool ipc_is_plain_wait(const struct thread *t);

/* Make t QUEUED at `to`, its partner (front: before other senders). */
void ipc_enqueue(struct thread *t, struct thread *to, bool front);
/* Remove t, QUEUED, from its partner's sender queue or drain list. The caller sets t->send. */
void ipc_dequeue(struct thread *t);

void ipc_check(const struct thread *t);		/* T13 */

#endif
