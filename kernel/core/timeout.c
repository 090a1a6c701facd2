/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timeout.c - deadlines of blocked threads. See timeout.h.
 */
#include <core/kernel.h>
#include <core/sched.h>
#include <core/timeout.h>

static void set_first(struct cpu *cpu, uint64_t first)
{
	cpu->first_deadline = first;
	if (first < cpu->timer_set) {		/* else the timer fires first and is set again */
		cpu->special |= SLOW_TIMER;
		cpu->floor = SCHED_NO_SWITCH;
	}
}

static inline void link_deadline(struct thread *t, uint64_t until)
{
	tree_insert_ranked(&t->cpu->timeouts, &t->deadline, until << RANK_BITS | t->prio);
}

/* Insert t's deadline: the instant `until`. */
static void insert(struct thread *t, uint64_t until)
{
	struct cpu *cpu = t->cpu;

	link_deadline(t, until);
	if (until < cpu->first_deadline && t->prio > cpu->put_off)
		set_first(cpu, until);
}

/* Remove t's deadline, which must be in the tree. */
static void remove_deadline(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	tree_remove(&cpu->timeouts, &t->deadline);
	if (timeout_instant(&t->deadline) == cpu->first_deadline)
		cpu->first_deadline = timeout_first(cpu);
}

void timeout_remove(struct thread *t)
{
	t->timed = false;
	if (tree_linked(&t->deadline))
		remove_deadline(t);
}

void timeout_requeue(struct thread *t)
{
	uint64_t until = timeout_instant(&t->deadline);

	if (!tree_linked(&t->deadline))
		return;
	remove_deadline(t);
	insert(t, until);
}

/* Returns the first deadline of the highest priority among those not after now, or 0. */
static struct tree_node *highest_due(const struct cpu *cpu, uint64_t now)
{
	return tree_first_highest(&cpu->timeouts, ((now + 1) << RANK_BITS) - 1);
}

struct thread *timeout_due(const struct cpu *cpu, uint64_t now)
{
	const struct tree_node *n;

	if (cpu->put_off < 0 && cpu->first_deadline > now)
		return 0;
	n = highest_due(cpu, now);
	return n ? thread_reach(container_of(n, struct thread, deadline)) : 0;
}

static void put_off(struct cpu *cpu, int prio)
{
	cpu->put_off = prio;
	cpu->special = (cpu->special & ~(unsigned)SLOW_LATE) | (prio < 0 ? 0 : SLOW_LATE);
	set_first(cpu, timeout_first(cpu));
}

/*
 * Returns the priority to put off now that a deadline of t has been handled: below t, as the timer fires for
 * its equals. If t has interrupted one below it, that one is to continue without a step for nothing, so the
 * value is that of the highest deadline which has passed; else it need not be, and is not looked for.
 */
static int left_below(const struct thread *t, uint64_t now, int running)
{
	const struct tree_node *first = tree_first(&t->cpu->timeouts);
	int below = t->prio - 1, due;

	if (!first || timeout_instant(first) > now)
		return -1;
	if (t->prio == running)
		return below;
	due = (int)rank_of(highest_due(t->cpu, now));
	return due < below ? due : below;
}

bool timeout_take(struct thread *t, uint64_t now, int running)
{
	bool over = t->timed && t->until == timeout_instant(&t->deadline);

	tree_remove(&t->cpu->timeouts, &t->deadline);
	if (t->timed && !over)
		link_deadline(t, t->until);
	put_off(t->cpu, left_below(t, now, running));
	return over;
}

uint64_t timeout_first(const struct cpu *cpu)
{
	const struct tree_node *first = tree_first(&cpu->timeouts);

	if (first && (int)rank_of(first) <= cpu->put_off)
		first = tree_first_above(&cpu->timeouts, cpu->put_off);
	return first ? timeout_instant(first) : L4_FOREVER;
}

void timeout_put_off(struct cpu *cpu, int prio)
{
	if (prio != cpu->put_off)
		put_off(cpu, prio);
}

void timeout_set(struct thread *t, uint64_t until)
{
	if (until == L4_FOREVER)
		return;
	t->timed = true;
	t->until = until;
	if (tree_linked(&t->deadline)) {
		if (timeout_instant(&t->deadline) <= until)
			return;
		remove_deadline(t);
	}
	insert(t, until);
}
