/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer.h - the transfer of a message, in one piece or in steps (transfer.c); and messages of the kernel
 * in the name of a thread that is not running.
 */
#ifndef CORE_TRANSFER_H
#define CORE_TRANSFER_H

#include <core/msg.h>
#include <core/thread.h>
#include <lib/section.h>

/*
 * Send the untyped kernel message in the rest->kmr of t, which is not running; t expects no reply. The
 * message is delivered, or t is queued at `to` (front: before other senders).
 */
void transfer_post(struct thread *t, struct thread *to, bool front);

/* As transfer_post with front false; then t waits for the reply. */
void transfer_ask(struct thread *t, struct thread *to);

/*
 * A step of the message from -> to has had result r: continue in steps, or end the transfer. One of the two
 * is self, the running thread. Returns the next thread.
 */
struct thread *transfer_step(struct thread *self, struct thread *from, struct thread *to, enum msg_result r);

/*
 * End the transfer in steps of t for both sides, with error `mine` for t and `theirs` for its partner. The
 * partner is queued if it is runnable; the caller must queue t.
 */
COLD_CODE void transfer_abort(struct thread *t, enum l4_ipc_error mine, enum l4_ipc_error theirs);

/* Returns true if the transfer that t takes part in has a transfer timeout that is over. */
bool transfer_due(const struct thread *t);

/* As transfer_abort, because the transfer timeout is over. */
COLD_CODE void transfer_late(struct thread *t);

/*
 * The call of t, suspended, to its pager has ended: t is COPYING again. Neither side has WORK_TRANSFER yet.
 */
COLD_CODE void transfer_leave_nested(struct thread *t);

/* Cancel that call in whatever phase it is; then as transfer_leave_nested. */
COLD_CODE void transfer_cancel_nested(struct thread *t);

/* The pager of t, suspended, has replied: resume the transfer. */
COLD_CODE void transfer_resume(struct thread *t);

/* One step of self's transfer (WORK_TRANSFER). Returns as ipc_start. */
struct thread *transfer_continue(struct thread *self);

/*
 * The priority of t, which is not running, has changed: if t is in a transfer, choose the side that does it.
 */
COLD_CODE void transfer_prio_changed(struct thread *t);

#endif
