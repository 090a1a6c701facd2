/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_inspect_off.c - the kernel without the inspection extension (INSPECT=no): the KIP has no link and no
 * feature string for it; a call through the gateway's stub returns error 5.
 */
#include <core/arch.h>
#include <sys/sys.h>

const bool sys_inspects = false;

struct thread *sys_inspect(struct thread *self)
{
	sys_set_error(self, L4_ERR_PARAM);
	arch_result_inspect(thread_regs(self), 0);
	return self;
}
