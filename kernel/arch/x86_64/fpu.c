/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fpu.c - x87 and SSE registers: loaded at a thread's first use, saved and cleared as soon as another
 * thread runs. A thread that never uses them costs nothing; nobody's registers stay for others to
 * find, not even behind CR0.TS (SDM 3A 13.4; the speculative reads of CVE-2018-3665).
 */
#include <core/arch.h>
#include <arch/cpu.h>
#include <lib/panic.h>
#include "local.h"
#include "machine.h"

/* Everything as FNINIT leaves it, exceptions masked, registers 0 (SDM 1 10.5.1; MXCSR at byte 24). */
static const uint8_t fpu_clean[512] __attribute__((aligned(16))) = {
	[0] = 0x7f, [1] = 0x03, [24] = 0x80, [25] = 0x1f,
};

/* FNINIT too: some CPUs leave the last instruction's address out of FXRSTOR (AMD64 volume 2 11.4.4). */
static void clear_registers(void)
{
	cpu_fninit();
	cpu_fxrstor(fpu_clean);
}

void fpu_init(void)
{
	cpu_write_cr4(cpu_read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	cpu_clear_ts();
	clear_registers();
	cpu_write_cr0(cpu_read_cr0() | CR0_TS);
}

void fpu_first_use(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	ASSERT(!l->fpu_owner);			/* L3 */
	cpu_clear_ts();
	if (t->regs.fpu_used)
		cpu_fxrstor(t->regs.fpu);
	t->regs.fpu_used = true;
	l->fpu_owner = t;
}

static void disown(struct cpu_local *l)
{
	clear_registers();
	cpu_write_cr0(cpu_read_cr0() | CR0_TS);
	l->fpu_owner = 0;
}

void fpu_release(void)
{
	struct cpu_local *l = cpu_local();

	cpu_fxsave(l->fpu_owner->regs.fpu);
	disown(l);
}

void fpu_forget(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	if (l->fpu_owner == t)
		disown(l);
	t->regs.fpu_used = false;
}
