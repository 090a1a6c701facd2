/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the frame of a host thread in Ipc (generic/include/arch/frame.h): out of line, so that tests can
 * observe the calls.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

bool arch_came_by_ipc(const struct thread *t);
void arch_thread_complete(struct thread *t);
void arch_ipc_received(struct thread *t, l4_tid_t from);
l4_word_t arch_user_ip(struct thread *t);

#endif
