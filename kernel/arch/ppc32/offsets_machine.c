/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that .S files need.
 */
#include <arch/gateway.h>
#include <arch/layout.h>
#include <arch/offsets.c>
#include <mem/mem.h>
#include "hash_entry.h"
#include "local.h"

#define LOCAL(name, field)	VALUE(LOCAL_##name, offsetof(struct cpu_local, field))
#define EXTRA(name, field)	VALUE(EXTRA_##name, offsetof(struct arch_extra, field))

/* The address behind the `sc` of a slot, as a signed immediate. */
#define RETURN(slot)	((long)(int32_t)(gateway_link(slot) + GATEWAY_SC_BYTES))

void offsets_of_frames(void);
void offsets_of_hash(void);
void offsets_of_machine(void);

void offsets_of_frames(void)
{
	REGS(T_MR0, mr[0]); REGS(T_R0, r0); REGS(T_R3, r3);
	REGS(T_R1, r1); REGS(T_R2, r2); REGS(T_R11, r11); REGS(T_R12, r12);
	REGS(T_R15, r15); REGS(T_R16, r16); REGS(T_R17, r17); REGS(T_R30, r30); REGS(T_R31, r31);
	REGS(T_LR, lr); REGS(T_CTR, ctr); REGS(T_CR, cr); REGS(T_XER, xer);
	REGS(T_IP, ip); REGS(T_MSR, msr); REGS(T_ENTRY, entry); REGS(T_CAUSE, cause);
	VALUE(REGS_SYSCALL, REGS_SYSCALL);
	VALUE(REGS_IPC, REGS_IPC);
}

void offsets_of_hash(void)
{
	VALUE(SPACE_ROOT, offsetof(struct space, arch.root));
	VALUE(SPACE_SEG, offsetof(struct space, arch.seg));
	VALUE(GROUP_LOG2, GROUP_LOG2);
	VALUE(ENTRY_BYTES, sizeof(struct hash_entry));
	VALUE(HI_SECOND, HI_SECOND);
	VALUE(PTE_SECOND, PTE_SECOND);
	VALUE(PTE_REFERENCED, PTE_REFERENCED);
	VALUE(VSID_INVERSE, VSID_INVERSE);
}

void offsets_of_machine(void)
{
	VALUE(CPU_LOCAL, CPU_LOCAL_PA);
	LOCAL(FLOOR, floor);
	LOCAL(CLOCK_SCALE, clock_scale);
	LOCAL(STACK, stack);
	LOCAL(RESERVED, reserved);
	LOCAL(SCRATCH, scratch);
	LOCAL(TRAPS_IPC, traps.ipc);
	LOCAL(TRAPS_SYSCALL, traps.syscall);
	LOCAL(TRAPS_USER, traps.user);
	LOCAL(TRAPS_INTERRUPT, traps.interrupt);
	LOCAL(TRAPS_KERNEL, traps.kernel);
	LOCAL(PANIC_STACK, panic_stack);
	VALUE(LOCAL_STOPPED_END, offsetof(struct cpu_local, stopped) + sizeof(struct arch_regs));
	LOCAL(HASH_TABLE, hash.table);
	LOCAL(HASH_MASK, hash.mask);
	LOCAL(HASH_VICTIM, hash.victim);
	LOCAL(HASH_DIRECTORY, hash.directory);
	VALUE(KERNEL_BASE, (long)(int32_t)KMAP_DIRECT);
	VALUE(STACK_TOP, offsetof(struct kernel_stack, end));
	VALUE(IBAT0U, IBAT0U);
	VALUE(DBAT0U, DBAT0U);
	VALUE(BAT_VS, BAT_VS);
	VALUE(BAT_RW, BAT_RW);
	VALUE(VECTOR_FIRST, VECTOR_FIRST);
	VALUE(VECTOR_BYTES, VECTOR_BYTES);
	VALUE(VECTORS, VECTORS);
	VALUE(VECTOR_EXTERNAL, VECTOR_EXTERNAL);
	VALUE(VECTOR_DECREMENTER, VECTOR_DECREMENTER);
	VALUE(VECTOR_NO_ALTIVEC, VECTOR_NO_ALTIVEC);
	VALUE(MSR_KERNEL, MSR_KERNEL);
	VALUE(MSR_PR, MSR_PR);
	VALUE(MSR_FP, MSR_FP);
	EXTRA(FPR, fpr);
	EXTRA(FPSCR, fpscr);
	VALUE(GATEWAY_BYTES, 1 << ARCH_PAGE_LOG2);
	VALUE(GATEWAY_SLOT, GATEWAY_SLOT);
	VALUE(GATEWAY_SLOTS, GATEWAY_SLOTS);
	VALUE(IPC_RETURN, RETURN(L4_CALL_IPC));
	VALUE(CLOCK_RETURN, RETURN(L4_CALL_SYSTEM_CLOCK));
	VALUE(NULL_RETURN, RETURN(GATEWAY_NULL));
}
