/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * transfer.c - a message on its way: in one piece or in steps, its page faults, its end.
 *
 * A transfer with typed items may take several steps. Then both sides are COPYING, and one of them does the
 * steps (WORK_TRANSFER): the sender, so that a message costs threads of priorities between the two nothing;
 * or the receiver if it waits for that sender and has the higher priority.
 *
 * When a string needs a page that is not there (api 5.8), the side whose page it is calls its pager
 * as if it had touched the page: its own IPC is set aside in rest->outer (it is "suspended"), the
 * other side stays COPYING. The pager's reply resumes the copy where it was. The transfer timeouts begin
 * at the first such fault. Without one, the time of a transfer is that of its steps at their priority.
 */
#include <core/fault.h>
#include <core/ipc.h>
#include <mem/leaf.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/transfer.h>

enum { ERROR_OFFSET = 4 };	/* bits 4.. of ErrorCode: string bytes transferred (api 5.6) */

/*
 * Of two threads that are COPYING, t and its partner, the sender does the steps; or, if the receiver waits
 * for that sender, and so for what it asked for, the one of the higher priority. Returns that thread.
 */
static struct thread *appoint_driver(struct thread *t)
{
	struct thread *from = t->send == SEND_COPYING ? t : t->partner, *to = from->partner;
	struct thread *driver = wait_is_closed(to->recv_from) && to->prio > from->prio ? to : from;

	from->work = to->work = WORK_NONE;
	driver->work = WORK_TRANSFER;
	return driver;
}

/* ---- a call to the pager within a transfer ---- */

/* t's IPC is set aside for a call to its pager. The deadline stands until that is over (T5). */
static void enter_nested(struct thread *t, uint64_t deadline)
{
	t->suspended = true;
	t->rest->outer = (struct outer){
		.send = t->send, .recv = t->recv, .item = t->item, .tag = t->tag, .recv_from = t->recv_from,
		.recv_timeout = t->recv_timeout, .partner = t->partner, .route = t->route,
	};
	timeout_set(t, deadline);
	t->send = SEND_NONE;
	t->recv = RECV_NONE;
	t->partner = 0;
	t->origin = IPC_XFER_FAULT;
	t->mr = t->rest->kmr;
}

/* The call to the pager is over, in one way or another: t is COPYING again. */
void transfer_leave_nested(struct thread *t)
{
	const struct outer *o = &t->rest->outer;

	timeout_clear(t);
	t->suspended = false;
	t->send = o->send;
	t->recv = o->recv;
	t->item = o->item;
	t->tag = o->tag;
	t->recv_from = o->recv_from;
	t->recv_timeout = o->recv_timeout;
	t->partner = o->partner;
	t->route = o->route;
	t->origin = IPC_CALL;
	t->mr = thread_regs(t)->mr;
	t->work = WORK_NONE;
	if (t->recv == RECV_COPYING)
		timeout_set(t, t->partner->rest->str.deadline);
}

static bool is_copying(const struct thread *t)
{
	return t->send == SEND_COPYING || t->recv == RECV_COPYING;
}

/* Does t wait for its pager in the middle of a transfer with `with`? */
static bool is_suspended_from(const struct thread *t, const struct thread *with)
{
	return t->suspended && t->rest->outer.partner == with;
}

/* Abort the pager's reply to t, which is in steps: the pager's Ipc fails, t is left as it is. */
static void abort_answer(struct thread *t)
{
	struct thread *pager = t->partner;

	msg_abort(pager);
	sched_dequeue(pager);
	ipc_fail(pager, L4_IPC_ABORTED, L4_SEND_PHASE);
	sched_wake(pager);
}

/* Give up t's call to its pager, wherever it is. */
void transfer_cancel_nested(struct thread *t)
{
	if (thread_queued(t))
		ipc_dequeue(t);
	else if (thread_waits(t))
		ipc_end_wait(t);
	else if (is_copying(t))
		abort_answer(t);
	sched_dequeue(t);
	transfer_leave_nested(t);
}

/* The pager has replied: resume the copy where it was. */
void transfer_resume(struct thread *t)
{
	struct thread *driver;

	transfer_leave_nested(t);
	driver = appoint_driver(t);
	if (driver != t)
		sched_wake(driver);
}

/* ---- ends ---- */

