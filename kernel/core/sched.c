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
#include <core/preempt.h>
#include <core/sched.h>
#include <core/timeout.h>
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

static INLINE void push(struct cpu *cpu, struct thread *t, bool front)
{
	l4_word_t prio = t->prio;
	struct list *queue = cpu->ready + prio;

	if (front)
		list_push_front(queue, &t->ready_link);
	else
		list_push_back(queue, &t->ready_link);
	cpu->ready_bits[prio / 64] |= pow2(prio % 64);
	cpu->floor = SCHED_NOBODY;
	if (cpu->highest < (int)prio)
		cpu->highest = (int)prio;
}

/*
 * S7. An equal of the highest that is queued may be switched to only if the timer is set for the end of
 * the slice already, at which it has its turn (S4).
 */
static inline uint32_t floor_of(const struct cpu *cpu)
{
	return (uint32_t)((RECV_READY << 8) + cpu->highest + (cpu->timer_set > cpu->slice_end));
}

/* The highest priority of word i or below with a queued thread, or -1. */
static inline int highest_from(const struct cpu *cpu, int i)
{
	for (; i >= 0; i--)
		if (cpu->ready_bits[i])
			return i * 64 + 63 - __builtin_clzll(cpu->ready_bits[i]);
	return -1;
}

int sched_find_highest(const struct cpu *cpu)
{
	return highest_from(cpu, ARRAY_LEN(cpu->ready_bits) - 1);
}

void sched_enqueue(struct thread *t, bool front)
{
	push(t->cpu, t, front);
}

/* t is queued. */
static inline void dequeue(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	list_remove(&t->ready_link);
	if (!list_empty(&cpu->ready[t->prio]))
		return;
	cpu->ready_bits[t->prio / 64] &= ~pow2(t->prio % 64);
	cpu->floor = SCHED_NOBODY;
	if (cpu->highest == t->prio)
		cpu->highest = highest_from(cpu, t->prio / 64);
}

void sched_dequeue(struct thread *t)
{
	if (list_linked(&t->ready_link))
		dequeue(t);
}

void sched_wake(struct thread *t)
{
	if (thread_runnable(t) && !list_linked(&t->ready_link))
		push(t->cpu, t, false);
}

/* The slice that runs has another owner, or that one has another slice (S9). */
static inline void note_owner(struct cpu *cpu)
{
	cpu->slice_end = cpu->slice_start + cpu->slice_owner->slice_left;
}

static __attribute__((cold, noinline)) void charge_quantum(struct thread *owner, uint64_t passed)
{
	if (passed < owner->quantum) {
		owner->quantum -= passed;
	} else if (owner->quantum) {
		owner->quantum = 0;
		owner->quantum_state = QUANTUM_OVER;
		ipc_refresh(owner);
	}
}

/* The slice goes on to end when it did, or is over; note_owner follows. */
static inline void charge(struct cpu *cpu)
{
	struct thread *owner = cpu->slice_owner;
	uint64_t now = arch_clock(), passed = now - cpu->slice_start;

	owner->slice_left = cpu->slice_end > now ? cpu->slice_end - now : 0;
	cpu->slice_start = now;
	owner->time_used += passed;
	if (cpu->special >= SPECIAL_QUANTUM)
		charge_quantum(owner, passed);
}

void sched_charge(struct cpu *cpu)
{
	charge(cpu);
	note_owner(cpu);
}

/* The slice that runs is t's own from now on. */
static __attribute__((noinline)) void switch_slice(struct cpu *cpu, struct thread *t)
{
	charge(cpu);
	cpu->slice_owner = t;
	note_owner(cpu);
}

static inline void take_slice(struct cpu *cpu, struct thread *t)
{
	if (cpu->slice_owner != t)
		switch_slice(cpu, t);
}

static __attribute__((noinline)) void refill(struct cpu *cpu, struct thread *t)
{
	t->slice_left = t->slice;
	note_owner(cpu);
}

/* t, whose turn it is, runs on a slice of its own. */
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
	t = container_of(cpu->ready[prio].next, struct thread, ready_link);
	dequeue(t);
	return own_slice(cpu, t);
}

static inline bool is_slice_over(const struct cpu *cpu)
{
	return cpu->slice_end == cpu->slice_start;
}

/* Somebody is queued, `highest` the highest of them or -1, who should run now instead of self. */
static bool is_contested(const struct cpu *cpu, const struct thread *self, int highest)
{
	return highest >= self->prio + !is_slice_over(cpu);
}

/*
 * self can go on, and does unless it is contested and does not hold that off. A slice that is over
 * stays so as long as somebody who waits for its end is held off; then self goes on with one of its own.
 */
static struct thread *defend(struct thread *self, int highest, bool interrupted)
{
	struct cpu *cpu = self->cpu;
	bool over = is_slice_over(cpu), gives_way = is_contested(cpu, self, highest);

