/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc.h - rendezvous: send phase, receive phase, transfer, abort (api 5).
 *
 * The functions that a thread calls for itself return who runs next. Those that end somebody else's
 * IPC make that thread ready (queued) and return nothing.
 */
#ifndef CORE_IPC_H
#define CORE_IPC_H

#include <core/thread.h>
#include <core/timeout.h>
#include <lib/section.h>

/*
 * An Ipc of self: send to `to` unless nil, then receive from `from` unless nil. The ids
 * are as the caller wrote them. Returns the thread that runs next.
 */
struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);

/* A message of the kernel on self's behalf (in rest->kmr) to the thread `to`; then wait for its reply. */
struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin);

/* t, which has just become active, waits for its start message from `pager`. */
void ipc_await_start(struct thread *t, l4_tid_t pager);

/* t waits for that, and needs it no more: it goes on where its registers say. */
void ipc_start_over(struct thread *t);

/* Continue a transfer in steps (WORK_TRANSFER), or do the receive phase put off (WORK_RECEIVE). */
struct thread *ipc_continue(struct thread *self);
struct thread *ipc_receive(struct thread *self);

/* t, which is not running, has another priority: if it is in a transfer, who does the work now? */
COLD_CODE void ipc_prio_changed(struct thread *t);

/* Does `to` wait for a message that `from` could send now? */
bool ipc_accepts(const struct thread *to, const struct thread *from);

/*
 * End t's IPC with an error, whichever phase it is in (QUEUED, WAITING, about to receive, COPYING:
 * then the partner's too). Wakes those who become runnable. t is the running thread only if it does
 * the steps of its pager's answer, and time is up for the transfer that waits for that.
 */
void ipc_cancel(struct thread *t, enum l4_ipc_error e);

/*
 * t, which is not running, sends the kernel's untyped message in its kmr and expects no reply:
 * deliver it, or queue it (front: before other senders).
 */
void ipc_post(struct thread *t, struct thread *to, bool front);

/*
 * The message of irq, an interrupt, to its handler, before other senders. Returns the handler if it can
 * run now, and is not queued yet; 0 if nothing is left to do.
 */
struct thread *ipc_interrupt(struct thread *irq, struct thread *handler);

/* As ipc_post, at the back of the queue, and then t waits for the reply. */
void ipc_ask(struct thread *t, struct thread *to);

/* Is t in a send, or a receive, phase of its own, a transfer included? */
bool ipc_is_sending(const struct thread *t);
bool ipc_is_receiving(const struct thread *t);

/* t, if it waits, waits for somebody else now, or its senders were sorted anew: is one of them for it? */
COLD_CODE void ipc_look_again(struct thread *t);

/* t is on the list of waiters of `to`, a thread, from now on. */
void ipc_wait_elsewhere(struct thread *t, struct thread *to);

static inline void ipc_wait_at(struct thread *t, struct thread *to)
{
	if (t->wait_at != &to->id)
		ipc_wait_elsewhere(t, to);
}

static inline void ipc_wait_nowhere(struct thread *t)
{
	struct thread *at = thread_of(t->wait_at);

	if (at->caller == &t->id)
		at->caller = &thread_nobody.id;
	list_remove(&t->wait_link);
	t->wait_at = &thread_nobody.id;
}

/* t is in nobody's queue and in no transfer any more. A partner in a transfer gets error 7. */
void ipc_abandon(struct thread *t);

/* End t's IPC without a result: it is being deleted. */
static inline void ipc_forget(struct thread *t)
{
	if (t->send != SEND_NONE || t->recv == RECV_COPYING || t->suspended)
		ipc_abandon(t);
	ipc_wait_nowhere(t);
	timeout_forget(t);
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
}

/*
 * Something that T15 names has changed for t, which may be waiting. ipc_settle: is going to, and until
 * then t's regs are core's.
 */
void ipc_refresh(struct thread *t);
void ipc_settle(struct thread *t);

/* Does t, which waits, wait as T15 says? */
bool ipc_is_plain_wait(const struct thread *t);

/* Queue t, blocked sender, at its partner; and the reverse. */
void ipc_enqueue(struct thread *t, struct thread *to, bool front);
void ipc_dequeue(struct thread *t);

void ipc_check(const struct thread *t);		/* T13 */

#endif
