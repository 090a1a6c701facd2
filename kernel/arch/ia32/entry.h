/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - functions of entry.S, trap.c, descr.c and io_arch.c that are called across the files of this
 * folder.
 */
#ifndef IA32_ENTRY_H
#define IA32_ENTRY_H

#include <arch/x86/machine.h>
#include <x2/fpage.h>

/* fast.S: where SYSENTER enters; with fastpath=c */
void entry_sysenter(void);
void entry_by_c(void);

/* entry.S: where INT enters, without and with a short SystemClock; the tasks of NMI, #DF and #MC (descr.c) */
void entry_call(void);
void entry_clock(void);
void entry_nmi(void);
void entry_double_fault(void);
void entry_machine_check(void);

/* io_arch.c: map the bitmap of s, which is loaded, behind the TSS; false: it has none, or it is mapped */
bool io_load(struct space *s);
void io_unload(struct space *s);		/* in its teardown */

/* trap.c: #GP of user code. Returns as an upcall */
struct thread *trap_protection_fault(struct thread *self);

/* descr.c: lead all calls to C, or, without `all`, those of which the command line says so */
void descr_leave_out_short(bool all);

/* descr.c: returns true if this CPU checks the limits of segments. Boot only */
bool descr_limits_hold(void);

/*
 * small.c. small_init: boot. small_init_space: the fields of a new space. small_step: while tlb_globals is
 * set, before the exit to user mode. small_check: Z1, Z2, Z4
 */
void small_init(const char *cmdline);
void small_init_space(struct space *s);
void small_step(void);
void small_check(void);

/* Rights that a page fault needs which was no write: code and data are not told apart (ia32 6). */
enum { FAULT_FETCH = L4_R | L4_X, FAULT_READ = L4_R | L4_X };

#endif
