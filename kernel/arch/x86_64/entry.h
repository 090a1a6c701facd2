/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - functions that are called across the files of this folder only; and what exception.c of arch/x86
 * needs of the machine: trap_protection_fault, FAULT_FETCH and FAULT_READ.
 */
#ifndef X86_64_ENTRY_H
#define X86_64_ENTRY_H

#include <arch/x86/machine.h>
#include <x2/fpage.h>
#include <lib/section.h>

/* entry.S: where SYSCALL enters, see descr_init_syscall (<arch/x86/machine.h>) */
void entry_syscall(void);
void entry_by_c(void);
void entry_call(void);

/* context.c: see there */
void call_complete(struct arch_regs *r);

/* descr.c: load the user's GS again */
void gs_repair(void);

/* kmap.c: returns CR3 for tables with the kernel half only */
uint64_t kmap_cr3(void);

/* #GP of user code. Returns as an upcall */
static inline struct thread *trap_protection_fault(struct thread *self) { return io_protection_fault(self); }

/* The right that an access needed which caused #PF and was not a write (SDM 3A 4.7): a fetch, a read. */
enum { FAULT_FETCH = L4_X, FAULT_READ = L4_R };

/* Load DS, ES and FS. */
static INLINE void load_data_segments(unsigned sel)
{
	__asm__ volatile("mov %w0, %%ds; mov %w0, %%es; mov %w0, %%fs" : : "r"(sel) : "memory");
}

#endif
