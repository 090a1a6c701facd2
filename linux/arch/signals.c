// SPDX-License-Identifier: GPL-2.0-only
/*
 * signals.c - exceptions and page faults of user threads: a page, or a signal.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <asm/siginfo.h>
#include <kern_util.h>
#include "pecan.h"

enum { PAGE_FAULT = 14, FAULT_OF_USER = 4, FAULT_OF_WRITE = 2, FAULT_OF_FETCH = 16 };

/* The signal of each exception (SDM 3A 6.15): those of Linux on a machine without Pecan. */
static const struct {
	int signal, code;
	bool at_ip;		/* the address is that of the instruction; else 0 */
} exceptions[] = {
	[0] = { SIGFPE, FPE_INTDIV, true }, [1] = { SIGTRAP, TRAP_TRACE, true }, [3] = { SIGTRAP, SI_KERNEL },
	[4] = { SIGSEGV, SI_KERNEL }, [5] = { SIGSEGV, SI_KERNEL }, [6] = { SIGILL, ILL_ILLOPN, true },
	[11] = { SIGBUS, SI_KERNEL }, [12] = { SIGBUS, SI_KERNEL }, [13] = { SIGSEGV, SI_KERNEL },
	[16] = { SIGFPE, FPE_FLTINV, true }, [17] = { SIGBUS, BUS_ADRALN }, [19] = { SIGFPE, FPE_FLTINV, true },
};

static void note(struct uml_pt_regs *regs, unsigned long address, unsigned error, unsigned number)
{
	regs->faultinfo = (struct faultinfo){ .error_code = error, .cr2 = address, .trap_no = number };
	current->thread.arch.faultinfo = regs->faultinfo;
}

void pecan_exception(struct uml_pt_regs *regs, const struct edge_event *e)
{
	unsigned long n = e->number < ARRAY_SIZE(exceptions) ? e->number : 13;

	note(regs, 0, e->error, e->number);
	pecan_stepped(regs);
	if (!exceptions[n].signal)
		n = 13;
	if (exceptions[n].code == SI_KERNEL)
		force_sig(exceptions[n].signal);
	else
		force_sig_fault(exceptions[n].signal, exceptions[n].code,
				(void __user *)(exceptions[n].at_ip ? regs->gp[HOST_IP] : 0));
}

unsigned long pecan_refaults;

/* Returns false if there is a page, whose entry does not permit to execute it. */
static bool may_fetch(unsigned long at)
{
	pte_t *pte = virt_to_pte(current->mm, at);

	return !pte || !pte_present(*pte) || pte_exec(*pte);
}

void pecan_fault(struct uml_pt_regs *regs, const struct edge_event *e)
{
	bool write = e->access & EDGE_WRITE, fetch = !write && e->access & EDGE_EXECUTE;
	int code, err;

	if (pecan_has(current->mm, e->address, e->access)) {
		pecan_refaults++;
		return;
	}
	note(regs, e->address, FAULT_OF_USER | (write ? FAULT_OF_WRITE : 0) | (fetch ? FAULT_OF_FETCH : 0),
	     PAGE_FAULT);
	err = e->address >= TASK_SIZE ? -EFAULT : handle_page_fault(e->address, e->ip, write, 1, &code);
	if (e->address >= TASK_SIZE)
		code = SEGV_MAPERR;
	if (!err && fetch && !may_fetch(e->address)) {
		err = -EFAULT;
		code = SEGV_ACCERR;
	}
	if (err == -EACCES)
		force_sig_fault(SIGBUS, BUS_ADRERR, (void __user *)e->address);
	else if (err)
		force_sig_fault(SIGSEGV, code, (void __user *)e->address);
}
