/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample.c - see sample.h.
 */
#include <l4/ipc.h>
#include <l4/kip.h>
#include <l4/schedule.h>
#include <l4/thread.h>
#include <pecan/memory.h>
#include <pecan/system.h>
#include <pecan/task.h>
#include <string.h>
#include <x2/call.h>

#include "sample.h"

enum { WINDOW_US = 100000, WHOLE = 1000, KIND_SHIFT = 56, LOG2_PAGE = 12 };

#define WORDS(record) (sizeof(record) / sizeof(L4_Word_t))
#define TIME_MASK (((uint64_t)1 << 48) - 1)

static const char *const states[] = {
	[L4_SCHED_ERROR] = "error", [L4_SCHED_DEAD] = "dead", [L4_SCHED_INACTIVE] = "inactive",
	[L4_SCHED_RUNNING] = "ready", [L4_SCHED_PENDING_SEND] = "sending", [L4_SCHED_SENDING] = "sending",
	[L4_SCHED_WAITING] = "waiting", [L4_SCHED_RECEIVING] = "receiving",
};

static L4_ThreadId_t thread_of(L4_Word_t raw)
{
	return (L4_ThreadId_t){ .raw = raw };
}

static unsigned long permille(L4_Word_t part, L4_Word_t whole)
{
	return whole ? part * WHOLE / whole : 0;
}

static unsigned long now(void)
{
	return (unsigned long)L4_SystemClock().raw;
}

/* ---- the system, spaces and tasks ---- */

static void name_of(char *name, L4_ThreadId_t thread)
{
	struct pecan_task t;

	if (L4_ThreadNo(thread) == L4_ThreadIdUserBase(L4_GetKernelInterface()))
		strcpy(name, "sigma0");
	else if (L4_IsThreadEqual(thread, pecan_root()))
		strcpy(name, "root");
	else
		strcpy(name, pecan_task_of(thread, &t) == ROOT_OK ? t.name : "?");
}

static enum root_error read_system(struct model *m)
{
	struct l4_inspect_system s = { 0 };
	struct pecan_memory memory;
	enum root_error e;
	L4_Word_t at = 0;

	if (!pecan_inspect(L4_INSPECT_SYSTEM, 0, &at, &s, WORDS(s), &e))
		return e == ROOT_OK ? ROOT_E_ABSENT : e;
	e = pecan_memory(&memory);
	if (e != ROOT_OK)
		return e;
	m->uptime = s.uptime;
	m->idle_permille = permille(s.idle_time, s.uptime);
	m->kernel = s.kmem_total;
	m->kernel_used = s.kmem_used;
	m->memory = memory.total;
	m->memory_free = memory.free;
	return ROOT_OK;
}

static void read_spaces(struct model *m)
{
	struct l4_inspect_space s;
	struct model_space *space;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_SPACE, 0, &at, &s, WORDS(s), NULL); ) {
		space = model_add_space(m);
		if (!space)
			continue;
		*space = (struct model_space){
			.number = s.number, .kernel = s.kmem_used, .kernel_limit = s.kmem_limit, .threads = s.threads,
			.extents = s.extents, .pages = s.pages,
		};
		name_of(space->name, thread_of(s.thread));
	}
}

/* The space of a thread, by the table of threads; 0: there is no such thread. */
static unsigned long space_of(const struct model *m, L4_ThreadId_t thread)
{
	const struct model_thread *t = model_thread(m, L4_ThreadNo(thread));

	return t ? t->space : 0;
}

static void read_tasks(struct model *m)
{
	struct pecan_task t;

	for (L4_Word_t position = 0; pecan_next_task(&position, &t); ) {
		unsigned long number = space_of(m, t.first);

		for (unsigned i = 0; number && i < m->spaces; i++)
			if (m->space[i].number == number) {
				m->space[i].task = t.task;
				m->space[i].memory = t.memory;
				m->space[i].memory_limit = t.memory_limit;
			}
	}
}

/* ---- threads ---- */

/* Calls see with each user thread; not with more than there are, as unused numbers take many calls. */
static void each_thread(struct model *m, void (*see)(struct model *m, const struct l4_inspect_thread *t))
{
	struct l4_inspect_thread t;
	unsigned long left = 0;

	for (unsigned i = 0; i < m->spaces; i++)
		left += m->space[i].threads;
	for (L4_Word_t at = 0; left && pecan_inspect(L4_INSPECT_THREAD, 0, &at, &t, WORDS(t), NULL); ) {
		if (!t.id || !t.space)
			continue;
		see(m, &t);
		left--;
	}
}

static void add_thread(struct model *m, const struct l4_inspect_thread *t)
{
	struct model_thread *thread = model_add_thread(m);
	L4_ThreadId_t id = thread_of(t->id), partner = thread_of(t->partner);
	const char *state = t->state < sizeof states / sizeof *states ? states[t->state] : "?";

	if (!thread)
		return;
	*thread = (struct model_thread){
		.number = L4_ThreadNo(id), .version = L4_Version(id), .space = t->space, .priority = t->priority,
		.used = t->time_used, .state = t->halted ? "halted" : state,
		.partner = L4_IsThreadEqual(partner, L4_anythread) ? 0 : L4_ThreadNo(partner),
	};
}

