/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter.c - the 32-bit host has no fast path: no .S files exist for it. Core does all calls.
 */
#include <core/arch.h>
#include <core/msg.h>
#include "../host.h"

const bool host_has_fast_path = false;
const bool host_has_fast_calls = false;
const bool host_has_ranges = false;
const bool host_has_gs = false;

struct thread *host_fast(struct thread *self, unsigned nr)
{
	(void)self;
	(void)nr;
	return 0;
}

void arch_ipc_received(struct thread *t, l4_tid_t from)
{
	msg_own_registers(t, l4_tag_untyped((l4_tag_t){ t->mr[0] }));
	arch_result_ipc(thread_regs(t), from);
	arch_ipc_done(t);
}
