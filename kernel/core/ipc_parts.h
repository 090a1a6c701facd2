/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_parts.h - what ipc.c (phases), ipc_end.c (their failure) and transfer.c (a message in steps) have of
 * each other. Nobody else includes it.
 */
#ifndef CORE_IPC_PARTS_H
#define CORE_IPC_PARTS_H

#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/msg.h>
#include <core/timeout.h>
#include <lib/section.h>

/* ---- ipc.c, ipc_plain.c, ipc_end.c ---- */

/* t's IPC is over: its message registers are its own again, and all is as T15 wants it for its next one. */
void ipc_finish(struct thread *t);

/* t's own wait is over. The deadline of a suspended thread is the transfer's, and stays. */
static inline void ipc_clear_deadline(struct thread *t)
{
	if (!t->suspended)
		timeout_clear(t);
}

/* thread_resolve, of global ids by itself. */
static inline struct thread *ipc_find(struct thread *self, l4_tid_t id)
{
	return l4_tid_is_local(id) ? thread_resolve(self, id) : thread_find(id);
}

/* t's own Ipc has a message, of id. */
static inline void ipc_tell(struct thread *t, l4_tid_t id)
{
	arch_result_ipc(thread_regs(t), id);
	arch_result_utcb(thread_regs(t), thread_utcb_address(t));
}

/* t's receive phase may begin later, and a time point mean something else then: it is held as an instant. */
void ipc_hold_point(struct thread *t);

/* t no longer waits: out of its partner's list, no deadline. */
void ipc_stop_waiting(struct thread *t);

/*
 * t's IPC has failed with this ErrorCode (l4_ipc_error, offset above it), and with this tag, E set.
 * Whether t can go on depends on whose IPC it was; the caller wakes it. ipc_fail: without either.
 */
void ipc_fail_code(struct thread *t, l4_word_t code, l4_tag_t partial);
void ipc_fail(struct thread *t, enum l4_ipc_error e, enum l4_ipc_phase phase);

/* ipc_start, of messages and waits of any kind. dest: what the id names. */
struct thread *ipc_start_slowly(struct thread *self, l4_tid_t to, struct thread *dest, l4_tid_t from,
				l4_word_t timeouts);

/*
 * t begins its receive phase. It ends up WAITING, or finished (failed or not wanted), or with WORK_RECEIVE
 * because somebody is queued already.
 */
void ipc_begin_receive(struct thread *t);

/* The message from `from` has arrived at t; t's message has been taken. */
void ipc_receive_done(struct thread *t, struct thread *from);
void ipc_send_done(struct thread *t);

/*
 * Something has passed between self, the running thread, and other: who runs? taken: self has taken a message
 * of other's, which has no receive phase (sched_taken).
 */
struct thread *ipc_moved(struct thread *self, struct thread *other, bool taken);

/* ---- transfer.c ---- */

/* Move the message; one of the two is the running thread self. Returns who runs. */
struct thread *transfer_run(struct thread *self, struct thread *from, struct thread *to);

/* The first step of a message of self's, the running thread, was not its last, or failed. */
struct thread *transfer_begun(struct thread *self, struct thread *to, enum msg_result r);

/*
 * t takes part in a transfer in steps: end it for both sides, with `mine` for t and `theirs` for its
 * partner. The partner is woken, t is not.
 */
COLD_CODE void transfer_abort(struct thread *t, enum l4_ipc_error mine, enum l4_ipc_error theirs);

/* The transfer that t takes part in has a transfer timeout, which some fault has started. */
bool transfer_timed(const struct thread *t);

/* The transfer timeout has ended the transfer that t takes part in. As transfer_abort. */
COLD_CODE void transfer_late(struct thread *t);

/* The call of t, suspended, to its pager is over: t is COPYING again, and nobody works on it yet. */
COLD_CODE void transfer_leave_nested(struct thread *t);

/* Give up that call, wherever it is; then as above. */
COLD_CODE void transfer_cancel_nested(struct thread *t);

/* The pager has replied: the copy goes on. */
COLD_CODE void transfer_resume(struct thread *t);

#endif
