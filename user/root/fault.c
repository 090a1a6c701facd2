/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fault.c - root as pager and exception handler of its programs (protocols 3, 5, 6).
 *
 * A fault that can be served is answered with one page, which may be a large one. Any other ends the program,
 * with a report (stopped.c). A forged message of this kind affects only its sender: the faulting thread is
 * the sender id that the kernel delivers.
 */
#include <l4/pecan.h>
#include <root/device/device.h>
#include <root/device/machine.h>
#include <root/job/backlog.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/memory/vtab.h>
#include <root/task/end.h>
#include <root/task/task.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "fault.h"
#include "root.h"

enum { TAG_N_SHIFT = 20, NIBBLE = 0xf };

struct victim { const struct root_caller *caller; struct task *task; l4_word_t ip; };

/* The area of t at an address of which pages may be given out now, or 0. */
static struct area *open_area(struct task *t, l4_word_t address)
{
	struct area *a = address < L4_USER_END ? area_at(t, address) : 0;

	return !a || (a->work != WORK_NONE && a->work != WORK_SEAL) ? 0 : a;
}

/* The frames of the page at `sp` and of the next one, 0: not there. */
static void note_stack(struct task *t, l4_word_t sp, l4_word_t frame[2])
{
	for (unsigned i = 0; i < 2; i++) {
		l4_word_t at = sp + i * PAGE_BYTES, word = open_area(t, at) ? vtab_get(&t->vtab, at) : 0;

		frame[i] = word & VTAB_OWNED ? word & ~PAGE_MASK : 0;
	}
}

/* End the program; `word` says why, its first words are filled here. */
static void stop(const struct victim *v, enum root_end how, enum death kind, l4_word_t word[STOPPED_WORDS])
{
	l4_word_t id = v->task->thread[v->caller->thread].id;
	struct l4_inspect_registers r;

	word[STOPPED_KIND] = kind;
	word[STOPPED_THREAD] = id;
	word[STOPPED_TASK] = v->task->id;
	word[STOPPED_IMAGE] = (l4_word_t)v->task->image;
	word[STOPPED_IP] = v->ip;
	if (L4_HasInspect()
	    && L4_InspectRecord(L4_INSPECT_REGISTERS, 0, l4_tid_number((l4_tid_t){ id }), &r, L4_EXC_REPLY_WORDS))
		note_stack(v->task, r.word[L4_EXC_SP - 1], word + STOPPED_FRAMES);
	task_die(v->task, how, word);
}

static const char *why_refused(const struct area *a, unsigned access)
{
	if (!a)
		return 0;
	if (a->kind == AREA_GUARD)
		return "the stack has overflowed";
	if (a->kind == AREA_KERNEL)
		return "the place belongs to the kernel";
	return access & L4_W ? "the page is read-only" : "the page holds no code";
}

static void refuse(const struct victim *v, l4_word_t address, unsigned access, const struct area *a)
{
	l4_word_t word[STOPPED_WORDS] = { 0 };

	word[STOPPED_ADDRESS] = address;
	word[STOPPED_NUMBER] = access;
	word[STOPPED_WHY] = (l4_word_t)why_refused(a, access);
	stop(v, ROOT_END_FAULT, DEATH_PAGE, word);
}

/* If memory is being given back that would be enough, the fault is served later. */
static void out_of_memory(const struct victim *v, l4_word_t address)
{
	l4_word_t word[STOPPED_WORDS] = { 0 }, limit_kib = v->task->account.limit << PAGE_LOG2 >> 10;
	bool limited = limit_memory_kib(v->task) >= limit_kib;	/* by what it was granted, touched or not */

	if (!limited || job_gives_of(v->task) > 0)
		backlog_short();
	if (backlog_keep(v->caller, false))
		return;
	word[STOPPED_ADDRESS] = address;
	word[STOPPED_NUMBER] = limit_kib;
	stop(v, ROOT_END_MEMORY, limited ? DEATH_LIMIT : DEATH_POOL, word);
}

/* The item after which a thread faults again. */
static L4_MapItem_t no_page(void)
{
	return (L4_MapItem_t){ .raw = { l4_map_item(0), L4_NILPAGE.raw } };
}

/* The item that sends the page, which has that word in the task's table. */
static void send(const struct task *t, const struct area *a, l4_word_t page, l4_word_t entry,
		 L4_MapItem_t *item)
{
	unsigned unit = area_unit(a, entry);
	l4_word_t within = ((l4_word_t)1 << unit) - 1;

	item->raw[0] = l4_map_item(page & ~within);
	item->raw[1] = l4_fpage((l4_word_t)direct(entry & ~within), unit, area_rights(t, a, page)).raw;
}

/*
 * The page was sent before. If what the program has put there is in its way, to remove that can take long: a
 * worker does it. While it has another page of the task the thread gets the same answer as the first time, at
 * its own priority, until it is its turn. Returns true if there is to be no answer now.
 */
