/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the frame of a thread in Ipc (generic/include/arch/frame.h). Included by core/arch.h only, where
 * struct thread is defined.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

/* True if t entered by the gateway's Ipc. Its IP, SP and flags may have been set since. */
static inline bool arch_came_by_ipc(const struct thread *t) { return thread_regs(t)->entry == REGS_IPC; }

static inline void arch_thread_complete(struct thread *t) { thread_regs(t)->entry = REGS_IPC; }

void arch_ipc_received(struct thread *t, l4_tid_t from);		/* context.c */

static inline l4_word_t arch_user_ip(struct thread *t) { return thread_regs(t)->ip; }

#endif