/* The transfer is over with result r; neither side is COPYING or linked any more. */
static void transfer_done(struct thread *from, struct thread *to, enum msg_result r)
{
	l4_tag_t partial = { from->tag.raw & ~(l4_word_t)L4_TAG_FLAGS };
	l4_word_t offset = from->rest->str.bytes << ERROR_OFFSET;

	if (r == MSG_DONE) {
		ipc_receive_done(to, from);
		ipc_send_done(from);
		return;
	}
	if (r == MSG_NO_MEM && to->origin == IPC_PAGE_FAULT) {
		ipc_finish(to);
		fault_no_memory(to);
	} else if (to->origin == IPC_START) {		/* no start message: it waits for another one */
		ipc_begin_receive(to);
	} else {
		ipc_fail_code(to, l4_ipc_error(L4_IPC_OVERFLOW, L4_RECEIVE_PHASE) | offset, partial);
	}
	ipc_fail_code(from, l4_ipc_error(L4_IPC_OVERFLOW, L4_SEND_PHASE) | offset, (l4_tag_t){ 0 });
}

/*
 * t takes part in a transfer in steps: end it for both sides, with `mine` for t and `theirs` for its
 * partner. The partner is woken, t is not.
 */
void transfer_abort(struct thread *t, enum l4_ipc_error mine, enum l4_ipc_error theirs)
{
	struct thread *other = t->partner;
	bool sending = t->send == SEND_COPYING;
	struct thread *from = sending ? t : other;
	l4_word_t offset = from->rest->str.bytes << ERROR_OFFSET;

	if (is_suspended_from(other, t))
		transfer_cancel_nested(other);
	msg_abort(from);
	sched_dequeue(t);
	sched_dequeue(other);
	ipc_fail_code(t, l4_ipc_error(mine, sending ? L4_SEND_PHASE : L4_RECEIVE_PHASE) | offset,
		  (l4_tag_t){ 0 });
	ipc_fail_code(other, l4_ipc_error(theirs, sending ? L4_RECEIVE_PHASE : L4_SEND_PHASE) | offset,
		  (l4_tag_t){ 0 });
	sched_wake(other);
}

/*
 * The transfer timeout of the transfer that t takes part in is over: error 5 at the side whose timeout that
 * is, the receiver's if it was the shorter one, and 6 at the other (ambiguity B14).
 */
void transfer_late(struct thread *t)
{
	bool sending = t->send == SEND_COPYING;
	bool partners = sending == (sending ? t : t->partner)->rest->str.receivers_deadline;

	transfer_abort(t, partners ? L4_IPC_XFER_PARTNER : L4_IPC_XFER_MINE,
		       partners ? L4_IPC_XFER_MINE : L4_IPC_XFER_PARTNER);
}

/* ---- page faults ---- */

/*
 * The first fault of the transfer from -> to: when the transfer must be over, and by which side's timeout
 * (api 5.8). Both timeouts are read once.
 */
static void set_transfer_deadline(struct thread *from, struct thread *to)
{
	struct strcopy *str = &from->rest->str;
	l4_word_t send = *thread_tcr(from, L4_TCR_XFER_TIMEOUTS), receive = *thread_tcr(to, L4_TCR_XFER_TIMEOUTS);
	uint64_t now = arch_time_now();
	uint64_t a = l4_deadline(l4_timeout_send(send), now), b = l4_deadline(l4_timeout_receive(receive), now);

	str->faulted = true;
	str->receivers_deadline = b < a;
	str->deadline = b < a ? b : a;
	timeout_set(to, str->deadline);
}

/* Send t's page fault to its pager; t, which does not run or is about to block, waits for the reply. */
static void call_pager_of(struct thread *t, const struct strcopy *str)
{
	struct thread *pager = thread_resolve(t, (l4_tid_t){ *thread_tcr(t, L4_TCR_PAGER) });

	t->rest->kmr[0] = l4_tag_kernel(L4_PROTO_PAGEFAULT, str->fault_access, 2).raw;
	t->rest->kmr[1] = str->fault;
	t->rest->kmr[2] = ~(l4_word_t)0;
	if (!pager || pager == t || pager->kind != THREAD_USER || t->space->sigma0) {
		ipc_fail(t, L4_IPC_NOT_EXISTING, L4_SEND_PHASE);
		return;
	}
	transfer_ask(t, pager);
}

