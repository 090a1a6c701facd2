/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.c - a plain message without core, step by step as kernel/arch/x86_64/fast.S has it, and Unmap without
 * the call: so the tests meet core as it finds itself then, and its rules are checked.
 */
#include <string.h>
#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/upcall.h>
#include <lib/panic.h>
#include <mem/tlb.h>
#include "host.h"

enum { TAG_REST = 0xffc0 };

/* Whom self sends to, if a pointer of self's leads there; else thread_nobody. */
static struct thread *partner(struct thread *self, l4_tid_t id, bool open)
{
	struct thread *to = thread_of(open ? self->caller : self->wait_at);

	if (l4_tid_eq(to->id, id) || (l4_tid_eq(to->local, id) && to->space == self->space))
		return to;
	return &thread_nobody;
}

static bool may_go(struct thread *self, const struct thread *to, uint32_t lone)
{
	uint32_t number = (uint32_t)(to->recv << 8 | to->prio);

	return (number & lone) >= cpu_self()->floor && self->space->tlb.direct && to->space->tlb.direct
	    && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, self->id));
}

/* Registers of self that are not of the message are not saved; those of `to` come from its UTCB. */
static void move_words(struct thread *self, struct thread *to, unsigned u)
{
	for (unsigned i = 0; i < REG_MRS; i++)
		thread_regs(to)->mr[i] = i <= u ? thread_regs(self)->mr[i] : to->utcb[i];
	for (unsigned i = REG_MRS; i <= u; i++)
		to->utcb[i] = self->utcb[i];
	memset(thread_regs(self)->mr, 0xa5, sizeof(thread_regs(self)->mr));
}

/* The CPU is to's. */
static struct thread *run(const struct thread *self, struct thread *to)
{
	if (to->space != self->space) {
		arch_tlb_load(to->space->tlb.direct);
		tlb_switched(to->space);
	}
	cpu_self()->current = to;
	return to;
}

struct thread *host_fast_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));
	l4_tag_t tag = { thread_regs(self)->mr[0] };
	bool open = l4_tid_is_any(a.from);
	struct thread *to = partner(self, a.to, open);

	if (!l4_time_is_never(l4_timeout_receive(a.timeouts)) || tag.raw & TAG_REST || to == &thread_nobody
	    || (!open && !l4_tid_eq(a.to, a.from))
	    || !may_go(self, to, open ? self->lone_open : self->lone_closed))
		return 0;
	if (!open)
		to->caller = &self->id;
	to->recv = RECV_NONE;
	self->recv_from = open ? a.from : to->id;
	self->recv = RECV_READY;
	move_words(self, to, l4_tag_untyped(tag));
	arch_result_ipc(thread_regs(to), thread_id_for(self, to->space));
	arch_result_utcb(thread_regs(to), to->local.raw);
	host.fast++;
	return run(self, to);
}

bool host_fast_unmap(struct thread *self)
{
	l4_fpage_t f = { thread_regs(self)->mr[0] };

	tlb_switch(self->space);	/* self runs, whatever a test has done in between */
	if (!unmap_at_once(&self->id, &f, arch_args_unmap(thread_regs(self))))
		return false;
	thread_regs(self)->mr[0] = f.raw;
	arch_result_utcb(thread_regs(self), self->local.raw);
	host.unmaps++;
	return true;
}