/* The second time: what the thread has used since the first, `between` us before. */
static void update_thread(struct model *m, const struct l4_inspect_thread *t)
{
	for (unsigned i = 0; i < m->threads; i++) {
		struct model_thread *thread = &m->thread[i];

		if (thread->number == L4_ThreadNo(thread_of(t->id)) && t->time_used >= thread->used) {
			thread->permille = permille(t->time_used - thread->used, m->between);
			thread->used = t->time_used;
		}
	}
}

/* ---- mappings and interrupts ---- */

static void read_extents(struct model *m, unsigned long space)
{
	struct l4_inspect_mapping e;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_MAPPING, space, &at, &e, WORDS(e), NULL); ) {
		L4_Word_t log2 = e.log2 < 63 ? e.log2 : 63;

		model_add_extent(m, &(struct model_extent){
			.from = e.parent_space, .at = e.parent_base, .space = space, .pages = e.pages,
			.bytes = (L4_Word_t)1 << log2, .writable = e.rights & L4_Writable,
		});
	}
}

static void read_irqs(struct model *m)
{
	struct l4_inspect_irq i;
	struct model_irq *irq;

	for (L4_Word_t at = 0; pecan_inspect(L4_INSPECT_IRQ, 0, &at, &i, WORDS(i), NULL); ) {
		irq = i.handler ? model_add_irq(m) : NULL;
		if (!irq)
			continue;
		*irq = (struct model_irq){ .number = i.number, .count = i.count };
		name_of(irq->name, thread_of(i.handler));
	}
}

/* ---- messages, by the kernel's trace ---- */

static bool trace(enum l4_trace_command command, struct l4_inspect_trace *r, L4_Word_t *at,
		  enum root_error *e)
{
	return pecan_inspect(L4_INSPECT_TRACE, command, at, r, WORDS(*r), e);
}

static bool trace_command(enum l4_trace_command command)
{
	struct l4_inspect_trace unused;
	L4_Word_t at = 0;

	return trace(command, &unused, &at, NULL);
}

static void count_event(struct model *m, const struct l4_trace_event *e)
{
	switch (e->what >> KIND_SHIFT) {
	case L4_TRACE_SEND:
		/* A local id is that of a thread of the sender's space. */
		model_add_message(m, space_of(m, thread_of(e->thread)),
				  L4_IsGlobalId(thread_of(e->a)) ? space_of(m, thread_of(e->a))
				  : space_of(m, thread_of(e->thread)));
		break;
	case L4_TRACE_PAGE_FAULT:
		m->faults++;
		break;
	case L4_TRACE_INTERRUPT:
		m->interrupts++;
		break;
	case L4_TRACE_SWITCH:
		m->switches++;
		break;
	}
}

/* If events were overwritten, the time that was seen begins with the oldest that is kept. */
static void count_events(struct model *m)
{
	struct l4_inspect_trace r;
	uint64_t first = 0, last = 0;
	bool all = true;

	for (L4_Word_t at = 0; trace(L4_TRACE_READ, &r, &at, NULL); ) {
		if (!first) {
			first = r.event[0].what & TIME_MASK;
			all = r.number == 0;
		}
		for (L4_Word_t i = 0; i < r.count && i < L4_TRACE_EVENTS; i++) {
			count_event(m, &r.event[i]);
			last = r.event[i].what & TIME_MASK;
		}
	}
	if (!all)
		m->window = (unsigned long)(((last - first) & TIME_MASK) / 1000);
}

/* Another program's trace is left as it is. */
static enum model_count begin_trace(void)
{
	struct l4_inspect_trace r;
	enum root_error e;
	L4_Word_t at = 0;

	if (trace(L4_TRACE_READ, &r, &at, &e))
		return MODEL_IN_USE;
	if (e != ROOT_OK)
		return MODEL_NO_TRACE;
	return trace_command(L4_TRACE_START) ? MODEL_COUNTED : MODEL_NO_MEMORY;
}

static void count_messages(struct model *m)
{
	uint64_t from = now();

	m->counted = begin_trace();
	L4_Sleep(L4_TimePeriod(WINDOW_US));
	if (m->counted == MODEL_COUNTED)
		trace_command(L4_TRACE_STOP);
	m->window = (unsigned long)(now() - from);
	m->between = now() - m->between;
	each_thread(m, update_thread);
	if (m->counted != MODEL_COUNTED)
		return;
	count_events(m);
	trace_command(L4_TRACE_FREE);
}

const char *sample(struct model *m)
{
	enum root_error e;

	model_clear(m);
	e = read_system(m);
	if (e != ROOT_OK)
		return e == ROOT_E_ABSENT ? "this kernel has no inspection (INSPECT=no)" : pecan_error_text(e);
	read_spaces(m);
	m->between = now();
	each_thread(m, add_thread);
	read_tasks(m);
	for (unsigned i = 0; i < m->spaces; i++)
		read_extents(m, m->space[i].number);
	model_find_shared(m);
	read_irqs(m);
	count_messages(m);
	return NULL;
}
