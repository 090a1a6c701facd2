/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_ipc.c - Ipc and Lipc (api 5.1). Lipc has the effect of Ipc (ambiguity A18).
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/sched.h>
#include <sys/sys.h>

struct thread *sys_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));

	return sched_run(ipc_start(self, a.to, a.from, a.timeouts));
}
