// SPDX-License-Identifier: GPL-2.0-only
/*
 * vectors.c - vector registers and FS's base of threads. They stay in the thread of Pecan: its kernel saves
 * and loads them. Linux reads and writes vector registers by the stub, for signals, new threads and ptrace.
 * It writes FS's base by the stub, and keeps what it wrote.
 */
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <asm/prctl.h>
#include <asm/processor-flags.h>
#include <registers.h>
#include "pecan.h"

enum { FXSAVE_BYTES = 512, XSTATE_BV = 512 / sizeof(long), X87_SSE = 3, CONTROL = 0x37f, MXCSR = 0x1f80 };

static unsigned long *fp(struct task_struct *t) { return t->thread.regs.regs.fp; }

/* The state of a thread that has not used any: what FNINIT sets, and MXCSR. */
static void clean(unsigned long *to)
{
	memset(to, 0, EDGE_VECTORS);
	to[0] = CONTROL;
	to[3] = MXCSR;
}

int pecan_vectors_of(struct task_struct *t)
{
	struct pecan_thread *p = pecan_thread(t);

	if (p->vectors == PECAN_VECTORS_LOAD || p->vectors == PECAN_VECTORS_SAVED)
		return 0;
	if (p->state == PECAN_NONE || p->vectors == PECAN_VECTORS_CLEAN) {
		clean(fp(t));
		return 0;
	}
	if (pecan_stop(t) || edge_save(p->id, pecan_mm(t->mm)->data))
		return -1;
	pecan_copy(fp(t), pecan_mm(t->mm)->data, edge_vectors);
	p->vectors = PECAN_VECTORS_SAVED;
	return 0;
}

int pecan_load(struct task_struct *t, int new)
{
	struct pecan_thread *p = pecan_thread(t);
	int load = p->vectors == PECAN_VECTORS_LOAD;

	if (load)
		pecan_copy(pecan_mm(t->mm)->data, fp(t), edge_vectors);
	if (edge_load(p->id, new, p->load_fs ? t->thread.arch.fs : 0, load, pecan_mm(t->mm)->data))
		return -1;
	p->load_fs = 0;
	if (load)
		p->vectors = PECAN_VECTORS_SAVED;
	return 0;
}

/* ---- signals, new threads, ptrace ---- */

/* For the frame of a signal, which has the flags: its handler begins without these. */
void pecan_save_vectors(struct pt_regs *regs)
{
	pecan_vectors_of(current);
	regs->regs.gp[HOST_EFLAGS] &= ~(X86_EFLAGS_TF | X86_EFLAGS_DF | X86_EFLAGS_RF);
}

void pecan_new_vectors(void) { pecan_thread(current)->vectors = PECAN_VECTORS_LOAD; }

void pecan_copy_vectors(struct arch_thread *to)
{
	struct task_struct *t = container_of(to, struct task_struct, thread.arch);

	if (pecan_vectors_of(current))
		return;
	pecan_copy(fp(t), fp(current), edge_vectors);
	to->pecan.vectors = PECAN_VECTORS_LOAD;
}

int pecan_save_fpregs(struct task_struct *t, unsigned long *to)
{
	if (pecan_vectors_of(t))
		return -EIO;
	memcpy(to, fp(t), FXSAVE_BYTES);
	return 0;
}

int pecan_restore_fpregs(struct task_struct *t, const unsigned long *from)
{
	if (pecan_vectors_of(t))
		return -EIO;
	memcpy(fp(t), from, FXSAVE_BYTES);
	fp(t)[XSTATE_BV] |= X87_SSE;
	pecan_thread(t)->vectors = PECAN_VECTORS_LOAD;
	return 0;
}

void get_safe_registers(unsigned long *gp, unsigned long *fpregs)
{
	memset(gp, 0, MAX_REG_OFFSET);
	gp[HOST_EFLAGS] = 0x202;
	gp[HOST_CS] = 0x33;
	gp[HOST_SS] = 0x2b;
	gp[HOST_ORIG_AX] = -1;
	clean(fpregs);
}

/* ---- FS's base; GS's is Pecan's ---- */

long arch_prctl(struct task_struct *t, int option, unsigned long __user *arg)
{
	switch (option) {
	case ARCH_SET_FS:
		if ((unsigned long)arg >= TASK_SIZE)
			return -EPERM;
		t->thread.arch.fs = (unsigned long)arg;
		pecan_thread(t)->load_fs = 1;
		return 0;
	case ARCH_GET_FS:
		return put_user(t->thread.arch.fs, arg);
	case ARCH_GET_GS:
		return put_user(0ul, arg);
	default:
		return -EINVAL;
	}
}

SYSCALL_DEFINE2(arch_prctl, int, option, unsigned long, arg)
{
	return arch_prctl(current, option, (unsigned long __user *)arg);
}
