/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_schedule.c - Schedule (api 7.2; ambiguities A1 to A7): priority, time slice, processor.
 *
 * TimeControl has the manual's layout: slice in bits 31..16, total quantum in 15..0; 0xFFFF in a half
 * leaves it unchanged. In a 64-bit word bits 63..32 must be 0, or all bits 1: a thread id, which
 * L4_HS_Schedule passes in this place, is refused and not used as times.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>
#include <core/transfer.h>
#include <lib/bits.h>
#include <lib/section.h>
#include <sys/sys.h>

#define KEEP (~(l4_word_t)0)

enum { KEEP_HALF = 0xffff, KEEP_PRIO = 0x1ff };

static l4_time_t slice_of(l4_word_t w) { return (l4_time_t){ (uint16_t)(w >> 16) }; }
static l4_time_t quantum_of(l4_word_t w) { return (l4_time_t){ (uint16_t)w }; }
static unsigned sensitive_of(l4_word_t w) { return w >> 16 & 0xff; }

static bool keeps_prio(l4_word_t w) { return w == KEEP || (w & KEEP_PRIO) == KEEP_PRIO; }

/* All threads of the scheduler's space may call Schedule, and privileged threads (ambiguity A4). */
static bool may_schedule(const struct thread *self, const struct thread *t)
{
	const struct thread *s = self->space->privileged ? self : thread_find(t->scheduler);

	return s && s->space == self->space;
}

/* A slice or quantum of length 0 is refused: the thread could never run. A time point is refused too. */
static bool is_length(l4_time_t t)
{
	return t.raw == KEEP_HALF || l4_time_is_never(t)
	    || (!l4_time_is_point(t) && l4_period_us(t) > 0);
}

static enum l4_error check_time(l4_word_t time)
{
	if (time == KEEP)
		return L4_OK;
	return (uint64_t)time >> 32 == 0 && is_length(slice_of(time)) && is_length(quantum_of(time))
	     ? L4_OK : L4_ERR_PARAM;
}

static enum l4_error check(const struct thread *self, const struct l4_schedule_args *a,
			   const struct thread *t)
{
	if (!t || t->kind == THREAD_IDLE)
		return L4_ERR_THREAD;
	if (!may_schedule(self, t))
		return L4_ERR_NO_PRIVILEGE;
	if (!self->space->privileged && !keeps_prio(a->prio) && (a->prio & 0xff) > self->prio)
		return L4_ERR_NO_PRIVILEGE;
	if (!self->space->privileged && a->preemption != KEEP && sensitive_of(a->preemption) > self->prio)
		return L4_ERR_NO_PRIVILEGE;
	if (a->processor != KEEP && (a->processor & 0xffff) >= CFG_CPUS)
		return L4_ERR_PARAM;
	return check_time(a->time);
}

static NOINLINE void commit(struct thread *t, l4_word_t prio, l4_word_t time, l4_word_t preemption)
{
	if (!keeps_prio(prio)) {
		sched_set_prio(t, prio & 0xff);
		transfer_prio_changed(t);
	}
	if (time != KEEP && slice_of(time).raw != KEEP_HALF)
		sched_set_slice(t, l4_period_us(slice_of(time)));
	if (time != KEEP && quantum_of(time).raw != KEEP_HALF)
		preempt_set_quantum(t, l4_period_us(quantum_of(time)));
	if (preemption != KEEP) {
		t->sensitive_prio = (uint8_t)sensitive_of(preemption);
		t->max_delay = preemption & 0xffff;
		delay_refill(t);
	}
}

/* Returns remaining slice and total quantum, in the layout of TimeControl. */
static l4_word_t remaining(struct thread *t)
{
	l4_time_t slice, quantum;

	sched_charge_for(t);
	slice = t->slice < SLICE_ENDLESS ? l4_period(t->slice_left) : L4_NEVER;
	quantum = sched_has_quantum(t) ? l4_period(t->quantum) : L4_NEVER;
	return (l4_word_t)slice.raw << 16 | quantum.raw;
}

struct thread *sys_schedule(struct thread *self)
{
	struct l4_schedule_args a = arch_args_schedule(thread_regs(self));
	struct thread *t = l4_tid_is_local(a.dest) ? thread_resolve(self, a.dest) : thread_find(a.dest);
	enum l4_error e = check(self, &a, t);

	sys_set_error(self, e);
	if (e != L4_OK) {
		arch_result_schedule(thread_regs(self), L4_SCHED_ERROR, 0);
		return NEXT_IS_CURRENT;
	}
	arch_result_schedule(thread_regs(self), thread_state(t), remaining(t));
	if ((a.prio & a.time & a.preemption) == KEEP && t->cpu->slice_owner != t && sched_may_stay(self))
		return NEXT_IS_CURRENT;
	if (t->kind == THREAD_USER)
		commit(t, a.prio, a.time, a.preemption);
	return sched_return(self);
}
