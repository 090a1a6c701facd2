/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ipc_end.c - ends of an IPC other than success: failure, cancel and abort.
 */
#include <core/fault.h>
#include <core/ipc.h>
#include <core/sched.h>
#include <core/transfer.h>

void ipc_fail_code(struct thread *t, l4_word_t code, l4_tag_t partial)
{
	enum ipc_origin origin = t->origin;

	ipc_finish(t);
	switch (origin) {
	case IPC_CALL:
		t->mr[0] = partial.raw | L4_TAG_ERROR;
		*thread_tcr(t, L4_TCR_ERROR_CODE) = code;
		ipc_return_message(t, L4_NILTHREAD);
		break;
	case IPC_START:		/* aborted: t runs with the IP and SP in its registers (protocols 1.4) */
	case IPC_REPORT:	/* t is halted */
	case IPC_PREEMPTION:	/* t continues */
		break;
	case IPC_QUANTUM:
		if (t->quantum_state == QUANTUM_STOPPED)	/* it is sent again if the quantum is still over */
			t->quantum_state = QUANTUM_OVER;
		break;
	case IPC_PAGE_FAULT:
	case IPC_EXCEPTION:
		fault_failed(t, origin, (enum l4_ipc_error)(code >> 1 & 7));
		break;
	case IPC_XFER_FAULT:
		transfer_leave_nested(t);
		transfer_abort(t, L4_IPC_XFER_MINE, L4_IPC_XFER_PARTNER);
	}
}

void ipc_fail(struct thread *t, enum l4_ipc_error e, enum l4_ipc_phase phase)
{
	ipc_fail_code(t, l4_ipc_error(e, phase), (l4_tag_t){ 0 });
}

/* ---- ends by other threads and by timeouts ---- */

void ipc_cancel(struct thread *t, enum l4_ipc_error e)
{
	if (t->suspended) {
		transfer_cancel_nested(t);
		if (e == L4_IPC_CANCELLED)
			transfer_abort(t, L4_IPC_ABORTED, L4_IPC_ABORTED);
		else if (e == L4_IPC_TIMEOUT)
			transfer_late(t);
		else		/* the pager does not exist any more: error 5 for t, 6 for the partner */
			transfer_abort(t, L4_IPC_XFER_MINE, L4_IPC_XFER_PARTNER);
	} else if (e == L4_IPC_TIMEOUT && t->recv == RECV_COPYING) {
		transfer_late(t);
	} else if (t->send == SEND_COPYING || t->recv == RECV_COPYING) {
		transfer_abort(t, L4_IPC_ABORTED, L4_IPC_ABORTED);
	} else if (thread_queued(t)) {
		ipc_dequeue(t);
		ipc_fail(t, e, L4_SEND_PHASE);
	} else if (thread_waits(t)) {
		ipc_end_wait(t);
		ipc_fail(t, e, L4_RECEIVE_PHASE);
	} else if (t->work == WORK_RECEIVE) {
		sched_dequeue(t);
		ipc_fail(t, e, L4_RECEIVE_PHASE);
	}
	sched_wake(t);
}

/*
 * If more are left that are not below it, the timer then fires at once (arch_timer_in). If one is
 * below the running thread, all that are, also later ones, are put off: it pays once, not for each priority.
 */
void ipc_expire(struct cpu *cpu, uint64_t now)
{
	struct thread *t = timeout_due(cpu, now);
	int running = cpu->current->kind == THREAD_IDLE ? -1 : cpu->current->prio;

	if (t && t->prio >= running) {
		if (timeout_take(t, now, running))
			ipc_cancel(t, L4_IPC_TIMEOUT);
	} else {
		timeout_put_off(cpu, t ? running - 1 : -1);
	}
}

void ipc_abandon(struct thread *t)
{
	if (t->suspended)
		transfer_cancel_nested(t);
	if (t->send == SEND_COPYING || t->recv == RECV_COPYING)
		transfer_abort(t, L4_IPC_ABORTED, L4_IPC_ABORTED);
	else if (thread_queued(t))
		ipc_dequeue(t);
}

bool ipc_is_sending(const struct thread *t)
{
	return (t->suspended ? t->rest->outer.send : t->send) != SEND_NONE;
}

bool ipc_is_receiving(const struct thread *t)
{
	return (t->suspended ? t->rest->outer.recv : t->recv) != RECV_NONE
	    || (t->work == WORK_RECEIVE && !t->suspended);
}
