/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of each system call (ia32 3): of its arguments and results (<arch/args.h>),
 * and those that it keeps. All others are then 0 or have a value of the caller at this call, except that Ipc
 * returns MR1 and MR2 in EBX and EBP, and by SYSEXIT SP in ECX and a selector in EDX.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)		arg(to.raw, ax), arg(from.raw, dx), arg(timeouts, cx)
#define ARCH_RESULT_IPC(result)		result(ax, from.raw)
#define ARCH_RESULT_UTCB(result)	result(di, utcb)

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, ax), arg(control, cx), arg(sp, dx), arg(ip, si), arg(flags, di), arg(handle, bx), \
	arg(pager.raw, bp)
#define ARCH_RESULT_EXREGS(result) \
	result(ax, old->dest.raw) result(cx, old->control) result(dx, old->sp) result(si, old->ip) \
	result(di, old->flags) result(bx, old->handle) result(bp, old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, ax), arg(space.raw, si), arg(scheduler.raw, dx), arg(pager.raw, cx), arg(utcb, di)
#define ARCH_RESULT_THREAD_CONTROL(result)	result(ax, ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(ax, us) result(dx, us >> 32)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, ax)

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, ax), arg(prio, cx), arg(time, dx), arg(processor, si), arg(preemption, di)
#define ARCH_RESULT_SCHEDULE(result)		result(ax, state) result(dx, time)

#define ARCH_ARG_UNMAP				ax

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, ax), arg(control, cx), arg(kip_area.raw, dx), arg(utcb_area.raw, si), \
	arg(redirector.raw, di)
#define ARCH_RESULT_SPACE_CONTROL(result)	result(ax, ok) result(cx, old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(ax, ok)

#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, ax), arg(attribute[0], cx), arg(attribute[1], dx), arg(attribute[2], bx), \
	arg(attribute[3], bp)
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(ax, ok)

/* Pecan's extension. */
#define ARCH_ARGS_INSPECT(arg)			arg(what, ax), arg(object, cx), arg(start, dx)
#define ARCH_RESULT_INSPECT(result)		result(ax, next)

/* Not offered: the thread pointer is a word of the UTCB (ia32 9). */
#define ARCH_ARG_SET_TLS			ax
#define ARCH_RESULT_SET_TLS(result)		result(ax, ok)

/*
 * What each call keeps, and some more: programs that were built with any headers of X.2 rely on it. ARCH_MRS:
 * the message registers that have a register, in their order; a call keeps those that it does not write.
 */
#define ARCH_MRS(mr)		mr(si)
#define ARCH_KEPT(kept)		kept(sp)
#define ARCH_KEPT_BY(call, kept) \
	call(IPC, kept(di) ARCH_MRS(kept)) call(UNMAP, kept(cx) ARCH_MRS(kept)) \
	call(THREAD_SWITCH, kept(ax) kept(bx) kept(cx) kept(dx) kept(si) kept(di) kept(bp)) \
	call(SYSTEM_CLOCK, kept(bx) kept(cx) kept(bp))

#endif
