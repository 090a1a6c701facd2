/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trap.c - the C part of the kernel entry and exit: turns system calls, exceptions and interrupts into
 * upcalls of core, and goes from the thread that an upcall returned to the state of the CPU. entry.S calls
 * the traps on the kernel stack, after it has saved the user context in the thread. Each returns the thread
 * to which the kernel exits, for which all but the registers is loaded.
 */
#include <core/arch.h>
#include <core/check.h>
#include <core/fault.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <core/upcall.h>
#include <arch/area.h>
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/gateway.h>
#include <arch/layout.h>
#include <arch/x86/machine.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include <mem/range.h>
#include "entry.h"
#include "local.h"

void trap_kernel(struct arch_regs *frame);
_Noreturn void trap_task(unsigned vector);
void trap_nmi(void);

enum { FLAGS_IF = 1 << 9 };

/* The SYSEXIT behind the STI of the short exit. */
extern const uint8_t leave_sysexit[];

uint32_t tlb_cr3;

/*
 * ---- the exit ---- kernel_leave takes pending interrupts between two steps; the interrupt entry discards
 * the kernel stack (entry.S, in_kernel). Then the CPU's state is loaded here, and entry.S loads the registers
 * and returns to user mode.
 */

static l4_word_t kip_of(const struct thread *t) { return l4_fpage_base(t->space->kip_area); }

/* Check all, for a debug kernel. First restores L3: an NMI may have set TS (trap_nmi). */
static void check_exit(struct thread *next)
{
	if (CHECK_PERIOD == 0)
		return;
	if (cpu_local()->fpu_owner && !(tlb_here()->held & TLB_HELD_SHUT))
		cpu_clear_ts();
	exit_check(next);
	small_check();
}

/* Load the CPU's state of s. */
static void switch_space(struct space *s)
{
	struct cpu_local *l = cpu_local();

	if (area_base(s))
		tlb_sync();		/* of the loaded space: user code of another one will run */
	else
		tlb_switch(s);
	l->tss.iomap = s->arch.io.offset;						/* L4 */
	if (!segments_loaded(s))
		set_segments(s);
	if (tlb_globals)
		small_step();
	s->arch.ipc_return = l4_fpage_base(s->kip_area) + GATEWAY_SYSENTER_RETURN;
	utcb_cells[cpu_number()].jump.ip = s->arch.ipc_return;				/* L6 */
}

/*
 * Load the CPU's state for next, a user thread, and return it. The floor is held, so that fast.S does not
 * switch, while the FPU contains a state, while a thread runs whose space has a redirector, and while its
 * load of CR3 would keep global translations of user addresses.
 */
static struct thread *switch_to(struct thread *next)
{
	struct cpu_local *l = cpu_local();
	struct tlb *tlb = tlb_here();
	struct arch_regs *r = thread_regs(next);

	if (regs_by_gateway(r))		/* next may have been moved to a space whose KIP is elsewhere */
		r->ip = kip_of(next) | (r->ip & (L4_KIP_BYTES - 1));
	l->tss.esp0 = (uintptr_t)next;
	switch_space(next->space);
	if (l->fpu_owner) {
		tlb->held = fpu_switch(next);
		if (tlb->held) {
			l->floor = SCHED_NO_SWITCH;
			return next;
		}
	}
	tlb->held = !next->space->tlb.direct || tlb_globals;
	l->floor = tlb->held ? (uint32_t)SCHED_NO_SWITCH : cpu_self()->floor;
	return next;
}

/*
 * Returns true if ip is in the code segment of s: the IRET to another one would fault in the kernel. A small
 * space grows.
 */
static inline bool ip_fits(struct space *s, l4_word_t ip)
{
	if (area_base(s) && ip >= s->arch.size)
		small_grow(s);
	return ip >> ARCH_PAGE_LOG2 <= (s->arch.seg.low | (s->arch.seg.high & SEG_LIMIT_HIGH));
}

/* Returns true if t is a user thread without work, and its user context can be loaded: each SP can. */
static inline bool can_leave(const struct thread *t)
{
	return t->busy == 0 && (regs_by_gateway(thread_regs(t)) || ip_fits(t->space, thread_regs(t)->ip));
}

struct thread *arch_leave_to(struct thread *next, bool direct)
{
	(void)direct;
	check_exit(next);
	return can_leave(next) ? switch_to(next) : 0;
}

/* ---- entries ---- */

/* self has entered the kernel: fast.S may have switched to it since the last exit of C (L1). */
static inline void note_current(struct thread *self) { cpu_self()->current = self; }

