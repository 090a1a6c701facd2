/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.h - declarations for enter.S and enter.c.
 */
#ifndef HOST_PPC32_ENTER_H
#define HOST_PPC32_ENTER_H

#include <arch/regs.h>
#include "../host.h"

enum { HOST_GPRS = 32 };

/* The CPU's registers at entry and exit. */
struct host_registers {
	l4_word_t r[HOST_GPRS], lr, ctr, cr, xer;
};

/* How the short path has left. */
enum host_exit {
	HOST_TO_USER,		/* RFI */
	HOST_TO_IPC,		/* trap_ipc, as entry_ipc calls it */
};

extern struct host_registers host_registers;
extern uint32_t host_exit;
extern l4_word_t host_exit_ip, host_exit_msr;	/* SRR0 and SRR1 */
extern struct space *host_space;		/* operands of load_root */
extern l4_word_t host_segment;

/* Runs entry_fast with host_registers. Signals must be blocked, because R1 may not point at a stack. */
void host_enter(void);

/* Called by load_root (enter.S). */
void host_load_root(void);

#endif
