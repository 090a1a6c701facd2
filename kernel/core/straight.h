/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * straight.h - an interrupt whose handler waits for it above whoever runs: all that core has to do for that,
 * in line, as it is done for nothing else. What it shares with sched.c and irq.c stands here as well.
 */
#ifndef CORE_STRAIGHT_H
#define CORE_STRAIGHT_H

#include <core/arch.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <lib/bits.h>
#include <lib/section.h>

static INLINE void sched_push(struct cpu *cpu, struct thread *t, bool front)
{
	l4_word_t prio = t->prio;
	struct list *queue = cpu->ready + prio;

	if (front)
		list_push_front(queue, &t->ready_link);
	else
		list_push_back(queue, &t->ready_link);
	cpu->ready_bits[prio / 64] |= pow2(prio % 64);
	if (cpu->highest < (int)prio)
		cpu->highest = (int)prio;
}

/*
 * S7. An equal of the highest that is queued may be switched to only if the timer is set for the end of
 * the slice already, which somebody would then wait for (S4).
 */
static inline uint32_t sched_floor(const struct cpu *cpu)
{
	return (uint32_t)((RECV_READY << 8) + cpu->highest + (cpu->timer_set > cpu->slice_end));
}

/*
 * An interrupt makes self, a user's, give way to `other`, which can run, was READY until now and is in no
 * queue: it runs, on a slice of its own, and all is done that sched_run does. Everybody who is queued is
 * below it then, so nobody waits for the end of its slice. If the slice that runs is over self would have to
 * go behind its equals. False: that is not so simple.
 */
static INLINE bool sched_preempt(struct thread *self, struct thread *other)
{
	struct cpu *cpu = cpu_self();
	struct thread *owner = cpu->slice_owner;
	uint64_t now;

	if (other->prio <= self->prio || cpu->highest > (int)self->prio
	    || cpu->special | cpu->tlb.pending || other->slice_left == 0
	    || *thread_tcr(self, L4_TCR_FLAGS) & (L4_PREEMPT_DELAY | L4_PREEMPT_SIGNAL))
		return false;
	now = arch_clock();
	if (now >= cpu->slice_end)
		return false;
	owner->slice_left = cpu->slice_end - now;
	owner->time_used += now - cpu->slice_start;
	cpu->slice_start = now;
	cpu->slice_owner = other;
	cpu->slice_end = now + other->slice_left;
	cpu->highest = self->prio;
	sched_push(cpu, self, true);
	cpu->current = other;
	cpu->floor = sched_floor(cpu);
	return true;
}

/* The line's thread is always there, and its id never changes. */
static inline struct thread *irq_thread(l4_word_t line)
{
	_Static_assert(CFG_IRQS <= 1 << THREAD_LEAF_LOG2, "all in the first leaf");
	return kernel.table[0][line];
}

/*
 * irq_arrived where it is as it should be: self is a user's, and the handler, READY, is above it and whoever
 * else could run. The handler, or 0 if it is not so. It runs now, its wait over; the line's message, nothing
 * but its tag, and the line's id are for the machine to put into its registers.
 */
static INLINE struct thread *irq_straight(struct thread *self, struct thread *irq)
{
	struct thread *handler = irq->handler;

	if (irq->irq_state != IRQ_ARMED || handler->recv != RECV_READY
	    || !(l4_tid_eq(handler->recv_from, irq->id) || l4_tid_is_any(handler->recv_from))
	    || !sched_preempt(self, handler))
		return 0;
	irq->irq_count++;
	irq->irq_state = IRQ_UNACKED;
	handler->recv = RECV_NONE;
	return handler;
}

#endif
