/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_ipc.c - Ipc and Lipc (api 5.1). Lipc has the effect of Ipc (ambiguity A18).
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <sys/sys.h>

struct thread *sys_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));
	struct thread *next = ipc_start(self, a.to, a.from, a.timeouts);

	return next ? next : cpu_self()->current;
}
