/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * args.h - arguments and results of the system calls in a thread's saved registers. Which register has which
 * is a table of the machine, <arch/registers.h>: ARCH_ARGS_CALL(arg) lists arg(field of the arguments,
 * register) with commas, ARCH_RESULT_CALL(result) lists result(register, value). Registers are fields of
 * struct arch_regs; values are parameters of the function below. Included by core/arch.h only.
 */
#ifndef ARCH_ARGS_H
#define ARCH_ARGS_H

#include <x2/call.h>
#include <arch/registers.h>

#define ARCH_ARG(field, reg)	.field = r->reg
#define ARCH_RESULT(reg, value)	r->reg = (l4_word_t)(value);

#define ARCH_ARGS(type, call, CALL) \
static inline struct type arch_args_##call(const struct arch_regs *r) \
{ \
	return (struct type){ ARCH_ARGS_##CALL(ARCH_ARG) }; \
}

ARCH_ARGS(l4_ipc_args, ipc, IPC)
ARCH_ARGS(l4_exregs_args, exregs, EXREGS)
ARCH_ARGS(l4_thread_control_args, thread_control, THREAD_CONTROL)
ARCH_ARGS(l4_schedule_args, schedule, SCHEDULE)
ARCH_ARGS(l4_space_control_args, space_control, SPACE_CONTROL)
ARCH_ARGS(l4_memory_control_args, memory_control, MEMORY_CONTROL)
ARCH_ARGS(l4_inspect_args, inspect, INSPECT)

static inline l4_tid_t arch_args_thread_switch(const struct arch_regs *r)
{
	return (l4_tid_t){ ARCH_ARGS_THREAD_SWITCH(ARCH_ARG) };
}

static inline l4_word_t arch_args_unmap(const struct arch_regs *r) { return r->ARCH_ARG_UNMAP; }
static inline l4_word_t arch_args_set_tls(const struct arch_regs *r) { return r->ARCH_ARG_SET_TLS; }

/* The sender's id, or nilthread. */
static inline void arch_result_ipc(struct arch_regs *r, l4_tid_t from) { ARCH_RESULT_IPC(ARCH_RESULT) }

/* Of Ipc and of Unmap: the caller's local id. */
static inline void arch_result_utcb(struct arch_regs *r, l4_word_t utcb) { ARCH_RESULT_UTCB(ARCH_RESULT) }

/* `old` contains the old values; its dest is the result id. */
static inline void arch_result_exregs(struct arch_regs *r, const struct l4_exregs_args *old)
{
	ARCH_RESULT_EXREGS(ARCH_RESULT)
}

static inline void arch_result_system_clock(struct arch_regs *r, uint64_t us)
{
	ARCH_RESULT_SYSTEM_CLOCK(ARCH_RESULT)
}

static inline void arch_result_schedule(struct arch_regs *r, l4_word_t state, l4_word_t time)
{
	ARCH_RESULT_SCHEDULE(ARCH_RESULT)
}

static inline void arch_result_space_control(struct arch_regs *r, bool ok, l4_word_t old)
{
	ARCH_RESULT_SPACE_CONTROL(ARCH_RESULT)
}

static inline void arch_result_thread_control(struct arch_regs *r, bool ok)
{
	ARCH_RESULT_THREAD_CONTROL(ARCH_RESULT)
}

static inline void arch_result_processor_control(struct arch_regs *r, bool ok)
{
	ARCH_RESULT_PROCESSOR_CONTROL(ARCH_RESULT)
}

static inline void arch_result_memory_control(struct arch_regs *r, bool ok)
{
	ARCH_RESULT_MEMORY_CONTROL(ARCH_RESULT)
}

static inline void arch_result_inspect(struct arch_regs *r, l4_word_t next)
{
	ARCH_RESULT_INSPECT(ARCH_RESULT)
}

static inline void arch_result_set_tls(struct arch_regs *r, bool ok) { ARCH_RESULT_SET_TLS(ARCH_RESULT) }

#endif
