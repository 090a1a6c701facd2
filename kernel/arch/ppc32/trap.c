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
#include <arch/board.h>
#include <boot/boot.h>
#include <arch/gateway.h>
#include <kdb/kdb.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <lib/print.h>
#include <lib/section.h>
#include <mem/range.h>
#include "attribute.h"
#include "entry.h"
#include "hash.h"
#include "local.h"
#include "vsid.h"

/* DSISR of a DSI, SRR1 of an ISI and of a program exception (MPC750 user's manual, 4.5). */
enum {
	CAUSE_MISS		= 0x40000000,
	CAUSE_RIGHT		= 0x08000000,
	DSISR_STORE		= 0x02000000,
	ISI_NO_EXECUTE		= 0x10000000,	/* guarded memory */
	SRR1_HIDDEN		= MSR_FP | MSR_FE | MSR_VEC,	/* by which the owner of the FPU is seen */
	PROGRAM_ILLEGAL		= 0x00080000,
	PROGRAM_PRIVILEGED	= 0x00040000,
	PROGRAM_TRAP		= 0x00020000,
};

enum { CODE_TRAP = 0x7fe00008, BRANCH_IF_EQUAL = 0x41820000, INSTRUCTION_BYTES = 4 };
enum { CONSOLE_PUTC = 0x5aff };		/* the other services: kernel/kdb */

/* Where `sc` enters (entry.S, fast.S): physical addresses, but for entry_by_general. */
extern const uint8_t vector_call[], vector_call_ipc[], entry_by_c[], entry_by_general[];

struct kernel_stack kernel_stack;
static uint8_t panic_stack[PANIC_STACK_BYTES] __attribute__((aligned(STACK_END)));

/*
 * ---- the exit ---- kernel_leave takes pending interrupts between two steps; the interrupt entry discards
 * the kernel stack (entry.S, in_kernel). Then the CPU's state is loaded here, and entry.S loads the registers
 * and returns to user mode.
 */

/* A check may take longer than slices and timeouts: its time is excluded from the clock. */
static void exit_check(struct thread *next)
{
	uint64_t began;

	if (CHECK_PERIOD == 0 || ++cpu_local()->entries % CHECK_PERIOD != 0)
		return;
	began = cpu_tb();
	kernel_check(next);
	fpu_check(next);
	hash_check();
	vsid_check();
	plat_irq_check();
	time_exclude(began);
}

/* Load s. All spaces are resident, so nothing is pending (G6). */
static INLINE void load_space(struct space *s)
{
	struct tlb *tlb = tlb_here();

	if (tlb->loaded == s)
		return;
	if (!s->tlb.enter) {
		tlb_switch(s);
		return;
	}
	arch_tlb_load(s->tlb.enter);
	tlb->loaded = s;
}

/*
 * Load the CPU's state for next, a user thread, and return it. The floor is held, so that fast.S does not
 * switch, while a thread runs whose space has a redirector.
 */
static INLINE struct thread *switch_to(struct thread *next)
{
	struct space *s = next->space;

	load_space(s);
	if (cpu_local()->altivec)
		cpu_set_vrsave(0);
	if (s->tlb.direct && !tlb_here()->held)
		return next;
	tlb_here()->held = !s->tlb.direct;
	cpu_local()->floor = s->tlb.direct ? cpu_self()->floor : (uint32_t)SCHED_NO_SWITCH;
	return next;
}

/* Every IP, SP and FLAGS of a user context can be loaded: arch_refuse is not called. */
struct thread *arch_leave_to(struct thread *next, bool direct)
{
	if (!direct)	/* not at the exit: a step may end in a direct switch, which keeps cpu.floor (S7) */
		cpu_local()->floor = cpu_self()->floor;
	exit_check(next);
	return next->busy == 0 ? switch_to(next) : 0;
}

COLD_CODE struct thread *arch_refuse(struct thread *t) { return fault_exception(t, VECTOR_PROGRAM, 0); }

