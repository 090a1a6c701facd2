/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace_x86.c - exceptions and interrupts while a trace records, on both x86 machines; the time of events.
 *
 * A thread that leaves the kernel is noted after kernel_leave has returned it. Before that, while a step is
 * interrupted or the CPU idles, the current thread is noted at the next interrupt.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <kdb/kdb.h>
#include <kdb/arch/x86/trace_x86.h>
#include <arch/cpu.h>
#include <arch/time.h>
#include <x2/inspect.h>
#include <arch/x86/machine.h>

struct traps trace_under;

uint64_t kdb_arch_now(void)
{
	uint64_t ns_scale = time_clock.scale * 1000;

	return cpu_scale(cpu_tsc() - time_clock.start, &ns_scale, TIME_SHIFT);
}

struct thread *trace_left(struct thread *next)
{
	trace_switch(next, true);
	return next;
}

void trace_phases(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	if (!l4_tid_is_nil(to))
		trace_event(L4_TRACE_SEND, 0, self, to.raw, thread_regs(self)->mr[0]);
	if (!l4_tid_is_nil(from))
		trace_event(L4_TRACE_WAIT, 0, self, from.raw, timeouts);
}

struct thread *trace_user(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	unsigned vector = (uint8_t)r->entry;

	trace_switch(self, true);
	if (vector == VECTOR_PF)
		trace_event(L4_TRACE_PAGE_FAULT, (uint8_t)r->error, self, cpu_read_cr2(), r->ip);
	else
		trace_event(L4_TRACE_EXCEPTION, vector, self, r->ip, r->error);
	return trace_left(trace_under.user(self));
}

struct thread *trace_irq(struct thread *self)
{
	trace_switch(self, true);
	trace_event(L4_TRACE_INTERRUPT, (uint8_t)thread_regs(self)->entry, self, thread_regs(self)->ip, 0);
	return trace_left(trace_under.irq(self));
}

struct thread *trace_interrupt(unsigned vector)
{
	const struct thread *current = cpu_self()->current;

	trace_switch(current, false);
	trace_event(L4_TRACE_INTERRUPT, (uint8_t)vector, current, 0, 0);
	return trace_left(trace_under.interrupt(vector));
}
