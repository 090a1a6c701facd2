/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault_straight.c - page faults and exceptions whose handler is ready for them, and the answers to
 * exceptions, as most are (those to page faults: ipc_item.c). Nobody is asked who runs: who is READY and not
 * below cpu.floor may (S7), and so may who waits for its handler's answer, if it is not below either and
 * could go on at once. All else is fault.c's and ipc.c's, with the same effect.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <lib/section.h>

enum { NOT_WORDS = L4_TAG_PROPAGATED | 0x3f << 6 };	/* of a tag: flag p, typed words */

/* The handler with this id, if it takes a message of self's now and then runs. */
static INLINE struct thread *ready_handler(struct thread *self, l4_tid_t id)
{
	struct thread *t = thread_of(self->wait_at);

	if (!l4_tid_eq(t->id, id))
		t = thread_resolve(self, id);
	if (!t || (uint32_t)(t->recv << 8 | t->prio) < cpu_self()->floor || !self->lone_open
	    || !l4_tid_is_any(self->space->redirector)
	    || !(l4_tid_is_any(t->recv_from) || l4_tid_eq(t->recv_from, self->id)))
		return 0;
	return t;
}

/* self waits for t's answer, and t runs. The rest of such a wait is so already (T15). */
static INLINE struct thread *call(struct thread *self, struct thread *t, enum ipc_origin origin)
{
	if (self->wait_at != &t->id)
		ipc_wait_at(self, t);
	t->caller = &self->id;
	self->origin = (uint8_t)origin;
	self->mr = self->rest->kmr;
	self->recv_from = t->id;
	self->recv = RECV_WAITING;
	t->recv = RECV_NONE;
	arch_result_ipc(thread_regs(t), thread_id_for(self, t->space));
	cpu_self()->current = t;
	return t;
}

struct thread *fault_page_straight(struct thread *self, l4_word_t address, unsigned access)
{
	struct thread *t = ready_handler(self, (l4_tid_t){ *thread_tcr(self, L4_TCR_PAGER) });

	if (!t || self->space->sigma0)
		return 0;
	thread_regs(t)->mr[0] = l4_tag_kernel(L4_PROTO_PAGEFAULT, access, 2).raw;
	thread_regs(t)->mr[1] = self->rest->fault_address = address;
	thread_regs(t)->mr[2] = arch_user_ip(self);
	return call(self, t, IPC_PAGE_FAULT);
}

struct thread *fault_exception_straight(struct thread *self, l4_word_t number, l4_word_t error)
{
	struct thread *t = ready_handler(self, (l4_tid_t){ *thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) });

	if (!t)
		return 0;
	thread_regs(t)->mr[0] = l4_tag_kernel(L4_PROTO_EXCEPTION, 0, L4_EXC_WORDS).raw;
	arch_exception_get(self, number, error, thread_regs(t)->mr, t->utcb);
	self->rest->fault_address = number;
	return call(self, t, IPC_EXCEPTION);
}

struct thread *fault_answered(struct thread *self)
{
	struct thread *t = thread_of(self->caller);
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));
	const l4_word_t *mr = thread_regs(self)->mr;

	if (t->recv != RECV_WAITING || t->origin != IPC_EXCEPTION
	    || !l4_tid_eq(t->recv_from, self->id) || !l4_tid_eq(t->id, a.to)
	    || !l4_tid_is_any(a.from) || !l4_time_is_never(l4_timeout_receive(a.timeouts))
	    || (uint32_t)(RECV_READY << 8 | t->prio) < cpu_self()->floor
	    || !self->lone_open || !l4_tid_is_any(self->space->redirector)
	    || !thread_unhindered(t)
	    || mr[0] & NOT_WORDS || l4_tag_untyped((l4_tag_t){ mr[0] }) < L4_EXC_REPLY_WORDS)
		return 0;
	arch_exception_put(t, mr, self->utcb, L4_EXC_REPLY_WORDS);
	t->recv = RECV_NONE;
	t->origin = IPC_CALL;
	t->mr = thread_regs(t)->mr;
	self->recv_from = L4_ANYTHREAD;
	self->recv = RECV_READY;
	cpu_self()->current = t;
	return t;
}