/* ---- entries ---- */

/*
 * self has entered the kernel from user mode. The fast path may have switched to it after the last exit from
 * C code: make cpu.current and the record of the loaded space right (L1).
 */
static INLINE void note_current(struct thread *self)
{
	if (cpu_self()->current == self)
		return;
	cpu_self()->current = self;
	tlb_switched(self->space);
}

/* Exit to self, for which all state is still loaded; only floor is updated, unless it is held. */
static struct thread *return_to(struct thread *self)
{
	if (!tlb_here()->held)
		cpu_local()->floor = cpu_self()->floor;
	exit_check(self);
	return self;
}

/* Ipc by the gateway, if the fast path has not done it. */
static struct thread *trap_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

	note_current(self);
	return kernel_leave(ipc_start(self, a.to, a.from, a.timeouts));
}

/* A short Unmap, as kernel_unmap_fast. */
static bool unmap_at_once(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	return !mem.general && kernel_unmap_fast(&self->id, (l4_fpage_t *)r->mr, r->r15);
}

/*
 * What this binding has of its own: local ids where other machines have global ones only (ppc32 5, P6), and
 * L4_HS_Schedule, which passes a thread id as TimeControl, with this bit of PreemptionControl: it gets a time
 * that core refuses, since words of 32 bits do not show it (P5).
 */
static void adapt_arguments(struct thread *self, struct arch_regs *r, unsigned number)
{
	enum { HS_BIT = 1 << 25, NO_TIME = 0x8000 };

	if (number == L4_CALL_THREAD_CONTROL || number == L4_CALL_SPACE_CONTROL)
		r->r3 = thread_global(self, (l4_tid_t){ r->r3 }).raw;
	if (number == L4_CALL_SCHEDULE && r->r7 != ~(l4_word_t)0 && r->r7 & HS_BIT)
		r->r4 = NO_TIME;
}

/* A system call by the gateway: it returns to LR. */
static struct thread *call(struct thread *self, unsigned number)
{
	struct arch_regs *r = thread_regs(self);
	struct thread *next;

	r->ip = r->lr;
	if (number == GATEWAY_NULL || (number == L4_CALL_UNMAP && unmap_at_once(self))) {
		exit_check(self);		/* floor is right: neither changes it */
		return self;
	}
	adapt_arguments(self, r, number);
	next = kernel_syscall(self, number);
	return next ? kernel_leave(next) : return_to(self);
}

/* `sc` in the gateway, or anywhere else (ppc32 8.2). */
static struct thread *trap_syscall(struct thread *self)
{
	l4_word_t number = gateway_call(thread_regs(self)->ip);

	note_current(self);
	if (number < GATEWAY_SLOTS)
		return call(self, (unsigned)number);
	return kernel_leave(fault_exception(self, L4_EXC_FOREIGN_SYSCALL, 0));
}

/* ---- exceptions of user code. Each function returns as an upcall ---- */

/* SRR1 as programs see it, from now on in the frame: with FE0 and FE1 as in FLAGS, and not FP (R5). */
static l4_word_t cause_of(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	return r->cause = (r->cause & ~(l4_word_t)SRR1_HIDDEN) | (msr_flags(r->msr) & MSR_FE);
}

/*
 * The hash table has no entry with the right, and refill.S has found no page with it; or the cause is another
 * one, which no mapping would heal.
 */
static struct thread *data_fault(struct thread *self)
{
	l4_word_t cause = cpu_dsisr();

	if (!(cause & (CAUSE_MISS | CAUSE_RIGHT)))
		return fault_exception(self, VECTOR_DATA, cause);
	return fault_page(self, cpu_dar(), cause & DSISR_STORE ? L4_W : L4_R);
}

static bool is_readable(struct thread *self, l4_word_t at)
{
	return at < L4_USER_END && arch_ptab_get(self->space, at).present;
}

