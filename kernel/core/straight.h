/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * straight.h - what sched.c has in common with the straight ways of a machine (kernel/arch/host/fast.c).
 */
#ifndef CORE_STRAIGHT_H
#define CORE_STRAIGHT_H

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

#endif
