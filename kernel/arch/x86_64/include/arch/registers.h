/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of each system call (amd64 4): of its arguments and results (<arch/args.h>),
 * and those that it keeps. All others are then 0 or have a value of the caller at this call, except RCX and
 * R11, in which SYSRET leaves the IP in the gateway page and the flags.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)		arg(to.raw, si), arg(from.raw, dx), arg(timeouts, r8)
#define ARCH_RESULT_IPC(result)		result(si, from.raw)
#define ARCH_RESULT_UTCB(result)	result(di, utcb)

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, ax), arg(control, si), arg(sp, dx), arg(ip, r8), arg(flags, r9), arg(handle, r10), \
	arg(pager.raw, di)
#define ARCH_RESULT_EXREGS(result) \
	result(ax, old->dest.raw) result(si, old->control) result(dx, old->sp) result(r8, old->ip) \
	result(r9, old->flags) result(r10, old->handle) result(di, old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, di), arg(space.raw, r8), arg(scheduler.raw, dx), arg(pager.raw, si), arg(utcb, r9)
#define ARCH_RESULT_THREAD_CONTROL(result)	result(ax, ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(ax, us)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, di)

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, di), arg(prio, si), arg(time, dx), arg(processor, r8), arg(preemption, r9)
#define ARCH_RESULT_SCHEDULE(result)		result(ax, state) result(dx, time)

#define ARCH_ARG_UNMAP				dx

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, di), arg(control, si), arg(kip_area.raw, dx), arg(utcb_area.raw, r8), \
	arg(redirector.raw, r9)
#define ARCH_RESULT_SPACE_CONTROL(result)	result(ax, ok) result(dx, old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(ax, ok)

/* The stub has moved attribute 0 from RCX to RBP and attribute 3 from R11 to RDI (gateway.S). */
#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, dx), arg(attribute[0], bp), arg(attribute[1], si), arg(attribute[2], r8), \
	arg(attribute[3], di)
/* In RAX and RDX: the binding reads it from RDX (ambiguity A11). */
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(ax, ok) result(dx, ok)

#define ARCH_ARGS_INSPECT(arg)			arg(what, di), arg(object, si), arg(start, dx)
#define ARCH_RESULT_INSPECT(result)		result(ax, next)

#define ARCH_ARG_SET_TLS			di
#define ARCH_RESULT_SET_TLS(result)		result(ax, ok)

/*
 * What each call keeps, and some more: programs that were built with any headers of X.2 rely on it. ARCH_MRS:
 * the message registers that have a register, in their order; a call keeps those that it does not write.
 */
#define ARCH_MRS(mr)		mr(r9) mr(ax) mr(bx) mr(r10) mr(r12) mr(r13) mr(r14) mr(r15)
#define ARCH_KEPT(kept)		kept(sp)
#define ARCH_KEPT_BY(call, kept) \
	call(IPC, kept(di) ARCH_MRS(kept)) call(UNMAP, kept(di) ARCH_MRS(kept)) call(MEMORY_CONTROL, kept(r9))

#endif
