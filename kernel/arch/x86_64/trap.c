/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trap.c - the C part of the kernel entry: turns system calls, exceptions and interrupts into upcalls of
 * core. entry.S calls these functions on the kernel stack, after it has saved the user context in the thread.
 * Each returns the thread to which the kernel exits.
 */
#include <core/arch.h>
#include <core/check.h>
#include <core/fault.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <arch/apic.h>
#include <arch/board.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <kdb/kdb.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include "gateway.h"
#include "local.h"
#include "machine.h"
#include "switch.h"

/* Error code of #PF (SDM 3A 4.7). */
enum { PF_WRITE = 1 << 1, PF_RESERVED = 1 << 3, PF_FETCH = 1 << 4 };

struct thread *trap_ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts);
struct thread *trap_syscall(struct thread *self);
struct thread *trap_user(struct thread *self);
struct thread *trap_irq(struct thread *self);
struct thread *trap_interrupt(unsigned vector);
_Noreturn void trap_kernel(const struct arch_regs *frame);
void trap_aside(struct arch_regs *frame);

BOOT_CODE void trap_init(void)
{
	cpu_local()->traps = (struct traps){ trap_ipc, trap_syscall, trap_user, trap_irq, trap_interrupt };
}

/*
 * self has entered the kernel from user mode. The fast path may have switched to it after the last exit from
 * C code: make cpu.current and the record of the loaded space right (L1).
 */
static inline void note_current(struct thread *self)
{
	if (cpu_self()->current == self)
		return;
	cpu_self()->current = self;
	tlb_switched(self->space);
}

/*
 * No CPU has virtual-8086 mode in long mode, but QEMU's emulation enters it by IRETD (docs/caveats.md). Reset
 * selectors, their bases, IOPL and IF to the values of user code: it continues in 64-bit mode, at the offset
 * that was its IP.
 */
static COLD_CODE void user_of_vm86(struct arch_regs *r)
{
	r->cs = SEL_USER_CS;
	r->ss = SEL_USER_SS;
	r->rflags = rflags_for_user(r->rflags);
	reload_data_segments();
	gs_repair();
}

/* The system call Ipc through the gateway, if the fast path has not done it. */
struct thread *trap_ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	note_current(self);
	return leave(ipc_start(self, to, from, timeouts));
}

/*
 * Exit to self, for which all state is still loaded; only floor is updated. If floor is SCHED_NO_SWITCH it is
 * kept: switch_space or switch_fpu has set it, and the reason remains. If it was copied from cpu.floor
 * instead, the next exit by leave() corrects it.
 */
static inline struct thread *return_to(struct thread *self)
{
	struct cpu_local *l = cpu_local();

	if (l->floor != SCHED_NO_SWITCH)
		l->floor = cpu_self()->floor;
	if (CHECK_PERIOD != 0)
		leave_check(self);
	return self;
}

/*
 * Any other SYSCALL: a system call if it came from the gateway, else exception 256. RCX and R11 have the
 * values that SYSCALL stores in them.
 */
struct thread *trap_syscall(struct thread *self)
{
	l4_word_t number = gateway_call(thread_regs(self)->rip);
	struct thread *next;

	note_current(self);
	if (number < L4_CALLS) {
		next = kernel_syscall(self, (unsigned)number);
		return next ? leave(next) : return_to(self);
	}
	thread_regs(self)->entry = REGS_OTHER;
	if (thread_regs(self)->rflags & RFLAGS_VM)
		user_of_vm86(thread_regs(self));
	return leave(fault_exception(self, L4_EXC_FOREIGN_SYSCALL, 0));
}

/* #PF (SDM 3A 6.15). Returns as an upcall. */
static struct thread *page_fault(struct thread *self)
{
	l4_word_t address = cpu_read_cr2(), error = thread_regs(self)->error;
	unsigned access = error & PF_FETCH ? L4_X : error & PF_WRITE ? L4_W : L4_R;

	if (error & PF_RESERVED)		/* physical address beyond those of this CPU */
		return fault_exception(self, VECTOR_PF, error);
	return fault_page(self, address, access);
}

/*
 * Returns true if the instruction at which self got #UD is lock; nop. Its first byte was fetched by way of
 * the present page tables, which have not changed since: so if both bytes are in one page, that is mapped and
 * they are read directly.
 */
static bool is_kernel_interface(struct thread *self)
{
	enum { LOCK_NOP = 0x90f0 };
	l4_word_t rip = thread_regs(self)->rip;
	uint16_t code;

	if ((rip & (KMEM_FRAME - 1)) != KMEM_FRAME - 1)
		return cpu_read_user(rip, feature_used(FEATURE_SMAP)) == LOCK_NOP;
	return arch_copy_in(self->space, &code, rip, sizeof(code)) && code == LOCK_NOP;
}

