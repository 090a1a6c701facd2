/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fast.c - a plain message without core, step by step as kernel/arch/x86_64/fast*.S have it, and interrupts
 * and faults as entry.S and trap.c there have them: so the tests meet core as it finds itself then, and its
 * rules are checked. A thread may be ready without core's knowledge (host.ahead; L5 in local.h there).
 */
#include <string.h>
#include <core/arch.h>
#include <core/fault.h>
#include <core/ipc.h>
#include <core/irq.h>
#include <core/kernel.h>
#include <core/straight.h>
#include <mem/tlb.h>
#include <core/upcall.h>
#include <lib/panic.h>
#include "host.h"

enum { TAG_REST = 0xffc0, ONE_ITEM = 2 << 6, ITEM_WORDS = 2 };

static bool hears(const struct thread *to, const struct thread *from)
{
	return l4_tid_is_any(to->recv_from) || l4_tid_eq(to->recv_from, from->id)
	    || (l4_tid_is_anylocal(to->recv_from) && to->space == from->space);
}

static uint32_t word_of(const struct thread *t) { return (uint32_t)(t->recv << 8 | t->prio); }

static uint32_t floor_now(void) { return host.ahead ? host.floor : cpu_self()->floor; }

static bool takes_part(struct thread *self, const struct thread *to, uint32_t lone)
{
	return (word_of(to) & lone) >= floor_now() && self->space->tlb.direct && hears(to, self)
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

/* Registers that are not of the message are nobody's. */
static void move_words(const struct thread *self, struct thread *to, unsigned u)
{
	for (unsigned i = 0; i < REG_MRS; i++)
		thread_regs(to)->mr[i] = i <= u ? thread_regs(self)->mr[i] : (l4_word_t)0xa5a5a5a5;
	for (unsigned i = REG_MRS; i <= u; i++)
		to->utcb[i] = self->utcb[i];
}

/* The machine loads the others when it goes there. */
static void own_words(struct thread *to, unsigned u)
{
	for (unsigned i = u + 1; i < REG_MRS; i++)
		thread_regs(to)->mr[i] = to->utcb[i];
}

/* to has a message of self's. */
static void arrive(struct thread *self, struct thread *to, unsigned u)
{
	to->recv = RECV_NONE;
	move_words(self, to, u);
	arch_result_ipc(thread_regs(to), thread_id_for(self, to->space));
}

static void wait_for(struct thread *self, l4_tid_t from)
{
	self->recv_from = from;
	self->recv = RECV_READY;
	memset(thread_regs(self)->mr, 0xa5, sizeof(thread_regs(self)->mr));	/* nobody has saved them */
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

static struct thread *go_to(const struct thread *self, struct thread *to, unsigned u)
{
	own_words(to, u);
	arch_result_utcb(thread_regs(to), to->local.raw);
	return run(self, to);
}

/* Both phases: a message of u words, or the words of an item, and a wait for `from`. */
static struct thread *commit(struct thread *self, struct thread *to, l4_tid_t from, unsigned u)
{
	arrive(self, to, u);
	wait_for(self, from);
	host.fast++;
	return go_to(self, to, u);
}

/* ---- a thread that is ahead ---- */

/* t is ready; a thread that the machine then switches to must be above it (S3, S4). */
static void put_ahead(struct thread *t, bool queued)
{
	host.ahead = t;
	host.ahead_queued = queued;
	host.floor = (uint32_t)(RECV_READY << 8 | t->prio) + 1;
}

void host_late(void)
{
	struct thread *t = host.ahead;

	if (!t)
		return;
	host.ahead = 0;
	kernel_ready(t, host.ahead_queued);
}

static struct thread *first_queued(const struct thread *t)
{
	struct thread *first[2] = { 0, 0 };

	for (unsigned i = 0; i < 2; i++)
		if (!list_empty(&t->senders[i]))
			first[i] = container_of(t->senders[i].next, struct thread, send_link);
	return !first[0] || (first[1] && first[1]->send_order < first[0]->send_order) ? first[1] : first[0];
}

/* t, which was ahead, takes the message of the first in its queue, a CALLING thread (fast_take). */
static void take_queued(struct thread *t)
{
	struct thread *from = first_queued(t);
	unsigned u = l4_tag_untyped(from->tag);

	list_remove(&from->send_link);
	if (list_empty(&t->senders[0]) && list_empty(&t->senders[1]))
		t->lone_open = ~(uint32_t)0;
	move_words(from, t, u);
	arch_result_ipc(thread_regs(t), thread_id_for(from, t->space));
	own_words(t, u);
	from->send = SEND_NONE;
	from->recv = RECV_READY;
	from->partner = 0;
	t->caller = &from->id;
	memset(thread_regs(from)->mr, 0xa5, sizeof(thread_regs(from)->mr));
}

/* self has blocked: the thread that is ahead runs, or core decides (fast_next). */
static struct thread *next_of(const struct thread *self)
{
	struct thread *t = host.ahead;

	if (!t || (t->space != self->space && !t->space->tlb.direct)
	    || (cpu_self()->slice_owner != t && !kernel_slice(t))) {
		host_late();
		return kernel_blocked();
	}
	host.ahead = 0;
	if (host.ahead_queued)
		take_queued(t);
	else
		own_words(t, l4_tag_untyped((l4_tag_t){ thread_regs(t)->mr[0] }));
	arch_result_utcb(thread_regs(t), t->local.raw);
	return run(self, t);
}

/* ---- fast_alone.S ---- */

/* An equal waits for the end of the slice: is the timer set for that? */
static bool timer_is_set(const struct cpu *cpu) { return cpu->slice_end >= cpu->timer_set; }

static struct thread *send_alone(struct thread *self, l4_tid_t id, unsigned u)
{
	struct thread *to = thread_of(self->wait_at);
	struct cpu *cpu = cpu_self();

	if (!l4_tid_eq(to->id, id))
		to = thread_find(id);
	if (!to || word_of(to) <= floor_now() || host.ahead || !self->space->tlb.direct
	    || l4_tid_is_anylocal(to->recv_from) || !hears(to, self))
		return 0;
	if (to->prio > self->prio || (to->prio == self->prio && !timer_is_set(cpu)))
		return 0;
	arrive(self, to, u);
	arch_result_utcb(thread_regs(self), self->local.raw);
	put_ahead(to, false);
	return self;
}

static struct thread *wait_alone(struct thread *self, l4_tid_t from)
{
	bool open = !wait_is_closed(from);
	struct thread *source = thread_of(self->wait_at);

	if (!self->lone_open)
		return 0;
	if (!open && (!l4_tid_eq(source->id, from) || source->life == THREAD_DYING))
		return 0;
	if (!open)
		source->caller = &self->id;
	wait_for(self, from);
	return next_of(self);
}

/* ---- fast_queue.S ---- */

static struct thread *queue(struct thread *self, l4_tid_t id, l4_word_t timeouts, unsigned u)
{
	struct thread *to = thread_of(self->wait_at);
	bool local = self->space == to->space;

	if (!l4_tid_eq(to->id, id) || timeouts || floor_now() >= SCHED_NOBODY || !self->space->tlb.direct
	    || to->life != THREAD_ACTIVE || to->recv != RECV_NONE || to->kind != THREAD_USER)
		return 0;
	for (unsigned i = u + 1; i < REG_MRS; i++)
		thread_regs(self)->mr[i] = (l4_word_t)0xa5a5a5a5;
	self->tag.raw = thread_regs(self)->mr[0];
	self->route.flags = 0;
	self->recv_from = id;
	self->send = SEND_CALLING;
	self->partner = to;
	self->send_order = ++kernel.send_orders;
	self->queued_local = local;
	list_push_back(&to->senders[local], &self->send_link);
	to->lone_open = 0;
	return next_of(self);
}

/* self takes the message that it finds in its queue when it runs again. */
static struct thread *reply_queued(struct thread *self, struct thread *to, l4_tid_t from, unsigned u)
{
	const struct thread *a = first_queued(self);

	if (word_of(to) < floor_now() || host.ahead || !self->space->tlb.direct || !to->space->tlb.direct
	    || !l4_tid_is_any(from) || cpu_self()->highest >= self->prio || to->prio <= self->prio)
		return 0;
	if (!a || a->send != SEND_CALLING || !a->lone_closed || l4_tid_is_anylocal(to->recv_from)
	    || !hears(to, self))
		return 0;
	arrive(self, to, u);
	memset(thread_regs(self)->mr, 0xa5, sizeof(thread_regs(self)->mr));
	put_ahead(self, true);
	return go_to(self, to, u);
}

/* ---- both phases ---- */

static struct thread *apart(struct thread *next)
{
	host.apart += next != 0;
	return next;
}

static struct thread *both(struct thread *self, const struct l4_ipc_args *a, unsigned u)
{
	bool open = !wait_is_closed(a->from);
	struct thread *to = partner(self, a->to, open);

	if (to == &thread_nobody)
		return 0;
	if (!takes_part(self, to, open ? self->lone_open : self->lone_closed))
		return apart(open ? reply_queued(self, to, a->from, u) : queue(self, a->to, a->timeouts, u));
	if (!open) {
		ipc_wait_at(self, to);
		to->caller = &self->id;
	}
	return commit(self, to, open ? a->from : to->id, u);
}

/* An item alone. */
static struct thread *item(struct thread *self, const struct l4_ipc_args *a)
{
	struct thread *to;
	struct ipc_item i;
	l4_tid_t from;

	if ((thread_regs(self)->mr[0] & 0xffff) != ONE_ITEM || !self->space->tlb.direct)
		return 0;
	i = ipc_item_at_once(&self->id, a->to, a->from, thread_regs(self)->mr[1], thread_regs(self)->mr[2],
			     floor_now());
	if (!i.to)
		return 0;
	to = thread_of(i.to);
	from = l4_tid_eq(a->from, a->to) ? *i.to : a->from;
	thread_regs(self)->mr[2] = i.second;
	if (to->recv == RECV_READY)
		return commit(self, to, from, ITEM_WORDS);
	wait_for(self, from);			/* it had a page fault */
	host.fast++;
	return run(self, to);
}

struct thread *host_fast_ipc(struct thread *self)
{
	struct l4_ipc_args a = arch_args_ipc(thread_regs(self));
	l4_tag_t tag = { thread_regs(self)->mr[0] };
	unsigned u = l4_tag_untyped(tag);

	if (!l4_time_is_never(l4_timeout_receive(a.timeouts)))
		return 0;
	if (tag.raw & TAG_REST)
		return item(self, &a);
	if (l4_tid_is_nil(a.to) && l4_tid_is_nil(a.from))
		return 0;
	if (l4_tid_is_nil(a.from))
		return apart(send_alone(self, a.to, u));
	if (l4_tid_is_nil(a.to))
		return apart(wait_alone(self, a.from));
	if (wait_is_closed(a.from) && !l4_tid_eq(a.to, a.from))
		return 0;
	return both(self, &a, u);
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

/* The machine's half of a message to one that was READY: the registers that it has not, beyond MRu. */
static struct thread *straight(struct thread *to, unsigned u)
{
	for (unsigned i = u + 1; i < REG_MRS; i++)
		thread_regs(to)->mr[i] = to->utcb[i];
	arch_result_utcb(thread_regs(to), to->local.raw);
	host.straight++;
	return to;
}

/* ---- entry.S: an interrupt; its line is open, so it is ARMED ---- */

/* May it make self give way to the handler, on a slice of its own, with nothing to be decided? */
static bool may_preempt(struct thread *self, const struct thread *irq, const struct thread *handler)
{
	const struct cpu *cpu = cpu_self();

	return word_of(handler) > (uint32_t)(RECV_READY << 8 | self->prio) && cpu->highest <= (int)self->prio
	    && (l4_tid_eq(handler->recv_from, irq->id) || l4_tid_is_any(handler->recv_from))
	    && !cpu->special && handler->slice_left != 0
	    && !(*thread_tcr(self, L4_TCR_FLAGS) & (L4_PREEMPT_DELAY | L4_PREEMPT_SIGNAL))
	    && handler->space->tlb.direct && cpu->slice_end > arch_time_now();
}

/* The slice that runs is charged, t's begins. */
static void change_slice(struct cpu *cpu, struct thread *t)
{
	uint64_t now = arch_time_now();

	cpu->slice_owner->slice_left = cpu->slice_end - now;
	cpu->slice_owner->time_used += now - cpu->slice_start;
	cpu->slice_start = now;
	cpu->slice_owner = t;
	cpu->slice_end = now + t->slice_left;
}

static struct thread *preempt(struct thread *self, struct thread *irq, struct thread *handler)
{
	struct cpu *cpu = cpu_self();

	ASSERT(irq->irq_state == IRQ_ARMED && tlb_here()->pending == 0);
	irq->irq_count++;
	irq->irq_state = IRQ_UNACKED;
	handler->recv = RECV_NONE;
	change_slice(cpu, handler);
	cpu->highest = self->prio;
	sched_push(cpu, self, true);
	cpu->floor = sched_floor(cpu);
	thread_regs(handler)->mr[0] = irq->tag.raw;
	arch_result_ipc(thread_regs(handler), irq->id);
	return run(self, straight(handler, 0));
}

struct thread *host_irq(struct thread *self, unsigned line)
{
	struct thread *irq = irq_thread(line);

	host_late();
	/* Between two steps of a long operation the interrupt does not come from user mode. */
	if (self->kind != THREAD_USER || self->work != WORK_NONE || !may_preempt(self, irq, irq->handler))
		return kernel_irq(self, line);
	return preempt(self, irq, irq->handler);
}

struct thread *host_page_fault(struct thread *self, l4_word_t address, unsigned access)
{
	struct thread *to;

	host_late();
	to = fault_page_straight(self, address, access);
	return to ? straight(to, 2) : kernel_page_fault(self, address, access);
}

struct thread *host_exception(struct thread *self, l4_word_t number, l4_word_t error)
{
	struct thread *to;

	host_late();
	to = fault_exception_straight(self, number, error);
	return to ? straight(to, L4_EXC_WORDS) : kernel_exception(self, number, error);
}

struct thread *host_answer(struct thread *self)
{
	struct thread *to;

	host_late();
	to = fault_answered(self);
	if (to)
		host.straight++;
	return to;
}
