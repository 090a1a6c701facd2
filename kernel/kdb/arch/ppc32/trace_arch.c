/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_arch.c - while a trace records: the entries from entry.S lead through these functions, and no call
 * has a short way. Nothing else of the kernel changes. A vector is noted by its number / 0x100.
 *
 * A thread that leaves the kernel is noted after kernel_leave has returned it. Before that, while a step is
 * interrupted or the CPU idles, the current thread is noted at the next interrupt.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <arch/gateway.h>
#include <arch/time.h>
#include <kdb/kdb.h>
#include <x2/inspect.h>
#include <arch/ppc32/entry.h>
#include "local.h"

enum { VECTOR_SHIFT = 8, FOREIGN_SYSCALL = 0xff };

static struct traps under;

uint64_t kdb_arch_now(void)
{
	uint64_t tb = cpu_tb(), low = (uint64_t)(uint32_t)tb * time_scale;
	uint64_t us = (tb >> 32) * time_scale + (low >> 32);

	return us * 1000 + ((low & UINT32_MAX) * 1000 >> 32);
}

/* Note that the machine leaves the kernel to next. Returns next. */
static struct thread *left(struct thread *next)
{
	trace_switch(next, true);
	return next;
}

static void phases(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

	if (!l4_tid_is_nil(a.to))
		trace_event(L4_TRACE_SEND, 0, self, a.to.raw, thread_regs(self)->mr[0]);
	if (!l4_tid_is_nil(a.from))
		trace_event(L4_TRACE_WAIT, 0, self, a.from.raw, a.timeouts);
}

static struct thread *trace_ipc(struct thread *self)
{
	trace_switch(self, true);
	phases(self);
	return left(under.ipc(self));
}

static struct thread *trace_syscall(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	l4_word_t number = gateway_call(r->ip);

	trace_switch(self, true);
	if (number == L4_CALL_IPC || number == L4_CALL_LIPC)
		phases(self);
	else if (number < L4_CALLS)
		trace_event(L4_TRACE_CALL, (unsigned)number, self, r->mr[0], r->r15);
	else
		trace_event(L4_TRACE_EXCEPTION, FOREIGN_SYSCALL, self, r->ip, 0);
	return left(under.syscall(self));
}

static struct thread *trace_user(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	unsigned vector = (unsigned)r->entry >> VECTOR_SHIFT;

	trace_switch(self, true);
	switch (r->entry) {
	case VECTOR_DATA:
	case VECTOR_CODE:
		trace_event(L4_TRACE_PAGE_FAULT, vector, self, r->entry == VECTOR_DATA ? cpu_dar() : r->ip, r->ip);
		break;
	case VECTOR_EXTERNAL:
	case VECTOR_DECREMENTER:
		trace_event(L4_TRACE_INTERRUPT, vector, self, r->ip, 0);
		break;
	default:
		trace_event(L4_TRACE_EXCEPTION, vector, self, r->ip, r->cause);
	}
	return left(under.user(self));
}

static struct thread *trace_interrupt(unsigned vector)
{
	const struct thread *current = cpu_self()->current;

	trace_switch(current, false);
	trace_event(L4_TRACE_INTERRUPT, vector >> VECTOR_SHIFT, current, 0, 0);
	return left(under.interrupt(vector));
}

void kdb_arch_trace(bool on)
{
	if (on) {
		under = cpu_local()->traps;
		cpu_local()->traps = (struct traps){ trace_ipc, trace_syscall, trace_user, trace_interrupt,
						     under.kernel };
	} else {
		cpu_local()->traps = under;
	}
	trap_leave_out_short(on);
}