/* Exit to self, for which all state is still loaded; only floor is updated, unless it is held. */
static struct thread *return_to(struct thread *self)
{
	if (!tlb_here()->held)
		cpu_local()->floor = cpu_self()->floor;
	check_exit(self);
	return segments_loaded(self->space) ? self : switch_to(self);
}

/*
 * Ipc by SYSENTER, which saves no IP: it is that of the stub in the KIP, also if another instruction of the
 * program was the SYSENTER. With FLAGS_ODD it is as by INT.
 */
static struct thread *trap_ipc(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);
	struct l4_ipc_args a = arch_args_ipc(r);

	note_current(self);
	if (r->flags != FLAGS_FIXED) {
		r->entry = REGS_SYSCALL;
		r->ip = kip_of(self) + GATEWAY_SYSENTER_RETURN;
		r->flags = flags_for_user(r->flags);
	}
	return kernel_leave(ipc_start(self, a.to, a.from, a.timeouts));
}

/* A short Unmap, as kernel_unmap_fast; but if self's space is small, the loaded space is another one. */
static bool unmap_at_once(struct thread *self)
{
	struct mapspace *m = &self->space->map[RESOURCE_MEMORY];
	struct arch_regs *r = thread_regs(self);
	l4_fpage_t *f = (l4_fpage_t *)r->mr;

	if (r->ax & ~(l4_word_t)L4_UNMAP_FLUSH || mem.general || !range_unmap(m, f, r->ax))
		return false;
	arch_result_utcb(r, self->local.raw);
	return true;
}

/* INT: a system call if it came from a stub of the KIP, else exception 256. */
static struct thread *trap_syscall(struct thread *self)
{
	l4_word_t number = gateway_call(thread_regs(self)->ip, kip_of(self));
	struct thread *next;

	note_current(self);
	if (number == L4_CALL_UNMAP && unmap_at_once(self))
		return return_to(self);
	if (number < L4_CALLS) {
		next = kernel_syscall(self, number);
		return next ? kernel_leave(next) : return_to(self);
	}
	thread_regs(self)->entry = REGS_OTHER;
	return kernel_leave(fault_exception(self, L4_EXC_FOREIGN_SYSCALL, 0));
}

/*
 * #GP or #SS without an error code, which nothing else explains: an access of a small space beyond its size.
 * Returns true if the space has grown: the instruction is repeated.
 */
static bool grows(struct thread *self)
{
	if (!area_base(self->space) || thread_regs(self)->error != 0 || io_needs_privilege(self))
		return false;
	small_grow(self->space);
	return true;
}

/*
 * #SS. Returns true if the instruction is repeated: without an error code it may come of the selector of GS
 * in SS, the only other one that a program can load there.
 */
static bool stack_fault(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	if (r->error != 0 || (uint16_t)r->ss == SEL_USER_SS)
		return grows(self);
	r->ss = SEL_USER_SS;
	return true;
}

/*
 * #GP. Without an error code it may come of selectors that the program has loaded: the entry has loaded
 * the usual ones, so the instruction is repeated; or of a port of the space whose bitmap is not behind
 * the TSS.
 */
struct thread *trap_protection_fault(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);
	bool usual = r->ds == SEL_USER_DS && r->es == SEL_USER_DS && r->fs == SEL_USER_DS && r->gs == SEL_USER_GS;

	if (r->error == 0 && (!usual || io_load(self->space)))
		return 0;
	return grows(self) ? 0 : io_protection_fault(self);
}

/*
 * The state of a thread was saved while it was at ip. An IRET cannot reach the code at KMAP_TRAMPOLINE: the
 * thread continues at the end of that code instead, with its EDX.
 */
static inline bool in_trampoline(l4_word_t ip) { return ip - KMAP_TRAMPOLINE < TRAMPOLINE_BYTES; }
static inline l4_word_t trampoline_end(void) { return utcb_cells[cpu_number()].jump.ip; }

/*
 * After an entry from user mode through an interrupt gate. The gate does not clear flag AC, which
 * disables SMAP.
 */
static inline void note_user(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	if (feature_used(FEATURE_SMAP))
		cpu_clear_ac();
	if (in_trampoline(r->ip)) {
		r->ip = trampoline_end();
		r->dx = SEL_USER_DS;
	}
	if (CHECK_PERIOD != 0)
		ASSERT(tlb_here()->pending == 0);		/* G6 */
	note_current(self);
}

/*
 * Flags that no CPU gives user code come from QEMU's emulation (docs/caveats.md): from virtual-8086 mode, or
 * from an instruction that faults, whose flags may be wrong. Set selectors and flags to the values of user
 * code; entry.S has loaded the segment registers.
 */
