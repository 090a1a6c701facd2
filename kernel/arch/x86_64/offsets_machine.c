/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offsets_machine.c - all constants of C that .S files need.
 */
#include <arch/apic.h>
#include <arch/cpu.h>
#include <arch/gateway.h>
#include <arch/time.h>
#include <arch/x86/machine.h>
#include <arch/offsets.c>
#include "local.h"

/* Offsets in the frame before the general registers are pushed: entry is at 0. */
#define FRAME(name, field) VALUE(name, offsetof(struct arch_regs, field) - offsetof(struct arch_regs, entry))

void offsets_of_machine(void);

void offsets_of_machine(void)
{
	FRAME(FRAME_ERROR, error);
	FRAME(FRAME_RIP, ip);
	FRAME(FRAME_CS, cs);
	FRAME(FRAME_RFLAGS, flags);
	FRAME(FRAME_RSP, sp);
	FRAME(FRAME_SS, ss);
	VALUE(REGS_SYSCALL, REGS_SYSCALL);
	VALUE(REGS_IPC, REGS_IPC);
	REGS(T_RFLAGS, flags);
	REGS(T_RSP, sp);
	REGS(T_RIP, ip);
	REGS(T_ENTRY, entry);
	REGS(T_MR, mr);
	REGS(T_RSI, si);
	REGS(T_RAX, ax);
	REGS(T_RDX, dx);
	REGS(T_RDI, di);
	REGS(T_R8, r8);
	REGS(T_R10, r10);
	VALUE(FRAME_BYTES, sizeof(struct arch_regs));
	VALUE(LOCAL_FLOOR, offsetof(struct cpu_local, floor));
	VALUE(TRAPS_IPC, offsetof(struct cpu_local, traps.ipc));
	VALUE(TRAPS_SYSCALL, offsetof(struct cpu_local, traps.syscall));
	VALUE(TRAPS_CALL, offsetof(struct cpu_local, traps.call));
	VALUE(TRAPS_USER, offsetof(struct cpu_local, traps.user));
	VALUE(TRAPS_IRQ, offsetof(struct cpu_local, traps.irq));
	VALUE(TRAPS_INTERRUPT, offsetof(struct cpu_local, traps.interrupt));
	VALUE(IPC_RETURN, GATEWAY_IPC_RETURN);
	VALUE(CLOCK_RETURN, GATEWAY_CLOCK_RETURN);
	VALUE(UNMAP_RETURN, GATEWAY_UNMAP_RETURN);
	VALUE(PLAIN_RETURN, gateway_return(L4_CALLS_PLAIN));
	VALUE(CLOCK_START, offsetof(struct time_clock, start));
	VALUE(CLOCK_SCALE, offsetof(struct time_clock, scale));
	VALUE(CLOCK_SHIFT, TIME_SHIFT);
	VALUE(LOCAL_USER_SP, offsetof(struct cpu_local, user_sp));
	VALUE(LOCAL_TLS, offsetof(struct cpu_local, tls_loaded));
	VALUE(MSR_FS_BASE, MSR_FS_BASE);
	VALUE(LOCAL_STACK, offsetof(struct cpu_local, stack));
	VALUE(LOCAL_RSP0, offsetof(struct cpu_local, tss.rsp0));
	VALUE(STACK_TOP, sizeof(struct kernel_stack));
	VALUE(RFLAGS_VM, FLAGS_VM);
	VALUE(USER_GS, SEL_USER_GS);
	VALUE(FIRST_IRQ, VECTOR_PIC);
	VALUE(STUB_BYTES, STUB_BYTES);
	VALUE(IRQ_GROUP, IRQ_GROUP);
	VALUE(IRQ_GROUP_BYTES, IRQ_GROUP_BYTES);
	VALUE(GATEWAY_SLOT, GATEWAY_SLOT);
	VALUE(GATEWAY_SYSCALL, GATEWAY_SYSCALL);
	VALUE(CALL_MEMORY_CONTROL, L4_CALL_MEMORY_CONTROL);
	VALUE(CALLS, L4_CALLS);
}

_Static_assert(offsetof(struct arch_regs, r9) == 0, "entry.S pushes r9 last");
_Static_assert((sizeof(struct arch_regs) + offsetof(struct thread, local)) / 64
	       == offsetof(struct arch_regs, flags) / 64 + 1, "two lines");
_Static_assert(offsetof(struct arch_regs, entry) == 15 * sizeof(l4_word_t), "and entry before di");

/* One more field must not cost every thread a larger share of a frame. */
_Static_assert(sizeof(struct arch_regs) + sizeof(struct thread) <= 640,
	       "six fit in a frame of kernel memory, see kmem.c");
_Static_assert(sizeof(struct thread_rest) <= 1344, "three do (docs/decisions/fpu.md)");
