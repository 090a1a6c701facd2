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

/*
 * An Ipc of self: send to `to` unless nil, then receive from `from` unless nil. self->mr, tag and
 * origin are set. The ids are as the caller wrote them.
 */
struct thread *ipc_start(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);

/* A message of the kernel on self's behalf (in self->kmr) to the thread `to`; then wait for its reply. */
struct thread *ipc_kernel_call(struct thread *self, l4_tid_t to, enum ipc_origin origin);

/* Continue a transfer in steps; self->work is WORK_TRANSFER. */
struct thread *ipc_continue(struct thread *self);

/* Does `to` wait for a message that `from` could send now? */
bool ipc_accepts(const struct thread *to, const struct thread *from);

/* End the send or receive phase of t, not self, with an error; t becomes ready unless halted. */
void ipc_cancel_send(struct thread *t, enum l4_ipc_error e);
void ipc_cancel_receive(struct thread *t, enum l4_ipc_error e);

/* Abort a transfer in which t takes part: both sides fail with `e`. */
void ipc_abort_transfer(struct thread *t, enum l4_ipc_error e);

/* Whatever t's IPC is, end it without a result: t is being deleted or restarted. */
void ipc_forget(struct thread *t);

/* Queue t, blocked sender, at its partner; and the reverse. */
void ipc_enqueue(struct thread *t, struct thread *to, bool front);
void ipc_dequeue(struct thread *t);

#endif
