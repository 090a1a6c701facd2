/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.c - thread blocks, ids, creation and the begin of deletion. See thread.h.
 *
 * A thread is found by its id with two loads and a compare: the number selects a leaf of pointers and an
 * entry in it, then the whole id, version included, must be equal. So a stale id of a number that is
 * in use again finds no thread.
 */
#include <core/arch.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/route.h>
#include <core/sched.h>
#include <core/timeout.h>
#include <core/utcb.h>
#include <lib/panic.h>

#define LEAF_MASK (((l4_word_t)1 << THREAD_LEAF_LOG2) - 1)

/* ---- ids ---- */

static struct thread **table_entry(l4_word_t number)
{
	return &kernel.table[number >> THREAD_LEAF_LOG2][number & LEAF_MASK];
}

/* ---- creation ---- */

/* Make sure that the table has an entry for number. False: no memory. Leaves are never freed. */
static bool table_reserve(l4_word_t number)
{
	struct thread ***leaf = &kernel.table[number >> THREAD_LEAF_LOG2];

	if (!*leaf)
		*leaf = kmem_frame(&mem.kmem.pool);
	return *leaf;
}

/*
 * Make a zeroed block a free block as in T17. The tree nodes stay zero: of a node that is in no tree only
 * `linked` is read.
 */
static void init_block(struct thread *t)
{
	t->cpu = cpu_self();
	t->wait_at = t->caller = &thread_none.id;
	list_init(&t->senders[0]);
	list_init(&t->senders[1]);
	list_init(&t->send_link);
	list_init(&t->waiters);
	list_init(&t->wait_link);
	list_init(&t->ready_link);
	list_init(&t->space_link);
	list_init(&t->drain[0]);
	list_init(&t->drain[1]);
	tree_init(&t->virtuals);
}

static struct thread *alloc(struct account *a)
{
	struct arch_regs *r = slab_alloc(&kernel.threads, a);
	struct thread *t;

	if (!r)
		return 0;
	t = (struct thread *)(r + 1);
	if (!t->cpu)
		init_block(t);
	return t;
}

/* Set the fields that are read of a thread in no IPC; those of T17 are set already. */
static inline void set_fields(struct thread *t)
{
	t->prio = CFG_PRIO_DEFAULT;
	t->recv = RECV_NONE;
	t->timed = false;
	t->send = SEND_NONE;
	t->life = THREAD_INACTIVE;
	t->open_wait_mask = t->closed_wait_mask = ~(uint32_t)0;
	t->kind = THREAD_USER;
	t->origin = IPC_CALL;
	t->work = WORK_NONE;
	t->halted = false;
	t->utcb = 0;
	t->tls = 0;
	t->partner = 0;
	t->recv_wanted = true;
	t->queued_local = false;
	t->quantum_state = QUANTUM_RUNS;
	t->item = 0;
	t->mapping = t->suspended = t->notify_fails = t->fpu_used = false;
	t->fpu_loads = 0;
	t->route.flags = 0;
	t->quantum = t->time_used = 0;
	t->sensitive_prio = 0;
	t->irq_state = 0;
	t->handles = t->max_delay = t->delay_left = 0;
	t->slice = t->slice_left = CFG_TIMESLICE_US;
	t->rest->unmap.report.phase = WALK_NONE;
	t->rest->unmap.report.status = 0;
}

struct thread *thread_create(l4_tid_t id, struct space *s, l4_tid_t scheduler)
{
	struct thread *t;

	if (!table_reserve(l4_tid_number(id)))
		return 0;
	t = alloc(s ? &s->account : &mem.kmem.pool);
	if (!t)
		return 0;
	set_fields(t);
	t->id = id;
	t->space = s;
	t->scheduler = scheduler;
	arch_thread_init(t);
	*table_entry(l4_tid_number(id)) = t;
	kernel.nthreads++;
	if (s) {
		list_push_back(&s->threads, &t->space_link);
		s->nthreads++;
	}
	return t;
}

void thread_activate(struct thread *t, l4_tid_t pager)
{
	*thread_tcr(t, L4_TCR_GLOBAL_ID) = t->id.raw;
	*thread_tcr(t, L4_TCR_PROCESSOR) = t->cpu->number;
	*thread_tcr(t, L4_TCR_PAGER) = pager.raw;
	t->life = THREAD_ACTIVE;
	ipc_await_start(t, pager);
}

/* ---- partners of a former id or space ---- */

static void splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	from->prev->next = to;
	to->prev->next = from->next;
	to->prev = from->prev;
	list_init(from);
}

