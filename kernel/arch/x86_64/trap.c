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
#include <arch/cpu.h>
#include <arch/features.h>
#include <arch/gateway.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include "entry.h"
#include "local.h"

_Noreturn void trap_kernel(const struct arch_regs *frame);
void trap_aside(struct arch_regs *frame);

/*
 * ---- the exit ---- kernel_leave takes pending interrupts between two steps; the interrupt entry discards
 * the kernel stack (entry.S, in_kernel). Then the CPU's state is loaded here, and entry.S loads the registers
 * and returns to user mode.
 */

/*
 * Reset DS, ES and FS after a switch of spaces to next. Its FS base, if it has one, is loaded by entry.S or
 * fast.S.
 */
static INLINE void switch_segments(const struct thread *next)
{
	unsigned ds, es, fs;

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2" : "=r"(ds), "=r"(es), "=r"(fs));
	if (ds * es * fs != SEL_USUAL)
		load_data_segments(SEL_USER_SS);
	if (cpu_local()->tls_loaded && !next->tls) {
		cpu_write_msr(MSR_FS_BASE, 0);
		cpu_local()->tls_loaded = false;
	}
}

uint64_t arch_tlb_word(const struct space *s, unsigned tag)
{
	uint64_t root = s ? arch_frame_pa(s->arch.root[0]) : kmap_cr3();

	return root | tag | (feature_used(FEATURE_PCID) ? CR3_KEEP : 0);
}

/* Load s by word, its tlb.enter, while no invalidation is pending. Returns true if s was not loaded. */
static INLINE bool load_space(struct space *s, uint64_t word)
{
	struct tlb *tlb = tlb_here();

	if (tlb->loaded == s)
		return false;
	arch_tlb_load(word);
	tlb->loaded = s;
	return true;
}

/*
 * The space of next is loaded. The floor is held, so that the fast path does not switch, while the FPU has a
 * state, and while a thread runs whose space has a redirector.
 */
static INLINE struct thread *hold_floor(struct thread *next, uint32_t held)
{
	tlb_here()->held = held;
	cpu_local()->floor = held ? (uint32_t)SCHED_NO_SWITCH : cpu_self()->floor;
	return next;
}

/* The same, if the FPU has a state. redirected: TLB_HELD_REDIRECTED if next's space has a redirector. */
static NOINLINE __attribute__((returns_nonnull))
struct thread *hold_fpu(struct thread *next, uint32_t redirected)
{
	return hold_floor(next, fpu_switch(next) | redirected);
}

/* switch_to in any case. */
static NOINLINE __attribute__((returns_nonnull))
struct thread *switch_otherwise(struct thread *next, bool segments)
{
	if (tlb_switch(next->space) && segments)
		switch_segments(next);
	if (cpu_local()->fpu_owner)
		return hold_fpu(next, !next->space->tlb.direct);
	return hold_floor(next, !next->space->tlb.direct);
}

/* switch_to_redirected if the FPU has a state, or invalidations are pending: first to the owner. */
static NOINLINE __attribute__((returns_nonnull)) struct thread *switch_to_owner(struct thread *next)
{
	struct tlb *tlb = tlb_here();

	if (cpu_local()->fpu_owner != next || tlb->exit != (TLB_HELD_FPU | TLB_HELD_SHUT))
		return switch_otherwise(next, true);
	if (load_space(next->space, next->space->tlb.enter))
		switch_segments(next);
	cpu_clear_ts();
	tlb->held = TLB_HELD_REDIRECTED | TLB_HELD_FPU;
	cpu_local()->floor = SCHED_NO_SWITCH;
	return next;
}

/*
 * switch_to if next's space, s, has a redirector, or no tag. What others left in segment registers is not for
 * it.
 */
static NOINLINE __attribute__((returns_nonnull))
struct thread *switch_to_redirected(struct thread *next, struct space *s)
{
	if (!s->tlb.enter)
		return switch_otherwise(next, true);
	if (tlb_here()->exit > TLB_HELD_REDIRECTED)
		return switch_to_owner(next);
	if (load_space(s, s->tlb.enter))
		switch_segments(next);
	tlb_here()->held = TLB_HELD_REDIRECTED;
	cpu_local()->floor = SCHED_NO_SWITCH;
	return next;
}

/* switch_from_redirected from the owner of the FPU: if next is its redirector, the FPU is shut. */
static NOINLINE __attribute__((returns_nonnull)) struct thread *switch_from_owner(struct thread *next)
{
	struct space *s = next->space;
	struct tlb *tlb = tlb_here();

	if (next->fpu_loads || !l4_tid_eq(cpu_local()->fpu_owner->space->redirector, next->id))
		return switch_otherwise(next, false);
	arch_tlb_load(s->tlb.direct);
	tlb->loaded = s;
	cpu_set_ts();
	tlb->held = TLB_HELD_FPU | TLB_HELD_SHUT;
	cpu_local()->floor = SCHED_NO_SWITCH;
	return next;
}

