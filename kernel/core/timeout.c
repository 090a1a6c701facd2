/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.c - deadlines of blocked threads. See timeout.h.
 */
#include <core/kernel.h>
#include <core/sched.h>
#include <core/timeout.h>

/* Returns the instant, in us, of a key of the tree. */
static inline uint64_t instant(uint64_t key)
{
	return key >> TIMEOUT_ORDER_BITS;
}

/* Insert t's deadline with this key. */
static void insert(struct thread *t, uint64_t key)
{
	struct cpu *cpu = t->cpu;
	uint64_t deadline = instant(key);

	tree_insert(&cpu->timeouts, &t->deadline, key);
	if (deadline < cpu->first_deadline) {
		cpu->first_deadline = deadline;
		if (deadline < cpu->timer_set) {	/* else the timer fires first and is set again */
			cpu->special |= SLOW_TIMER;
			cpu->floor = SCHED_NO_SWITCH;
		}
	}
}

/* Remove t's deadline, which must be in the tree. */
static void remove_deadline(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	tree_remove(&cpu->timeouts, &t->deadline);
	if (instant(t->deadline.key) == cpu->first_deadline)
		cpu->first_deadline = timeout_first(cpu);
}

void timeout_remove(struct thread *t)
{
	t->timed = false;
	if (tree_linked(&t->deadline))
		remove_deadline(t);
}

struct thread *timeout_take(struct cpu *cpu, uint64_t now, bool *over)
{
	struct tree_node *first = tree_first(&cpu->timeouts);
	struct thread *t = first ? thread_reach(container_of(first, struct thread, deadline)) : 0;

	if (!t || instant(first->key) > now)
		return 0;
	*over = t->timed && t->until == first->key;
	remove_deadline(t);
	if (t->timed && !*over)
		insert(t, t->until);
	return t;
}

uint64_t timeout_first(const struct cpu *cpu)
{
	const struct tree_node *first = tree_first(&cpu->timeouts);

	return first ? instant(first->key) : L4_FOREVER;
}

void timeout_set(struct thread *t, uint64_t until)
{
	if (until == L4_FOREVER)
		return;
	t->timed = true;
	t->until = until << TIMEOUT_ORDER_BITS | ++t->cpu->timeouts_set;
	if (tree_linked(&t->deadline)) {
		if (t->deadline.key <= t->until)
			return;
		remove_deadline(t);
	}
	insert(t, t->until);
}
