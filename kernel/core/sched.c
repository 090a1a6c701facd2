/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.c - ready queues, slices, and the choice of the next thread. See sched.h.
 *
 * The highest ready priority is found in a bitmap of four words. Every operation takes constant time,
 * whatever the number of threads. The clock is read only to charge time: when the slice owner changes, at a
 * timer interrupt, and when a slice or total quantum is read, set or given up.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <core/upcall.h>
#include <mem/tlb.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/section.h>

BOOT_CODE void sched_init(struct cpu *cpu)
{
	for (unsigned p = 0; p < CFG_PRIORITIES; p++)
		list_init(&cpu->ready[p]);
	cpu->highest = -1;
	tree_init(&cpu->timeouts);
	cpu->first_deadline = L4_FOREVER;
	cpu->timer_set = SLICE_ENDLESS;
	cpu->slice_start = arch_time_now();
}

/* Put t, not queued, into its ready queue. */
static INLINE void push(struct cpu *cpu, struct thread *t, bool front)
{
	l4_word_t prio = t->prio;
	struct list *queue = cpu->ready + prio;

	if (front)
		list_push_front(queue, &t->ready_link);
	else
		list_push_back(queue, &t->ready_link);
	cpu->ready_bits[prio / 64] |= pow2(prio % 64);
	cpu->floor = SCHED_NO_SWITCH;
	if (cpu->highest < (int)prio)
		cpu->highest = (int)prio;
}

/*
 * Returns the direct-switch threshold (S7) while cpu.special is 0: the highest ready priority; one more if a
 * thread of that priority needs a decision, because its equals wait for the end of the slice: the timer is
 * not set for it (S4), or the slice is that of a thread above or turn_over is set (is_answer_from_above).
 */
static inline uint32_t floor_of(const struct cpu *cpu, bool decide)
{
	return (uint32_t)((RECV_READY << 8) + cpu->highest + decide);
}

static inline bool needs_decision(const struct cpu *cpu)
{
	return cpu->timer_set > cpu->slice_end || cpu->slice_owner->prio > cpu->highest || cpu->turn_over;
}

/* Returns the highest priority with a queued thread in words 0 to i of ready_bits, or -1. */
static inline int highest_from(const struct cpu *cpu, int i)
{
	for (; i >= 0; i--)
		if (cpu->ready_bits[i])
			return i * 64 + 63 - __builtin_clzll(cpu->ready_bits[i]);
	return -1;
}

void sched_enqueue(struct thread *t, bool front)
{
	push(t->cpu, t, front);
}

/* Remove t from queue, the ready queue of its priority, prio. */
static inline void remove(struct cpu *cpu, struct thread *t, struct list *queue, int prio)
{
	list_remove(&t->ready_link);
	if (!list_empty(queue))
		return;
	cpu->ready_bits[prio / 64] &= ~pow2((unsigned)prio % 64);
	cpu->floor = SCHED_NO_SWITCH;
	if (cpu->highest == prio)
		cpu->highest = highest_from(cpu, prio / 64);
}

void sched_dequeue(struct thread *t)
{
	if (list_linked(&t->ready_link))
		remove(t->cpu, t, &t->cpu->ready[t->prio], t->prio);
}

void sched_wake(struct thread *t)
{
	if (thread_runnable(t) && !list_linked(&t->ready_link) && t != t->cpu->current)
		push(t->cpu, t, false);
}

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
		ipc_complete(owner);		/* not RECV_READY any more (T15) */
	}
}

/* As sched_charge; but the caller must call note_owner afterwards. */
static inline void charge(struct cpu *cpu)
{
	struct thread *owner = cpu->slice_owner;
	uint64_t now = arch_clock(), passed = now - cpu->slice_start;

	owner->slice_left = cpu->slice_end > now ? cpu->slice_end - now : 0;
	cpu->slice_start = now;
	owner->time_used += passed;
	if (cpu->special >= SLOW_QUANTUM)
		charge_quantum(owner, passed);
}

void sched_charge(struct cpu *cpu)
{
	charge(cpu);
	note_owner(cpu);
}

