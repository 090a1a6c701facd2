/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_item.c - a message that is one item and nothing else, which is how memory is given away and data are
 * passed on: what of it the machine's fast path leaves to core.
 */
#include <core/ipc_parts.h>
#include <core/kernel.h>
#include <mem/space.h>
#include <core/strcopy.h>

/* Whom self sends to: as a rule one that a pointer of self's leads to. */
static inline struct thread *partner(struct thread *self, l4_tid_t to, bool open)
{
	struct thread *t = thread_of(open ? self->caller : self->wait_at);

	return l4_tid_eq(t->id, to) ? t : thread_find(to);
}

/* Does `to` wait for an answer to its page fault, after which it would go on at once? */
static inline bool has_fault(const struct thread *to)
{
	return to->recv == RECV_WAITING && to->origin == IPC_PAGE_FAULT && thread_unhindered(to)
	    && arch_ip_ok(thread_regs(to));
}

/*
 * Could a message go over from self to `to`, which has a fault or is to be READY, and `to` run? The floor:
 * thread.prio, recv.
 */
static inline bool is_ready(const struct thread *self, const struct thread *to, bool fault, bool open,
			    uint32_t floor)
{
	uint32_t number = (uint32_t)((fault ? RECV_READY : to->recv) << 8 | to->prio);

	number &= open ? self->lone_open : self->lone_closed;
	return number >= floor && (l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, self->id))
	    && to->space->tlb.direct;
}

static inline bool is_mapped(const struct thread *self, const struct thread *to, l4_word_t acceptor,
			     l4_word_t first, l4_word_t second)
{
	struct map_item item = {
		.send = { second }, .base = l4_item_base(first), .window = l4_acceptor_window(acceptor),
	};

	return !l4_fpage_is_nil(item.window) && run_item(self->space, to->space, &item);
}

/* The string, if that is what it is, goes into the first buffer, as it would by send_string. */
static inline bool is_copied(const struct thread *self, struct thread *to, l4_word_t acceptor,
			     l4_word_t first, l4_word_t *second)
{
	l4_word_t buffer = *thread_tcr(to, L4_TCR_BR0 - 1), place = *thread_tcr(to, L4_TCR_BR0 - 2);

	if (l4_item_kind(first) != L4_ITEM_STRING || !l4_acceptor_strings(acceptor)
	    || !strcopy_whole(self->space, first, *second, to->space, buffer, place))
		return false;
	*second = place;
	return true;
}

static inline bool is_done(const struct thread *self, struct thread *to, bool fault, l4_word_t first,
			   l4_word_t *second)
{
	l4_word_t acceptor = fault ? L4_COMPLETE.raw : *thread_tcr(to, L4_TCR_BR0);

	if (l4_item_kind(first) == L4_ITEM_MAP)
		return is_mapped(self, to, acceptor, first, *second);
	return is_copied(self, to, acceptor, first, second);
}

struct ipc_item ipc_item_at_once(l4_tid_t *by, l4_tid_t to, l4_tid_t from, l4_word_t first, l4_word_t second,
				 uint32_t floor)
{
	bool open = l4_tid_is_any(from);
	struct thread *self = thread_of(by), *dest = partner(self, to, open);
	bool fault;

	if (!dest || (!open && !l4_tid_eq(from, to)))
		return (struct ipc_item){ 0, second };
	fault = has_fault(dest);
	if (!is_ready(self, dest, fault, open, floor) || !is_done(self, dest, fault, first, &second))
		return (struct ipc_item){ 0, second };
	if (fault)
		ipc_finish(dest);
	if (!open) {
		ipc_wait_at(self, dest);
		dest->caller = &self->id;
	}
	return (struct ipc_item){ &dest->id, second };
}