	if (gives_way) {
		l4_word_t flags = *thread_tcr(self, L4_TCR_FLAGS);

		if (flags & L4_PREEMPT_DELAY && preempt_held_off(self, (uint8_t)highest))
			return self;
		if (!(flags & L4_PREEMPT_SIGNAL && interrupted) || preempt_signal(self, (uint8_t)highest))
			sched_enqueue(self, !over);
	}
	if (over)
		refill(cpu, cpu->slice_owner);
	if (gives_way)
		return sched_pick(cpu);
	return over ? own_slice(cpu, self) : self;
}

/* Returns true if self, which can run, runs on whatever is left of its slice. */
static inline bool is_uncontested(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest <= (int)self->prio && !cpu->delay_end;
}

static struct thread *leave(struct thread *self, bool interrupted)
{
	struct cpu *cpu = self->cpu;

	if (!thread_runnable(self) || self->kind == THREAD_IDLE)
		return sched_pick(cpu);
	if (is_uncontested(cpu, self))
		return self;
	return defend(self, cpu->highest, interrupted);
}

/* The same of a user thread that can go on. */
static struct thread *go_on(struct thread *self)
{
	const struct cpu *cpu = cpu_self();

	if (is_uncontested(cpu, self))
		return self;
	return defend(self, cpu->highest, false);
}

struct thread *sched_leave(struct thread *self)
{
	return leave(self, false);
}

struct thread *sched_interrupted(struct thread *self)
{
	return leave(self, true);
}

/* Nothing but priorities decides whether self gives way. */
static inline bool is_ordinary(const struct cpu *cpu, struct thread *self)
{
	return !cpu->delay_end && !is_slice_over(cpu)
	    && !(*thread_tcr(self, L4_TCR_FLAGS) & (L4_PREEMPT_DELAY | L4_PREEMPT_SIGNAL));
}

struct thread *sched_woken(struct thread *self, struct thread *other, bool interrupted)
{
	struct cpu *cpu = cpu_self();

	if (other->prio > cpu->highest && other->prio > self->prio) {
		if (self->kind == THREAD_IDLE)
			return own_slice(cpu, other);
		if (is_ordinary(cpu, self)) {
			push(cpu, self, true);
			return own_slice(cpu, other);
		}
	}
	push(cpu, other, false);
	return self->kind == THREAD_IDLE || interrupted ? leave(self, interrupted) : go_on(self);
}

struct thread *sched_answered(struct thread *self, struct thread *other)
{
	struct cpu *cpu = cpu_self();

	if (other->prio > cpu->highest && other->prio > self->prio && !cpu->delay_end) {
		push(cpu, self, true);
		return other;
	}
	return sched_woken(self, other, false);
}

struct thread *sched_taken(struct thread *self, struct thread *other)
{
	struct cpu *cpu = cpu_self();

	if (other->prio != self->prio || !is_uncontested(cpu, self))
		return sched_woken(self, other, false);
	push(cpu, self, false);
	return other;
}

struct thread *sched_handover_timed(struct thread *to)
{
	if (to->cpu->highest <= to->prio)
		return to;
	sched_enqueue(to, false);
	return sched_pick(to->cpu);
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
 * What is donated is self's own slice, even if it ran on somebody else's until now; and if self runs
 * by the grace of a thread of higher priority, or held one off, that one has its turn instead (S3). A
 * slice that is used up cannot be donated: the fresh one comes behind self's equals; so if they were
 * held off at the end of the slice that self ran on.
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

void sched_forget(struct thread *t)
{
	struct cpu *cpu = t->cpu;

	sched_dequeue(t);
	if (cpu->slice_owner == t)
		switch_slice(cpu, cpu->current);
	if (sched_has_quantum(t))
		cpu->special -= SPECIAL_QUANTUM;
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
	t->slice = t->slice_left = us ? us : SLICE_ENDLESS;
	note_owner(t->cpu);
}

void sched_set_quantum(struct thread *t, uint64_t us)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
	if (sched_has_quantum(t))
		t->cpu->special -= SPECIAL_QUANTUM;
	t->quantum = us;
	t->quantum_state = QUANTUM_RUNS;
	if (us)
		t->cpu->special += SPECIAL_QUANTUM;
	preempt_quantum_withdraw(t);
	ipc_refresh(t);
	if (t != t->cpu->current)
		sched_wake(t);
}

uint64_t sched_slice_left(const struct thread *t)
{
	if (t->cpu->slice_owner == t)
		sched_charge(t->cpu);
	return t->slice_left;
}

