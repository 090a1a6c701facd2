/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched_queue.h - the ready queues of a CPU: a list for each of 256 priorities, and a place in front of the
 * lists (cpu.front). The running thread is in none of them. A thread that becomes ready above all others, as
 * messages and interrupts make one, is put into that place; with a second one it is put into its list.
 *
 *   S1  the bit of a priority is set if and only if its list is not empty; cpu.listed is the highest, or -1.
 *       cpu.front is 0, or a thread above all in the lists. cpu.highest is its priority, or else cpu.listed
 *   S2  every queued thread is ready, not halted, of this CPU, and in the list of its priority or cpu.front
 */
#ifndef CORE_SCHED_QUEUE_H
#define CORE_SCHED_QUEUE_H

#include <core/kernel.h>

/* Value of cpu.floor (S7) from a change of the ready queues to sched_run. */
enum { SCHED_NO_SWITCH = (RECV_READY + 1) << 8 };

/* As sched_push, if t is not above all queued threads, or cpu.front is not 0. */
void sched_push_list(struct cpu *cpu, struct thread *t, bool front);

/* Put t, runnable, into its ready queue (front: before those of its priority). It must not be queued yet. */
static INLINE void sched_push(struct cpu *cpu, struct thread *t, bool front)
{
	if (t->prio <= cpu->highest || cpu->front) {
		sched_push_list(cpu, t, front);
		return;
	}
	cpu->highest = t->prio;
	cpu->front = t;
	t->ready_link.next = 0;
	cpu->floor = SCHED_NO_SWITCH;
}

/* Remove t from its ready queue, if it is in it. */
void sched_dequeue(struct thread *t);

/* Queue t behind those of its priority if it is runnable, not queued yet, and not the running thread. */
void sched_wake(struct thread *t);

/* Change the priority of t. If it is queued, it is queued behind those of its new priority. */
COLD_CODE void sched_set_prio(struct thread *t, uint8_t prio);

/* Returns the first thread of the highest priority, removed from its queue, or the idle thread. */
struct thread *sched_take_first(struct cpu *cpu);

void sched_check_queues(const struct cpu *cpu);		/* S1, S2 */

#endif
