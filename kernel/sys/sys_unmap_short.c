/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_unmap_short.c - the short Unmap, called by the fast path: one fpage of the caller's space. See
 * upcall.h.
 */
#include <core/kernel.h>
#include <core/upcall.h>
#include <mem/range.h>

enum { SIZE_AND_RIGHTS = 0x3f << L4_FPAGE_SIZE_SHIFT | L4_RWX };

bool kernel_unmap_fast(l4_tid_t *by, l4_fpage_t *f, l4_word_t control)
{
	struct mapspace *m = &thread_of(by)->space->map[RESOURCE_MEMORY];
	unsigned status;
	bool done;

	if (control & ~(l4_word_t)L4_UNMAP_FLUSH)
		return false;
	if ((f->raw & SIZE_AND_RIGHTS) == (KMEM_FRAME_LOG2 << L4_FPAGE_SIZE_SHIFT | L4_RWX)) {
		done = range_unmap_page(m, f->raw & ~(l4_word_t)(KMEM_FRAME - 1), control, &status);
	} else {
		cpu_self()->current = thread_of(by);	/* L1: both, as the fast path may have switched to it */
		tlb_switched(m->space);
		done = range_unmap(m, l4_fpage_base(*f), l4_fpage_log2(*f), l4_fpage_rights(*f), control, &status);
	}
	if (done)
		f->raw = (f->raw & ~(l4_word_t)L4_RWX) | status;
	return done;
}
