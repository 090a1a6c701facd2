/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preempt.c - PreemptFlags and the end of the total quantum. See preempt.h.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>

/* ---- delay ---- */

uint8_t preempt_sensitive(const struct thread *t)
{
	return t->sensitive_prio > t->prio ? t->sensitive_prio : t->prio;
}

/* Has the running thread's delay ended, although preempt_end_delay was not called yet? */
static bool delay_ended(const struct cpu *cpu)
{
	return cpu->delay_end && cpu->delay_end <= arch_time_now();
}

/* A thread whose total quantum is over stops anyway: it cannot delay a preemption. */
bool preempt_delayed(struct thread *self, uint8_t prio)
{
	struct cpu *cpu = self->cpu;

	if (prio > preempt_sensitive(self) || self->quantum_state != QUANTUM_RUNS || delay_ended(cpu))
		return false;
	if (!cpu->delay_end && self->delay_left == 0)
		return false;
	if (!cpu->delay_end) {
		cpu->delay_end = arch_time_now() + self->delay_left;
		cpu->special |= SLOW_DELAY;
	}
	*thread_tcr(self, L4_TCR_FLAGS) |= L4_PREEMPT_PENDING;
	return true;
}

void preempt_end_delay(struct cpu *cpu)
{
	uint64_t now = arch_time_now();

	cpu->current->delay_left = (uint16_t)(cpu->delay_end > now ? cpu->delay_end - now : 0);
	cpu->delay_end = 0;
	cpu->special &= ~(unsigned)SLOW_DELAY;
}

void preempt_refill(struct thread *t)
{
	t->delay_left = t->max_delay;
	if (t == t->cpu->current && t->cpu->delay_end)
		t->cpu->delay_end = arch_time_now() + t->max_delay;
}

void preempt_clear_pending(struct thread *self)
{
	preempt_refill(self);
	*thread_tcr(self, L4_TCR_FLAGS) &= ~(l4_word_t)L4_PREEMPT_PENDING;
}

/* ---- messages ---- */

/* Write the preemption message (protocols 4): the clock is in one word of 64 bits, or in two of 32. */
static void put_clock(struct thread *t)
{
	uint64_t now = arch_time_now();

	t->rest->kmr[0] = l4_tag_kernel(L4_PROTO_PREEMPTION, 0, 2).raw;
	t->rest->kmr[1] = (l4_word_t)now;
	t->rest->kmr[2] = (l4_word_t)(now >> 32 >> (8 * sizeof(l4_word_t) - 32));
}

/*
 * No message during a system call (work): the kernel is preempted then, not the thread. No message either
 * if there is no valid exception handler; that is no error of the thread.
 */
bool preempt_signal(struct thread *self, uint8_t prio)
{
	struct thread *handler;

	if (prio > preempt_sensitive(self) || self->work != WORK_NONE
	    || self->quantum_state != QUANTUM_RUNS)
		return true;
	handler = thread_resolve(self, (l4_tid_t){ *thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) });
	if (!handler || handler == self || handler->kind != THREAD_USER)
		return true;
	if (*thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_DELAY && delay_ended(self->cpu)) {
		fault_delay_used_up(self, handler);
	} else {
		put_clock(self);
		self->origin = IPC_PREEMPTION;
		ipc_post(self, handler, false);
	}
	return thread_runnable(self);
}

/* ---- total quantum ---- */

/* A thread without a valid scheduler, or that is its own scheduler, stops without a message. */
struct thread *preempt_quantum(struct thread *self)
{
	struct thread *scheduler = thread_find(self->scheduler);

	self->work = WORK_NONE;
	if (self->quantum_state != QUANTUM_OVER)	/* it has got a new quantum since */
		return sched_leave(self);
	if (scheduler && scheduler != self && scheduler->kind == THREAD_USER) {
		put_clock(self);
		self->origin = IPC_QUANTUM;
		ipc_post(self, scheduler, false);
	}
	self->quantum_state = QUANTUM_STOPPED;	/* after ipc_post: if that failed, it is not sent again */
	return sched_leave(self);
}

void preempt_quantum_cancelled(struct thread *t)
{
	if (t->quantum_state == QUANTUM_STOPPED)
		t->quantum_state = QUANTUM_OVER;
}

void preempt_quantum_withdraw(struct thread *t)
{
	if (t->origin == IPC_QUANTUM)
		ipc_cancel(t, L4_IPC_CANCELLED);
}
