/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_system_clock.c - SystemClock (api 3.2): microseconds since boot, no privilege, no error.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <sys/sys.h>

struct thread *sys_system_clock(struct thread *self)
{
	arch_result_system_clock(thread_regs(self), arch_time_now());
	return NEXT_IS_CURRENT;
}
