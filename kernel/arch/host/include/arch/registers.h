/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registers.h - arguments and results of system calls on the host (<arch/args.h>): in[] and out[] in the
 * order of <x2/call.h>.
 */
#ifndef ARCH_REGISTERS_H
#define ARCH_REGISTERS_H

#define ARCH_ARGS_IPC(arg)		arg(to.raw, in[0]), arg(from.raw, in[1]), arg(timeouts, in[2])
#define ARCH_RESULT_IPC(result)		result(out[0], from.raw)
#define ARCH_RESULT_UTCB(result)	result(out[7], utcb)

#define ARCH_ARGS_EXREGS(arg) \
	arg(dest.raw, in[0]), arg(control, in[1]), arg(sp, in[2]), arg(ip, in[3]), arg(flags, in[4]), \
	arg(handle, in[5]), arg(pager.raw, in[6])
#define ARCH_RESULT_EXREGS(result) \
	result(out[0], old->dest.raw) result(out[1], old->control) result(out[2], old->sp) \
	result(out[3], old->ip) result(out[4], old->flags) result(out[5], old->handle) \
	result(out[6], old->pager.raw)

#define ARCH_ARGS_THREAD_CONTROL(arg) \
	arg(dest.raw, in[0]), arg(space.raw, in[1]), arg(scheduler.raw, in[2]), arg(pager.raw, in[3]), \
	arg(utcb, in[4])
#define ARCH_RESULT_THREAD_CONTROL(result)	result(out[0], ok)

#define ARCH_RESULT_SYSTEM_CLOCK(result)	result(out[0], us) result(out[1], us >> 32)

#define ARCH_ARGS_THREAD_SWITCH(arg)		arg(raw, in[0])

#define ARCH_ARGS_SCHEDULE(arg) \
	arg(dest.raw, in[0]), arg(time, in[1]), arg(processor, in[2]), arg(prio, in[3]), arg(preemption, in[4])
#define ARCH_RESULT_SCHEDULE(result)		result(out[0], state) result(out[1], time)

#define ARCH_ARG_UNMAP				in[0]

#define ARCH_ARGS_SPACE_CONTROL(arg) \
	arg(space.raw, in[0]), arg(control, in[1]), arg(kip_area.raw, in[2]), arg(utcb_area.raw, in[3]), \
	arg(redirector.raw, in[4])
#define ARCH_RESULT_SPACE_CONTROL(result)	result(out[0], ok) result(out[1], old)

#define ARCH_RESULT_PROCESSOR_CONTROL(result)	result(out[0], ok)

#define ARCH_ARGS_MEMORY_CONTROL(arg) \
	arg(control, in[0]), arg(attribute[0], in[1]), arg(attribute[1], in[2]), arg(attribute[2], in[3]), \
	arg(attribute[3], in[4])
#define ARCH_RESULT_MEMORY_CONTROL(result)	result(out[0], ok)

#define ARCH_ARGS_INSPECT(arg)			arg(what, in[0]), arg(object, in[1]), arg(start, in[2])
#define ARCH_RESULT_INSPECT(result)		result(out[0], next)

#define ARCH_ARG_SET_TLS			in[0]
#define ARCH_RESULT_SET_TLS(result)		result(out[0], ok)

#endif