/*
 * switch_to by a direct switch to next, whose space has no redirector: after a thread whose space has one, or
 * if the FPU has a state, or invalidations are pending.
 */
static NOINLINE __attribute__((returns_nonnull)) struct thread *switch_from_redirected(struct thread *next)
{
	struct space *s = next->space;

	if (tlb_here()->exit != TLB_HELD_REDIRECTED) {
		if (tlb_here()->exit == (TLB_HELD_REDIRECTED | TLB_HELD_FPU))
			return switch_from_owner(next);
		if (tlb_here()->pending)
			return switch_otherwise(next, false);
		load_space(s, s->tlb.direct);
		return hold_fpu(next, 0);
	}
	arch_tlb_load(s->tlb.direct);
	tlb_here()->loaded = s;
	tlb_here()->held = 0;
	cpu_local()->floor = cpu_self()->floor;
	return next;
}

/*
 * Load the CPU's state for next, a user thread, and return it. The caller writes the UTCB cell. segments: if
 * the space changes, reset DS, ES and FS. It is false after a direct switch to the partner of a message: then
 * they are not checked, as in fast.S (docs/caveats.md).
 */
static INLINE struct thread *switch_to(struct thread *next, bool segments)
{
	uint64_t direct = next->space->tlb.direct;

	cpu_local()->tss.rsp0 = (uintptr_t)next;
	if (!direct)
		return switch_to_redirected(next, next->space);
	if (tlb_here()->exit)
		return segments ? switch_otherwise(next, true) : switch_from_redirected(next);
	ASSERT(CHECK_PERIOD == 0 || cpu_local()->floor == cpu_self()->floor);
	if (load_space(next->space, direct) && segments)
		switch_segments(next);
	return next;
}

/*
 * Returns true if t is a user thread without work, and its user context can be loaded. direct: it has no work
 * (T15), and leaves by IRET as a rule.
 */
static INLINE bool can_leave(const struct thread *t, bool direct)
{
	const struct arch_regs *r = thread_regs(t);

	if (direct)
		return arch_iret_ok(r) || regs_by_gateway(r);
	return t->busy == 0 && (regs_by_gateway(r) || arch_iret_ok(r));
}

static INLINE struct thread *leave_to(struct thread *next, bool direct)
{
	if (!direct)		/* not at the exit: a step may end in a direct switch, which keeps cpu.floor (S7) */
		cpu_local()->floor = cpu_self()->floor;
	ASSERT(CHECK_PERIOD == 0 || !direct || next->busy == 0);
	if (CHECK_PERIOD != 0)
		exit_check(next);
	if (direct && thread_regs(next)->entry == REGS_IPC)	/* as by fast.S; it has no work (T15) */
		return switch_to(next, false);
	return can_leave(next, direct) ? switch_to(next, true) : 0;
}

struct thread *arch_leave_to(struct thread *next, bool direct) { return leave_to(next, direct); }

/* kernel_leave, without a call where a direct switch permits it. */
static INLINE struct thread *leave(struct thread *next)
{
	struct thread *leaves;

	if (next != NEXT_IS_CURRENT)
		return kernel_leave(next);
	leaves = leave_to(cpu_self()->current, true);
	return leaves ? leaves : kernel_leave(next);
}

/* ---- entries ---- */

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

/* self has entered the kernel by entry.S. A program that loads another selector into GS destroys its base. */
static inline void note_entry(struct thread *self)
{
	unsigned gs;

	__asm__ volatile("mov %%gs, %0" : "=r"(gs));
	if (gs != SEL_USER_GS)
		gs_repair();
	note_current(self);
}

/* The same by SYSCALL: what entry_call leaves to C is saved. */
static inline void note_call(struct thread *self, l4_word_t entry)
{
	thread_regs(self)->sp = cpu_local()->user_sp;
	thread_regs(self)->entry = entry;
	note_entry(self);
}

/*
 * Flags that no CPU gives user code come from QEMU's emulation (docs/caveats.md): an IRETD of user code
 * enters virtual-8086 mode, and an instruction that faults may have wrong flags. Set what can differ - after
 * the IRETD also selectors and their bases - to the values of user code, which continues in 64-bit mode, at
 * the offset that was its IP.
 */
static COLD_CODE NOINLINE void force_user(struct arch_regs *r)
{
	r->cs = SEL_USER_CS;
	r->ss = SEL_USER_SS;
	r->flags = flags_for_user(r->flags);
	load_data_segments(SEL_USER_SS);
	gs_repair();
}

