/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - page faults, I/O faults and exceptions turned into messages (protocols 3, 5, 6).
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <core/thread.h>
#include <lib/section.h>

/* access: exactly one of L4_R, L4_W, L4_X. */
struct thread *fault_page(struct thread *self, l4_word_t address, unsigned access);
COLD_CODE struct thread *fault_io(struct thread *self, l4_word_t port, unsigned log2);
struct thread *fault_exception(struct thread *self, l4_word_t number, l4_word_t error);

/*
 * t, the running thread, is preempted after it held that off as long as it may: its exception handler
 * is told (protocols 4), and t waits for the reply.
 */
void fault_delay_used_up(struct thread *t, struct thread *handler);

/*
 * The IPC that the kernel made on t's behalf (`origin`) has a reply, whose words `from` still has, or has
 * failed. t's IPC state is already clear.
 */
void fault_replied(struct thread *t, enum ipc_origin origin, struct thread *from);
void fault_failed(struct thread *t, enum ipc_origin origin, enum l4_ipc_error e);

/*
 * The reply to t's page fault could not be mapped for want of kernel memory: t is halted, and its
 * pager gets one message that says so (docs/decisions/kernel-memory.md).
 */
COLD_CODE void fault_no_memory(struct thread *t);

#endif
