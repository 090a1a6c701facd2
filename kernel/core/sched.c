/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sched.c - the choice of the next thread, the timer, and the direct-switch threshold. See sched.h.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <core/upcall.h>
#include <mem/tlb.h>

BOOT_CODE void sched_init(struct cpu *cpu)
{
	for (unsigned p = 0; p < CFG_PRIORITIES; p++)
		list_init(&cpu->ready[p]);
	cpu->highest = cpu->listed = -1;
	tree_init(&cpu->timeouts);
	cpu->put_off = -1;
	cpu->first_deadline = L4_FOREVER;
	cpu->timer_set = SLICE_ENDLESS;
	cpu->slice_start = arch_time_now();
}

struct thread *sched_pick(struct cpu *cpu)
{
	return sched_own_slice(sched_take_first(cpu));
}

/* ---- the decision ---- */

/*
 * Returns true if a queued thread should run instead of self: the highest ready priority is above that of
 * self, or equal and the slice is over.
 */
static bool is_contested(const struct cpu *cpu, const struct thread *self)
{
	return cpu->highest >= self->prio + !sched_is_slice_over(cpu);
}

/* Returns true if self, which is contested by a thread of priority prio, delays its preemption. */
static inline bool is_delayed(struct thread *self, int prio)
{
	return *thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_DELAY && delay_preemption(self, (uint8_t)prio);
}

bool sched_is_preempted(struct thread *self, enum sched_reason reason)
{
	const struct cpu *cpu = cpu_self();

	return thread_runnable(self) && (reason & SCHED_ENDS || !sched_is_uncontested(cpu, self))
	    && is_contested(cpu, self) && !is_delayed(self, cpu->highest);
}

/*
 * Returns true if t is above `to` and no caller of it. A stopped thread is none: its recv_from may be that of
 * an Ipc that has ended.
 */
static inline bool is_above(const struct thread *t, const struct thread *to)
{
	return t->prio > to->prio && (!l4_tid_eq(t->recv_from, to->id) || !thread_can_run_user(t));
}

/*
 * Returns true if self has answered `to`, a thread below it, on the slice of a thread above `to`, or on one
 * that began while a thread above worked for its owner. For what the owner waits does not matter then: it is
 * no caller above, and could choose `to` itself.
 */
static INLINE bool is_answer(const struct cpu *cpu, const struct thread *self, const struct thread *to)
{
	return is_above(self, to) && (cpu->turn_over || is_above(cpu->slice_owner, to));
}

/* Returns true if `other` runs next, by enum sched_rule. */
static inline bool wins(const struct cpu *cpu, const struct thread *self, const struct thread *other,
			unsigned rule)
{
	if (rule & SCHED_ABOVE)
		return other->prio > cpu->highest && other->prio > self->prio;
	if (rule & SCHED_EQUAL)
		return other->prio == self->prio && sched_is_uncontested(cpu, self);
	return rule & SCHED_ALWAYS || cpu->highest < other->prio + !is_answer(cpu, self, other);
}

/*
 * `other` runs next, and self, a user thread, is queued. The slice has another owner once at most: of time
 * that is charged twice in one entry, a part could be lost between the two each time.
 */
static NOINLINE struct thread *run_other(struct cpu *cpu, struct thread *self, struct thread *other,
					 unsigned rule)
{
	bool over = sched_is_slice_over(cpu);

	sched_push(cpu, self, rule & SCHED_FRONT && !over);
	return rule & SCHED_OWN ? sched_own_slice(other) : other;
}

/* The same, if self has flag d set and may delay its preemption. */
static COLD_CODE NOINLINE struct thread *run_other_later(struct cpu *cpu, struct thread *self,
							 struct thread *other, unsigned rule)
{
	if (!delay_preemption(self, other->prio))
		return run_other(cpu, self, other, rule);
	sched_push(cpu, other, false);
	return self;
}

/*
 * Returns the next thread: self, a user thread that is runnable, or a queued one. If the slice is over and
 * self delays its end, it stays over. If it is over and self is not contested, self continues: on the next
 * slice of the owner if that is below it, as it works for the owner, but not on the one after that; otherwise
 * on a slice of its own.
 */
