/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the frame of a thread in Ipc (generic/include/arch/frame.h). Included by core/arch.h only, where
 * struct thread is defined.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

/* True if t entered by SYSENTER with ordinary flags, and its IP, SP and flags were not set since. */
static inline bool arch_came_by_ipc(const struct thread *t) { return thread_regs(t)->entry == REGS_IPC; }

static inline void arch_thread_complete(struct thread *t) { thread_regs(t)->entry = REGS_IPC; }

static inline void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	thread_regs(t)->entry = REGS_IPC;
	thread_regs(t)->ax = from.raw;
}

static inline l4_word_t arch_user_ip(struct thread *t) { return arch_user_get(t).ip; }

#endif
