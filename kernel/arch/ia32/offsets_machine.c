/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that .S files need.
 */
#include <arch/apic.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <arch/time.h>
#include <arch/x86/machine.h>
#include <arch/offsets.c>
#include <mem/mem.h>
#include "local.h"

/* Offsets in the frame before the general registers are pushed: entry is at 0. */
#define VECTOR(name, field) VALUE(name, offsetof(struct arch_regs, field) - offsetof(struct arch_regs, entry))

void offsets_of_frames(void);
void offsets_of_machine(void);

void offsets_of_frames(void)
{
	VECTOR(VECTOR_IP, ip);
	VECTOR(VECTOR_CS, cs);
	VECTOR(VECTOR_FLAGS, flags);
	VALUE(REGS_SYSCALL, REGS_SYSCALL);
	VALUE(REGS_IPC, REGS_IPC);
	REGS(T_ENTRY, entry);
	REGS(T_EFLAGS, flags);
	REGS(T_ESI, si);
	REGS(T_EAX, ax);
	REGS(T_ESP, sp);
	VALUE(FRAME_DS, offsetof(struct arch_regs, ds));
	VALUE(FRAME_BYTES, sizeof(struct arch_regs));
}

void offsets_of_machine(void)
{
	VALUE(TRAPS_IPC, offsetof(struct cpu_local, traps.ipc));
	VALUE(TRAPS_SYSCALL, offsetof(struct cpu_local, traps.syscall));
	VALUE(TRAPS_USER, offsetof(struct cpu_local, traps.user));
	VALUE(TRAPS_IRQ, offsetof(struct cpu_local, traps.irq));
	VALUE(TRAPS_INTERRUPT, offsetof(struct cpu_local, traps.interrupt));
	VALUE(LOCAL_STACK, offsetof(struct cpu_local, stack));
	VALUE(LOCAL_ESP0, offsetof(struct cpu_local, tss.esp0));
	VALUE(LOCAL_IOMAP, offsetof(struct cpu_local, tss.iomap));
	VALUE(LOCAL_FLOOR, offsetof(struct cpu_local, floor));
	VALUE(LOCAL_CODE, offsetof(struct cpu_local, gdt[SEL_USER_CS >> 3]));
	VALUE(LOCAL_DATA, offsetof(struct cpu_local, gdt[SEL_USER_DS >> 3]));
	VALUE(LOCAL_ODD_FLAGS, offsetof(struct cpu_local, sysenter_stack) + SYSENTER_STACK_BYTES - 4);
	VALUE(SPACE_SEG_LOW, offsetof(struct space, arch.seg.low));
	VALUE(SPACE_SEG_HIGH, offsetof(struct space, arch.seg.high));
	VALUE(SPACE_IPC_RETURN, offsetof(struct space, arch.ipc_return));
	VALUE(SPACE_IOMAP, offsetof(struct space, arch.io.offset));
	VALUE(DIRECT_SMALL, DIRECT_SMALL);
	VALUE(SEG_CODE_NOT_DATA, SEG_CODE_NOT_DATA);
	VALUE(MEM_LOADED, offsetof(struct mem, tlb[0].loaded));
	VALUE(STACK_TOP, sizeof(struct kernel_stack));
	VALUE(EFLAGS_VM, FLAGS_VM);
	VALUE(EFLAGS_TF, 0x100);
	VALUE(EFLAGS_FIXED, FLAGS_FIXED);
	VALUE(FLAGS_ODD, (long)(int32_t)FLAGS_ODD);
	VALUE(KERNEL_SS, SEL_KERNEL_SS);
	VALUE(USER_CS, SEL_USER_CS);
	VALUE(USER_DS, SEL_USER_DS);
	VALUE(USER_GS, SEL_USER_GS);
	VALUE(VECTOR_DF, VECTOR_DF);
	VALUE(VECTOR_GP, VECTOR_GP);
	VALUE(VECTOR_MC, VECTOR_MC);
	VALUE(FIRST_IRQ, VECTOR_PIC);
	VALUE(STUB_BYTES, STUB_BYTES);
	VALUE(IRQ_GROUP, IRQ_GROUP);
	VALUE(IRQ_GROUP_BYTES, IRQ_GROUP_BYTES);
	VALUE(GATEWAY_SLOT, GATEWAY_SLOT);
	VALUE(GATEWAY_VECTOR, GATEWAY_VECTOR);
	VALUE(CLOCK_TO_IPC, GATEWAY_SYSENTER_RETURN - (int)(GATEWAY_OFFSET + GATEWAY_SLOT * L4_CALL_SYSTEM_CLOCK
						   + GATEWAY_INT_BYTES));
	VALUE(CLOCK_SHIFT, TIME_SHIFT - 32);
	VALUE(CLOCK_START, offsetof(struct time_clock, start));
	VALUE(CLOCK_SCALE, offsetof(struct time_clock, scale));
	VALUE(CALLS, L4_CALLS);
	VALUE(CELL_IP, offsetof(struct utcb_cell, jump.ip));
	VALUE(TRAMPOLINE, KMAP_TRAMPOLINE);
	VALUE(TRAMPOLINE_BYTES, TRAMPOLINE_BYTES);
	VALUE(TRAMPOLINE_CELL, KMAP_UTCB_CELL + offsetof(struct utcb_cell, jump));
}

_Static_assert(offsetof(struct arch_regs, ax) + 4 == offsetof(struct arch_regs, entry), "PUSHA begins there");
_Static_assert(offsetof(struct arch_regs, di) == 4, "and ends there");
