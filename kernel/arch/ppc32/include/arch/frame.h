/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the frame of a thread in Ipc (generic/include/arch/frame.h). Included by core/arch.h only, where
 * struct thread is defined.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#include <core/msg.h>

/* True if t entered by the gateway's Ipc. Its IP, SP and flags may have been set since. */
static inline bool arch_came_by_ipc(const struct thread *t) { return thread_regs(t)->entry == REGS_IPC; }

static inline void arch_thread_complete(struct thread *t) { thread_regs(t)->entry = REGS_IPC; }

static inline void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	struct arch_regs *r = thread_regs(t);

	r->entry = REGS_IPC;
	r->r16 = from.raw;
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ r->mr[0] }));
}

static inline l4_word_t arch_user_ip(struct thread *t) { return thread_regs(t)->ip; }

#endif
