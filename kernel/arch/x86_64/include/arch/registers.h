/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of the arguments and results of each system call (amd64 4; <arch/args.h>).
 * Other registers keep the caller's values, except RCX and R11, which SYSCALL changes. After Ipc RBP, RDX, R8
 * and RSI may also have values of earlier entries of the caller.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)		arg(to.raw, rsi), arg(from.raw, rdx), arg(timeouts, r8)
#define ARCH_RESULT_IPC(result)		result(rsi, from.raw)
#define ARCH_RESULT_UTCB(result)	result(rdi, utcb)

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, rax), arg(control, rsi), arg(sp, rdx), arg(ip, r8), arg(flags, r9), arg(handle, r10), \
	arg(pager.raw, rdi)
#define ARCH_RESULT_EXREGS(result) \
	result(rax, old->dest.raw) result(rsi, old->control) result(rdx, old->sp) result(r8, old->ip) \
	result(r9, old->flags) result(r10, old->handle) result(rdi, old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, rdi), arg(space.raw, r8), arg(scheduler.raw, rdx), arg(pager.raw, rsi), arg(utcb, r9)
#define ARCH_RESULT_THREAD_CONTROL(result)	result(rax, ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(rax, us)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, rdi)

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, rdi), arg(prio, rsi), arg(time, rdx), arg(processor, r8), arg(preemption, r9)
#define ARCH_RESULT_SCHEDULE(result)		result(rax, state) result(rdx, time)

#define ARCH_ARG_UNMAP				rdx

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, rdi), arg(control, rsi), arg(kip_area.raw, rdx), arg(utcb_area.raw, r8), \
	arg(redirector.raw, r9)
#define ARCH_RESULT_SPACE_CONTROL(result)	result(rax, ok) result(rdx, old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(rax, ok)

/* The stub has moved attribute 0 from RCX to RBP and attribute 3 from R11 to RDI (gateway.S). */
#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, rdx), arg(attribute[0], rbp), arg(attribute[1], rsi), arg(attribute[2], r8), \
	arg(attribute[3], rdi)
/* In RAX and RDX: the binding reads it from RDX (ambiguity A11). */
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(rax, ok) result(rdx, ok)

#define ARCH_ARGS_INSPECT(arg)			arg(what, rdi), arg(object, rsi), arg(start, rdx)
#define ARCH_RESULT_INSPECT(result)		result(rax, next)

#define ARCH_ARG_SET_TLS			rdi
#define ARCH_RESULT_SET_TLS(result)		result(rax, ok)

#endif