/*
 * t's slice is used up. If t is queued, because it is preempted or a thread above has used up the slice, it
 * is queued behind its equals. If an equal has used it up, t was queued behind them when it gave it away.
 */
static void end_turn(const struct cpu *cpu, struct thread *t)
{
	if (t == cpu->current || t->prio < cpu->current->prio)
		sched_set_prio(t, t->prio);
}

/* Charge the slice owner, and make t the slice owner. */
static NOINLINE void switch_slice(struct cpu *cpu, struct thread *t)
{
	struct thread *owner = cpu->slice_owner;

	charge(cpu);
	cpu->slice_owner = t;
	cpu->turn_over = false;
	note_owner(cpu);
	if (owner->slice_left == 0)
		end_turn(cpu, owner);
}

/* The same, if t is not the slice owner. */
static inline void take_slice(struct cpu *cpu, struct thread *t)
{
	if (cpu->slice_owner != t)
		switch_slice(cpu, t);
}

/* Give t, the slice owner, a full slice: its turn is over. */
static NOINLINE void refill(struct cpu *cpu, struct thread *t)
{
	t->slice_left = t->slice;
	note_owner(cpu);
	end_turn(cpu, t);
}

/* Make t the slice owner, with a full slice if its own is used up. Returns t. */
static inline struct thread *own_slice(struct cpu *cpu, struct thread *t)
{
	take_slice(cpu, t);
	if (t->slice_left == 0)
		refill(cpu, t);
	return t;
}

struct thread *sched_pick(struct cpu *cpu)
{
	int prio = cpu->highest;
	struct thread *t;

	if (prio < 0)
		return own_slice(cpu, cpu->idle);
	t = thread_reach(container_of(cpu->ready[prio].next, struct thread, ready_link));
	remove(cpu, t, &cpu->ready[prio], prio);
	return own_slice(cpu, t);
}

/* Returns true if the running slice was used up at the last charge. */
static inline bool is_slice_over(const struct cpu *cpu)
{
	return cpu->slice_end == cpu->slice_start;
}

/*
 * Returns true if a queued thread should run instead of self: the highest ready priority is above that of
 * self, or equal and the slice is over.
 */
static bool is_contested(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest >= self->prio + !is_slice_over(cpu);
}

/* Returns true if self, which is contested by a thread of priority prio, delays its preemption. */
static inline bool is_delayed(struct thread *self, int prio)
{
	return *thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_DELAY && delay_preemption(self, (uint8_t)prio);
}

bool sched_is_preempted(struct thread *self)
{
	return thread_runnable(self) && is_contested(self->cpu, self) && !is_delayed(self, self->cpu->highest);
}

/*
 * Returns the next thread; self is runnable. self continues unless it is contested and does not delay the
 * preemption. If its slice is over and the preemption is delayed, the slice stays over. If self is not
 * contested, it continues: on the next slice of the owner if that is below it, as it works for the owner, but
 * not on the one after that; otherwise on a slice of its own.
 */
static struct thread *defend(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	if (is_contested(cpu, self)) {
		if (is_delayed(self, cpu->highest))
			return self;
		sched_enqueue(self, !is_slice_over(cpu));
		return sched_pick(cpu);
	}
	if (!is_slice_over(cpu))
		return self;
	refill(cpu, cpu->slice_owner);
	cpu->turn_over = cpu->slice_owner->prio < self->prio && !cpu->turn_over;
	return cpu->turn_over ? self : own_slice(cpu, self);
}

/* As sched_leave, for a thread that is runnable. */
static inline struct thread *leave_runnable(struct cpu *cpu, struct thread *self)
{
	if (self->kind == THREAD_IDLE)
		return sched_pick(cpu);
	return sched_is_uncontested(cpu, self) ? self : defend(self);
}

struct thread *sched_leave(struct thread *self)
{
	return thread_runnable(self) ? leave_runnable(self->cpu, self) : sched_pick(self->cpu);
}

