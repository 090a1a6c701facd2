/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq.h - interrupts as senders: line i is the interrupt thread with number i and version 1 (protocols 2).
 *
 *   DETACHED -> ARMED     [irq_control]   line unmasked; the first time the thread gets its id
 *   ARMED -> WAITING      [ipc_interrupt] line masked; queued at its handler, before other senders
 *   ARMED, WAITING -> UNACKED             message delivered
 *   UNACKED -> ARMED      [ipc_unmask]    the handler sent it a message: line unmasked
 *   any -> DETACHED       [irq_control, irq_handler_gone]   line masked
 *
 * Until an interrupt thread is attached for the first time its id is anythread, which no lookup finds: as a
 * partner it does not exist (api 5.1). From then on its id does not change.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include <core/kernel.h>
#include <core/thread.h>
#include <lib/section.h>

enum irq_state { IRQ_DETACHED, IRQ_ARMED, IRQ_WAITING, IRQ_UNACKED };

/* Returns the interrupt thread of line, which must be below kernel.irq_lines. It exists from boot on. */
static inline struct thread *irq_thread(l4_word_t line)
{
	_Static_assert(CFG_IRQS <= 1 << THREAD_LEAF_LOG2, "all in the first leaf");
	return thread_reach(kernel.table[0][line]);
}

/* Create the interrupt threads of lines 0 to lines - 1, at boot. */
void irq_init(unsigned lines);

/*
 * ThreadControl of an interrupt thread: attach it to handler, or detach it if handler is the interrupt thread
 * itself. id must have the number and version of an interrupt thread. If it is attached to handler, or
 * detached, already, nothing changes, not even its queued message or the mask (ambiguities E11a, E11b).
 * Returns L4_OK, or L4_ERR_THREAD if the kernel uses the line itself, or handler is not a user thread.
 */
COLD_CODE enum l4_error irq_control(l4_tid_t id, struct thread *handler);

/* handler is being deleted: detach all interrupts that it handles. */
void irq_handler_gone(struct thread *handler);

#endif
