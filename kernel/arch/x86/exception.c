/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exception.c - what x86 machines do alike at entries and exits: exceptions of user code and interrupts
 * become upcalls of core; pending interrupts are taken between two steps. The entries and exits themselves
 * are in the machine's trap.c.
 */
#include <core/arch.h>
#include <core/check.h>
#include <core/fault.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <arch/apic.h>
#include <arch/area.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/kmap.h>
#include <arch/time.h>
#include <arch/user.h>
#include <kdb/kdb.h>
#include <x2/kernel_interface.h>
#include "entry.h"
#include "local.h"
#include "machine.h"

/* Error code of #PF (SDM 3A 4.7). */
enum { PF_WRITE = 1 << 1, PF_RESERVED = 1 << 3, PF_FETCH = 1 << 4 };

/* ---- the exit ---- */

/* A check may take longer than slices and timeouts: its time is excluded from the clock. */
void exit_check(struct thread *next)
{
	uint64_t began;

	if (CHECK_PERIOD == 0 || ++cpu_local()->entries % CHECK_PERIOD != 0)
		return;
	began = cpu_tsc();
	kernel_check(next);
	fpu_check();
	plat_irq_check();
	time_exclude(began);
}

COLD_CODE struct thread *arch_refuse(struct thread *t) { return fault_exception(t, VECTOR_GP, 0); }

/* End of booting: unmaps the boot code, which has called this. */
void leave_boot(struct thread *first)
{
	kmap_unmap_boot();
	leave_first(kernel_leave(first));
}

/* ---- exceptions of user code ---- */

/* #PF (SDM 3A 6.15). Returns as an upcall. */
static struct thread *page_fault(struct thread *self)
{
	l4_word_t address = area_address(self->space, cpu_read_cr2()), error = thread_regs(self)->error;
	unsigned access = error & PF_FETCH ? FAULT_FETCH : error & PF_WRITE ? L4_W : FAULT_READ;

	if (error & PF_RESERVED)		/* physical address beyond those of this CPU */
		return fault_exception(self, VECTOR_PF, error);
	return fault_page(self, address, access);
}

/*
 * Returns true if the instruction at which self got #UD is that of KernelInterface. It is read as any user
 * memory: another thread may have unmapped its page since the CPU fetched it.
 */
static bool is_kernel_interface(struct thread *self)
{
	l4_word_t ip = thread_regs(self)->ip;
	const uint8_t *near = arch_user_near(&self->space->arch, ip, false);
	uint8_t code[2];

	if (near && (ip & (KMEM_FRAME - 1)) != KMEM_FRAME - 1)
		return near[0] == L4_UD_0 && near[1] == L4_UD_1;
	return arch_copy_in(self->space, code, ip, sizeof(code)) && code[0] == L4_UD_0 && code[1] == L4_UD_1;
}

/*
 * #UD. One invalid instruction is the system call KernelInterface (<x2/kernel_interface.h>). Returns as an
 * upcall.
 */
static struct thread *invalid_opcode(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	if (!is_kernel_interface(self))
		return fault_exception(self, VECTOR_UD, 0);
	r->ax = l4_fpage_base(self->space->kip_area);
	r->cx = (uint32_t)kernel.kip->api_version;
	r->dx = kernel.kip->api_flags;
	r->si = *(const l4_word_t *)((const void *)((const char *)kernel.kip + kernel.kip->kern_desc_ptr));
	r->ip += 2;
	return 0;
}

/* An interrupt while self, which may have work or be idle, is the current thread. Returns the next one. */
struct thread *interrupt(struct thread *self, unsigned vector)
{
	int line;

	if (vector == VECTOR_TIMER) {
		lapic_eoi();
		return preempt_timer(self);
	}
	if (vector >= VECTOR_GSI_END)
		return self;			/* spurious: no end-of-interrupt */
	line = plat_irq_accept(vector);
	if (line == PLAT_IRQ_TIMER)
		return preempt_timer(self);
	return line == PLAT_IRQ_NONE ? self : irq_arrived(self, (unsigned)line);
}

struct thread *exception(struct thread *self, unsigned vector)
{
	switch (vector) {
	case VECTOR_PF:
		return kernel_leave(page_fault(self));
	case VECTOR_GP:
		return kernel_leave(trap_protection_fault(self));
	case VECTOR_UD:
		return kernel_leave(invalid_opcode(self));
	case VECTOR_NM:
		return trap_no_fpu(self);
	case VECTOR_BP:
		if (kernel.kdb & KDB_CONSOLE)
			return kernel_leave(kdb_breakpoint(self));
		break;
	case VECTOR_DB:
		cpu_clear_dr6();
		break;
	}
	return kernel_leave(fault_exception(self, vector, thread_regs(self)->error));
}
