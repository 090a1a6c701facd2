/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that enter.S and the short path of ppc32 need in a host program.
 */
#include <arch/offsets.c>
#include "enter.h"

void offsets_of_machine(void);

void offsets_of_machine(void)
{
	REGS(T_R1, sp);
	REGS(T_R2, in[5]);		/* kept(), enter.c */
	REGS(T_R30, in[6]);
	REGS(T_R31, in[7]);
	REGS(T_IP, ip);
	REGS(T_MSR, flags);
	VALUE(LOCAL_SELF, offsetof(struct host, cpu.rsp0));
	VALUE(LOCAL_FLOOR, offsetof(struct host, cpu.floor));
	VALUE(LOCAL_STACK, offsetof(struct host, cpu.stack));
	VALUE(HOST_TO_USER, HOST_TO_USER);
	VALUE(HOST_TO_IPC, HOST_TO_IPC);
}

/* The order of enter.S. */
_Static_assert(offsetof(struct host_registers, lr) == HOST_GPRS * sizeof(l4_word_t), "behind them");
