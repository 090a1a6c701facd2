/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * irq.c - interrupt lines as threads without UTCB and space, which exist for ever. See irq.h.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/upcall.h>
#include <lib/panic.h>
#include <lib/section.h>

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
	arch_irq_mask((unsigned)l4_tid_number(irq->id));
	if (thread_queued(irq)) {
		ipc_dequeue(irq);
		irq->send = SEND_NONE;
	}
	irq->irq_state = IRQ_DETACHED;
	thread_reach(irq->handler)->handles--;
	irq->handler = 0;
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
	ipc_unmask(irq);
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
		woken = ipc_interrupt(irq);
	return preempt_interrupted(self, woken);
}

void irq_handler_gone(struct thread *handler)
{
	for (unsigned i = 0; i < kernel.irq_lines && handler->handles > 0; i++) {
		struct thread *irq = irq_thread(i);

		if (irq->handler == handler)
			withdraw(irq);
	}
}
