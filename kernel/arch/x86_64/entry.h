/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * entry.h - functions of entry.S and descr.c that are called across the files of this folder.
 */
#ifndef X86_64_ENTRY_H
#define X86_64_ENTRY_H

/* entry.S: where SYSCALL enters, see descr_init_syscall (<arch/x86/machine.h>) */
void entry_syscall(void);
void entry_by_c(void);
void entry_call(void);

/* descr.c: load the user's GS again */
void gs_repair(void);

#endif
