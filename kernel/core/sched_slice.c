/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched_slice.c - time slices and total quanta. See sched_slice.h. The clock is read only to charge time:
 * when the owner changes, at a timer interrupt, and when a slice or total quantum is read, set or given up.
 */
#include <core/arch.h>
#include <core/sched_queue.h>
#include <core/sched_slice.h>

/* Recompute slice_end (S9). Call when the slice owner or its slice_left has changed. */
static inline void note_owner(struct cpu *cpu)
{
	cpu->slice_end = cpu->slice_start + cpu->slice_owner->slice_left;
}

/* Charge `passed` us to the total quantum of owner, if it has one. */
static COLD_CODE NOINLINE void charge_quantum(struct thread *owner, uint64_t passed)
{
	if (passed < owner->quantum) {
		owner->quantum -= passed;
	} else if (owner->quantum) {
		owner->quantum = 0;
		owner->quantum_state = QUANTUM_OVER;
		thread_unready(owner);		/* not RECV_READY any more (T15) */
	}
}

/* The running slice has ended, now: another one follows, or it is over. */
static inline void end_slice(struct cpu *cpu, struct thread *owner, uint64_t now)
{
	owner->slice_left = sched_ended_uncontested(cpu) ? owner->slice : 0;
	cpu->slice_end = now + owner->slice_left;
}

/* Charge the time until now, apart from the slice. */
static inline void charge_time(struct cpu *cpu, struct thread *owner, uint64_t now)
{
	uint64_t passed = now - cpu->slice_start;

	cpu->slice_start = now;
	owner->time_used += passed;
	if (cpu->special >= SLOW_QUANTUM)
		charge_quantum(owner, passed);
}

inline void sched_charge(struct cpu *cpu)
{
	struct thread *owner = cpu->slice_owner;
	uint64_t now = arch_clock();

	if (cpu->slice_end > now)
		owner->slice_left = cpu->slice_end - now;
	else
		end_slice(cpu, owner, now);
	charge_time(cpu, owner, now);
}

inline void sched_begin_again(struct cpu *cpu, struct thread *owner)
{
	charge_time(cpu, owner, arch_clock());
	owner->slice_left = owner->slice;
	note_owner(cpu);
}

void sched_charge_for(const struct thread *t)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
}

/*
 * t's slice is used up. If t is queued, because it is preempted or a thread above has used up the slice, it
 * is queued behind its equals. If an equal has used it up, t was queued behind them when it gave it away.
 */
static void end_turn(const struct cpu *cpu, struct thread *t)
{
	if (list_linked(&t->ready_link) && (t == cpu->current || t->prio < cpu->current->prio))
		sched_set_prio(t, t->prio);
}

NOINLINE struct thread *sched_refill(struct thread *t)
{
	struct cpu *cpu = cpu_self();

	t->slice_left = t->slice;
	note_owner(cpu);
	end_turn(cpu, t);
	return t;
}

NOINLINE struct thread *sched_begin_slice(struct thread *t)
{
	struct cpu *cpu = cpu_self();
	struct thread *owner = cpu->slice_owner;

	if (!(cpu->special & SLOW_TICK))
		sched_charge(cpu);
	cpu->slice_owner = t;
	cpu->turn_over = false;
	note_owner(cpu);
	if (owner->slice_left == 0)
		end_turn(cpu, owner);
	return t->slice_left != 0 ? t : sched_refill(t);
}

void sched_set_slice(struct thread *t, uint64_t us)
{
	sched_charge_for(t);
	t->slice = t->slice_left = us ? us : SLICE_ENDLESS;
	note_owner(t->cpu);
}

void sched_set_quantum(struct thread *t, uint64_t us)
{
	sched_charge_for(t);
	if (sched_has_quantum(t))
		t->cpu->special -= SLOW_QUANTUM;
	t->quantum = us;
	t->quantum_state = QUANTUM_RUNS;
	if (us)
		t->cpu->special += SLOW_QUANTUM;
}