/*
 * sched_woken if `other` is above self and all that are queued. The slice changes hands once at most: of time
 * that is charged twice in one entry, a part could be lost between the two each time.
 */
static NOINLINE struct thread *woken_above(struct thread *self, struct thread *other, struct thread *payer)
{
	struct cpu *cpu = cpu_self();

	if (self->kind != THREAD_IDLE) {
		if (is_delayed(self, other->prio)) {
			push(cpu, other, false);
			return self;
		}
		push(cpu, self, !is_slice_over(cpu));
	}
	own_slice(cpu, payer);
	return other;
}

struct thread *sched_woken(struct thread *self, struct thread *other, struct thread *payer)
{
	struct cpu *cpu = cpu_self();

	if (other->prio > cpu->highest && other->prio > self->prio)
		return woken_above(self, other, payer);
	push(cpu, other, false);
	return leave_runnable(cpu, self);
}

struct thread *sched_answered(struct thread *self, struct thread *other)
{
	struct cpu *cpu = cpu_self();

	if (other->prio > cpu->highest && other->prio > self->prio && !cpu->delay_end) {
		push(cpu, self, true);
		return other;
	}
	return sched_woken(self, other, cpu->slice_owner);
}

struct thread *sched_received(struct thread *self, struct thread *other)
{
	struct cpu *cpu = cpu_self();

	if (other->prio != self->prio || !sched_is_uncontested(cpu, self))
		return sched_woken(self, other, other);
	push(cpu, self, false);
	return other;
}

/*
 * Has the running thread answered `to`, a thread below it, on the slice of a thread above `to`, or on one
 * that began while a thread above worked for its owner? Then it does not matter for what the owner waits: it
 * is no caller above, and could choose `to` itself.
 */
static bool is_answer_from_above(const struct cpu *cpu, const struct thread *to)
{
	const struct thread *self = cpu->current, *owner = cpu->slice_owner;

	return self->prio > to->prio && !l4_tid_eq(self->recv_from, to->id)
	    && (cpu->turn_over || (owner->prio > to->prio && !l4_tid_eq(owner->recv_from, to->id)));
}

NOINLINE struct thread *sched_handover_general(struct thread *to)
{
	struct cpu *cpu = to->cpu;

	if (cpu->highest < to->prio + !is_answer_from_above(cpu, to))
		return to;
	sched_enqueue(to, false);
	return sched_pick(cpu);
}

struct thread *sched_yield(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	sched_charge(cpu);
	refill(cpu, self);
	if (thread_runnable(self))
		sched_enqueue(self, false);
	return sched_pick(cpu);
}

/*
 * self donates its own slice, even if it ran on the slice of another thread. If self runs on a donated slice
 * while a thread of higher priority than self and t is queued, or has delayed its preemption by such a
 * thread, that thread runs instead (S3). If self's slice is used up, or self has delayed the end of the slice
 * on which it ran, there is nothing to donate: as sched_yield.
 */
struct thread *sched_donate(struct thread *self, struct thread *t)
{
	struct cpu *cpu = self->cpu;
	int highest = cpu->highest;

	if (highest > self->prio && highest > t->prio) {
		sched_enqueue(self, true);
		return sched_pick(cpu);
	}
	if (cpu->delay_end && is_slice_over(cpu))
		return sched_yield(self);
	take_slice(cpu, self);
	if (self->slice_left == 0)
		return sched_yield(self);
	sched_dequeue(t);
	if (thread_runnable(self))
		sched_enqueue(self, false);
	return t;
}

void sched_remove(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	sched_dequeue(t);
	if (cpu->slice_owner == t)
		switch_slice(cpu, cpu->current);
	if (sched_has_quantum(t))
		cpu->special -= SLOW_QUANTUM;
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
	sched_slice_left(t);		/* charges it */
	t->slice = t->slice_left = us ? us : SLICE_ENDLESS;
	note_owner(t->cpu);
}

void sched_set_quantum(struct thread *t, uint64_t us)
{
	sched_slice_left(t);		/* charges it */
	if (sched_has_quantum(t))
		t->cpu->special -= SLOW_QUANTUM;
	t->quantum = us;
	t->quantum_state = QUANTUM_RUNS;
	if (us)
		t->cpu->special += SLOW_QUANTUM;
}