static struct thread *code_fault(struct thread *self)
{
	const struct arch_regs *r = thread_regs(self);

	if (r->cause & ISI_NO_EXECUTE && is_readable(self, r->ip))
		return fault_exception(self, VECTOR_CODE, cause_of(self));
	return fault_page(self, r->ip, L4_X);
}

/*
 * Returns the instruction at which self stopped, or 0: another thread may have unmapped its page since the
 * CPU fetched it. With the attributes that its page can have memory is cached: from other pages nothing is
 * fetched.
 */
static uint32_t instruction(struct thread *self)
{
	l4_word_t ip = thread_regs(self)->ip;
	struct leaf leaf = arch_ptab_get(self->space, ip);

	if (!leaf.present || !arch_frame_reachable(leaf.frame))
		return 0;
	return *(const uint32_t *)arch_frame_ptr(leaf.frame | (ip & (pow2(PTE_PAGE_LOG2) - 1)));
}

/* KernelInterface (ppc32 4). */
static struct thread *kernel_interface(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	r->r3 = l4_fpage_base(self->space->kip_area);
	r->r4 = (uint32_t)kernel.kip->api_version;
	r->r5 = kernel.kip->api_flags;
	r->r6 = *(const l4_word_t *)((const void *)((const char *)kernel.kip + kernel.kip->kern_desc_ptr));
	r->ip += INSTRUCTION_BYTES;
	return 0;
}

/* The root server prints by `trap` before there is a driver; other programs only with the option kdb=. */
static bool has_console(const struct thread *self)
{
	return kernel.kdb & KDB_CONSOLE || self->space->privileged;
}

/* The instruction `trap`: r0 has the number of a service (ppc32 10). */
static struct thread *console(struct thread *self)
{
	struct arch_regs *r = thread_regs(self);

	if (r->r0 != CONSOLE_PUTC)
		return kdb_present ? kdb_breakpoint(self) : fault_exception(self, VECTOR_PROGRAM, r->cause);
	report_flush();
	arch_putc((char)r->r3);
	r->ip += INSTRUCTION_BYTES;
	return 0;
}

static struct thread *program_exception(struct thread *self)
{
	l4_word_t cause = cause_of(self);

	if (cause & (PROGRAM_ILLEGAL | PROGRAM_PRIVILEGED) && instruction(self) == L4_KERNEL_INTERFACE_WORD)
		return kernel_interface(self);
	if (cause & PROGRAM_TRAP && has_console(self) && instruction(self) == CODE_TRAP)
		return console(self);
	return fault_exception(self, VECTOR_PROGRAM, cause);
}

/* An interrupt while self, which may have work or be idle, is the current thread. Returns the next one. */
static struct thread *interrupt(struct thread *self, unsigned vector)
{
	int line;

	if (vector == VECTOR_DECREMENTER)
		return preempt_timer(self);
	line = plat_irq_accept();
	return line == PLAT_IRQ_NONE ? self : irq_arrived(self, (unsigned)line);
}

static struct thread *exception(struct thread *self, unsigned vector)
{
	switch (vector) {
	case VECTOR_DATA:
		return data_fault(self);
	case VECTOR_CODE:
		return code_fault(self);
	case VECTOR_EXTERNAL:
	case VECTOR_DECREMENTER:
		return interrupt(self, vector);
	case VECTOR_PROGRAM:
		return program_exception(self);
	case VECTOR_ALIGNMENT:
		return fault_exception(self, vector, cpu_dsisr());
	case VECTOR_NO_FPU:
		fpu_use(self);
		return 0;
	case VECTOR_RESET:
		printk("kernel: system reset, ignored\n");
		return 0;
	default:
		return fault_exception(self, vector, cause_of(self));
	}
}

static struct thread *trap_user(struct thread *self)
{
	note_current(self);
	return kernel_leave(exception(self, thread_regs(self)->entry));
}