/* The system call Ipc through the gateway, if the fast path has not done it. */
static struct thread *trap_ipc(struct thread *self, l4_tid_t to, l4_tid_t from, l4_word_t timeouts)
{
	note_current(self);
	return leave(ipc_start(self, to, from, timeouts));
}

/* Exit to self, for which all state is still loaded; only floor is updated, unless it is held. */
static inline struct thread *return_to(struct thread *self)
{
	if (!tlb_here()->held)
		cpu_local()->floor = cpu_self()->floor;
	if (CHECK_PERIOD != 0)
		exit_check(self);
	return self;
}

static COLD_CODE NOINLINE struct thread *foreign_call_in_vm86(struct thread *self)
{
	force_user(thread_regs(self));
	return kernel_leave(fault_exception(self, L4_EXC_FOREIGN_SYSCALL, 0));
}

/* A SYSCALL elsewhere than in the gateway. */
static INLINE struct thread *foreign_call(struct thread *self)
{
	thread_regs(self)->entry = REGS_OTHER;
	if (thread_regs(self)->flags & FLAGS_VM)
		return foreign_call_in_vm86(self);
	return leave(fault_exception(self, L4_EXC_FOREIGN_SYSCALL, 0));
}

static NOINLINE struct thread *system_call(struct thread *self, l4_word_t number)
{
	struct thread *next = kernel_syscall(self, number);

	return next ? kernel_leave(next) : return_to(self);
}

/*
 * Any SYSCALL but these two: a system call if it came from the gateway, else exception 256. RCX and R11 have
 * the values that SYSCALL stores in them.
 */
static struct thread *trap_syscall(struct thread *self)
{
	l4_word_t number = gateway_call(thread_regs(self)->ip);

	note_call(self, REGS_SYSCALL);
	return number < L4_CALLS ? system_call(self, number) : foreign_call(self);
}

/* A call without message registers. Returns 0 for the direct exit to self. */
static struct thread *trap_call(struct thread *self)
{
	struct thread *next;

	note_call(self, REGS_CALL);
	next = kernel_syscall(self, gateway_call(thread_regs(self)->ip));
	if (!next) {
		return_to(self);
		return 0;
	}
	if (thread_regs(self)->entry == REGS_CALL)
		call_complete(thread_regs(self));
	return kernel_leave(next);
}

struct thread *trap_no_fpu(struct thread *self)
{
	fpu_first_use(self);
	return return_to(self);
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
	note_entry(self);
}

/* An exception of user code. */
static struct thread *trap_user(struct thread *self)
{
	note_user(self);
	if (thread_regs(self)->flags & FLAGS_REFUSED)
		force_user(thread_regs(self));
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
	struct thread *self = cpu_self()->current;

	if (self->kind == THREAD_USER && thread_regs(self)->entry == REGS_CALL)
		call_complete(thread_regs(self));
	return kernel_leave(interrupt(self, vector));
}

void trap_print_frame(const struct arch_regs *r)
{
	printk("rip %016lx  cs %02lx  rflags %06lx  vector %lu  error %lx  cr2 %016lx\n",
	       r->ip, r->cs, r->flags, r->entry, r->error, cpu_read_cr2());
	printk("rsp %016lx  rbp %016lx  ss %02lx  cr3 %lx\n", r->sp, r->bp, r->ss, cpu_read_cr3());
	printk("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->ax, r->bx, r->cx, r->dx);
	printk("rsi %016lx  rdi %016lx  r8  %016lx  r9  %016lx\n", r->si, r->di, r->r8, r->r9);
	printk("r10 %016lx  r11 %016lx  r12 %016lx  r13 %016lx\n", r->r10, r->r11, r->r12, r->r13);
	printk("r14 %016lx  r15 %016lx\n", r->r14, r->r15);
}

BOOT_CODE void trap_init(void)
{
	cpu_local()->traps = (struct traps){ trap_ipc, trap_call, trap_syscall, trap_user, trap_irq,
					     trap_interrupt };
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
 * before SYSCALL) and is ignored. entry.S then resumes the interrupted code, by IRET: a SP of user code that
 * this does not take (arch_iret_ok) becomes 0, as there can be no exception here.
 */
void trap_aside(struct arch_regs *frame)
{
	if (frame->entry == VECTOR_DB)
		cpu_clear_dr6();
	else
		printk("kernel: non-maskable interrupt, ignored\n");
	if (frame->flags & FLAGS_VM)
		force_user(frame);
	if (!arch_canonical(frame->sp))
		frame->sp = 0;
}
