/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.c - ready queues, slices, and the decision who runs. See sched.h.
 *
 * Finding the highest ready priority looks at four words of a bitmap; every operation is constant
 * in the number of threads. The clock is read only when a slice changes hands or is asked for.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <lib/bits.h>
#include <lib/panic.h>

void sched_init(struct cpu *cpu)
{
	for (unsigned p = 0; p < CFG_PRIORITIES; p++)
		list_init(&cpu->ready[p]);
	tree_init(&cpu->timeouts);
	cpu->timer_set = L4_FOREVER;
	cpu->slice_start = arch_time_now();
}

/* Highest priority with a queued thread, or -1. */
static int highest_ready(const struct cpu *cpu)
{
	for (int i = ARRAY_LEN(cpu->ready_bits) - 1; i >= 0; i--)
		if (cpu->ready_bits[i])
			return i * 64 + 63 - __builtin_clzll(cpu->ready_bits[i]);
	return -1;
}

void sched_enqueue(struct thread *t, bool front)
{
	struct list *queue = &t->cpu->ready[t->prio];

	if (front)
		list_push_front(queue, &t->ready_link);
	else
		list_push_back(queue, &t->ready_link);
	t->cpu->ready_bits[t->prio / 64] |= pow2(t->prio % 64);
}

void sched_dequeue(struct thread *t)
{
	if (!list_linked(&t->ready_link))
		return;
	list_remove(&t->ready_link);
	if (list_empty(&t->cpu->ready[t->prio]))
		t->cpu->ready_bits[t->prio / 64] &= ~pow2(t->prio % 64);
}

void sched_wake(struct thread *t)
{
	if (thread_runnable(t) && !list_linked(&t->ready_link))
		sched_enqueue(t, false);
}

void sched_charge(struct cpu *cpu)
{
	struct thread *owner = cpu->slice_owner;
	uint64_t now = arch_time_now(), passed = now - cpu->slice_start;

	cpu->slice_start = now;
	owner->time_used += passed;
	if (owner->slice)
		owner->slice_left -= passed < owner->slice_left ? passed : owner->slice_left;
}

/* The slice that runs is t's own from now on. */
static void take_slice(struct cpu *cpu, struct thread *t)
{
	if (cpu->slice_owner == t)
		return;
	sched_charge(cpu);
	cpu->slice_owner = t;
}

/* t, whose turn it is, runs on a slice of its own. */
static struct thread *own_slice(struct cpu *cpu, struct thread *t)
{
	take_slice(cpu, t);
	if (t->slice_left == 0)
		t->slice_left = t->slice;
	return t;
}

struct thread *sched_pick(struct cpu *cpu)
{
	int prio = highest_ready(cpu);
	struct thread *t;

	if (prio < 0)
		return own_slice(cpu, cpu->idle);
	t = container_of(cpu->ready[prio].next, struct thread, ready_link);
	sched_dequeue(t);
	return own_slice(cpu, t);
}

struct thread *sched_leave(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	if (!thread_runnable(self))
		return sched_pick(cpu);
	if (self->kind == THREAD_IDLE)
		return sched_pick(cpu);
	if (highest_ready(cpu) <= self->prio)
		return self;
	sched_enqueue(self, true);
	return sched_pick(cpu);
}

struct thread *sched_handover(struct thread *to)
{
	if (highest_ready(to->cpu) <= to->prio)
		return to;
	sched_enqueue(to, false);
	return sched_pick(to->cpu);
}

struct thread *sched_yield(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	sched_charge(cpu);
	self->slice_left = self->slice;
	if (thread_runnable(self))
		sched_enqueue(self, false);
	return sched_pick(cpu);
}

/*
 * What is donated is self's own slice, even if it ran on somebody else's until now; and if self runs
 * by the grace of a thread of higher priority, that one has its turn instead (S3). A slice that is
 * used up cannot be donated: the fresh one comes behind self's equals.
 */
