/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - the registers of arguments and results of system calls: in order, from r[0] on.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)			arg(to.raw, r[0]), arg(from.raw, r[1]), arg(timeouts, r[2])
#define ARCH_RESULT_IPC(result)			result(r[0], from.raw)
#define ARCH_RESULT_UTCB(result)		result(r[7], utcb)

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, r[0]), arg(control, r[1]), arg(sp, r[2]), arg(ip, r[3]), arg(flags, r[4]), \
	arg(handle, r[5]), arg(pager.raw, r[6])
#define ARCH_RESULT_EXREGS(result) \
	result(r[0], old->dest.raw) result(r[1], old->control) result(r[2], old->sp) result(r[3], old->ip) \
	result(r[4], old->flags) result(r[5], old->handle) result(r[6], old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, r[0]), arg(space.raw, r[1]), arg(scheduler.raw, r[2]), arg(pager.raw, r[3]), arg(utcb, r[4])
#define ARCH_RESULT_THREAD_CONTROL(result)	result(r[0], ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(r[0], us) result(r[1], us >> 32)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, r[0])

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, r[0]), arg(time, r[1]), arg(processor, r[2]), arg(prio, r[3]), arg(preemption, r[4])
#define ARCH_RESULT_SCHEDULE(result)		result(r[0], state) result(r[1], time)

#define ARCH_ARG_UNMAP				r[0]

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, r[0]), arg(control, r[1]), arg(kip_area.raw, r[2]), arg(utcb_area.raw, r[3]), \
	arg(redirector.raw, r[4])
#define ARCH_RESULT_SPACE_CONTROL(result)	result(r[0], ok) result(r[1], old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(r[0], ok)

#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, r[0]), arg(attribute[0], r[1]), arg(attribute[1], r[2]), arg(attribute[2], r[3]), \
	arg(attribute[3], r[4])
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(r[0], ok)

#define ARCH_ARGS_INSPECT(arg)			arg(what, r[0]), arg(object, r[1]), arg(start, r[2])
#define ARCH_RESULT_INSPECT(result)		result(r[0], next)

#define ARCH_ARG_SET_TLS			r[0]
#define ARCH_RESULT_SET_TLS(result)		result(r[0], ok)

#endif
