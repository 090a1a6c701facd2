/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - calls the handler of a system call by its number, and the step function of a long operation; and
 * the condition under which that may pause.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/preempt.h>
#include <core/sched.h>
#include <core/transfer.h>
#include <core/upcall.h>
#include <lib/bits.h>
#include <lib/panic.h>
#include <sys/sys.h>

typedef struct thread *sys_fn(struct thread *self);

static sys_fn *const sys_table[] = {
	[L4_CALL_IPC]			= sys_ipc,
	[L4_CALL_LIPC]			= sys_ipc,
	[L4_CALL_UNMAP]			= sys_unmap,
	[L4_CALL_EXCHANGE_REGISTERS]	= sys_exchange_registers,
	[L4_CALL_SYSTEM_CLOCK]		= sys_system_clock,
	[L4_CALL_THREAD_SWITCH]		= sys_thread_switch,
	[L4_CALL_SCHEDULE]		= sys_schedule,
	[L4_CALL_SPACE_CONTROL]		= sys_space_control,
	[L4_CALL_THREAD_CONTROL]	= sys_thread_control,
	[L4_CALL_PROCESSOR_CONTROL]	= sys_processor_control,
	[L4_CALL_MEMORY_CONTROL]	= sys_memory_control,
	[L4_CALL_INSPECT]		= sys_inspect,
	[L4_CALL_SET_TLS]		= sys_set_tls,
};
_Static_assert(ARRAY_LEN(sys_table) == L4_CALLS, "a handler for each call");

struct thread *kernel_syscall(struct thread *self, l4_word_t number)
{
	return sys_table[number](self);
}

bool kernel_may_pause(void)
{
	const struct thread *self = cpu_self()->current;

	return self->work != WORK_NONE && !(self->work == WORK_TRANSFER && transfer_due(self));
}

struct thread *kernel_continue(struct thread *self)
{
	switch (self->work) {
	case WORK_TRANSFER:
		return transfer_continue(self);
	case WORK_RECEIVE:
		return ipc_receive(self);
	case WORK_UNMAP:
		return sys_unmap_continue(self);
	case WORK_CONTROL:
		return sys_control_continue(self);
	case WORK_QUANTUM:
		return preempt_quantum(self);
	case WORK_EXPIRE:
		return preempt_expire(self);
	default:
		panic("thread %lx has unknown work %u", self->id.raw, self->work);
	}
}
