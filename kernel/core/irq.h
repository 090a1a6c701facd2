/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq.h - interrupts as senders: line i is the thread (i, version 1) (protocols 2).
 *
 *   DETACHED -> ARMED     [irq_control]   line unmasked; the first time the thread gets its id
 *   ARMED -> WAITING      [irq_arrived]  line masked; queued at its handler, before other senders
 *   ARMED, WAITING -> UNACKED            message delivered
 *   UNACKED -> ARMED      [irq_ack]      the handler sent it a message: line unmasked
 *   any -> DETACHED       [irq_control, irq_handler_gone]   line masked
 *
 * Until it is attached for the first time the id is anythread, by which no thread is found: the interrupt is
 * a partner that does not exist (api 5.1). After that the id stays.
 */
#ifndef CORE_IRQ_H
#define CORE_IRQ_H

#include <core/kernel.h>
#include <core/thread.h>
#include <lib/section.h>

enum irq_state { IRQ_DETACHED, IRQ_ARMED, IRQ_WAITING, IRQ_UNACKED };

/* The line's thread is always there. */
static inline struct thread *irq_thread(l4_word_t line)
{
	_Static_assert(CFG_IRQS <= 1 << THREAD_LEAF_LOG2, "all in the first leaf");
	return kernel.table[0][line];
}

/* Make the threads of lines 0..n-1; at boot. */
void irq_init(unsigned lines);

/*
 * ThreadControl on the interrupt with this id, whose number and version are an interrupt's: attach to
 * handler, or detach if handler is the interrupt itself. What is so already stays as it is, with its
 * message and mask (ambiguities E11a, E11b). L4_ERR_THREAD: the line is the
 * kernel's own, or handler is no user thread.
 */
COLD_CODE enum l4_error irq_control(l4_tid_t id, struct thread *handler);

/* The line fired (already masked and acknowledged at the controller). Returns who runs. */
struct thread *irq_arrived(struct thread *self, unsigned line);

/* Called by ipc when the message of `irq` has been delivered. */
void irq_delivered(struct thread *irq);

/*
 * `from` has sent a message to `irq`. False if it is not the handler: it has no business with it.
 * From the handler it acknowledges; when nothing was to acknowledge it has no effect (ambiguity B25).
 */
bool irq_ack(struct thread *irq, struct thread *from);

/* handler is being deleted: detach whatever it handles. */
void irq_handler_gone(struct thread *handler);

#endif
