// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - a user thread runs: the loop in which each of Linux's threads is while it is in user mode, or in a
 * system call. In the place of os-Linux/skas/process.c, which does this with ptrace.
 */
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <asm/mmu_context.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>
#include <sysdep/syscalls.h>
#include <asm/unistd.h>
#include "pecan.h"

#define WORK (_TIF_NEED_RESCHED | _TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL | _TIF_NOTIFY_RESUME)
#define TRACED (_TIF_SYSCALL_TRACE | _TIF_SINGLESTEP)

enum { PROTECTION = 13 };		/* the exception that a CPU has for a port that is not permitted */

int userspace_pid[NR_CPUS];

int pecan_stop(struct task_struct *t)
{
	struct pecan_thread *p = pecan_thread(t);

	if (p->state != PECAN_PAGE && p->state != PECAN_RUNS)
		return 0;
	if (edge_stop(p->id, t->thread.regs.regs.gp, pecan_mm(t->mm)->data))
		return -1;
	t->thread.regs.regs.gp[HOST_ORIG_AX] = -1;
	p->state = PECAN_REGISTERS;
	return 0;
}

/* Kill the current process: its thread does not keep the protocol, or there is no memory for it. */
static void lost(const char *why)
{
	pr_info_ratelimited("%s[%d]: %s\n", current->comm, task_pid_nr(current), why);
	pecan_thread(current)->state = PECAN_NONE;
	pecan_thread(current)->id = 0;
	force_fatal_sig(SIGKILL);
}

/*
 * All kernel memory of the space is in use. Pages alone free little, as page tables stay until the space
 * ends: so the process gets a space with more, or else an empty one.
 */
static void exhausted(void)
{
	struct pecan_mm *m = pecan_mm(current->mm);

	pecan_revoke_all(current->mm);
	if (pecan_stop(current) ||
	    (pecan_grow(current->mm, m->kmem * 4, m->slots) && pecan_leave_space(current->mm)))
		lost("no kernel memory of Pecan is left for its pages");
}

/* Let the current thread continue, with interrupts disabled, until it does something or there is one. */
static enum edge_what enter(struct uml_pt_regs *regs, struct edge_event *e)
{
	struct pecan_thread *p = pecan_thread(current);
	enum edge_what what;
	unsigned long page;
	unsigned rights;

	switch (p->state) {
	case PECAN_REGISTERS:
		if (unlikely(test_thread_flag(TIF_SINGLESTEP)))
			regs->gp[HOST_EFLAGS] |= PECAN_TRAP_FLAG;
		pecan_revoke(NULL, 0);
		what = edge_resume(p->id, regs->gp, e);
		break;
	case PECAN_PAGE:
		page = pecan_lend(current->mm, p->fault, &rights);
		pecan_revoke(page ? current->mm : NULL, p->fault);
		what = edge_map(p->id, p->fault, page, rights, regs->gp, e);
		break;
	default:
		pecan_revoke(NULL, 0);
		what = edge_continue(p->id, regs->gp, e);
	}
	if (what != EDGE_NOT_YET) {
		if (what != EDGE_EXHAUSTED && what != EDGE_LOST)
			pecan_replaced();
		p->state = PECAN_RUNS;
		p->vectors = PECAN_VECTORS_LIVE;
	}
	return what;
}

/*
 * A system call, as by handle_syscall (arch/um/kernel/skas/syscall.c), which does it if the thread is traced.
 * It may become traced during the call.
 */
static inline void system_call(struct uml_pt_regs *uml)
{
	struct pt_regs *regs = container_of(uml, struct pt_regs, regs);
	unsigned number = uml->gp[HOST_AX];

	uml->gp[HOST_ORIG_AX] = uml->gp[HOST_AX];
	if (unlikely(read_thread_flags() & TRACED) || number >= __NR_syscalls) {
		pecan_stepped(uml);
		handle_syscall(uml);
		return;
	}
	uml->syscall = number;
	uml->gp[HOST_AX] = -ENOSYS;
	uml->gp[HOST_AX] = EXECUTE_SYSCALL(number, regs);
	if (unlikely(read_thread_flags() & TRACED))
		syscall_trace_leave(regs);
}

