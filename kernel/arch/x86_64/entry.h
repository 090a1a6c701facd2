/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - functions of entry.S and descr.c, and an instruction, for several files of this folder.
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

/* descr.c: load the user's GS again */
void gs_repair(void);

/* kmap.c: returns CR3 for tables with the kernel half only */
uint64_t kmap_cr3(void);

/* #GP of user code. Returns as an upcall */
static inline struct thread *trap_protection_fault(struct thread *self) { return io_protection_fault(self); }

/* Rights that a page fault needs which was no write (SDM 3A 4.7): of a fetch, of another access. */
enum { FAULT_FETCH = L4_X, FAULT_READ = L4_R };

static INLINE void load_data_segments(unsigned sel)
{
	__asm__ volatile("mov %w0, %%ds; mov %w0, %%es; mov %w0, %%fs" : : "r"(sel) : "memory");
}

#endif
