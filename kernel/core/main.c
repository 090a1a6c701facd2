/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the upcalls for faults, interrupts and the short Unmap; those for system calls are in
 * sys/table.c, kernel_main is in boot/boot.c. See upcall.h.
 */
#include <core/fault.h>
#include <core/ipc_parts.h>
#include <core/irq.h>
#include <core/kernel.h>
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
	return sched_run(sched_tick(self));
}

struct thread *kernel_yield(struct thread *self)
{
	return sched_run(sched_yield(self));
}

/* ---- the short Unmap: one fpage, called by the fast path ---- */

enum { SIZE_AND_RIGHTS = 0x3f << L4_FPAGE_SIZE_SHIFT | L4_RWX };

/* As unmap_at_once: a page of which not all rights are revoked, or a flush of more than one page. */
static __attribute__((noinline)) bool unmap_other(struct thread *self, l4_fpage_t *f, l4_word_t control)
{
	struct mapspace *m = &self->space->map[WORLD_MEMORY];
	uint8_t *status = &self->rest->unmap.report.status;
	unsigned log2 = l4_fpage_log2(*f), rights = l4_fpage_rights(*f), seen = 0;

	if (tlb_here()->loaded != self->space) {	/* the fast path has switched spaces: catch up */
		cpu_self()->current = 0;
		tlb_switched(self->space);
	}
	if (log2 < KMEM_FRAME_LOG2 || log2 > MAPDB_ALL)
		return false;
	if (rights == L4_RWX ? !control || !page_unmap_few(m, l4_fpage_base(*f), log2, status)
	    : log2 > KMEM_FRAME_LOG2 || !page_unmap_one(m, l4_fpage_base(*f), rights, control, &seen))
		return false;
	tlb_sync();
	f->raw = (f->raw & ~(l4_word_t)L4_RWX) | *status | seen;
	*status = 0;
	return true;
}

bool unmap_at_once(l4_tid_t *by, l4_fpage_t *f, l4_word_t control)
{
	struct thread *self = thread_of(by);
	unsigned status;

	if (control & ~(l4_word_t)L4_UNMAP_FLUSH)
		return false;
	if ((f->raw & SIZE_AND_RIGHTS) != (KMEM_FRAME_LOG2 << L4_FPAGE_SIZE_SHIFT | L4_RWX)
	    || !page_unmap_all(&self->space->map[WORLD_MEMORY], f->raw & ~(l4_word_t)(KMEM_FRAME - 1), control,
			       &status))
		return unmap_other(self, f, control);
	f->raw = (f->raw & ~(l4_word_t)L4_RWX) | status;
	return true;
}
