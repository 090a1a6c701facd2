/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_arch.c - while a trace records: the entries from entry.S lead through these functions, and SYSENTER
 * to entry_by_c instead of entry_sysenter, so that fast.S does no Ipc. Nothing else of the kernel changes.
 *
 * A thread that leaves the kernel is noted after kernel_leave has returned it. Before that, while a step is
 * interrupted or the CPU idles, the current thread is noted at the next interrupt.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <arch/cpu.h>
#include <arch/time.h>
#include <x2/inspect.h>
#include <arch/gateway.h>
#include <arch/features.h>
#include <arch/ia32/entry.h>
#include <arch/x86/machine.h>
#include "local.h"

static struct traps under;		/* where the entries led before */
static uint64_t under_sysenter;

uint64_t kdb_arch_now(void)
{
	uint64_t ns_scale = time_clock.scale * 1000;

	return cpu_scale(cpu_tsc() - time_clock.start, &ns_scale, TIME_SHIFT);
}

static struct thread *left(struct thread *next)
{
	trace_switch(next, true);
	return next;
}

static void ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	if (!l4_tid_is_nil(to))
		trace_event(L4_TRACE_SEND, 0, self, to.raw, thread_regs(self)->mr[0]);
	if (!l4_tid_is_nil(from))
		trace_event(L4_TRACE_WAIT, 0, self, from.raw, timeouts);
}

static struct thread *trace_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

	trace_switch(self, true);
	ipc(self, a.to, a.from, a.timeouts);
	return left(under.ipc(self));
}

static struct thread *trace_syscall(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	l4_word_t number = gateway_call(r->ip, l4_fpage_base(self->space->kip_area));
	struct l4_ipc_args a = arch_args_ipc(r);

	trace_switch(self, true);
	if (number == L4_CALL_IPC || number == L4_CALL_LIPC)
		ipc(self, a.to, a.from, a.timeouts);
	else if (number < L4_CALLS)
		trace_event(L4_TRACE_CALL, (unsigned)number, self, r->mr[0], r->ax);
	else
		trace_event(L4_TRACE_EXCEPTION, 0xff, self, r->ip, 0);
	return left(under.syscall(self));
}

static struct thread *trace_user(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	unsigned vector = (uint8_t)r->entry;

	trace_switch(self, true);
	if (vector == VECTOR_PF)
		trace_event(L4_TRACE_PAGE_FAULT, (uint8_t)r->error, self, cpu_read_cr2(), r->ip);
	else
		trace_event(L4_TRACE_EXCEPTION, vector, self, r->ip, r->error);
	return left(under.user(self));
}

static struct thread *trace_irq(struct thread *self)
{
	trace_switch(self, true);
	trace_event(L4_TRACE_INTERRUPT, (uint8_t)thread_regs(self)->entry, self, thread_regs(self)->ip, 0);
	return left(under.irq(self));
}

static struct thread *trace_interrupt(unsigned vector)
{
	const struct thread *current = cpu_self()->current;

	trace_switch(current, false);
	trace_event(L4_TRACE_INTERRUPT, (uint8_t)vector, current, 0, 0);
	return left(under.interrupt(vector));
}

void kdb_arch_trace(bool on)
{
	static const struct traps traced = {
		trace_ipc, trace_syscall, trace_user, trace_irq, trace_interrupt,
	};

	if (on) {
		under = cpu_local()->traps;
		cpu_local()->traps = traced;
		under_sysenter = feature_used(FEATURE_SYSENTER) ? cpu_read_msr(MSR_SYSENTER_EIP) : 0;
		if (under_sysenter == (uintptr_t)entry_sysenter)
			cpu_write_msr(MSR_SYSENTER_EIP, (uintptr_t)entry_by_c);
	} else {
		cpu_local()->traps = under;
		if (under_sysenter)
			cpu_write_msr(MSR_SYSENTER_EIP, under_sysenter);
	}
}