uint64_t sched_slice_left(const struct thread *t)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
	return t->slice_left;
}

void sched_timer_fired(struct cpu *cpu)
{
	cpu->timer_set = SLICE_ENDLESS;
	cpu->special |= SLOW_TIMER;
	sched_charge(cpu);
}

struct thread *sched_tick(struct thread *self)
{
	return thread_runnable(self) && self->kind != THREAD_IDLE ? defend(self) : sched_pick(self->cpu);
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/*
 * Returns for which instant the timer must be set, apart from deadlines (S4): the end of the delay while a
 * preemption is delayed; otherwise the end of the slice, if a queued thread of priority prio or above waits
 * for it, or any thread has a total quantum (so that time is charged to the right thread). The end of the
 * owner's total quantum if that is earlier.
 */
static COLD_CODE uint64_t end_of_slice_or_more(const struct cpu *cpu, int prio)
{
	const struct thread *owner = cpu->slice_owner;
	uint64_t at = L4_FOREVER;

	if (cpu->delay_end)
		at = cpu->delay_end;
	else if (cpu->special >= SLOW_QUANTUM || cpu->highest >= prio)
		at = cpu->slice_end;
	return owner->quantum ? earlier(at, cpu->slice_start + owner->quantum) : at;
}

/*
 * Set the timer to `at`, unless it is set for an earlier instant. The timer is never set later: a timer that
 * fires too early costs one interrupt, and to set it later at every switch costs more.
 */
static inline void arm_timer(struct cpu *cpu, uint64_t at)
{
	if (at >= cpu->timer_set)
		return;
	cpu->timer_set = at;
	arch_timer_at(at);
}

/* Returns the lowest correct threshold (S7); SCHED_NO_SWITCH while a switch needs slow-path checks. */
static uint32_t find_floor(const struct cpu *cpu)
{
	if (cpu->delay_end || cpu->slice_owner->quantum_state | cpu->current->quantum_state
	    || cpu->special & SLOW_ALWAYS)
		return SCHED_NO_SWITCH;
	return floor_of(cpu, needs_decision(cpu));
}

/*
 * Three slow-path checks before next runs. If the slice owner's total quantum is over, next runs on its own
 * slice (a server that ran on its client's, S6). If no preemption is delayed any more, the delay ends (S5).
 * If next's own total quantum is over, it gets WORK_QUANTUM before it runs user code.
 */
static COLD_CODE void switch_slow(struct cpu *cpu, struct thread *next)
{
	if (cpu->slice_owner->quantum_state != QUANTUM_RUNS)
		own_slice(cpu, next);		/* first: it can make next uncontested and end the delay */
	if (cpu->delay_end && !(next == cpu->current && is_contested(cpu, next)))
		delay_end(cpu);
	if (next->quantum_state == QUANTUM_OVER && next->work == WORK_NONE)
		next->work = WORK_QUANTUM;
}

/*
 * sched_run if cpu.special is not 0 (S9). If the timer has fired for a deadline, it is set for the end of the
 * slice again, also if next is above the owner and its equals that wait for that end: otherwise the owner
 * would not be charged for what next does after it (turn_over).
 */
static COLD_CODE NOINLINE struct thread *run_slow(struct cpu *cpu, struct thread *next)
{
	int prio;

	switch_slow(cpu, next);
	cpu->current = next;
	prio = cpu->slice_owner->prio < next->prio ? cpu->slice_owner->prio : next->prio;
	arm_timer(cpu, earlier(cpu->first_deadline, end_of_slice_or_more(cpu, prio)));
	cpu->special &= ~(unsigned)SLOW_TIMER;
	cpu->floor = find_floor(cpu);
	return next;
}

/* The end of sched_run if queued threads wait for the end of the slice, and there is more to do for that. */
static NOINLINE struct thread *run_until_slice_end(struct cpu *cpu, struct thread *next)
{
	arm_timer(cpu, cpu->slice_end);
	cpu->floor = floor_of(cpu, needs_decision(cpu));
	return next;
}

struct thread *sched_run(struct thread *next)
{
	struct cpu *cpu = cpu_self();

