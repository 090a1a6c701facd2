/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the upcalls for faults, interrupts and the short Unmap; those for system calls are in
 * sys/table.c, kernel_main is in boot/boot.c. See upcall.h.
 */
#include <core/fault.h>
#include <core/ipc_parts.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>
#include <core/upcall.h>

bool kernel_may_pause(void)
{
	const struct thread *self = cpu_self()->current;

	return self->work != WORK_NONE && !(self->work == WORK_TRANSFER && transfer_timed(self));
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
	return sched_run(preempt_timer(self));
}

struct thread *kernel_yield(struct thread *self)
{
	return sched_run(sched_yield(self));
}

/* ---- the short Unmap: one fpage, called by the fast path ---- */

enum { SIZE_AND_RIGHTS = 0x3f << L4_FPAGE_SIZE_SHIFT | L4_RWX };

bool kernel_unmap_fast(l4_tid_t *by, l4_fpage_t *f, l4_word_t control)
{
	struct thread *self = thread_of(by);
	unsigned status;

	if (control & ~(l4_word_t)L4_UNMAP_FLUSH
	    || (f->raw & SIZE_AND_RIGHTS) != (KMEM_FRAME_LOG2 << L4_FPAGE_SIZE_SHIFT | L4_RWX)
	    || !page_unmap_all(&self->space->map[RESOURCE_MEMORY], f->raw & ~(l4_word_t)(KMEM_FRAME - 1), control,
			       &status))
		return false;
	f->raw = (f->raw & ~(l4_word_t)L4_RWX) | status;
	return true;
}
