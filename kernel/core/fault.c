/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.c - faults and exceptions as messages. See fault.h.
 *
 * The message and the reply are in the thread's rest->kmr: the thread's message registers, buffer registers
 * and ErrorCode do not change.
 */
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/kernel.h>
#include <core/report.h>
#include <core/sched.h>
#include <core/transfer.h>
#include <core/upcall.h>
#include <lib/bits.h>

/* Send a message with this tag, mr1 and self's IP to self's pager. Returns the next thread. */
static struct thread *call_pager(struct thread *self, l4_tag_t tag, l4_word_t mr1)
{
	self->rest->kmr[0] = tag.raw;
	self->rest->kmr[1] = self->rest->fault_address = mr1;
	self->rest->kmr[2] = arch_user_ip(self);
	return ipc_kernel_call(self, (l4_tid_t){ *thread_tcr(self, L4_TCR_PAGER) }, IPC_PAGE_FAULT);
}

/*
 * Sigma0 has no pager: the kernel maps the page or port at address 1:1 (protocols 3); if sigma0 may not have
 * it, self is halted. Returns the next thread.
 */
static struct thread *root_fault(struct thread *self, enum map_resource resource, l4_word_t address)
{
	self->rest->fault_address = address;
	if (!mapdb_root_fault(self->space, resource, address))
		report_stop(self, false, "neither memory nor ports that sigma0 may have");
	return sched_leave(self);
}

struct thread *fault_page(struct thread *self, l4_word_t address, unsigned access)
{
	if (self->space->sigma0)
		return root_fault(self, RESOURCE_MEMORY, address);
	return call_pager(self, l4_tag_kernel(L4_PROTO_PAGEFAULT, access, 2), address);
}

struct thread *fault_io(struct thread *self, l4_word_t port, unsigned log2)
{
	if (self->space->sigma0) {
		for (l4_word_t p = port; p < port + pow2(log2) - 1; p++)
			mapdb_root_fault(self->space, RESOURCE_PORTS, p << KMEM_FRAME_LOG2);
		return root_fault(self, RESOURCE_PORTS, (port + pow2(log2) - 1) << KMEM_FRAME_LOG2);
	}
	return call_pager(self, l4_tag_kernel(L4_PROTO_IO_FAULT, L4_R | L4_W, 2),
			  l4_io_fpage(port, log2).raw & ~(l4_word_t)0xf);
}

/* Write the message of an exception of t to rest->kmr. */
static NOINLINE void write_message(struct thread *t, l4_word_t protocol, l4_word_t number, l4_word_t error)
{
	t->rest->kmr[0] = l4_tag_kernel(protocol, 0, l4_exception_words(number)).raw;
	arch_exception_get(t, number, error, t->rest->kmr, t->rest->kmr);
}

/*
 * Returns true if to, the thread that self has waited for last, is its handler, gets messages of self
 * directly, accepts this one, and may run next (S7). First come the tests that are true for a redirector.
 */
static INLINE bool is_called_at_once(const struct thread *self, const struct thread *to, l4_tid_t handler)
{
	l4_tid_t redirector = self->space->redirector;

	return l4_tid_eq(to->id, handler) && sched_may_switch(self, to, to->recv)
	    && (l4_tid_eq(to->recv_from, self->id) || l4_tid_is_any(to->recv_from))
	    && (__builtin_expect(l4_tid_eq(redirector, handler), 1) || l4_tid_is_any(redirector));
}

/* The straight line: the registers go to the message registers of the handler. */
struct thread *fault_exception(struct thread *self, l4_word_t number, l4_word_t error)
{
	l4_tid_t handler = { *thread_tcr(self, L4_TCR_EXCEPTION_HANDLER) };
	struct thread *to = thread_of(self->wait_at);
	struct arch_regs *r = thread_regs(to);

	self->rest->fault_address = number;
	if (!is_called_at_once(self, to, handler)) {
		write_message(self, L4_PROTO_EXCEPTION, number, error);
		return ipc_kernel_call(self, handler, IPC_EXCEPTION);
	}
	self->origin = IPC_EXCEPTION;
	self->recv_from = handler;
	self->recv = RECV_WAITING;
	to->caller = &self->id;
	ipc_end_ready(to);
	r->mr[0] = l4_tag_kernel(L4_PROTO_EXCEPTION, 0, l4_exception_words(number)).raw;
	arch_ipc_received(to, thread_id_for(self, to->space));
	arch_exception_get(self, number, error, r->mr, to->utcb);
	cpu_self()->current = to;
	return NEXT_IS_CURRENT;
}

/*
 * The message has the form of an exception: the reply contains new register values, and t continues with
 * them.
 */
void fault_delay_used_up(struct thread *t, struct thread *handler)
{
	write_message(t, L4_PROTO_SYS_EXCEPTION, L4_EXC_PREEMPTION, 0);
	t->rest->fault_address = L4_EXC_PREEMPTION;
	t->origin = IPC_EXCEPTION;
	transfer_ask(t, handler);
}

void fault_replied(struct thread *t, enum ipc_origin origin, struct thread *from)
{
	unsigned u = l4_tag_untyped((l4_tag_t){ from->mr[0] });

	if (origin == IPC_EXCEPTION)
		arch_exception_put(t, from->mr, thread_has_kernel_message(from) ? from->mr : from->utcb, u);
	else if (origin == IPC_START && u == 2)
		arch_regs_start(t, *thread_mr(from, 1), *thread_mr(from, 2));
}

/* After a cancel or abort the instruction is restarted; it faults again if the cause remains. */
void fault_failed(struct thread *t, enum ipc_origin origin, enum l4_ipc_error e)
{
	bool none = e == L4_IPC_NOT_EXISTING;

	if (e == L4_IPC_CANCELLED || e == L4_IPC_ABORTED)
		return;
	if (origin == IPC_EXCEPTION)
		report_stop(t, true, none ? "it has no exception handler" : "its exception handler's reply failed");
	else
		report_stop(t, false, none ? "it has no pager" : "its pager's reply failed");
}

/* tools/stack-depth bounds a circle of calls by this function. */
NOINLINE void fault_no_memory(struct thread *t)
{
	struct thread *pager = thread_resolve(t, (l4_tid_t){ *thread_tcr(t, L4_TCR_PAGER) });

	t->halted = true;
	t->rest->kmr[0] = l4_tag_kernel(L4_PROTO_MEM_EXHAUSTED, 0, 2).raw;
	t->rest->kmr[1] = t->rest->fault_address;
	t->rest->kmr[2] = arch_user_ip(t);
	if (!pager || pager->kind != THREAD_USER)
		return;
	t->origin = IPC_REPORT;
	transfer_post(t, pager, false);
}
