/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.h - declarations for enter.S and enter.c.
 */
#ifndef HOST_X86_64_ENTER_H
#define HOST_X86_64_ENTER_H

#include <arch/regs.h>
#include "../host.h"

/* The CPU's registers at entry and exit. */
struct host_registers {
	union {
		l4_word_t mr[REG_MRS];
		struct { l4_word_t r9, rax, rbx, r10, r12, r13, r14, r15; };
	};
	l4_word_t rbp, r11, r8, rcx, rdx, rsi, rdi, rsp;
};

/* How the fast path has left. */
enum host_exit {
	HOST_TO_USER,		/* SYSRET */
	HOST_TO_IPC,		/* trap_ipc, as entry_ipc calls it */
	HOST_TO_CALL,		/* trap_syscall, as entry_call calls it */
};

extern struct host_registers host_registers;
extern uint32_t host_exit;
extern uint64_t host_root;	/* operand of load_root */

extern void (*host_entry)(void);	/* label of the fast path to which host_enter jumps */

/* Runs host_entry with host_registers. Signals must be blocked, because RSP may not point at a stack. */
void host_enter(void);

/* Labels of the fast path. */
void entry_syscall(void);
void fast_leave(void);

#endif
