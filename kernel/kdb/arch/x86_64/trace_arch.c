/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_arch.c - while a trace records: the entries from entry.S lead through these functions, and SYSCALL to
 * entry_by_c instead of entry_syscall, so that the fast path is not used. Nothing else of the kernel changes.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <kdb/arch/x86/trace_x86.h>
#include <arch/cpu.h>
#include <x2/inspect.h>
#include <arch/gateway.h>
#include <arch/x86_64/entry.h>

static uint64_t under_syscall;

static struct thread *trace_ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	trace_switch(self, true);
	trace_phases(self, to, from, timeouts);
	return trace_left(trace_under.ipc(self, to, from, timeouts));
}

static struct thread *trace_syscall(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	l4_word_t number = gateway_call(r->ip);

	trace_switch(self, true);
	if (number == L4_CALL_IPC || number == L4_CALL_LIPC)
		trace_phases(self, arch_args_ipc(r).to, arch_args_ipc(r).from, r->r8);
	else if (number < L4_CALLS)
		trace_event(L4_TRACE_CALL, (unsigned)number, self, r->mr[0], r->dx);
	else
		trace_event(L4_TRACE_EXCEPTION, 0xff, self, r->ip, 0);
	return trace_left(trace_under.syscall(self));
}

/* A call without message registers; 0 is the exit to self. */
static struct thread *trace_call(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	struct thread *next;

	trace_switch(self, true);
	trace_event(L4_TRACE_CALL, (unsigned)gateway_call(r->ip), self, r->mr[0], r->dx);
	next = trace_under.call(self);
	trace_left(next ? next : self);
	return next;
}

void kdb_arch_trace(bool on)
{
	static const struct traps traced = {
		trace_ipc, trace_call, trace_syscall, trace_user, trace_irq, trace_interrupt,
	};

	if (on) {
		trace_under = cpu_local()->traps;
		under_syscall = cpu_read_msr(MSR_LSTAR);
		cpu_local()->traps = traced;
		if (under_syscall == (uintptr_t)entry_syscall)
			cpu_write_msr(MSR_LSTAR, (uintptr_t)entry_by_c);
	} else {
		cpu_local()->traps = trace_under;
		cpu_write_msr(MSR_LSTAR, under_syscall);
	}
}
