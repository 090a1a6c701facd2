/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread_arch.c - the user context of a host thread: struct arch_regs, which is not loaded into a CPU.
 */
#include <string.h>
#include <core/arch.h>
#include "host.h"

void arch_regs_start(struct thread *t, l4_word_t ip, l4_word_t sp)
{
	*thread_regs(t) = (struct arch_regs){ .ip = ip, .sp = sp, .flags = HOST_FLAGS };
}

struct arch_user arch_user_get(struct thread *t)
{
	return (struct arch_user){ thread_regs(t)->ip, thread_regs(t)->sp, thread_regs(t)->flags };
}

l4_word_t arch_user_ip(struct thread *t) { return thread_regs(t)->ip; }

static void set_flags(struct thread *t, l4_word_t flags)
{
	thread_regs(t)->flags = (thread_regs(t)->flags & ~(l4_word_t)HOST_FLAGS_USER) | (flags & HOST_FLAGS_USER);
}

void arch_user_set(struct thread *t, struct arch_user u, unsigned which)
{
	if (which & ARCH_SET_IP)
		thread_regs(t)->ip = u.ip;
	if (which & ARCH_SET_SP)
		thread_regs(t)->sp = u.sp;
	if (which & ARCH_SET_FLAGS)
		set_flags(t, u.flags);
}

/* Returns the address of MRi of an exception message, which is in two arrays (core/arch.h). */
static l4_word_t *word(l4_word_t *first, l4_word_t *rest, unsigned i)
{
	return (i < REG_MRS ? first : rest) + i;
}

/* Returns the value of that MRi. */
static l4_word_t of(const l4_word_t *first, const l4_word_t *rest, unsigned i)
{
	return (i < REG_MRS ? first : rest)[i];
}

void arch_exception_get(struct thread *t, l4_word_t number, l4_word_t error, l4_word_t *first,
			l4_word_t *rest)
{
	*word(first, rest, L4_EXC_RIP) = thread_regs(t)->ip;
	*word(first, rest, L4_EXC_RSP) = thread_regs(t)->sp;
	*word(first, rest, L4_EXC_RFLAGS) = thread_regs(t)->flags;
	*word(first, rest, L4_EXC_NUMBER) = number;
	*word(first, rest, L4_EXC_ERROR) = error;
}

void arch_exception_put(struct thread *t, const l4_word_t *first, const l4_word_t *rest, unsigned u)
{
	if (u >= L4_EXC_RIP)
		thread_regs(t)->ip = of(first, rest, L4_EXC_RIP);
	if (u >= L4_EXC_RSP)
		thread_regs(t)->sp = of(first, rest, L4_EXC_RSP);
	if (u >= L4_EXC_RFLAGS)
		set_flags(t, of(first, rest, L4_EXC_RFLAGS));
}

bool arch_came_by_ipc(const struct thread *t)
{
	return t->utcb;
}

void arch_thread_complete(struct thread *t)
{
	(void)t;
}

void arch_ipc_done(struct thread *t)
{
	arch_result_utcb(thread_regs(t), t->local.raw);
}

void arch_thread_init(struct thread *t)
{
	arch_regs_start(t, 0, 0);
}

/* A host thread has no other state of the machine. The pattern shows a use after this. */
void arch_thread_exit(struct thread *t)
{
	memset(thread_regs(t), 0xdd, sizeof(*thread_regs(t)));
}
