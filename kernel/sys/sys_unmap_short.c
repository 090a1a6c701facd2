/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_unmap_short.c - the short Unmap, called by the fast path: one fpage of the caller's space. See
 * upcall.h.
 */
#include <core/kernel.h>
#include <core/upcall.h>
#include <mem/range.h>

bool kernel_unmap_fast(l4_tid_t *by, l4_fpage_t *f, l4_word_t control)
{
	struct mapspace *m = &thread_of(by)->space->map[RESOURCE_MEMORY];

	if (control & ~(l4_word_t)L4_UNMAP_FLUSH)
		return false;
	if (l4_fpage_log2(*f) == KMEM_FRAME_LOG2)
		return range_unmap_page(m, m->space, f, control);
	cpu_self()->current = thread_of(by);	/* L1: both, as the fast path may have switched to it */
	tlb_switched(m->space);
	return range_unmap(m, f, control);
}
