/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pecan_mm.h - in the place of <asm-generic/mm_hooks.h>: the end of an address space, and of a thread in it,
 * for arch/um/os-Pecan/space.c.
 */
#ifndef __ASM_UM_PECAN_MM_H
#define __ASM_UM_PECAN_MM_H

struct task_struct;
struct mm_struct;
struct vm_area_struct;

void arch_exit_mmap(struct mm_struct *mm);
void pecan_leave_mm(struct task_struct *t, struct mm_struct *mm);

#define deactivate_mm(t, mm) pecan_leave_mm(t, mm)

static inline int arch_dup_mmap(struct mm_struct *old, struct mm_struct *mm) { return 0; }
static inline void arch_unmap(struct mm_struct *mm, unsigned long start, unsigned long end) { }

static inline bool arch_vma_access_permitted(struct vm_area_struct *vma, bool write, bool execute,
					     bool foreign)
{
	return true;
}

#endif