static NOINLINE struct thread *defend(struct cpu *cpu, struct thread *self)
{
	if (is_contested(cpu, self)) {
		if (is_delayed(self, cpu->highest))
			return self;
		sched_push(cpu, self, !sched_is_slice_over(cpu));
		return sched_pick(cpu);
	}
	if (!sched_is_slice_over(cpu))
		return self;
	sched_refill(cpu->slice_owner);
	cpu->turn_over = cpu->slice_owner->prio < self->prio && !cpu->turn_over;
	return cpu->turn_over ? self : sched_own_slice(self);
}

/* `other` is queued, and self continues unless it is contested. */
static NOINLINE struct thread *queue_other(struct cpu *cpu, struct thread *self, struct thread *other)
{
	sched_push(cpu, other, false);
	return sched_is_uncontested(cpu, self) ? self : defend(cpu, self);
}

struct thread *sched_next(struct thread *self, struct thread *other, enum sched_reason reason)
{
	struct cpu *cpu = cpu_self();
	unsigned rule = reason;

	if (!other) {
		if (self->kind == THREAD_IDLE || !thread_runnable(self))
			return sched_pick(cpu);
		return !(rule & SCHED_ENDS) && sched_is_uncontested(cpu, self) ? self : defend(cpu, self);
	}
	if (rule == SCHED_BLOCKED || self->kind == THREAD_IDLE) {
		if (rule == SCHED_BLOCKED && wins(cpu, self, other, rule))
			return other;
		sched_push(cpu, other, false);
		return sched_pick(cpu);
	}
	if (!wins(cpu, self, other, rule))
		return queue_other(cpu, self, other);
	if (rule & SCHED_DELAY && *thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_DELAY)
		return run_other_later(cpu, self, other, rule);
	return run_other(cpu, self, other, rule);
}

struct thread *sched_yield(struct thread *self)
{
	struct cpu *cpu = self->cpu;
	struct thread *next;

	if (cpu->highest < self->prio) {
		sched_charge(cpu);
		return sched_refill(sched_own_slice(self));
	}
	sched_push(cpu, self, false);
	next = sched_pick(cpu);		/* time is charged once */
	self->slice_left = self->slice;
	return next;
}

/*
 * self donates its own slice, even if it ran on the slice of another thread. There is nothing to donate if
 * its slice is used up, or self has delayed the end of the slice on which it ran. Nor does t run while a
 * thread above both is queued, because self runs on a donated slice or delays its preemption (S3).
 */
struct thread *sched_donate(struct thread *self, struct thread *t)
{
	struct cpu *cpu = self->cpu;

	sched_charge_for(self);
	if (self->slice_left == 0 || (cpu->delay_end && sched_is_slice_over(cpu))
	    || (cpu->highest > self->prio && cpu->highest > t->prio))
		return sched_yield(self);
	sched_dequeue(t);
	return sched_next(sched_own_slice(self), t, SCHED_DONATE);
}

void sched_remove(struct thread *t)
{
	sched_dequeue(t);
	if (t->cpu->slice_owner == t)
		sched_begin_slice(t->cpu->current);
	if (sched_has_quantum(t))
		t->cpu->special -= SLOW_QUANTUM;
}

/* ---- the timer and the threshold ---- */

/*
 * Returns the direct-switch threshold (S7) while cpu.special is 0: the highest ready priority; one more if a
 * thread of that priority needs a decision, because its equals wait for the end of the slice: the timer is
 * not set for it (S4), or the slice is that of a thread above or turn_over is set (is_answer).
 */
static inline uint32_t floor_of(const struct cpu *cpu, bool decide)
{
	return (uint32_t)((RECV_READY << 8) + cpu->highest + decide);
}

static inline bool needs_decision(const struct cpu *cpu)
{
	return cpu->timer_set > cpu->slice_end || cpu->slice_owner->prio > cpu->highest || cpu->turn_over;
}