/* An interrupt in idle, or between two steps of a long operation of the current thread. */
static struct thread *trap_interrupt(unsigned vector)
{
	return kernel_leave(interrupt(cpu_self()->current, vector));
}

/* ---- the vector of system calls (entry.S), in the direct map ---- */

/* The branch from there to a physical address. */
static uint32_t branch_to(uintptr_t pa) { return 0x48000002 | (uint32_t)pa; }

static void patch(uintptr_t pa, uint32_t code)
{
	uint32_t *at = KMAP_POINTER(pa);

	*at = code;
	cache_make_code(at, sizeof(*at));
}

void trap_leave_out_short(bool all)
{
	static uint32_t usual;

	if (!usual)
		usual = *(const uint32_t *)KMAP_POINTER((uintptr_t)vector_call);
	all = all || mem.general;		/* with fastpath=off */
	patch((uintptr_t)vector_call, all ? branch_to((uintptr_t)entry_by_general - KMAP_DIRECT) : usual);
}

/* No thread can use AltiVec, but each could read what another left in VRSAVE: fast.S does not clear it. */
BOOT_CODE void trap_calls(const char *cmdline)
{
	if (boot_option_is(cmdline, "fastpath", "off", false))
		trap_leave_out_short(true);
	else if (cpu_local()->altivec || !boot_option_is(cmdline, "fastpath", "on", true))
		patch((uintptr_t)vector_call_ipc, BRANCH_IF_EQUAL | (uint16_t)(entry_by_c - vector_call_ipc));
}

/* ---- exceptions of the kernel ---- */

void trap_print_frame(const struct arch_regs *r)
{
	printk("ip %08lx  lr %08lx  srr1 %08lx  vector %lx  dar %08lx  dsisr %08lx\n",
	       r->ip, r->lr, r->cause, r->entry, cpu_dar(), cpu_dsisr());
	printk("cr %08lx  ctr %08lx  xer %08lx\n", r->cr, r->ctr, r->xer);
	printk("r0  %08lx %08lx %08lx %08lx %08lx %08lx %08lx %08lx\n",
	       r->r0, r->r1, r->r2, r->r3, r->r4, r->r5, r->r6, r->r7);
	printk("r8  %08lx %08lx %08lx %08lx %08lx %08lx %08lx %08lx\n",
	       r->r8, r->r9, r->r10, r->r11, r->r12, r->r13, r->r14, r->r15);
	printk("r16 %08lx %08lx %08lx %08lx %08lx %08lx %08lx %08lx\n",
	       r->r16, r->r17, r->r18, r->r19, r->r20, r->r21, r->r22, r->r23);
	printk("r24 %08lx %08lx %08lx %08lx %08lx %08lx %08lx %08lx\n",
	       r->r24, r->r25, r->r26, r->r27, r->r28, r->r29, r->r30, r->r31);
}

/* The registers are saved in front of `behind`, which is no thread. */
static void trap_kernel(const struct thread *behind)
{
	const struct arch_regs *frame = thread_regs(behind);

	stop_note_frame(frame);
	if (frame->entry == VECTOR_RESET)
		panic("system reset");
	if (frame->entry == VECTOR_MACHINE_CHECK)
		panic("machine check: the hardware reports an error");
	if (frame->entry == VECTOR_PROGRAM && frame->cause & PROGRAM_TRAP)
		panic("broken invariant; which one says the line of ip");
	panic("exception %lx in the kernel", frame->entry);
}

BOOT_CODE void trap_init(void)
{
	struct cpu_local *l = cpu_local();

	l->traps = (struct traps){ trap_ipc, trap_syscall, trap_user, trap_interrupt, trap_kernel };
	l->stack = (uintptr_t)kernel_stack.end;
	l->panic_stack = (uintptr_t)(panic_stack + PANIC_STACK_BYTES - STACK_END);
}
