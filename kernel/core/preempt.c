/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * preempt.c - messages about preemption and the end of the total quantum. See preempt.h.
 */
#include <core/arch.h>
#include <core/delay.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>
#include <core/transfer.h>
#include <core/upcall.h>

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
 * self is preempted by a ready thread of priority prio: send a message to its exception handler. No message
 * during a system call (work): the kernel is preempted then, not the thread. No message either if there is no
 * valid exception handler; that is no error of the thread.
 */
static void send_message(struct thread *self, uint8_t prio)
{
	struct thread *handler;

	if (prio > delay_sensitive(self) || self->work != WORK_NONE || self->quantum_state != QUANTUM_RUNS)
		return;
	handler = thread_resolve(self, (l4_tid_t){ *thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) });
	if (!handler || handler == self || handler->kind != THREAD_USER)
		return;
	if (*thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_DELAY && delay_ended(self->cpu)) {
		fault_delay_used_up(self, handler);
	} else {
		put_clock(self);
		self->origin = IPC_PREEMPTION;
		transfer_post(self, handler, false);
	}
}

/* Does self, a user thread, have flag s set? */
static inline bool signals(struct thread *self)
{
	return self->kind == THREAD_USER && *thread_tcr(self, L4_TCR_FLAGS) & L4_PREEMPT_SIGNAL;
}

/*
 * self was interrupted. If it is preempted and has flag s set, send the message: then self blocks until that
 * is received, or replied to. Returns the next thread.
 */
static struct thread *signal_preemption(struct thread *self, enum sched_reason reason)
{
	if (signals(self) && sched_is_preempted(self, reason))
		send_message(self, (uint8_t)self->cpu->highest);
	return sched_next(self, 0, reason);
}

struct thread *preempt_interrupted(struct thread *self, struct thread *woken)
{
	if (!signals(self))
		return sched_next(self, woken, SCHED_WOKEN);
	if (woken)
		sched_wake(woken);
	return signal_preemption(self, SCHED_LEAVE);
}

struct thread *preempt_timer(struct thread *self)
{
	struct cpu *cpu = self->cpu;

	sched_timer_fired(cpu);
	ipc_expire(cpu, cpu->slice_start);	/* which is now */
	return signal_preemption(self, SCHED_TIMER);
}

struct thread *preempt_expire(struct thread *self)
{
	struct cpu *cpu = self->cpu;
	int highest = cpu->highest;

	self->work = WORK_NONE;
	ipc_expire(cpu, arch_time_now());
	return cpu->highest == highest && thread_runnable(self) ? self : sched_leave(self);
}

/* ---- total quantum ---- */

/* A thread without a valid scheduler, or that is its own, stops until it gets another one. */
struct thread *preempt_quantum(struct thread *self)
{
	struct thread *scheduler = thread_find(self->scheduler);

	self->work = WORK_NONE;
	if (self->quantum_state != QUANTUM_OVER)	/* it has got a new quantum since */
		return sched_leave(self);
	if (scheduler && scheduler != self && scheduler->kind == THREAD_USER) {
		put_clock(self);
		self->origin = IPC_QUANTUM;
		self->quantum_state = QUANTUM_STOPPED;
		transfer_post(self, scheduler, false);
	}
	if (self->quantum_state == QUANTUM_OVER)	/* no scheduler, or ipc_fail_code */
		self->quantum_state = QUANTUM_UNSENT;
	return sched_leave(self);
}

static void withdraw_message(struct thread *t)
{
	if (t->origin == IPC_QUANTUM)
		ipc_cancel(t, L4_IPC_CANCELLED);
}

void preempt_new_scheduler(struct thread *t)
{
	withdraw_message(t);
	if (t->quantum_state == QUANTUM_UNSENT) {
		t->quantum_state = QUANTUM_OVER;
		sched_wake(t);
	}
}

void preempt_set_quantum(struct thread *t, uint64_t us)
{
	sched_set_quantum(t, us);
	withdraw_message(t);
	ipc_update_ready(t);
	sched_wake(t);
}