static COLD_CODE NOINLINE void force_user(struct arch_regs *r)
{
	r->cs = SEL_USER_CS;
	r->ss = SEL_USER_SS;
	r->flags = flags_for_user(r->flags);
}

/* #NM: first use of the FPU, or the first after an NMI, whose task has set TS. */
struct thread *trap_no_fpu(struct thread *self)
{
	if (cpu_local()->fpu_owner == self)
		cpu_clear_ts();
	else
		fpu_first_use(self);
	return return_to(self);
}

/* An exception of user code. */
static struct thread *trap_user(struct thread *self)
{
	note_user(self);
	if (thread_regs(self)->flags & FLAGS_REFUSED)
		force_user(thread_regs(self));
	if ((uint8_t)thread_regs(self)->entry == VECTOR_SS && stack_fault(self))
		return kernel_leave(0);
	return exception(self, (uint8_t)thread_regs(self)->entry);
}

static struct thread *trap_irq(struct thread *self)
{
	note_user(self);
	if (thread_regs(self)->flags & FLAGS_REFUSED)
		force_user(thread_regs(self));
	return kernel_leave(interrupt(self, (uint8_t)thread_regs(self)->entry));
}

/* An interrupt in idle, or between two steps of a long operation of the current thread. */
static struct thread *trap_interrupt(unsigned vector)
{
	return kernel_leave(interrupt(cpu_self()->current, vector));
}

BOOT_CODE void trap_init(void)
{
	cpu_local()->traps = (struct traps){ trap_ipc, trap_syscall, trap_user, trap_irq, trap_interrupt };
}

void trap_print_frame(const struct arch_regs *r)
{
	printk("eip %08lx  cs %02lx  eflags %06lx  vector %lu  error %lx  cr2 %08lx  cr3 %lx\n",
	       r->ip, r->cs, r->flags, r->entry, r->error, cpu_read_cr2(), cpu_read_cr3());
	printk("eax %08lx  ebx %08lx  ecx %08lx  edx %08lx\n", r->ax, r->bx, r->cx, r->dx);
	printk("esi %08lx  edi %08lx  ebp %08lx  esp %08lx  ss %02lx\n", r->si, r->di, r->bp, r->sp, r->ss);
}

/*
 * An exception in the kernel. #NM is of an FPU instruction before which an NMI came, whose task has set TS.
 * The CPU has pushed no SP: the stack continued behind the flags.
 */
void trap_kernel(struct arch_regs *frame)
{
	struct arch_regs shown = *frame;

	if (frame->entry == VECTOR_NM) {
		cpu_clear_ts();
		return;
	}
	shown.sp = (uintptr_t)&frame->sp;
	shown.ss = SEL_KERNEL_SS;
	stop_note_frame(&shown);
	if (frame->entry == VECTOR_UD)
		panic("broken invariant; which one says the line of eip");
	panic("exception %u in the kernel, error code %lx", (unsigned)frame->entry, frame->error);
}

/* #DF or #MC: the registers are in the TSS. */
void trap_task(unsigned vector)
{
	const struct tss *t = &cpu_local()->tss;
	struct arch_regs shown = {
		.di = t->edi, .si = t->esi, .bp = t->ebp, .bx = t->ebx, .dx = t->edx, .cx = t->ecx, .ax = t->eax,
		.entry = vector, .ip = t->eip, .cs = t->cs, .flags = t->eflags, .sp = t->esp, .ss = t->ss,
	};

	stop_note_frame(&shown);
	if (vector == VECTOR_MC)
		panic("machine check: the hardware reports an error");
	panic("double fault; a kernel stack has run over if the address is in its guard page");
}

/*
 * An NMI is reported; then the interrupted code is resumed. The CPU loads CR3 from the TSS, in which it
 * has stored the other registers, all segment registers from the GDT (L5), and has set TS, although the FPU
 * may contain a state. Behind an NMI the STI before SYSEXIT does not hold interrupts back any more: it is
 * executed again.
 */
void trap_nmi(void)
{
	struct tss *t = &cpu_local()->tss;

	t->cr3 = tlb_cr3;
	if (in_trampoline(t->eip)) {
		t->eip = trampoline_end();
		t->edx = SEL_USER_DS;
	}
	if (t->eip == (uintptr_t)leave_sysexit) {
		t->eip--;
		t->eflags &= ~(uint32_t)FLAGS_IF;
	}
	printk("kernel: non-maskable interrupt, ignored\n");
}