static bool send_again(const struct victim *v, l4_word_t page)
{
	struct task_thread *thread = &v->task->thread[v->caller->thread];
	struct resend *r = &v->task->resend;
	bool waits = !r->wanted;

	if (waits) {
		*r = (struct resend){ page, true, (uint8_t)v->caller->thread, 0 };
		job_add(v->task, JOB_PAGE);
		thread->waits = WAITS_JOB;
	}
	if (thread->priority > r->priority)
		r->priority = thread->priority;
	job_update(v->task);
	return waits;
}

static void resend(struct task *t)
{
	struct resend *r = &t->resend;
	struct area *a = open_area(t, r->page);
	l4_word_t entry = vtab_get(&t->vtab, r->page);
	L4_MapItem_t item = no_page();

	if (a && entry & VTAB_PRESENT)
		send(t, a, r->page, entry, &item);
	if (r->waiter < THREADS_MAX)
		order(&(struct order){ ORDER_MAP, 3, { t->thread[r->waiter].id, item.raw[0], item.raw[1] } });
	if (r->waiter < THREADS_MAX)
		t->thread[r->waiter].waits = WAITS_NOT;
	r->wanted = false;
	job_done(t, JOB_PAGE);
}

static unsigned resend_priority(const struct task *t) { return t->resend.priority; }

static void forget_waiter(struct task *t, unsigned i)
{
	if (t->resend.waiter == i)
		t->resend.waiter = THREADS_MAX;
}

const struct job_kind fault_pages = { resend, resend_priority, forget_waiter };

static bool page_fault(const struct victim *v, unsigned access, l4_word_t address, L4_MapItem_t *answer)
{
	struct area *area = open_area(v->task, address);
	l4_word_t page = address & ~PAGE_MASK, entry;
	unsigned rights = area ? area_rights(v->task, area, page) : 0;

	if (access & L4_R)	/* with X: the machine does not tell them apart */
		access = L4_R;
	if ((access & ~rights & (L4_W | L4_X)) != 0 || rights == 0) {
		refuse(v, address, access, area);
		return false;
	}
	entry = vtab_get(&v->task->vtab, page);
	if (entry & VTAB_UNSENT)
		vtab_put(&v->task->vtab, &v->task->account, page, entry & ~(l4_word_t)VTAB_UNSENT);
	else if (entry & VTAB_PRESENT && send_again(v, page))
		return false;
	if ((entry & VTAB_PRESENT) == 0) {
		*answer = no_page();
		if (!area_ready(v->task, area, page))
			return true;
		entry = area_page(v->task, area, page);
	}
	if (entry == 0) {
		out_of_memory(v, address);
		return false;
	}
	send(v->task, area, page, entry, answer);
	answer->raw[0] |= L4_ITEM_NO_REVOKE;
	return true;
}

/* A driver without a request before: served as if it had made one, if it has the right. */
static bool port_fault(const struct victim *v, l4_fpage_t ports, L4_MapItem_t *answer)
{
	l4_word_t word[STOPPED_WORDS] = { 0 };
	enum root_error e = ROOT_E_ARGUMENT;

	if (l4_fpage_is_io(ports))
		e = device_ports(v->task, l4_io_port(ports), l4_io_log2(ports), answer);
	if (e == ROOT_OK)
		return true;
	word[STOPPED_ADDRESS] = l4_io_port(ports);
	word[STOPPED_WHY] = (l4_word_t)(e == ROOT_E_BUSY ? "another program has it" : "it has no right to it");
	stop(v, ROOT_END_FAULT, DEATH_PORT, word);
	return false;
}

static void exception(struct victim *v, unsigned words, const l4_word_t *message)
{
	struct machine_report report = machine_report(message, words);
	l4_word_t word[STOPPED_WORDS] = { 0 };

	v->ip = report.ip;
	word[STOPPED_NUMBER] = report.number;
	word[STOPPED_ADDRESS] = report.code;
	stop(v, ROOT_END_FAULT, DEATH_EXCEPTION, word);
}

static void exhausted(const struct victim *v)
{
	l4_word_t word[STOPPED_WORDS] = { 0 };

	word[STOPPED_NUMBER] = v->task->kmem_limit_kib;
	stop(v, ROOT_END_MEMORY, DEATH_KMEM, word);
}

bool fault_message(const struct root_caller *c, l4_tag_t tag, const l4_word_t *word, L4_MapItem_t *answer)
{
	unsigned words = l4_tag_untyped(tag);
	struct victim v = { c, c->task, words > 1 ? word[1] : 0 };

	switch ((long)tag.raw >> TAG_N_SHIFT) {
	case L4_PROTO_PAGEFAULT:
		return page_fault(&v, l4_tag_label(tag) & NIBBLE, word[0], answer);
	case L4_PROTO_IO_FAULT:
		return port_fault(&v, (l4_fpage_t){ word[0] }, answer);
	case L4_PROTO_EXCEPTION:
		exception(&v, words, word);
		return false;
	case L4_PROTO_MEM_EXHAUSTED:
		exhausted(&v);
		return false;
	}
	return false;
}