	if (cpu->special)
		return run_slow(cpu, next);
	cpu->current = next;
	if (__builtin_expect(cpu->highest >= next->prio && needs_decision(cpu), 0))
		return run_until_slice_end(cpu, next);
	cpu->floor = floor_of(cpu, cpu->highest < next->prio);	/* one that is above decides itself */
	return next;
}

struct thread *sched_return(struct thread *self)
{
	struct cpu *cpu = cpu_self();

	if (cpu->highest > self->prio || cpu->special | tlb_here()->pending)
		return sched_leave(self);
	if (cpu->highest == self->prio)
		arm_timer(cpu, cpu->slice_end);
	cpu->floor = floor_of(cpu, needs_decision(cpu));
	return 0;
}

/* S1, S2 */
static void check_queue(const struct cpu *cpu, unsigned prio)
{
	const struct list *head = &cpu->ready[prio];

	ASSERT(list_empty(head) == !(cpu->ready_bits[prio / 64] & pow2(prio % 64)));
	for (const struct list *l = head->next; l != head; l = l->next) {
		const struct thread *t = container_of(l, struct thread, ready_link);

		ASSERT(l->next->prev == l);
		ASSERT(thread_runnable(t) && t->prio == prio && t->kind != THREAD_IDLE && t->cpu == cpu);
	}
}

/* S9 */
static void check_special(const struct cpu *cpu)
{
	ASSERT(cpu->slice_end == cpu->slice_start + cpu->slice_owner->slice_left);
	ASSERT(!(cpu->special & SLOW_DELAY) == !cpu->delay_end);
	ASSERT(!(cpu->special & SLOW_TIMER));
}

/* S8 */
static void check_deadlines(const struct cpu *cpu)
{
	tree_check(&cpu->timeouts);
	ASSERT(cpu->first_deadline == timeout_first(cpu));
	for (struct tree_node *n = tree_first(&cpu->timeouts); n; n = tree_next(n))
		ASSERT(thread_reach(container_of(n, struct thread, deadline))->cpu == cpu);
}

/* S4, S7 */
static void check_timer(const struct cpu *cpu)
{
	ASSERT(cpu->timer_set <= cpu->first_deadline);
	ASSERT(cpu->timer_set <= end_of_slice_or_more(cpu, cpu->current->prio));
	ASSERT(cpu->floor - find_floor(cpu) <= 1);			/* S7 */
}

/* S3, S5 */
static void check_above(const struct cpu *cpu, const struct thread *self)
{
	if (cpu->delay_end)
		ASSERT(is_contested(cpu, self) && cpu->highest <= delay_sensitive(self));
	else
		ASSERT(cpu->highest <= self->prio || cpu->highest <= cpu->slice_owner->prio);
}

void sched_check(struct cpu *cpu, struct thread *self)
{
	for (unsigned p = 0; p < CFG_PRIORITIES; p++)
		check_queue(cpu, p);
	ASSERT(cpu->highest == highest_from(cpu, ARRAY_LEN(cpu->ready_bits) - 1));		/* S1 */
	ASSERT(cpu->slice_owner->kind == THREAD_IDLE || cpu->slice_owner->life != THREAD_DYING);
	ASSERT(self->cpu == cpu && cpu->slice_owner->cpu == cpu);
	check_deadlines(cpu);
	check_timer(cpu);
	check_special(cpu);
	ASSERT(cpu->slice_owner->quantum_state == QUANTUM_RUNS					/* S6 */
	       || (cpu->slice_owner == self && self->work != WORK_NONE));
	if (self->kind == THREAD_IDLE) {
		ASSERT(cpu->highest < 0 && !cpu->delay_end);
	} else if (self->work == WORK_NONE) {
		ASSERT(self->quantum_state == QUANTUM_RUNS);					/* S6 */
		check_above(cpu, self);
	}
}
