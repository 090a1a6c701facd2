/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.c - thread blocks: from an id to a thread and back, creation, state. See thread.h. What changes or
 * deletes a thread that others wait for is in control.c.
 *
 * A thread is found by its id with two loads and a compare: the number selects a leaf of pointers and an
 * entry in it, then the whole id, version included, must be equal. So a stale id of a number that is
 * in use again finds no thread.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/utcb.h>
#include <lib/panic.h>

struct thread thread_none = { .life = THREAD_DYING };

#define LEAF_MASK (((l4_word_t)1 << THREAD_LEAF_LOG2) - 1)

/* ---- ids ---- */

static struct thread **table_entry(l4_word_t number)
{
	return &kernel.table[number >> THREAD_LEAF_LOG2][number & LEAF_MASK];
}

struct thread *thread_resolve(struct thread *self, l4_tid_t id)
{
	if (l4_tid_is_nil(id))
		return 0;
	if (l4_tid_is_local(id))
		return self->space ? utcb_local(self->space, id) : 0;
	return thread_find(id);
}

l4_tid_t thread_global(struct thread *self, l4_tid_t id)
{
	const struct thread *t;

	if (!l4_tid_is_local(id))
		return id;
	t = thread_resolve(self, id);
	return t ? t->id : id;
}

struct thread *thread_find(l4_tid_t id)
{
	return thread_probe(id);
}

l4_word_t *thread_mr(struct thread *t, unsigned i)
{
	return (i < REG_MRS || thread_has_kernel_message(t) ? t->mr : t->utcb) + i;
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
	t->state = STATE_VALUE(prio, CFG_PRIO_DEFAULT);
	t->life = THREAD_INACTIVE;
	t->open_wait_mask = t->closed_wait_mask = ~(uint32_t)0;
	t->utcb = 0;
	t->tls = 0;
	t->partner = 0;
	t->queued_local = false;
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

void thread_forget_id(struct thread *t)
{
	*table_entry(l4_tid_number(t->id)) = 0;
	t->id = L4_NILTHREAD;
}

/* ---- state ---- */

void thread_unready(struct thread *t)
{
	if (t->recv != RECV_READY)
		return;
	arch_thread_complete(t);
	t->recv = RECV_WAITING;
}

/*
 * A thread with work finishes it even if it is halted, or stopped by its quantum. One whose quantum is over
 * runs until it leaves the kernel (S6).
 */
bool thread_runnable_otherwise(const struct thread *t)
{
	if (t->life != THREAD_ACTIVE || thread_queued(t) || thread_waits(t))
		return false;
	return t->work != WORK_NONE || (t->send == SEND_NONE && t->recv == RECV_NONE && !t->halted && !t->draining
					&& t->quantum_state < QUANTUM_STOPPED);
}

enum l4_sched_state thread_state(const struct thread *t)
{
	if (t->life != THREAD_ACTIVE)
		return t->life == THREAD_DYING ? L4_SCHED_DEAD : L4_SCHED_INACTIVE;
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
