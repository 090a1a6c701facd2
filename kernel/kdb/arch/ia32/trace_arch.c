/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_arch.c - while a trace records: the entries from entry.S lead through these functions, and no call
 * has a short way. Nothing else of the kernel changes.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <kdb/arch/x86/trace_x86.h>
#include <x2/inspect.h>
#include <arch/gateway.h>
#include <arch/ia32/entry.h>

static struct thread *trace_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

	trace_switch(self, true);
	trace_phases(self, a.to, a.from, a.timeouts);
	return trace_left(trace_under.ipc(self));
}

static struct thread *trace_syscall(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	l4_word_t number = gateway_call(r->ip, l4_fpage_base(self->space->kip_area));
	struct l4_ipc_args a = arch_args_ipc(r);

	trace_switch(self, true);
	if (number == L4_CALL_IPC || number == L4_CALL_LIPC)
		trace_phases(self, a.to, a.from, a.timeouts);
	else if (number < L4_CALLS)
		trace_event(L4_TRACE_CALL, (unsigned)number, self, r->mr[0], r->ax);
	else
		trace_event(L4_TRACE_EXCEPTION, 0xff, self, r->ip, 0);
	return trace_left(trace_under.syscall(self));
}

void kdb_arch_trace(bool on)
{
	static const struct traps traced = {
		trace_ipc, trace_syscall, trace_user, trace_irq, trace_interrupt,
	};

	if (on) {
		trace_under = cpu_local()->traps;
		cpu_local()->traps = traced;
	} else {
		cpu_local()->traps = trace_under;
	}
	descr_leave_out_short(on);
}
