/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the one instance of the kernel's state, and the ways in for faults and interrupts; those
 * for system calls are in sys/table.c, the first one in boot.c. See upcall.h.
 */
#include <core/fault.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>

struct kernel kernel;

struct thread *kernel_blocked(void)
{
	return sched_run(sched_pick(cpu_self()));
}

bool kernel_slice(struct thread *t)
{
	return sched_own_slice(t);
}

void kernel_ready(struct thread *t, bool queued)
{
	ipc_late(t, queued);
}

struct thread *kernel_page_fault(struct thread *self, l4_word_t address, unsigned access)
{
	return sched_run(fault_page(self, address, access));
}

struct thread *kernel_io_fault(struct thread *self, l4_word_t port, unsigned log2)
{
	return sched_run(fault_io(self, port, log2));
}

struct thread *kernel_exception(struct thread *self, l4_word_t number, l4_word_t error)
{
	return sched_run(fault_exception(self, number, error));
}

struct thread *kernel_irq(struct thread *self, unsigned line)
{
	return sched_run(irq_arrived(self, line));
}

struct thread *kernel_timer(struct thread *self)
{
	return sched_run(sched_tick(self));
}

struct thread *kernel_yield(struct thread *self)
{
	return sched_run(sched_yield(self));
}
