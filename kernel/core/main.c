/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the short Unmap, and where a long operation may pause. See upcall.h.
 */
#include <core/ipc_parts.h>
#include <core/kernel.h>
#include <core/upcall.h>

bool kernel_may_pause(void)
{
	const struct thread *self = cpu_self()->current;

	return self->work != WORK_NONE && !(self->work == WORK_TRANSFER && transfer_timed(self));
}

/* ---- the short Unmap: one fpage, called by the fast path ---- */

enum { SIZE_AND_RIGHTS = 0x3f << L4_FPAGE_SIZE_SHIFT | L4_RWX };

bool kernel_unmap_fast(l4_tid_t *by, l4_fpage_t *f, l4_word_t control)
{
	struct mapspace *m = &thread_of(by)->space->map[RESOURCE_MEMORY];
	unsigned status;
	bool done;

	if (control & ~(l4_word_t)L4_UNMAP_FLUSH)
		return false;
	if ((f->raw & SIZE_AND_RIGHTS) == (KMEM_FRAME_LOG2 << L4_FPAGE_SIZE_SHIFT | L4_RWX)) {
		done = page_unmap_all(m, f->raw & ~(l4_word_t)(KMEM_FRAME - 1), control, &status);
	} else {
		cpu_self()->current = thread_of(by);	/* L1: both, as the fast path may have switched to it */
		tlb_switched(m->space);
		done = page_unmap_few(m, l4_fpage_base(*f), l4_fpage_log2(*f), l4_fpage_rights(*f), control, &status);
	}
	if (done)
		f->raw = (f->raw & ~(l4_word_t)L4_RWX) | status;
	return done;
}
