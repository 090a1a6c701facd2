/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that enter.S and the .S files of the fast path need in a host
 * program.
 */
#include <arch/offsets.c>
#include "enter.h"

void offsets_of_machine(void);

void offsets_of_machine(void)
{
	REGS(T_RFLAGS, flags);
	REGS(T_RSP, sp);
	REGS(T_MR, mr);
	REGS(T_RSI, out[0]);
	VALUE(LOCAL_FLOOR, offsetof(struct host, cpu.floor));
	VALUE(LOCAL_STACK, offsetof(struct host, cpu.stack));
	VALUE(LOCAL_RSP0, offsetof(struct host, cpu.rsp0));
	VALUE(HOST_UTCB_CELL, offsetof(struct host, cpu.utcb_cell));
	VALUE(HOST_GS, offsetof(struct host, cpu.gs));
	VALUE(HOST_FS_BASE, offsetof(struct host, cpu.fs_base));
	VALUE(LOCAL_TLS, offsetof(struct host, cpu.tls_loaded));
	VALUE(HOST_NOW, offsetof(struct host, now));
	VALUE(USER_GS, HOST_USER_GS);
	VALUE(IPC_RETURN, host_link(L4_CALL_IPC));
	VALUE(CLOCK_RETURN, host_link(L4_CALL_SYSTEM_CLOCK));
	VALUE(UNMAP_RETURN, host_link(L4_CALL_UNMAP));
	VALUE(HOST_TO_USER, HOST_TO_USER);
	VALUE(HOST_TO_IPC, HOST_TO_IPC);
	VALUE(HOST_TO_CALL, HOST_TO_CALL);
}

/* The order of enter.S. */
_Static_assert(offsetof(struct host_registers, rbp) == 8 * sizeof(l4_word_t), "behind r15");
_Static_assert(offsetof(struct host_registers, rsp) == 15 * sizeof(l4_word_t), "the last");