struct thread *sched_tick(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	cpu->timer_set = SLICE_ENDLESS;
	cpu->special |= SPECIAL_TIMER;
	timeout_expire(cpu, arch_time_now());
	sched_charge(cpu);
	if (!thread_runnable(self) || self->kind == THREAD_IDLE)
		return sched_pick(cpu);
	return defend(self, cpu->highest, true);
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* When the slice that runs ends, if somebody waits for that. */
static uint64_t end_of_slice(const struct cpu *cpu)
{
	return cpu->highest < (int)cpu->current->prio ? L4_FOREVER : cpu->slice_end;
}

/*
 * The end of a slice matters if somebody waits for it, or total quanta have to be charged right, and while
 * nobody is held off: those who are have their turn at the end of the delay. That of the total quantum
 * matters always.
 */
static __attribute__((cold)) uint64_t end_of_slice_or_more(const struct cpu *cpu)
{
	const struct thread *owner = cpu->slice_owner;
	uint64_t at = cpu->special >= SPECIAL_QUANTUM ? cpu->slice_end : end_of_slice(cpu);

	if (cpu->delay_end)
		at = cpu->delay_end;
	return owner->quantum ? earlier(at, cpu->slice_start + owner->quantum) : at;
}

/*
 * The hardware timer is set to the next event: earliest deadline, end of slice, quantum or delay. A timer
 * that is set too early fires in vain once; setting it later at every switch costs more.
 */
static inline void arm_timer(struct cpu *cpu, uint64_t at)
{
	if (at >= cpu->timer_set)
		return;
	cpu->timer_set = at;
	arch_timer_at(at);
}

static uint32_t find_floor(const struct cpu *cpu)
{
	if (cpu->delay_end || cpu->slice_owner->quantum_state | cpu->current->quantum_state
	    || cpu->special & SPECIAL_GENERAL)
		return SCHED_NOBODY;
	return floor_of(cpu);
}

/*
 * A delay is over when nobody is held off any more. A server runs on its client's slice until the
 * client's total quantum is over, then on its own. And a thread whose own is over has one thing left
 * to do before it would run user code.
 */
static __attribute__((cold)) void switch_specially(struct cpu *cpu, struct thread *next)
{
	if (cpu->slice_owner->quantum_state != QUANTUM_RUNS)
		own_slice(cpu, next);		/* first: who waited for the end of the other waits no more */
	if (cpu->delay_end && !(next == cpu->current && is_contested(cpu, next, cpu->highest)))
		preempt_settle(cpu);
	if (next->quantum_state == QUANTUM_OVER && next->work == WORK_NONE)
		next->work = WORK_QUANTUM;
}

/* S9 */
static __attribute__((cold, noinline)) struct thread *run_specially(struct cpu *cpu, struct thread *next)
{
	switch_specially(cpu, next);
	cpu->current = next;
	arm_timer(cpu, earlier(cpu->first_deadline, end_of_slice_or_more(cpu)));
	cpu->special &= ~(unsigned)SPECIAL_TIMER;
	cpu->floor = find_floor(cpu);
	return next;
}

/* Somebody waits for the end of the slice. */
static __attribute__((noinline)) struct thread *run_timed(struct cpu *cpu, struct thread *next)
{
	arm_timer(cpu, cpu->slice_end);
	cpu->floor = floor_of(cpu);
	return next;
}

struct thread *sched_run_timed(struct thread *next)
{
	struct cpu *cpu = cpu_self();

	if (cpu->special)
		return run_specially(cpu, next);
	cpu->current = next;
	if (__builtin_expect(cpu->highest >= next->prio && cpu->timer_set > cpu->slice_end, 0))
		return run_timed(cpu, next);
	cpu->floor = floor_of(cpu);
	return next;
}

struct thread *sched_return(struct thread *self)
{
	struct cpu *cpu = cpu_self();

	if (cpu->highest > self->prio || cpu->special | tlb_here()->pending)
		return leave(self, false);
	if (cpu->highest == self->prio)
		arm_timer(cpu, cpu->slice_end);
	cpu->floor = floor_of(cpu);
	return 0;
}

/* S9 */
static void check_special(const struct cpu *cpu)
{
	ASSERT(cpu->slice_end == cpu->slice_start + cpu->slice_owner->slice_left);
	ASSERT(!(cpu->special & SPECIAL_DELAY) == !cpu->delay_end);
	ASSERT(!(cpu->special & SPECIAL_TIMER));
}

/* S4, S7 */
static void check_timer(const struct cpu *cpu)
{
	ASSERT(cpu->first_deadline == timeout_first(cpu));					/* S8 */
	ASSERT(cpu->timer_set <= cpu->first_deadline);
	ASSERT(cpu->timer_set <= end_of_slice_or_more(cpu));
	ASSERT(cpu->floor == find_floor(cpu));				/* S7 */
}

/* S3, S5 */
static void check_above(const struct cpu *cpu, const struct thread *self)
{
	int highest = cpu->highest;

	if (cpu->delay_end)
		ASSERT(is_contested(cpu, self, highest) && highest <= preempt_sensitive(self));
	else
		ASSERT(highest <= self->prio || highest <= cpu->slice_owner->prio);
}

void sched_check(struct cpu *cpu, struct thread *self)
{
	ASSERT(cpu->slice_owner->kind == THREAD_IDLE || cpu->slice_owner->life != THREAD_DYING);
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
