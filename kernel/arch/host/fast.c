/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.c - a plain message without core, step by step as kernel/arch/x86_64/fast*.S have it: so the
 * tests meet core as it finds itself after such messages, and its rules are checked then.
 */
#include <string.h>
#include <core/arch.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/tlb.h>
#include "host.h"

enum { TAG_REST = 0xffc0, ONE_ITEM = 2 << 6, ITEM_WORDS = 2 };

static bool takes_part(struct thread *self, const struct thread *to, uint32_t lone)
{
	uint32_t word = (uint32_t)(to->recv << 8 | to->prio) & lone;
	bool beside = to->space == self->space;

	return word >= cpu_self()->floor && self->space->tlb.direct
	    && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, self->id)
		|| (l4_tid_is_anylocal(to->recv_from) && beside))
	    && to->space->tlb.direct;
}

/* Whom self sends to: the one that a pointer of self's leads to, or another one. */
static struct thread *partner(struct thread *self, l4_tid_t id, bool open)
{
	struct thread *to = thread_of(open ? self->caller : self->wait_at);

	if (l4_tid_eq(to->id, id) || (l4_tid_eq(to->local, id) && to->space == self->space))
		return to;
	to = thread_find(id);
	return to ? to : &thread_nobody;
}

static void move_words(struct thread *self, struct thread *to, unsigned u)
{
	for (unsigned i = 0; i < REG_MRS; i++)
		to->regs.mr[i] = i <= u ? self->regs.mr[i] : to->utcb[i];
	for (unsigned i = REG_MRS; i <= u; i++)
		to->utcb[i] = self->utcb[i];
}

/* The same for a map item alone, to whom the words were not: the receiver, or 0. */
static struct thread *take_item(struct thread *self, const struct l4_ipc_args *a)
{
	l4_tid_t *to;

	if ((self->regs.mr[0] & 0xffff) != ONE_ITEM || !self->space->tlb.direct)
		return 0;
	to = ipc_item_at_once(&self->id, a->to, a->from, self->regs.mr[1], self->regs.mr[2], cpu_self()->floor);
	return to ? thread_of(to) : 0;
}

/* Words, to one that is ready for them: the receiver, or 0. */
static struct thread *take_words(struct thread *self, const struct l4_ipc_args *a)
{
	bool open = l4_tid_is_any(a->from) || l4_tid_is_anylocal(a->from);
	struct thread *to;

	if (!open && !l4_tid_eq(a->to, a->from))
		return 0;
	to = partner(self, a->to, open);
	if (to == &thread_nobody || !takes_part(self, to, open ? self->lone_open : self->lone_closed))
		return 0;
	if (!open) {
		ipc_wait_at(self, to);
		to->caller = &self->id;
	}
	return to;
}

struct thread *host_fast_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(&self->regs);
	l4_tag_t tag = { self->regs.mr[0] };
	bool items = tag.raw & TAG_REST;
	struct thread *to;

	if (!l4_time_is_never(l4_timeout_receive(a.timeouts)))
		return 0;
	to = items ? take_item(self, &a) : take_words(self, &a);
	if (!to)
		return 0;
	self->recv_from = l4_tid_eq(a.from, a.to) ? to->id : a.from;
	self->recv = RECV_READY;
	to->recv = RECV_NONE;
	move_words(self, to, items ? ITEM_WORDS : l4_tag_untyped(tag));
	arch_result_ipc(&to->regs, thread_id_for(self, to->space));
	arch_result_utcb(&to->regs, to->local.raw);
	memset(self->regs.mr, 0xa5, sizeof(self->regs.mr));	/* nobody has saved them */
	if (to->space != self->space) {
		arch_tlb_load(to->space->tlb.direct);
		tlb_switched(to->space);
	}
	cpu_self()->current = to;
	host.fast++;
	return to;
}
