/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.h - declarations for enter.S and enter.c.
 */
#ifndef HOST_IA32_ENTER_H
#define HOST_IA32_ENTER_H

#include <arch/regs.h>
#include "../host.h"

/* The CPU's registers at entry and exit. esp: at the exit only. */
struct host_registers {
	l4_word_t eax, ebx, ecx, edx, esi, edi, ebp, esp;
};

/* How the short path has left. */
enum host_exit {
	HOST_TO_USER,		/* SYSEXIT */
	HOST_TO_IPC,		/* trap_ipc, as entry_ipc calls it */
	HOST_TO_ODD,		/* the same, as entry_odd calls it */
};

/* Values of selectors and flags as on ia32; the others of struct segments are made up (enter.c). */
enum { HOST_KERNEL_SS = 0x10, HOST_USER_DS = 0x23, HOST_CODE_NOT_DATA = 0x800 };

/* A bit that no word of the TLB model has. */
#define HOST_DIRECT_SMALL	0x80000000

/* Flags that instructions set; all others but IF and bit 1. */
#define HOST_FLAGS_STATUS	0x8d5
#define HOST_FLAGS_ODD		(~(l4_word_t)(HOST_FLAGS_STATUS | HOST_FLAGS))

extern struct host_registers host_registers;
extern uint32_t host_exit;
extern l4_word_t host_flags;		/* at the entry */
extern l4_word_t host_sp;		/* ESP while load_root calls C */
extern struct space *host_space;	/* operand of load_root */

extern void (*host_entry)(void);	/* label of the short path to which host_enter jumps */

/* Runs host_entry with host_registers. Signals must be blocked, because ESP may not point at a stack. */
void host_enter(void);

/* Called by load_root (enter.S). */
void host_load_root(void);

/* Labels of the short path. */
void entry_sysenter(void);
void fast_leave(void);

#endif
