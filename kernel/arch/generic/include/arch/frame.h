/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the saved registers of a thread in Ipc. A machine with a fast path has a header of this name of
 * its own. This one is for a machine without: each Ipc is done by core, and no thread is ever RECV_READY.
 * Included by core/arch.h only.
 *
 * arch_came_by_ipc(t): t waits in a user's Ipc. Returns true if its return from the call only has to load the
 * message registers, flags and SP. If core then makes it RECV_READY (T15), the fast path may deliver to it
 * without core, and may leave registers with a fixed value in such a wait out of its saved context.
 *
 * arch_thread_complete(t): t was RECV_READY and becomes WAITING: complete its saved context, for which
 * arch_came_by_ipc is true.
 *
 * arch_ipc_received(t, id): the words of a message of the thread with this id are in MR0.. of t, which was
 * RECV_READY or is arch_came_by_ipc. Machine: make t return from its Ipc, and load the message registers that
 * the message does not set from t's UTCB.
 *
 * arch_user_ip(t): returns arch_user_get(t).ip.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#include <lib/panic.h>

static inline bool arch_came_by_ipc(const struct thread *t)
{
	(void)t;
	return false;
}

static inline void arch_thread_complete(struct thread *t) { (void)t; }

static inline void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	(void)t, (void)from;
	panic("arch_ipc_received: no thread is RECV_READY or arch_came_by_ipc");
}

static inline l4_word_t arch_user_ip(struct thread *t) { return arch_user_get(t).ip; }

#endif
