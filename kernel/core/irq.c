/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq.c - interrupt lines as threads without UTCB and space, which exist for ever. See irq.h.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <lib/panic.h>
#include <lib/section.h>

static l4_word_t line_of(const struct thread *irq)
{
	return l4_tid_number(irq->id);
}

BOOT_CODE void irq_init(unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		struct thread *t = thread_create(l4_tid_global(i, 1), 0, L4_NILTHREAD);

		if (!t)
			panic("no kernel memory for interrupt %u: give kmem= a larger size", i);
		t->kind = THREAD_IRQ;
		t->id = L4_ANYTHREAD;
		t->mr = t->rest->kmr;
		t->tag = l4_tag_kernel(L4_PROTO_INTERRUPT, 0, 0);
		t->rest->kmr[0] = t->tag.raw;
		t->irq_count = 0;
		t->prio = CFG_PRIO_SERVERS;
	}
}

/* Detach irq: mask the line, discard an interrupt that was not delivered, and clear the handler. */
static void withdraw(struct thread *irq)
{
	if (irq->irq_state == IRQ_DETACHED)
		return;
	arch_irq_mask((unsigned)line_of(irq));
	if (thread_queued(irq)) {
		ipc_dequeue(irq);
		irq->send = SEND_NONE;
	}
	irq->irq_state = IRQ_DETACHED;
	irq->handler->handles--;
	irq->handler = 0;
}

/* Send the message of irq to its handler. Returns as ipc_interrupt. */
static struct thread *deliver(struct thread *irq)
{
	irq->irq_count++;
	irq->irq_state = IRQ_WAITING;
	return ipc_interrupt(irq, irq->handler);
}

/* Unmask the line of irq; if an edge came while it was masked, that is delivered as the next interrupt. */
static void rearm(struct thread *irq)
{
	struct thread *woken;

	irq->irq_state = IRQ_ARMED;
	if (!arch_irq_unmask((unsigned)line_of(irq)))
		return;
	woken = deliver(irq);
	if (woken)
		sched_wake(woken);
}

enum l4_error irq_control(l4_tid_t id, struct thread *handler)
{
	struct thread *irq = irq_thread(l4_tid_number(id));

	if (!arch_irq_usable((unsigned)l4_tid_number(id)))
		return L4_ERR_THREAD;
	if (handler == irq) {
		withdraw(irq);
		return L4_OK;
	}
	if (!handler || handler->kind != THREAD_USER)
		return L4_ERR_THREAD;
	if (handler == irq->handler)
		return L4_OK;
	withdraw(irq);
	irq->id = id;
	irq->handler = handler;
	handler->handles++;
	rearm(irq);
	return L4_OK;
}

struct thread *irq_arrived(struct thread *self, unsigned line)
{
	struct thread *irq = irq_thread(line), *woken = 0;

	/*
	 * Not ARMED: the interrupt was under way when the line was masked. It is ignored; the line stays
	 * masked.
	 */
	if (irq->irq_state == IRQ_ARMED)
		woken = deliver(irq);
	return woken ? sched_woken(self, woken, true) : sched_interrupted(self);
}

void irq_delivered(struct thread *irq)
{
	irq->irq_state = IRQ_UNACKED;
}

bool irq_ack(struct thread *irq, struct thread *from)
{
	if (irq->handler != from)
		return false;
	if (irq->irq_state == IRQ_UNACKED)
		rearm(irq);
	return true;
}

void irq_handler_gone(struct thread *handler)
{
	for (unsigned i = 0; i < kernel.irq_lines && handler->handles > 0; i++) {
		struct thread *irq = irq_thread(i);

		if (irq->handler == handler)
			withdraw(irq);
	}
}