/* Sigma0 has no pager: what is missing there, the kernel maps 1:1, as in fault.c. */
static bool sigma0_has(struct thread *t, const struct strcopy *str)
{
	struct mapspace *m = &t->space->map[RESOURCE_MEMORY];

	return t->space->sigma0 && mapdb_root_fault(t->space, RESOURCE_MEMORY, str->fault)
	    && leaf_get(m, str->fault).rights & str->fault_access;
}

/* The side whose page was missing at the last fault of from's strings. */
static struct thread *faulter(struct thread *from, struct thread *to)
{
	return from->rest->str.fault_at_receiver ? to : from;
}

static void suspend_transfer(struct thread *from, struct thread *to)
{
	struct thread *t = faulter(from, to);
	struct strcopy *str = &from->rest->str;

	if (!str->faulted)
		set_transfer_deadline(from, to);
	if (str->deadline <= arch_time_now()) {
		transfer_late(t);
		return;
	}
	enter_nested(t, str->deadline);
	call_pager_of(t, str);
}

/* ---- steps ---- */

/* More than one step: both sides are COPYING. */
static void transfer_in_steps(struct thread *from, struct thread *to, enum msg_result r)
{
	from->send = SEND_COPYING;
	to->recv = RECV_COPYING;
	if (thread_has_kernel_message(to))
		to->mr = to->rest->kmr;		/* an exception at once had none (fault_exception) */
	from->partner = to;
	to->partner = from;
	ipc_hold_point(from);
	if (r == MSG_MORE || sigma0_has(faulter(from, to), &from->rest->str)) {
		appoint_driver(from);
		return;
	}
	from->work = to->work = WORK_NONE;
	suspend_transfer(from, to);
}

/* While one side waits for its pager neither side works, and there is nothing to change. */
void transfer_prio_changed(struct thread *t)
{
	struct thread *other = t->partner;

	if (!is_copying(t) || is_suspended_from(other, t))
		return;
	sched_dequeue(t);
	sched_dequeue(other);
	appoint_driver(t);
	sched_wake(t);
	sched_wake(other);
}

struct thread *transfer_step(struct thread *self, struct thread *from, struct thread *to, enum msg_result r)
{
	if (r == MSG_MORE || r == MSG_FAULT) {
		transfer_in_steps(from, to, r);
	} else {
		from->work = to->work = WORK_NONE;
		from->send = SEND_NONE;
		to->recv = RECV_NONE;
		from->partner = to->partner = 0;
		transfer_done(from, to, r);
	}
	return ipc_moved(self, self == from ? to : from, self == from);
}

bool transfer_due(const struct thread *t)
{
	const struct thread *from = t->send == SEND_COPYING ? t : t->partner;

	return from->rest->str.deadline != L4_FOREVER && from->rest->str.deadline <= arch_time_now();
}

struct thread *transfer_continue(struct thread *self)
{
	struct thread *from = self->send == SEND_COPYING ? self : self->partner, *to = from->partner;
	enum msg_result r = msg_step(from, to);

	if (r != MSG_MORE)
		return transfer_step(self, from, to, r);
	if (from->rest->str.deadline > arch_time_now())
		return sched_leave(self);
	transfer_late(from);
	return ipc_moved(self, self == from ? to : from, self == from);
}

/* ---- messages of the kernel ---- */

static void post(struct thread *t, struct thread *to, bool front)
{
	t->mr = t->rest->kmr;
	t->tag = (l4_tag_t){ t->rest->kmr[0] };
	t->route.flags = 0;
	if (t->kind != THREAD_IRQ && route_needed(t))
		to = route_find(t, to);
	if (!to) {
		ipc_fail(t, L4_IPC_NOT_EXISTING, L4_SEND_PHASE);
		return;
	}
	if (!ipc_accepts(to, t)) {
		ipc_enqueue(t, to, front);
		return;
	}
	ipc_end_wait(to);
	msg_start(t, to);
	transfer_done(t, to, MSG_DONE);
	sched_wake(to);
}

void transfer_post(struct thread *t, struct thread *to, bool front)
{
	t->recv_from = L4_NILTHREAD;
	post(t, to, front);
}

void transfer_ask(struct thread *t, struct thread *to)
{
	t->recv_from = to->id;
	t->recv_timeout = L4_NEVER.raw;
	post(t, to, false);
}

