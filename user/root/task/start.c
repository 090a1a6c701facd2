/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the start of a task: record and reservation at once, then as a job areas, stack, space and first
 * thread. Until it runs, no request finds the task; a start that fails ends without a notification,
 * and the error is the answer to the client, or an event for the supervisor.
 */
#include <l4/pecan.h>
#include <pecan/elf.h>
#include <proto/grants.h>
#include <proto/root_server.h>
#include <root/job/job.h>
#include <root/memory/area.h>
#include <root/memory/image.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/memory/vtab.h>
#include <root/report/log.h>
#include <root/root.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "confine.h"
#include "end.h"
#include "start.h"
#include "task.h"

static enum root_error priorities(struct task *t, const struct spawn *s)
{
	const struct grant *p = t->program;

	t->priority = (uint8_t)(s->priority != 0 ? s->priority : p->priority);
	t->max_priority = (uint8_t)(t->priority > p->max_priority ? t->priority : p->max_priority);
	if (s->priority > 254 || (s->parent && s->priority > s->parent->max_priority))
		return ROOT_E_ARGUMENT;
	if (s->parent && t->max_priority > s->parent->max_priority)
		t->max_priority = s->parent->max_priority;
	if (t->priority > t->max_priority)
		t->priority = t->max_priority;
	task_note_priority(t, t->priority);
	return ROOT_OK;
}

/*
 * A child may do no more than its parent: what a parent may not do itself it could have done by a shell. The
 * names of a server that root starts are also for a child of one that could end that server.
 */
static void inherit(struct task *t, const struct task *parent)
{
	t->rights = t->program->rights;
	t->paths = t->program;
	t->provides = !parent || !t->program->started || (parent->rights & ROOT_RIGHT_KILL) != 0;
	if (parent) {
		t->rights &= parent->rights;
		t->paths = grants_narrower(&root.grants, t->program, parent->paths);
	}
}

/* What the job gets. args: the last page of the stack; it begins with the arguments until it is made. */
struct begin { l4_word_t args; bool renew; };

static l4_word_t keep_args(struct task *t, const char *args)
{
	l4_word_t frame = account_raw(&t->account, 0);

	if (frame != 0)
		strlcpy(direct(frame), args, PAGE_BYTES);
	return frame;
}

static void start_work(struct task *t, const void *given);

/* The job of t, whose section is known. */
static enum root_error begin(struct task *t, const struct spawn *s)
{
	struct begin b = { .renew = s->renew };
	enum root_error e = priorities(t, s);

	if (e != ROOT_OK)
		return e;
	b.args = keep_args(t, s->args);
	if (b.args == 0)
		return ROOT_E_MEMORY;
	if (!job_take_stack(t)) {
		account_free(&t->account, b.args);
		return ROOT_E_POOL;
	}
	job_begin(t, start_work, &b, sizeof(b));
	job_of(t)->client = s->client;
	return ROOT_OK;
}

enum root_error task_start(const struct spawn *s, struct task **started)
{
	enum root_error e = ROOT_OK;
	struct image *image;
	struct task *t;

	if (s->parent && s->parent->children >= CHILDREN_MAX)
		return ROOT_E_LIMIT;
	image = image_get(s->name, &e);
	if (!image)
		return e;
	if (!image->program)
		image->program = s->grant ? s->grant : grants_of(&root.grants, s->name);
	t = task_alloc(image->program, s->parent != 0, &e);
	if (!t && e == ROOT_E_MEMORY && image->program->memory >> PAGE_LOG2 > root.pool.total)
		report("cannot start %s: `memory` of its section is %lu KiB, and the machine has %lu KiB for "
		       "programs: lower it", s->name, image->program->memory >> 10,
		       root.pool.total << PAGE_LOG2 >> 10);
	if (!t)
		return e;
	t->image = image;
	inherit(t, s->parent);
	e = begin(t, s);
	if (e != ROOT_OK) {
		task_free(t);
		return e;
	}
	t->parent = s->parent;
	t->streams = s->streams;
	task_link(t);
	*started = t;
	job_update(t);
	return ROOT_OK;
}

/* ---- the job ---- */

static enum root_error limits(struct task *t)
{
	enum root_error e = limit_settle(t);

	if (e == ROOT_E_MEMORY)
		report("cannot start %s: it needs %lu KiB at least (`memory` in its section)", t->image->name,
		       limit_memory_kib(t));
	if (e == ROOT_E_KMEM)
		report("cannot start %s: it needs %lu KiB at least (`kernel-memory` in its section)",
		       t->image->name, limit_kmem_kib(t));
	return e;
}

/* The fault at the entry point has less to make, if its page is there already. */
static void share_first_page(const struct task *t)
{
	struct image *i = t->image;
	l4_word_t page = i->elf.entry & ~PAGE_MASK;

	if (elf_run_at(&i->elf, page)->rights & L4_W)
		return;
	while (!image_ready(i, page))
		pause_job();
	image_shared(i, page);
	pause_job();
}

