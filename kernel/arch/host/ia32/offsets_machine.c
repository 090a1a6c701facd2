/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that enter.S and the short path of ia32 need in a host program.
 */
#include <arch/offsets.c>
#include "enter.h"

void offsets_of_machine(void);

void offsets_of_machine(void)
{
	REGS(T_ESP, sp);
	REGS(T_ESI, mr);
	REGS(T_EAX, out[0]);
	VALUE(LOCAL_FLOOR, offsetof(struct host, cpu.floor));
	VALUE(LOCAL_STACK, offsetof(struct host, cpu.stack));
	VALUE(LOCAL_ESP0, offsetof(struct host, cpu.rsp0));
	VALUE(LOCAL_CODE, offsetof(struct host, cpu.segments.code));
	VALUE(LOCAL_DATA, offsetof(struct host, cpu.segments.data));
	VALUE(LOCAL_IOMAP, offsetof(struct host, cpu.segments.iomap));
	VALUE(LOCAL_ODD_FLAGS, offsetof(struct host, cpu.segments.odd_flags));
	VALUE(CELL_IP, offsetof(struct host, cpu.segments.cell_ip) - offsetof(struct host, cpu.utcb_cell));
	VALUE(HOST_UTCB_CELL, offsetof(struct host, cpu.utcb_cell));
	VALUE(HOST_GS, offsetof(struct host, cpu.gs));
	VALUE(HOST_ES, offsetof(struct host, cpu.segments.es));
	VALUE(HOST_HIDDEN, offsetof(struct host, cpu.segments.hidden));
	VALUE(SPACE_SEG_LOW, offsetof(struct space, arch.seg.low));
	VALUE(SPACE_SEG_HIGH, offsetof(struct space, arch.seg.high));
	VALUE(SPACE_IPC_RETURN, offsetof(struct space, arch.ipc_return));
	VALUE(SPACE_IOMAP, offsetof(struct space, arch.iomap));
	VALUE(DIRECT_SMALL, HOST_DIRECT_SMALL);
	VALUE(SEG_CODE_NOT_DATA, HOST_CODE_NOT_DATA);
	VALUE(FLAGS_ODD, (long)HOST_FLAGS_ODD);
	VALUE(KERNEL_SS, HOST_KERNEL_SS);
	VALUE(HOST_FLAT, HOST_KERNEL_SS);
	VALUE(USER_DS, HOST_USER_DS);
	VALUE(USER_GS, HOST_USER_GS);
	VALUE(HOST_TLB_WORD, offsetof(struct host, tlb_word));
	VALUE(HOST_TO_USER, HOST_TO_USER);
	VALUE(HOST_TO_IPC, HOST_TO_IPC);
	VALUE(HOST_TO_ODD, HOST_TO_ODD);
}

/* The order of enter.S. */
_Static_assert(offsetof(struct host_registers, esp) == 7 * sizeof(l4_word_t), "the last");
