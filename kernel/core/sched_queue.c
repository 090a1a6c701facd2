/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched_queue.c - the ready queues. See sched_queue.h. The highest priority in the lists is found in a bitmap
 * of four words: every operation takes constant time, whatever the number of threads.
 */
#include <core/sched_queue.h>
#include <core/timeout.h>
#include <lib/bits.h>

/* Returns the highest priority with a queued thread in words 0 to i of ready_bits, or -1. */
static inline int highest_from(const struct cpu *cpu, int i)
{
	for (; i >= 0; i--)
		if (cpu->ready_bits[i])
			return i * 64 + 63 - __builtin_clzll(cpu->ready_bits[i]);
	return -1;
}

/* Put t into the list of its priority. */
static inline void insert(struct cpu *cpu, struct thread *t, bool front)
{
	int prio = t->prio;
	struct list *list = &cpu->ready[prio];

	list_insert_after(front ? list : list->prev, &t->ready_link);
	cpu->ready_bits[prio / 64] |= pow2((unsigned)prio % 64);
	if (cpu->listed < prio)
		cpu->listed = prio;
}

NOINLINE void sched_push_list(struct cpu *cpu, struct thread *t, bool front)
{
	if (cpu->front)
		insert(cpu, cpu->front, true);
	insert(cpu, t, front);
	cpu->front = 0;
	cpu->highest = cpu->listed;
	cpu->floor = SCHED_NO_SWITCH;
}

/* Remove t, which is queued. */
static inline void remove(struct cpu *cpu, struct thread *t)
{
	int prio = t->prio;

	if (t == cpu->front) {
		cpu->front = 0;
		t->ready_link.next = &t->ready_link;
	} else {
		list_remove(&t->ready_link);
		if (!list_empty(&cpu->ready[prio]))
			return;
		cpu->ready_bits[prio / 64] &= ~pow2((unsigned)prio % 64);
		if (cpu->listed == prio)
			cpu->listed = highest_from(cpu, prio / 64);
	}
	cpu->highest = cpu->front ? cpu->front->prio : cpu->listed;
	cpu->floor = SCHED_NO_SWITCH;
}

void sched_dequeue(struct thread *t)
{
	if (list_linked(&t->ready_link))
		remove(t->cpu, t);
}

void sched_wake(struct thread *t)
{
	if (thread_runnable(t) && !list_linked(&t->ready_link) && t != t->cpu->current)
		sched_push(t->cpu, t, false);
}

void sched_set_prio(struct thread *t, uint8_t prio)
{
	bool queued = list_linked(&t->ready_link);

	sched_dequeue(t);
	if (t->prio != prio) {
		t->prio = prio;
		timeout_requeue(t);
	}
	if (queued)
		sched_push(t->cpu, t, false);
}

struct thread *sched_take_first(struct cpu *cpu)
{
	struct thread *t = cpu->front;

	if (!t && cpu->listed < 0)
		return cpu->idle;
	if (!t)
		t = thread_reach(container_of(cpu->ready[cpu->listed].next, struct thread, ready_link));
	remove(cpu, t);
	return t;
}

/* S2 */
static void check_queued(const struct cpu *cpu, const struct thread *t, int prio)
{
	ASSERT(thread_runnable(t) && t->prio == prio && t->kind != THREAD_IDLE && t->cpu == cpu);
}

/* S1, S2 */
static void check_list(const struct cpu *cpu, int prio)
{
	const struct list *head = &cpu->ready[prio];

	ASSERT(list_empty(head) == !(cpu->ready_bits[prio / 64] & pow2((unsigned)prio % 64)));
	for (const struct list *l = head->next; l != head; l = l->next) {
		ASSERT(l->next->prev == l);
		check_queued(cpu, container_of(l, const struct thread, ready_link), prio);
	}
}

void sched_check_queues(const struct cpu *cpu)
{
	for (int p = 0; p < CFG_PRIORITIES; p++)
		check_list(cpu, p);
	ASSERT(cpu->listed == highest_from(cpu, ARRAY_LEN(cpu->ready_bits) - 1));
	ASSERT(cpu->front ? cpu->highest > cpu->listed : cpu->highest == cpu->listed);
	if (cpu->front) {
		check_queued(cpu, cpu->front, cpu->highest);
		ASSERT(!cpu->front->ready_link.next);
	}
}