/*
 * Move all senders queued at t to its drain list, and with fails also all its waiters: thread_notify then
 * notifies them in steps that the id does not exist. t does not run before drain[0] is empty. Constant time.
 */
static void start_notify(struct thread *t, bool fails)
{
	splice(&t->drain[0], &t->senders[0]);
	splice(&t->drain[0], &t->senders[1]);
	if (fails) {
		splice(&t->drain[1], &t->waiters);
		t->notify_fails = true;
	}
	ipc_update_ready(t);
	if (!thread_runnable(t))
		sched_dequeue(t);
}

/* An interrupt is attached to a thread, not to its id: after a change of id it is queued again, in front. */
static void notify_sender(struct thread *t, struct thread *sender)
{
	if (sender->kind == THREAD_IRQ) {
		list_remove(&sender->send_link);
		list_push_front(&t->senders[0], &sender->send_link);
	} else if (t->notify_fails) {
		ipc_cancel(sender, L4_IPC_NOT_EXISTING);
	} else {
		list_remove(&sender->send_link);
		sender->queued_local = route_is_local(sender, t->space);
		list_push_back(&t->senders[sender->queued_local], &sender->send_link);
	}
}

/*
 * Notify a waiter of t's former id. A thread that waits for its start message continues to wait: it may
 * still be started by ExchangeRegisters. A waiter for t's present id began after the change, and stays.
 */
static void notify_waiter(struct thread *t, struct thread *waiter)
{
	bool waits = thread_waited_for(waiter) == t && thread_waits(waiter);

	ipc_wait_none(waiter);
	if (waits && t->life != THREAD_DYING && l4_tid_eq(waiter->recv_from, t->id))
		ipc_wait_at(waiter, t);
	else if (waits && waiter->origin != IPC_START)
		ipc_cancel(waiter, L4_IPC_NOT_EXISTING);
}

bool thread_notify(struct thread *t)
{
	for (unsigned i = 0; !thread_is_drained(t); i++) {
		if (i == CFG_STEP)
			return false;
		if (!list_empty(&t->drain[0])) {
			notify_sender(t, thread_reach(container_of(t->drain[0].next, struct thread, send_link)));
			ipc_sender_left(t);
		} else {
			notify_waiter(t, thread_reach(container_of(t->drain[1].next, struct thread, wait_link)));
		}
	}
	t->notify_fails = false;
	return true;
}

void thread_rename(struct thread *t, l4_tid_t id)
{
	t->id = id;
	if (t->utcb)
		*thread_tcr(t, L4_TCR_GLOBAL_ID) = id.raw;
	start_notify(t, true);
}

/* ---- moving ---- */

void thread_move(struct thread *t, struct space *s)
{
	account_release(&t->space->account, slab_price(&kernel.threads));
	list_remove(&t->space_link);
	t->space->nthreads--;
	t->space = s;
	list_push_back(&s->threads, &t->space_link);
	s->nthreads++;
	start_notify(t, false);
}

/* ---- deletion ---- */

bool thread_kill(struct thread *t)
{
	*table_entry(l4_tid_number(t->id)) = 0;
	t->id = L4_NILTHREAD;		/* another thread may get its id before its partners are notified */
	t->life = THREAD_DYING;
	sched_remove(t);
	ipc_forget(t);
	if (t->handles > 0)
		irq_handler_gone(t);	/* before start_notify: it removes interrupts from that queue */
	if (t->open_wait_mask && list_empty(&t->waiters))
		return !t->notifier && t->work == WORK_NONE;
	start_notify(t, true);
	return false;
}

/* ---- state ---- */

enum l4_sched_state thread_state(const struct thread *t)
{
	if (t->life == THREAD_DYING)
		return L4_SCHED_DEAD;
	if (t->life == THREAD_INACTIVE)
		return L4_SCHED_INACTIVE;
	if (t->suspended)
		return t->rest->outer.send == SEND_COPYING ? L4_SCHED_SENDING : L4_SCHED_RECEIVING;
	if (thread_queued(t))
		return L4_SCHED_PENDING_SEND;
	if (t->send == SEND_COPYING)
		return L4_SCHED_SENDING;
	if (thread_waits(t) || t->work == WORK_RECEIVE)
		return L4_SCHED_WAITING;
	if (t->recv == RECV_COPYING)
		return L4_SCHED_RECEIVING;
	return t->halted || t->quantum_state >= QUANTUM_STOPPED ? L4_SCHED_INACTIVE : L4_SCHED_RUNNING;
}

