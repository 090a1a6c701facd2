/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.h - the registers of the arguments and results of each system call (amd64 4). Other registers keep
 * the caller's values, except RCX and R11, which SYSCALL changes. After Ipc RBP, RDX, R8 and RSI may also
 * have values of earlier entries of the caller. Included by core/arch.h only, where struct thread is defined.
 */
#ifndef ARCH_CALL_H
#define ARCH_CALL_H

#include <arch/gateway.h>

static inline struct l4_ipc_args arch_args_ipc(const struct arch_regs *r)
{
	return (struct l4_ipc_args){ { r->rsi }, { r->rdx }, r->r8 };
}

static inline void arch_result_ipc(struct arch_regs *r, l4_tid_t from) { r->rsi = from.raw; }
static inline void arch_result_utcb(struct arch_regs *r, l4_word_t utcb) { r->rdi = utcb; }

/*
 * Returns true if r's IP is canonical (bits 63 to 47 equal). IRET to another address would fault in the
 * kernel; the thread must get that fault instead.
 */
static inline bool arch_ip_ok(const struct arch_regs *r)
{
	l4_word_t top = r->rip >> 47;

	return top == 0 || top == 0x1ffff;
}

static inline struct l4_exregs_args arch_args_exregs(const struct arch_regs *r)
{
	return (struct l4_exregs_args){ { r->rax }, r->rsi, r->rdx, r->r8, r->r9, r->r10, { r->rdi } };
}

/* `old` contains the old values; its dest is the result id. */
static inline void arch_result_exregs(struct arch_regs *r, const struct l4_exregs_args *old)
{
	r->rax = old->dest.raw;
	r->rsi = old->control;
	r->rdx = old->sp;
	r->r8 = old->ip;
	r->r9 = old->flags;
	r->r10 = old->handle;
	r->rdi = old->pager.raw;
}

static inline struct l4_thread_control_args arch_args_thread_control(const struct arch_regs *r)
{
	return (struct l4_thread_control_args){
		.dest = { r->rdi }, .space = { r->r8 }, .scheduler = { r->rdx }, .pager = { r->rsi },
		.utcb = r->r9,
	};
}

static inline void arch_result_thread_control(struct arch_regs *r, bool ok) { r->rax = ok; }
static inline void arch_result_system_clock(struct arch_regs *r, uint64_t us) { r->rax = us; }

static inline l4_tid_t arch_args_thread_switch(const struct arch_regs *r)
{
	return (l4_tid_t){ r->rdi };
}

static inline struct l4_schedule_args arch_args_schedule(const struct arch_regs *r)
{
	return (struct l4_schedule_args){
		.dest = { r->rdi }, .prio = r->rsi, .time = r->rdx, .processor = r->r8,
		.preemption = r->r9,
	};
}

static inline void arch_result_schedule(struct arch_regs *r, l4_word_t state, l4_word_t time)
{
	r->rax = state;
	r->rdx = time;
}

static inline l4_word_t arch_args_unmap(const struct arch_regs *r) { return r->rdx; }

static inline struct l4_space_control_args arch_args_space_control(const struct arch_regs *r)
{
	return (struct l4_space_control_args){ { r->rdi }, r->rsi, { r->rdx }, { r->r8 }, { r->r9 } };
}

static inline void arch_result_space_control(struct arch_regs *r, bool ok, l4_word_t old)
{
	r->rax = ok;
	r->rdx = old;
}

static inline struct l4_processor_control_args arch_args_processor_control(const struct arch_regs *r)
{
	return (struct l4_processor_control_args){ r->rdi, r->rsi, r->rdx, r->r8 };
}

static inline void arch_result_processor_control(struct arch_regs *r, bool ok) { r->rax = ok; }

/* The stub has moved attribute 0 from RCX to RBP and attribute 3 from R11 to RDI (gateway.S). */
static inline struct l4_memory_control_args arch_args_memory_control(const struct arch_regs *r)
{
	return (struct l4_memory_control_args){ r->rdx, { r->rbp, r->rsi, r->r8, r->rdi } };
}

/* In RAX and RDX: the binding reads it from RDX (ambiguity A11). */
static inline void arch_result_memory_control(struct arch_regs *r, bool ok) { r->rax = r->rdx = ok; }

static inline struct l4_inspect_args arch_args_inspect(const struct arch_regs *r)
{
	return (struct l4_inspect_args){ r->rdi, r->rsi, r->rdx };
}

static inline void arch_result_inspect(struct arch_regs *r, l4_word_t next) { r->rax = next; }

static inline l4_word_t arch_args_set_tls(const struct arch_regs *r) { return r->rdi; }
static inline void arch_result_set_tls(struct arch_regs *r, bool ok) { r->rax = ok; }

/* ---- the frame of a thread in Ipc (core/arch.h) ---- */

/* True if t entered by the gateway's Ipc, and its IP and SP were not set since. */
static inline bool arch_came_by_ipc(const struct thread *t) { return thread_regs(t)->entry == REGS_IPC; }

static inline void arch_thread_complete(struct thread *t) { thread_regs(t)->entry = REGS_IPC; }

static inline void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	thread_regs(t)->entry = REGS_IPC;
	thread_regs(t)->rsi = from.raw;
}

static inline l4_word_t arch_user_ip(struct thread *t)
{
	const struct arch_regs *r = thread_regs(t);

	return r->entry == REGS_IPC || gateway_contains(r->rip) ? arch_user_get(t).ip : r->rip;
}

#endif
