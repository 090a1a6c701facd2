/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * context.c - the user context of a thread, as core reads and changes it.
 *
 * A thread in or just after a system call stands in the gateway page. What ExchangeRegisters shows
 * and sets is its caller: as if the stub's RET had been executed (design of the gateway, gateway.S).
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <lib/str.h>
#include "gateway.h"
#include "local.h"
#include "machine.h"

/* Registers of an exception message, in the order of MR1.. (abi/arch/x86_64/x2/arch.h). */
#define AT(reg) offsetof(struct arch_regs, reg)
static const uint16_t exception_regs[L4_EXC_REPLY_WORDS + 1] = {
	[L4_EXC_RIP] = AT(rip), [L4_EXC_RBX] = AT(rbx), [L4_EXC_R10] = AT(r10), [L4_EXC_R12] = AT(r12),
	[L4_EXC_R13] = AT(r13), [L4_EXC_R14] = AT(r14), [L4_EXC_R15] = AT(r15), [L4_EXC_RAX] = AT(rax),
	[L4_EXC_RCX] = AT(rcx), [L4_EXC_RDX] = AT(rdx), [L4_EXC_RSI] = AT(rsi), [L4_EXC_RDI] = AT(rdi),
	[L4_EXC_RBP] = AT(rbp), [L4_EXC_R8] = AT(r8), [L4_EXC_R9] = AT(r9), [L4_EXC_R11] = AT(r11),
	[L4_EXC_RSP] = AT(rsp), [L4_EXC_RFLAGS] = AT(rflags),
};

static l4_word_t *reg_at(struct arch_regs *r, unsigned mr)
{
	return (l4_word_t *)(void *)((char *)r + exception_regs[mr]);
}

void arch_thread_init(struct thread *t)
{
	t->regs.cs = SEL_USER_CS;
	t->regs.ss = SEL_USER_SS;
	t->regs.rflags = RFLAGS_FIXED;
	t->regs.entry = REGS_OTHER;
}

void arch_thread_exit(struct thread *t)
{
	struct cpu_local *l = cpu_local();

	fpu_forget(t);
	if (l->last == t)
		l->last = 0;
}

void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp)
{
	fpu_forget(t);
	memset(&t->regs, 0, offsetof(struct arch_regs, fpu));
	arch_thread_init(t);
	t->regs.rip = ip;
	t->regs.rsp = sp;
}

struct arch_user arch_user_get(struct thread *t)
{
	struct arch_user u = { t->regs.rip, t->regs.rsp, t->regs.rflags };
	l4_word_t caller;

	if (!gateway_contains(u.ip) || !arch_copy_in(t->space, &caller, u.sp, sizeof(caller)))
		return u;
	u.ip = caller;
	u.sp += sizeof(caller);
	return u;
}

void arch_user_set(struct thread *t, struct arch_user u, unsigned which)
{
	struct arch_user now = arch_user_get(t);

	if (which & ARCH_SET_FLAGS)
		t->regs.rflags = rflags_for_user(u.flags);
	if (!(which & (ARCH_SET_IP | ARCH_SET_SP)))
		return;
	t->regs.rip = which & ARCH_SET_IP ? u.ip : now.ip;
	t->regs.rsp = which & ARCH_SET_SP ? u.sp : now.sp;
	t->regs.entry = REGS_OTHER;
}

void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *mr)
{
	for (unsigned i = 1; i <= L4_EXC_REPLY_WORDS; i++)
		mr[i] = *reg_at(&t->regs, i);
	mr[L4_EXC_NUMBER] = number;
	mr[L4_EXC_ERROR] = error;
}

void arch_exception_put(struct thread *t, const l4_word_t *mr, unsigned u)
{
	for (unsigned i = 1; i <= u && i <= L4_EXC_REPLY_WORDS; i++)
		*reg_at(&t->regs, i) = mr[i];
	t->regs.rflags = rflags_for_user(t->regs.rflags);
	t->regs.entry = REGS_OTHER;
}