struct thread *sched_donate(struct thread *self, struct thread *t)
{
	struct cpu *cpu = self->cpu;
	int highest = highest_ready(cpu);

	if (highest > self->prio && highest > t->prio)
		return sched_leave(self);
	take_slice(cpu, self);
	if (self->slice && self->slice_left == 0)
		return sched_yield(self);
	sched_dequeue(t);
	if (thread_runnable(self))
		sched_enqueue(self, false);
	return t;
}

void sched_forget(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	sched_dequeue(t);
	if (cpu->slice_owner == t) {
		sched_charge(cpu);
		cpu->slice_owner = cpu->current;
	}
}

void sched_set_prio(struct thread *t, uint8_t prio)
{
	bool queued = list_linked(&t->ready_link);

	sched_dequeue(t);
	t->prio = prio;
	if (queued)
		sched_enqueue(t, false);
}

void sched_set_slice(struct thread *t, uint64_t us)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
	t->slice = us;
	t->slice_left = us;
}

uint64_t sched_slice_left(const struct thread *t)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
	return t->slice_left;
}

/* Somebody waits for the running thread's slice to end. */
static bool contended(const struct cpu *cpu)
{
	return highest_ready(cpu) >= (int)cpu->current->prio;
}

struct thread *sched_tick(struct thread *self)
{
	struct cpu *cpu = self->cpu;
	struct thread *owner;

	cpu->timer_set = L4_FOREVER;
	timeout_expire(cpu, arch_time_now());
	sched_charge(cpu);
	owner = cpu->slice_owner;
	if (owner->slice == 0 || owner->slice_left > 0)
		return sched_leave(self);
	owner->slice_left = owner->slice;
	if (self->kind == THREAD_IDLE || !thread_runnable(self) || !contended(cpu))
		return sched_leave(self);
	sched_enqueue(self, false);
	return sched_pick(cpu);
}

void sched_arm_timer(struct cpu *cpu)
{
	uint64_t at = timeout_next(cpu);
	const struct thread *owner = cpu->slice_owner;

	if (owner->slice && contended(cpu) && cpu->slice_start + owner->slice_left < at)
		at = cpu->slice_start + owner->slice_left;
	/* A timer that is set too early fires in vain once; setting it later at every switch costs more. */
	if (at >= cpu->timer_set)
		return;
	cpu->timer_set = at;
	arch_timer_at(at);
}

struct thread *sched_run(struct thread *next)
{
	next->cpu->current = next;
	sched_arm_timer(next->cpu);
	return next;
}

/* S1, S2 */
static void check_queue(struct cpu *cpu, unsigned prio)
{
	const struct list *head = &cpu->ready[prio];

	ASSERT(list_empty(head) == !(cpu->ready_bits[prio / 64] & pow2(prio % 64)));
	for (const struct list *l = head->next; l != head; l = l->next) {
		const struct thread *t = container_of(l, struct thread, ready_link);

		ASSERT(l->next->prev == l);
		ASSERT(thread_runnable(t) && t->prio == prio && t->kind != THREAD_IDLE);
	}
}

void sched_check(struct cpu *cpu, struct thread *self)
{
	for (unsigned p = 0; p < CFG_PRIORITIES; p++)
		check_queue(cpu, p);
	ASSERT(cpu->slice_owner->kind == THREAD_IDLE || cpu->slice_owner->life != THREAD_DYING);
	ASSERT(cpu->timer_set <= timeout_next(cpu));						/* S4 */
	if (cpu->slice_owner->slice && contended(cpu))
		ASSERT(cpu->timer_set <= cpu->slice_start + cpu->slice_owner->slice_left);
	if (self->kind == THREAD_IDLE)
		ASSERT(highest_ready(cpu) < 0);
	else if (self->work == WORK_NONE)
		ASSERT(highest_ready(cpu) <= self->prio || highest_ready(cpu) <= cpu->slice_owner->prio);	/* S3 */
}
