/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_parts.h - functions that the files of IPC share: ipc.c (phases), ipc_wait.c (queues, waits), ipc_end.c
 * (failures) and transfer.c (messages in steps). Only main.c includes it besides, for transfer_timed.
 */
#ifndef CORE_IPC_PARTS_H
#define CORE_IPC_PARTS_H

#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/timeout.h>
#include <lib/section.h>

/* ---- ipc.c, ipc_wait.c, ipc_end.c ---- */

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
	t->recv_wanted = true;
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

/* The Ipc that t called has received a message from id, whose words are in MR0..: set its result. */
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

enum { IPC_HELD = 16 };		/* bits of a raw time; those above have the instant of a time point */

/*
 * Set t's deadline from its receive timeout, which is not never. Returns false if it has passed already: then
 * t's IPC has failed.
 */
static inline bool ipc_begin_timeout(struct thread *t)
{
	uint64_t now = arch_time_now(), until = t->recv_timeout >> IPC_HELD;

	if (!until)
		until = l4_deadline((l4_time_t){ (uint16_t)t->recv_timeout }, now);
	if (until <= now) {
		ipc_fail(t, L4_IPC_TIMEOUT, L4_RECEIVE_PHASE);
		return false;
	}
	t->recv_timeout = L4_NEVER.raw;
	timeout_set(t, until);
	return true;
}

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
 * other, which was queued (sched_received). Returns the next thread.
 */
struct thread *ipc_moved(struct thread *self, struct thread *other, bool sent);

/* ---- transfer.c ---- */

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

/* Returns true if the transfer that t takes part in has a transfer timeout. */
bool transfer_timed(const struct thread *t);

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

#endif