/* Handle what the current thread has done, with interrupts enabled. */
static void handle(enum edge_what what, struct uml_pt_regs *regs, const struct edge_event *e)
{
	struct pecan_thread *p = pecan_thread(current);

	regs->is_user = 1;
	regs->syscall = -1;
	switch (what) {
	case EDGE_SYSCALL:
		p->state = PECAN_REGISTERS;
		system_call(regs);
		break;
	case EDGE_EXCEPTION:
		p->state = PECAN_REGISTERS;
		regs->gp[HOST_ORIG_AX] = -1;
		pecan_exception(regs, e);
		break;
	case EDGE_FAULT:
		p->state = PECAN_PAGE;
		p->fault = e->address & PAGE_MASK;
		regs->gp[HOST_IP] = e->ip;
		regs->gp[HOST_ORIG_AX] = -1;
		pecan_fault(regs, e);
		break;
	case EDGE_PORT:
		p->state = PECAN_PAGE;
		p->fault = 0;
		regs->gp[HOST_IP] = e->ip;
		regs->gp[HOST_ORIG_AX] = -1;
		pecan_exception(regs, &(struct edge_event){ .number = PROTECTION });
		break;
	case EDGE_EXHAUSTED:
		exhausted();
		break;
	case EDGE_LOST:
		lost("it has not kept the protocol of exceptions");
		break;
	case EDGE_INTERRUPT:
	case EDGE_NOT_YET:
		break;
	}
}

/*
 * The current thread runs: handle what it has done meanwhile, or stop it. Called with interrupts disabled,
 * and enables them. One whose handler waits would let the thread run between edge_poll and edge_stop: a
 * system call that it makes then is never received, and lost when it is stopped.
 */
static void poll_or_stop(struct uml_pt_regs *regs)
{
	struct edge_event e;
	enum edge_what what = edge_poll(pecan_thread(current)->id, regs->gp, &e);
	bool failed = what == EDGE_INTERRUPT && pecan_stop(current);

	local_irq_enable();
	if (failed)
		lost("it can not be stopped");
	else if (what != EDGE_INTERRUPT)
		handle(what, regs, &e);
}

/*
 * A step of the work that comes before the current thread continues; flags: why. Signals need all its
 * registers, so it is stopped for them.
 */
static void work(struct uml_pt_regs *regs, unsigned long flags)
{
	if (pecan_thread(current)->state == PECAN_RUNS) {
		poll_or_stop(regs);
		return;
	}
	local_irq_enable();
	if (flags == _TIF_NEED_RESCHED) {
		schedule();
	} else if (pecan_stop(current)) {
		lost("it can not be stopped");
	} else {
		interrupt_end();
	}
}

/* Give the current thread a thread of Pecan, FS's base and vector state. Returns false if it was killed. */
static bool ready(void)
{
	struct pecan_thread *p = pecan_thread(current);

	if (p->state == PECAN_NONE && pecan_make_thread(current)) {
		lost("no space or thread of Pecan can be made");
		return false;
	}
	if ((p->vectors == PECAN_VECTORS_LOAD || p->load_fs) && (pecan_stop(current) || pecan_load(current, 0))) {
		lost("its registers can not be loaded");
		return false;
	}
	return true;
}

void userspace(struct uml_pt_regs *regs, unsigned long *unused)
{
	struct edge_event e;
	unsigned long flags;
	enum edge_what what;

	for (;;) {
		local_irq_disable();
		flags = read_thread_flags() & WORK;
		if (flags)
			work(regs, flags);
		if (flags || !ready())
			continue;
		what = enter(regs, &e);
		if (what == EDGE_INTERRUPT)
			regs->is_user = 1;
		pecan_interrupts(regs);
		handle(what, regs, &e);
	}
}

/* ---- threads of Linux's kernel: stacks in one thread of Pecan ---- */

void new_thread(void *stack, jmp_buf *buf, void (*handler)(void))
{
	(*buf)[0].JB_IP = (unsigned long)handler;
	(*buf)[0].JB_SP = (unsigned long)stack + THREAD_SIZE - sizeof(void *);
}

void switch_threads(jmp_buf *me, jmp_buf *you)
{
	if (UML_SETJMP(me) == 0)
		UML_LONGJMP(you, 1);
}

void initial_thread_cb_skas(void (*proc)(void *), void *arg) { proc(arg); }
void arch_switch_to(struct task_struct *to) { }
void __switch_mm(struct mm_id *id) { }