void sched_timer_fired(struct cpu *cpu)
{
	sched_charge(cpu);			/* first: it looks for what the timer was set */
	cpu->timer_set = SLICE_ENDLESS;
	cpu->special |= SLOW_TIMER | SLOW_TICK;
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

/* AT_ONCE: a past instant. USER_GAP_US: a thread runs after its slice has ended in the kernel. */
enum { AT_ONCE = 0, USER_GAP_US = 4 };

/*
 * Set the timer to `at`, which has passed. The first thread that waits for the end of a slice which has ended
 * before waits for the end of the next one.
 */
static COLD_CODE NOINLINE void set_passed(struct cpu *cpu, uint64_t at)
{
	uint64_t us = at < cpu->slice_end ? 0 : USER_GAP_US;

	if (at == cpu->slice_end && sched_ended_uncontested(cpu)) {
		sched_charge(cpu);
		at = earlier(cpu->first_deadline, cpu->slice_end);
		if (at >= cpu->timer_set)
			return;
		us = at > cpu->slice_start ? at - cpu->slice_start : USER_GAP_US;
	}
	cpu->timer_set = at;
	arch_timer_in(us);
}

/*
 * Set the timer to `at`, unless it is set for an earlier instant. The timer is never set later: a timer that
 * fires too early costs one interrupt, and to set it later at every switch costs more.
 */
static inline void arm_timer(struct cpu *cpu, uint64_t at)
{
	uint64_t now;

	if (at >= cpu->timer_set)
		return;
	now = arch_clock();
	if (now >= at) {
		set_passed(cpu, at);
	} else {
		cpu->timer_set = at;
		arch_timer_in(at - now);
	}
}

static uint32_t higher(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* Returns the threshold above all threads at or below those whose timeouts are put off. */
static uint32_t late_floor(const struct cpu *cpu) { return (uint32_t)((RECV_READY << 8) + cpu->put_off + 1); }

/*
 * Returns the lowest correct threshold (S7); SCHED_NO_SWITCH while a switch needs slow-path checks. A thread
 * at or below those whose timeouts are put off needs them, too.
 */
static uint32_t find_floor(const struct cpu *cpu)
{
	if (cpu->delay_end || cpu->slice_owner->quantum_state | cpu->current->quantum_state
	    || cpu->special & SLOW_ALWAYS)
		return SCHED_NO_SWITCH;
	return higher(floor_of(cpu, needs_decision(cpu)), late_floor(cpu));
}

/*
 * sched_run if cpu.special is not 0 (S9). If the slice owner's total quantum is over, next runs on its own
 * slice (a server that ran on its client's, S6). If no preemption is delayed now, the delay ends (S5). If
 * next's own total quantum is over, it gets WORK_QUANTUM before it runs user code. If the timer has fired for
 * a deadline, it is set for the end of the slice again, also if next is above the owner and its equals that
 * wait for that end: otherwise the owner would not be charged for what next does after it (turn_over). If
 * timeouts of next's priority or above are put off, one ends before next runs user code, by WORK_EXPIRE; by
 * the timer where next is idle, or has other work, which may be long.
 */
static COLD_CODE NOINLINE struct thread *run_slow(struct cpu *cpu, struct thread *next)
{
	bool late = next->prio <= cpu->put_off;
	uint64_t at;
	int prio;

	if (cpu->slice_owner->quantum_state != QUANTUM_RUNS)
		sched_own_slice(next);		/* first: it can make next uncontested and end the delay */
	if (cpu->delay_end && !(next == cpu->current && is_contested(cpu, next)))
		delay_end(cpu);
	if (next->quantum_state == QUANTUM_OVER && next->work == WORK_NONE)
		next->work = WORK_QUANTUM;
	if (late && next->work == WORK_NONE && next->kind != THREAD_IDLE)
		next->work = WORK_EXPIRE;
	cpu->current = next;
	prio = cpu->slice_owner->prio < next->prio ? cpu->slice_owner->prio : next->prio;
	at = late && next->work != WORK_EXPIRE ? AT_ONCE : cpu->first_deadline;
	arm_timer(cpu, earlier(at, end_of_slice_or_more(cpu, prio)));
	cpu->special &= ~(unsigned)(SLOW_TIMER | SLOW_TICK);
	cpu->floor = find_floor(cpu);
	return next;
}

/* sched_run while timeouts below next are put off, and no more is special: the threshold is above those. */
static NOINLINE struct thread *run_above(struct cpu *cpu, struct thread *next)
{
	cpu->current = next;
	if (cpu->highest >= next->prio)
		arm_timer(cpu, cpu->slice_end);
	cpu->floor = higher(floor_of(cpu, cpu->highest < next->prio || needs_decision(cpu)), late_floor(cpu));
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

	if (cpu->special) {
		if (cpu->special == SLOW_LATE && next->prio > cpu->put_off)
			return run_above(cpu, next);
		return run_slow(cpu, next);
	}
	cpu->current = next;
	if (cpu->highest < next->prio) {
		cpu->floor = floor_of(cpu, true);	/* one that is above decides itself */
		return next;
	}
	if (__builtin_expect(needs_decision(cpu), 0))
		return run_until_slice_end(cpu, next);
	cpu->floor = floor_of(cpu, false);
	return next;
}

struct thread *sched_return(struct thread *self)
{
	struct cpu *cpu = cpu_self();

	if (cpu->highest > self->prio || cpu->special | tlb_here()->pending)
		return sched_leave(self);
	if (cpu->highest == self->prio)
		run_until_slice_end(cpu, self);
	else
		cpu->floor = floor_of(cpu, true);	/* as sched_run */
	return NEXT_IS_CURRENT;
}

/* S3, S5, S6, of a thread that is about to run user code */
static void check_user(const struct cpu *cpu, const struct thread *self)
{
	ASSERT(self->quantum_state == QUANTUM_RUNS);
	if (cpu->delay_end)
		ASSERT(is_contested(cpu, self) && cpu->highest <= delay_sensitive(self));
	else
		ASSERT(cpu->highest <= self->prio || cpu->highest <= cpu->slice_owner->prio);
}

void sched_check(const struct cpu *cpu, const struct thread *self)
{
	const struct thread *owner = cpu->slice_owner;

	sched_check_queues(cpu);
	ASSERT(owner->kind == THREAD_IDLE || owner->life != THREAD_DYING);
	ASSERT(self->cpu == cpu && owner->cpu == cpu);
	tree_check(&cpu->timeouts);
	ASSERT(cpu->first_deadline == timeout_first(cpu));					/* S8 */
	ASSERT(cpu->put_off < 0 ? !(cpu->special & SLOW_LATE) : cpu->special & SLOW_LATE);
	ASSERT(cpu->put_off < (int)self->prio || self->work != WORK_NONE || self->kind == THREAD_IDLE);
	ASSERT(cpu->put_off < (int)self->prio || cpu->timer_set == AT_ONCE || self->work == WORK_EXPIRE);
	for (struct tree_node *n = tree_first(&cpu->timeouts); n; n = tree_next(n)) {
		const struct thread *t = thread_reach(container_of(n, struct thread, deadline));

		ASSERT(t->cpu == cpu && t->prio == rank_of(n));
	}
	ASSERT(cpu->timer_set <= cpu->first_deadline);						/* S4 */
	ASSERT(cpu->timer_set <= end_of_slice_or_more(cpu, self->prio));
	ASSERT(cpu->floor - find_floor(cpu) <= 1);						/* S7 */
	ASSERT(cpu->slice_end == cpu->slice_start + owner->slice_left);				/* S9 */
	ASSERT((cpu->special & (SLOW_DELAY | SLOW_TIMER | SLOW_TICK)) == (cpu->delay_end ? SLOW_DELAY : 0));
	ASSERT(owner->quantum_state == QUANTUM_RUNS || (owner == self && self->work != WORK_NONE)); /* S6 */
	if (self->kind == THREAD_IDLE)
		ASSERT(cpu->highest < 0 && !cpu->delay_end);
	else if (self->work == WORK_NONE)
		check_user(cpu, self);
}