/*
 * #UD. The invalid instruction lock; nop is the system call KernelInterface (amd64 3). Returns as an upcall.
 */
static struct thread *invalid_opcode(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	if (!is_kernel_interface(self))
		return fault_exception(self, VECTOR_UD, 0);
	r->rax = l4_fpage_base(self->space->kip_area);
	r->rcx = (uint32_t)kernel.kip->api_version;
	r->rdx = kernel.kip->api_flags;
	r->rsi = *(const l4_word_t *)((const void *)((const char *)kernel.kip + kernel.kip->kern_desc_ptr));
	r->rip += 2;
	return 0;
}

/* An exception of user code. Returns as an upcall; 0 if self continues. */
static struct thread *exception(struct thread *self, unsigned vector)
{
	switch (vector) {
	case VECTOR_PF:
		return page_fault(self);
	case VECTOR_GP:
		return io_protection_fault(self);
	case VECTOR_UD:
		return invalid_opcode(self);
	case VECTOR_NM:
		fpu_first_use(self);
		return 0;
	case VECTOR_BP:
		if (kernel.kdb & KDB_CONSOLE)
			return kdb_breakpoint(self);
		break;
	case VECTOR_DB:
		cpu_clear_dr6();
		break;
	}
	return fault_exception(self, vector, thread_regs(self)->error);
}

/* An interrupt while self was the current thread. Returns as an upcall; 0 if self continues. */
static struct thread *interrupt(struct thread *self, unsigned vector)
{
	int line;

	if (vector == VECTOR_TIMER) {
		lapic_eoi();
		return preempt_timer(self);
	}
	if (vector > VECTOR_TIMER)
		return 0;			/* spurious: no end-of-interrupt */
	line = plat_irq_accept(vector);
	if (line == PLAT_IRQ_TIMER)
		return preempt_timer(self);
	return line == PLAT_IRQ_NONE ? 0 : irq_arrived(self, (unsigned)line);
}

/*
 * After an entry from user mode through an interrupt gate. The gate does not clear RFLAGS.AC, which disables
 * SMAP.
 */
static inline void note_user(struct thread *self)
{
	if (feature_used(FEATURE_SMAP))
		cpu_clear_ac();
	if (CHECK_PERIOD != 0)
		ASSERT(tlb_here()->pending == 0);		/* G6 */
	note_current(self);
}

/*
 * An entry from virtual-8086 mode. Any exception becomes #GP, which a CPU without that mode raises at the
 * IRET.
 */
static COLD_CODE NOINLINE struct thread *from_vm86(struct thread *self)
{
	unsigned vector = (uint8_t)thread_regs(self)->entry;

	user_of_vm86(thread_regs(self));
	if (vector >= VECTOR_PIC)
		return interrupt(self, vector);
	cpu_clear_dr6();
	return fault_exception(self, VECTOR_GP, 0);
}

struct thread *trap_user(struct thread *self)
{
	note_user(self);
	if (thread_regs(self)->rflags & RFLAGS_VM)
		return leave(from_vm86(self));
	return leave(exception(self, (uint8_t)thread_regs(self)->entry));
}

struct thread *trap_irq(struct thread *self)
{
	note_user(self);
	if (thread_regs(self)->rflags & RFLAGS_VM)
		return leave(from_vm86(self));
	return leave(interrupt(self, (uint8_t)thread_regs(self)->entry));
}

/* An interrupt in idle, or between two steps of a long operation of the current thread. */
struct thread *trap_interrupt(unsigned vector)
{
	return leave(interrupt(cpu_self()->current, vector));
}

void trap_kernel(const struct arch_regs *frame)
{
	stop_note_frame(frame);
	if (frame->entry == VECTOR_MC)
		panic("machine check: the hardware reports an error");
	if (frame->entry == VECTOR_DF)
		panic("double fault; a kernel stack has run over if the address is in its guard page");
	if (frame->entry == VECTOR_UD)
		panic("broken invariant; which one says the line of rip");
	panic("exception %u in the kernel, error code %lx", (unsigned)frame->entry, frame->error);
}

/*
 * NMI, or #DB in the kernel. The kernel sets no breakpoints: such a #DB was pending from user code (MOV SS
 * before SYSCALL) and is ignored. entry.S then resumes the interrupted code.
 */
void trap_aside(struct arch_regs *frame)
{
	if (frame->entry == VECTOR_DB)
		cpu_clear_dr6();
	else
		printk("kernel: non-maskable interrupt, ignored\n");
	if (frame->rflags & RFLAGS_VM)
		user_of_vm86(frame);
}
