/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_processor_control.c - ProcessorControl (api 7.3). The kernel cannot set frequency or voltage on any
 * supported machine, so a privileged call returns "invalid parameter" instead of succeeding without effect
 * (ambiguity D20).
 */
#include <core/arch.h>
#include <mem/space.h>
#include <sys/sys.h>

struct thread *sys_processor_control(struct thread *self)
{
	sys_set_error(self, self->space->privileged ? L4_ERR_PARAM : L4_ERR_NO_PRIVILEGE);
	arch_result_processor_control(thread_regs(self), false);
	return self;
}