/* The pages that all tasks share, of a program that has ended: what ended it may be a changed bit of them. */
static void renew_shared(const struct task *t)
{
	l4_word_t at = 0;

	while (at < L4_USER_END) {
		l4_word_t frame = image_next_shared(t->image, &at);

		if (frame == 0) {
			pause_job();
			continue;
		}
		order(&(struct order){ ORDER_COPY, 3, { frame, (l4_word_t)t->image, at } });
		at += PAGE_BYTES;
	}
}

/* Areas, limits, and what does not need memory of the task. */
static enum root_error prepare(struct task *t, bool renew)
{
	enum root_error e = area_layout(t);

	if (e == ROOT_OK)
		e = limits(t);
	if (e != ROOT_OK)
		return e;
	pause_job();
	share_first_page(t);
	if (renew)
		renew_shared(t);
	return ROOT_OK;
}

/* The last page of the stack, which has the arguments. */
static enum root_error make_stack(struct task *t, l4_word_t page, l4_word_t *sp)
{
	*sp = order(&(struct order){ ORDER_STACK, 3, { page, (l4_word_t)t->image, area_stack_top(t) } })->value;
	return *sp != 0 ? ROOT_OK : ROOT_E_ARGS;
}

static enum root_error refused(const struct task *t, const struct result *r)
{
	static const char *const what[] = {
		[SPACE_REFUSED] = "a space", [SPACE_CONTROL_REFUSED] = "its kernel memory, KIP or UTCB area",
		[SPACE_THREAD_REFUSED] = "its first thread",
	};

	if (r->error == L4_ERR_NO_MEM)
		return ROOT_E_KMEM;
	report("%s (task %lu): the kernel refused %s: error %lu", t->image->name, t->id, what[r->value],
	       r->error);
	return ROOT_E_ABSENT;
}

/* *first: the id of its first thread. */
static enum root_error make_space(struct task *t, l4_word_t *first)
{
	struct order o = { ORDER_SPACE, SPACE_WORDS, {
		[SPACE_THREAD] = task_thread_id(t, 0), [SPACE_PAGER] = root_thread().raw,
		[SPACE_CONTROL] = root.has_kmem_limit ? L4_KmemLimit(t->kmem_kib) : 0,
		[SPACE_KIP] = l4_fpage(area_kip(t), L4_KIP_AREA_LOG2, 0).raw,
		[SPACE_UTCBS] = l4_fpage(area_utcb(t), UTCB_AREA_LOG2, 0).raw,
		[SPACE_UTCB] = area_utcb(t), [SPACE_SMALL] = t->small_log2,
	} };
	enum root_error e = confine_begin(t, o.word);
	const struct result *r;

	if (e != ROOT_OK)
		return e;
	*first = o.word[SPACE_THREAD];
	r = order(&o);
	if (r->value == SPACE_MADE)
		return ROOT_OK;
	confine_end(t);
	return refused(t, r);
}

static enum root_error make(struct task *t, const struct begin *b, l4_word_t *first, l4_word_t *sp)
{
	enum root_error e = prepare(t, b->renew);
	bool kept = e == ROOT_OK && vtab_put(&t->vtab, &t->account, area_stack_top(t) - PAGE_BYTES,
					     b->args | VTAB_PRESENT | VTAB_OWNED | VTAB_UNSENT);

	if (!kept) {
		account_free(&t->account, b->args);
		return e != ROOT_OK ? e : ROOT_E_MEMORY;
	}
	t->stack_pages = 1;
	e = make_stack(t, b->args, sp);
	return e == ROOT_OK ? make_space(t, first) : e;
}

static void answer(const struct task *t, struct job *j)
{
	struct root_spawn_out out = { t->id, tid(t->thread[0].id) };
	unsigned i;
	struct task *client = task_of_thread(j->client, &i);

	j->client = 0;
	if (!client)
		return;
	client->thread[i].waits = WAITS_NOT;
	answer_root_spawn(tid(client->thread[i].id), j->failed, &out);
}

static void go(struct task *t, l4_word_t sp)
{
	struct thread_start s = { area_enter(t), sp, t->priority };

	if (t->rights & ROOT_RIGHT_NAMES && root.names == 0)
		root.names = t->thread[0].id;
	task_thread_go(t, 0, &s);
	answer(t, job_of(t));
	root.policy->started(t, ROOT_OK);
}

static void start_work(struct task *t, const void *given)
{
	const struct begin *b = given;
	l4_word_t first = 0, sp = 0;

	job_of(t)->failed = make(t, b, &first, &sp);
	if (job_of(t)->failed != ROOT_OK) {
		end_start(t);
		answer(t, job_of(t));
		root.policy->started(t, job_of(t)->failed);
		task_reap(t);
		return;
	}
	t->thread[0] = (struct task_thread){ .id = first };
	t->threads = 1;
	t->phase = TASK_ALIVE;
	if (job_of(t)->family)
		end_at_once(t);
	else
		go(t, sp);
}
