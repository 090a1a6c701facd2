/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sys_inspect.c - Pecan's inspection extension (<x2/inspect.h>): one record a call. It changes no state but
 * the trace's (kdb/trace.c).
 *
 * One call looks at no more than NUMBERS_PER_CALL thread numbers. If none of them is in use, it returns a
 * record with id 0 and the number to continue from, so that the time of a call is bounded.
 */
#include <core/arch.h>
#include <core/kernel.h>
#include <core/sched.h>
#include <lib/bits.h>
#include <kdb/kdb.h>
#include <lib/str.h>
#include <sys/sys.h>
#include <x2/inspect.h>

enum { NUMBERS_PER_CALL = 64 };

const bool sys_inspects = true;

/* Write the record to MR1 and the following. Returns next: the start of the next record, or 0. */
static l4_word_t put(struct thread *self, const void *record, size_t bytes, l4_word_t next)
{
	memcpy(&self->utcb[1], record, bytes);
	return next;
}

static l4_word_t system_record(struct thread *self, l4_word_t start)
{
	const struct kmem *k = &mem.kmem;
	struct l4_inspect_system r = { .uptime = (l4_word_t)arch_time_now() };

	if (start > 0)
		return 0;
	sched_charge(self->cpu);
	r.idle_time = (l4_word_t)self->cpu->idle->time_used;
	r.kmem_total = k->frames * KMEM_FRAME;
	r.kmem_used = (k->frames - k->frames_free) * KMEM_FRAME;
	r.kernel_text = arch_image_size(true);
	r.kernel_data = arch_image_size(false);
	r.threads = kernel.nthreads;
	r.spaces = mem.nspaces;
	r.mappings = mem.nmappings;
	return put(self, &r, sizeof(r), 1);
}

static void fill_thread(struct thread *t, struct l4_inspect_thread *r)
{
	struct arch_user u = t->kind == THREAD_USER ? arch_user_get(t) : (struct arch_user){ 0 };

	*r = (struct l4_inspect_thread){
		.id = t->id.raw,
		.space = t->space ? t->space->number : 0,
		.state = thread_state(t),
		.halted = t->halted,
		.priority = t->prio,
		.time_used = (l4_word_t)t->time_used,
		.pager = t->utcb ? *thread_tcr(t, L4_TCR_PAGER) : 0,
		.scheduler = t->scheduler.raw,
		.ip = u.ip, .sp = u.sp,
	};
	if (t->partner)
		r->partner = t->partner->id.raw;
	else if (thread_waits(t))
		r->partner = t->recv_from.raw;
}

/* Written in its place: root reads many of these. */
static l4_word_t thread_record(struct thread *self, l4_word_t start)
{
	struct l4_inspect_thread *r = (void *)&self->utcb[1];
	l4_word_t n = start, end = (l4_word_t)1 << L4_THREAD_BITS;

	for (unsigned i = 0; i < NUMBERS_PER_CALL && n < end; i++, n++) {
		struct thread *t = thread_numbered(n);

		if (t && !l4_tid_is_any(t->id)) {	/* anythread: an interrupt that was never attached */
			fill_thread(t, r);
			return n + 1;
		}
	}
	if (n < end)
		*r = (struct l4_inspect_thread){ 0 };
	return n < end ? n : 0;
}

static l4_word_t space_record(struct thread *self, l4_word_t start)
{
	struct space *s = space_at(tree_at_least(&mem.space_tree, start));
	struct l4_inspect_space r = { 0 };

	if (!s)
		return 0;
	r.number = s->number;
	if (!list_empty(&s->threads))
		r.thread = container_of(s->threads.next, struct thread, space_link)->id.raw;
	r.threads = s->nthreads;
	r.kmem_used = (l4_word_t)s->account.used;
	r.kmem_limit = (l4_word_t)s->account.limit;
	for (unsigned w = 0; w < RESOURCES; w++) {
		r.extents += s->map[w].nodes;
		r.pages += s->map[w].pages;
	}
	r.privileged = s->privileged;
	return put(self, &r, sizeof(r), s->number + 1);
}

static l4_word_t mapping_record(struct thread *self, enum map_resource resource, l4_word_t object,
				l4_word_t start)
{
	struct space *s = space_at(tree_find(&mem.space_tree, object));
	struct l4_inspect_mapping r;
	l4_word_t next;

	if (!s || !mapdb_inspect(&s->map[resource], start, &r, &next))
		return 0;
	return put(self, &r, sizeof(r), next);
}

static l4_word_t irq_record(struct thread *self, l4_word_t start)
{
	struct thread *t = start < kernel.irq_lines ? thread_numbered(start) : 0;
	struct l4_inspect_irq r = { .number = start };

	if (!t)
		return 0;
	r.handler = t->handler ? t->handler->id.raw : 0;
	r.state = t->irq_state;
	r.count = t->irq_count;
	return put(self, &r, sizeof(r), start + 1);
}

static l4_word_t inspect(struct thread *self, const struct l4_inspect_args *a)
{
	switch (a->what) {
	case L4_INSPECT_SYSTEM:
		return system_record(self, a->start);
	case L4_INSPECT_THREAD:
		return thread_record(self, a->start);
	case L4_INSPECT_SPACE:
		return space_record(self, a->start);
	case L4_INSPECT_MAPPING:
		return mapping_record(self, RESOURCE_MEMORY, a->object, a->start);
	case L4_INSPECT_PORTS:
		return mapping_record(self, RESOURCE_PORTS, a->object, a->start);
	case L4_INSPECT_TRACE:
	case L4_INSPECT_REGISTERS:
		return kdb_inspect(self, a);
	default:
		return irq_record(self, a->start);
	}
}

struct thread *sys_inspect(struct thread *self)
{
	struct l4_inspect_args a = arch_args_inspect(thread_regs(self));
	enum l4_error e = !self->space->privileged ? L4_ERR_NO_PRIVILEGE
			: a.what >= (kdb_present ? L4_INSPECTS : L4_INSPECT_TRACE) ? L4_ERR_PARAM : L4_OK;

	sys_set_error(self, e);
	arch_result_inspect(thread_regs(self), e == L4_OK ? inspect(self, &a) : 0);
	return sched_leave(self);	/* time was charged: the slice owner may have changed (S3) */
}
