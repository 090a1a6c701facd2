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

/* ---- ipc.c, ipc_wait.c, ipc_end.c ---- */

/* t's IPC is over: its message registers are its own again, and all is as T15 wants it for its next one. */
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

/* t's own wait is over. A suspended thread stays timed: its time is that of the transfer. */
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
	arch_ipc_done(t);
}

/* t's receive phase may begin later, and a time point mean something else then: it is held as an instant. */
void ipc_hold_point(struct thread *t);

/* t no longer waits, and is not timed. It stays on the list of the thread that it waited for (T3). */
static inline void ipc_end_wait(struct thread *t)
{
	ipc_clear_deadline(t);
	if (t->recv == RECV_READY)
		arch_thread_settle(t);
	t->recv = RECV_NONE;
}

/*
 * t's IPC has failed with this ErrorCode (l4_ipc_error, offset above it), and with this tag, E set.
 * Whether t can go on depends on whose IPC it was; the caller wakes it. ipc_fail: without either.
 */
void ipc_fail_code(struct thread *t, l4_word_t code, l4_tag_t partial);
void ipc_fail(struct thread *t, enum l4_ipc_error e, enum l4_ipc_phase phase);

/*
 * t begins its receive phase. It ends up WAITING, or finished (failed or not wanted), or with WORK_RECEIVE
 * because somebody is queued already.
 */
void ipc_begin_receive(struct thread *t);

/*
 * Returns the first sender queued at t whose message it accepts if it waits for `from`, which `source` is, or
 * 0 if none is. from: anythread, anylocalthread, or a global id.
 */
struct thread *ipc_first_sender(const struct thread *t, struct thread *source, l4_tid_t from);

/*
 * The wait of t, which has a receive timeout, begins. Returns false if the timeout is over: t's Ipc has
 * failed.
 */
bool ipc_begin_timeout(struct thread *t);

/*
 * A thread that waits for `from`, which has passed on a message in its name to t, waits for t from now on,
 * until the same deadline (api 5.9).
 */
void ipc_let_wait_follow(const struct thread *from, struct thread *t);

/* The message from `from` has arrived at t; t's message has been taken. */
void ipc_receive_done(struct thread *t, struct thread *from);
void ipc_send_done(struct thread *t);

/*
 * A message has passed between self, the running thread, and other. taken: self has taken a message of
 * other's, which has no receive phase (sched_taken). Returns the next thread.
 */
struct thread *ipc_moved(struct thread *self, struct thread *other, bool taken);

/* ---- transfer.c ---- */

/*
 * Moves from's message to `to`, whose wait is over; one of the two is self, which runs. Returns the next
 * thread.
 */
struct thread *transfer_run(struct thread *self, struct thread *from, struct thread *to);

/* The first step of self's message was not its last, or failed. self runs. Returns the next thread. */
struct thread *transfer_begun(struct thread *self, struct thread *to, enum msg_result r);

/*
 * t takes part in a transfer in steps: end it for both sides, with `mine` for t and `theirs` for its
 * partner. The partner is woken, t is not.
 */
COLD_CODE void transfer_abort(struct thread *t, enum l4_ipc_error mine, enum l4_ipc_error theirs);

/* Returns true if the transfer that t takes part in has a transfer timeout. */
bool transfer_timed(const struct thread *t);

/* The transfer timeout has ended the transfer that t takes part in. As transfer_abort. */
COLD_CODE void transfer_late(struct thread *t);

/* The call of t, suspended, to its pager is over: t is COPYING again, and no thread works on it yet. */
COLD_CODE void transfer_leave_nested(struct thread *t);

/* Give up that call, wherever it is; then as above. */
COLD_CODE void transfer_cancel_nested(struct thread *t);

/* The pager has replied: the copy is resumed. */
COLD_CODE void transfer_resume(struct thread *t);

#endif
