/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of each system call (ppc32 5): of its arguments and results (<arch/args.h>),
 * and those that it keeps. All others are then 0 or have a value of the caller at this call, except that a
 * short Ipc leaves the IP in r11.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)		arg(to.raw, r15), arg(from.raw, r16), arg(timeouts, r17)
#define ARCH_RESULT_IPC(result)		result(r16, from.raw)

/* r2 is the program's: the kernel loads it when a thread starts, and does not change it. */
#define ARCH_RESULT_UTCB(result)	(void)r, (void)utcb;

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, r3), arg(control, r4), arg(sp, r5), arg(ip, r6), arg(flags, r7), arg(handle, r8), \
	arg(pager.raw, r9)
#define ARCH_RESULT_EXREGS(result) \
	result(r3, old->dest.raw) result(r4, old->control) result(r5, old->sp) result(r6, old->ip) \
	result(r7, old->flags) result(r8, old->handle) result(r9, old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, r3), arg(space.raw, r4), arg(scheduler.raw, r5), arg(pager.raw, r6), arg(utcb, r7)
#define ARCH_RESULT_THREAD_CONTROL(result)	result(r3, ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(r3, us >> 32) result(r4, us)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, r3)

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, r3), arg(time, r4), arg(processor, r5), arg(prio, r6), arg(preemption, r7)
#define ARCH_RESULT_SCHEDULE(result)		result(r3, state) result(r4, time)

#define ARCH_ARG_UNMAP				r15

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, r3), arg(control, r4), arg(kip_area.raw, r5), arg(utcb_area.raw, r6), \
	arg(redirector.raw, r7)
#define ARCH_RESULT_SPACE_CONTROL(result)	result(r3, ok) result(r4, old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(r3, ok)

#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, r15), arg(attribute[0], r16), arg(attribute[1], r17), arg(attribute[2], r18), \
	arg(attribute[3], r19)
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(r3, ok)

/* Pecan's extension. */
#define ARCH_ARGS_INSPECT(arg)			arg(what, r3), arg(object, r4), arg(start, r5)
#define ARCH_RESULT_INSPECT(result)		result(r3, next)

/* Not offered: the thread pointer is a word of the UTCB (ppc32 12). */
#define ARCH_ARG_SET_TLS			r3
#define ARCH_RESULT_SET_TLS(result)		result(r3, ok)

/*
 * What each call keeps, and some more: programs that were built with any headers of X.2 rely on it. ARCH_MRS:
 * the message registers that have a register, in their order; a call keeps those that it does not write.
 */
#define ARCH_MRS(mr) \
	mr(r14) mr(r3) mr(r4) mr(r5) mr(r6) mr(r7) mr(r8) mr(r9) mr(r10) mr(r0)
#define ARCH_KEPT(kept)		kept(r1) kept(r2) kept(r30) kept(r31)
#define ARCH_KEPT_BY(call, kept) \
	call(IPC, ARCH_MRS(kept)) call(UNMAP, ARCH_MRS(kept)) call(SCHEDULE, kept(r5) kept(r6) kept(r7)) \
	call(MEMORY_CONTROL, kept(r11) kept(r12) kept(r13) kept(r15) kept(r16) kept(r17) kept(r18) kept(r19)) \
	call(NULL_CALL, kept(r3) kept(ctr))

#endif
