/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that .S files need.
 */
#include <arch/apic.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <arch/x86/machine.h>
#include <arch/x86/offsets.c>
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
	REGS(T_EDI, di);
	REGS(T_ESI, si);
	REGS(T_EBP, bp);
	REGS(T_EBX, bx);
	REGS(T_EAX, ax);
	REGS(T_EIP, ip);
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
	VALUE(STACK_TOP, sizeof(struct kernel_stack));
	VALUE(EFLAGS_VM, FLAGS_VM);
	VALUE(EFLAGS_TF, 0x100);
	VALUE(EFLAGS_STATUS, 0x8d5);
	VALUE(EFLAGS_FIXED, FLAGS_FIXED);
	VALUE(KERNEL_SS, SEL_KERNEL_SS);
	VALUE(USER_CS, SEL_USER_CS);
	VALUE(USER_DS, SEL_USER_DS);
	VALUE(USER_GS, SEL_USER_GS);
	VALUE(VECTOR_DF, VECTOR_DF);
	VALUE(VECTOR_MC, VECTOR_MC);
	VALUE(FIRST_IRQ, VECTOR_PIC);
	VALUE(STUB_BYTES, STUB_BYTES);
	VALUE(IRQ_GROUP, IRQ_GROUP);
	VALUE(IRQ_GROUP_BYTES, IRQ_GROUP_BYTES);
	VALUE(GATEWAY_SLOT, GATEWAY_SLOT);
	VALUE(GATEWAY_VECTOR, GATEWAY_VECTOR);
	VALUE(CALLS, L4_CALLS);
	VALUE(CELL_IP, offsetof(struct utcb_cell, jump.ip));
	VALUE(TRAMPOLINE, KMAP_TRAMPOLINE);
	VALUE(TRAMPOLINE_BYTES, TRAMPOLINE_BYTES);
	VALUE(TRAMPOLINE_CELL, KMAP_UTCB_CELL + offsetof(struct utcb_cell, jump));
}

_Static_assert(offsetof(struct arch_regs, ax) + 4 == offsetof(struct arch_regs, entry), "PUSHA begins there");
_Static_assert(offsetof(struct arch_regs, di) == 4, "and ends there");
