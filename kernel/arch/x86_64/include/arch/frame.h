/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.h - the frame of a thread in Ipc (generic/include/arch/frame.h). Included by core/arch.h only, where
 * struct thread is defined.
 */
#ifndef ARCH_FRAME_H
#define ARCH_FRAME_H

#include <arch/gateway.h>

/* Returns true if an address is canonical: bits 63 to 47 are equal. */
static inline bool arch_canonical(l4_word_t address) { return (address + ((l4_word_t)1 << 47)) >> 48 == 0; }

/*
 * Returns true if r's IP and SP are canonical. IRET to another IP would fault in the kernel, and on CPUs of
 * AMD also with another SP; the thread must get that fault instead. SYSRET does not look at SP.
 */
static inline bool arch_iret_ok(const struct arch_regs *r)
{
	return (r->ip | r->sp) >> 47 == 0 || (arch_canonical(r->ip) && arch_canonical(r->sp));
}

/* True if t entered by the gateway's Ipc, and its IP and SP were not set since. */
static inline bool arch_came_by_ipc(const struct thread *t) { return thread_regs(t)->entry == REGS_IPC; }

static inline void arch_thread_complete(struct thread *t) { thread_regs(t)->entry = REGS_IPC; }

static inline void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	thread_regs(t)->entry = REGS_IPC;
	thread_regs(t)->si = from.raw;
}

static inline l4_word_t arch_user_ip(struct thread *t)
{
	const struct arch_regs *r = thread_regs(t);

	return r->entry == REGS_IPC || gateway_contains(r->ip) ? arch_user_get(t).ip : r->ip;
}

#endif
