/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.h - page faults, I/O faults and exceptions turned into messages (protocols 3, 5, 6).
 */
#ifndef CORE_FAULT_H
#define CORE_FAULT_H

#include <core/thread.h>
#include <lib/section.h>

/*
 * t, the running thread, is preempted because its maximum delay is used up: send a preemption exception to
 * handler, its exception handler (protocols 4); t waits for the reply.
 */
void fault_delay_used_up(struct thread *t, struct thread *handler);

/*
 * The kernel-generated IPC of t (`origin`) has ended: with a reply, whose words are in the message registers
 * of `from`, or with error e. t's IPC state must be clear.
 */
void fault_replied(struct thread *t, enum ipc_origin origin, struct thread *from);
void fault_failed(struct thread *t, enum ipc_origin origin, enum l4_ipc_error e);

/*
 * The page in the reply to t's page fault was not mapped, because there is no kernel memory: halt t, and send
 * one message about it to its pager (docs/decisions/kernel-memory.md).
 */
COLD_CODE void fault_no_memory(struct thread *t);

#endif
