/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.c - the start of a task: record and reservation at once, then by steps and orders areas, stack, space
 * and first thread. Until it runs, no request finds the task; a start that fails ends without a notification,
 * and the error is the answer to the client, or is reported by supervise.c.
 */
#include <l4/pecan.h>
#include <pecan/elf.h>
#include <proto/root_server.h>
#include <string.h>
#include <x2/arch.h>
#include <x2/fpage.h>
#include "area.h"
#include "config.h"
#include "confine.h"
#include "end.h"
#include "image.h"
#include "job.h"
#include "limit.h"
#include "log.h"
#include "pool.h"
#include "root.h"
#include "start.h"
#include "supervise.h"
#include "task.h"
#include "vtab.h"

static enum root_error priorities(struct task *t, const struct spawn *s)
{
	const struct program *p = t->program;

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
		t->paths = config_narrower(t->program, parent->paths);
	}
}

/* The last page of the stack, with the arguments at its beginning until it is made. */
static l4_word_t keep_args(struct task *t, const char *args)
{
	l4_word_t frame = account_raw(&t->account, 0);

	if (frame != 0)
		strlcpy(direct(frame), args, PAGE_BYTES);
	return frame;
}

enum root_error task_start(const struct spawn *s, struct task **started)
{
	enum root_error e = ROOT_OK;
	struct image *image;
	struct task *t;
	struct job *j;

	if (s->parent && s->parent->children >= CHILDREN_MAX)
		return ROOT_E_LIMIT;
	image = image_get(s->name, &e);
	if (!image)
		return e;
	if (!image->program)
		image->program = config_program(&root.config, s->name);
	t = task_alloc(image->program, s->parent != 0, &e);
	if (!t && e == ROOT_E_MEMORY && image->program->memory >> PAGE_LOG2 > root.pool.total)
		report("cannot start %s: `memory` of its section is %lu KiB, and the machine has %lu KiB for "
		       "programs: lower it", s->name, image->program->memory >> 10,
		       root.pool.total << PAGE_LOG2 >> 10);
	if (!t)
		return e;
	t->image = image;
	j = job_of(t);
	*j = (struct job){ .client = s->client, .renew = s->renew };
	inherit(t, s->parent);
	e = priorities(t, s);
	if (e == ROOT_OK && (j->base = keep_args(t, s->args)) == 0)
		e = ROOT_E_MEMORY;
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

/* ---- steps ---- */

/* The first fault of a task has less to make, if the page of the entry point is there already. */
static enum step first_page(struct task *t)
{
	struct image *i = t->image;
	l4_word_t page = i->elf.entry & ~PAGE_MASK;
	bool shared = (elf_run_at(&i->elf, page)->rights & L4_W) == 0;

	if (shared && !image_ready(i, page))
		return STEP_AGAIN;
	if (shared)
		image_shared(i, page);
	t->phase = TASK_RENEW;
	return STEP_AGAIN;
}

static enum step fail(struct task *t, struct job *j, enum root_error e)
{
	j->failed = e;
	if (j->base != 0)
		account_free(&t->account, j->base);
	j->base = 0;
	job_giving(t);
	t->phase = TASK_AREAS;
	return STEP_AGAIN;
}

/* The pages that all tasks share, of a program that has ended: what ended it may be a changed bit of them. */
static enum step renew(struct task *t, struct job *j, struct order *o)
{
	l4_word_t frame = j->renew ? image_next_shared(t->image, &j->at) : 0;

	if (frame != 0) {
		*o = (struct order){ ORDER_COPY, 3, { frame, (l4_word_t)t->image, j->at } };
		j->at += PAGE_BYTES;
		return STEP_ORDER;
	}
	if (!j->renew || j->at >= L4_USER_END)
		t->phase = TASK_STACK;
	return STEP_AGAIN;
}

static enum step stack(struct task *t, struct job *j, struct order *o)
{
	l4_word_t frame = j->base;

	if (!vtab_put(&t->vtab, &t->account, area_stack_top(t) - PAGE_BYTES,
		      frame | VTAB_PRESENT | VTAB_OWNED | VTAB_UNSENT))
		return fail(t, j, ROOT_E_MEMORY);
	j->base = 0;
	t->stack_pages = 1;
	*o = (struct order){ ORDER_STACK, 3, { frame, (l4_word_t)t->image, area_stack_top(t) } };
	t->phase = TASK_SPACE;
	return STEP_ORDER;
}

static enum step space(struct task *t, struct job *j, struct order *o)
{
	enum root_error e;

	if (j->result == 0)
		return fail(t, j, ROOT_E_ARGS);
	j->at = j->result;		/* the stack pointer */
	*o = (struct order){ ORDER_SPACE, SPACE_WORDS, { 0 } };
	o->word[SPACE_THREAD] = task_thread_id(t, 0);
	o->word[SPACE_PAGER] = root_thread().raw;
	o->word[SPACE_CONTROL] = root.has_kmem_limit ? L4_KmemLimit(t->kmem_kib) : 0;
	o->word[SPACE_KIP] = l4_fpage(area_kip(t), L4_KIP_AREA_LOG2, 0).raw;
	o->word[SPACE_UTCBS] = l4_fpage(area_utcb(t), UTCB_AREA_LOG2, 0).raw;
	o->word[SPACE_UTCB] = area_utcb(t);
	o->word[SPACE_SMALL] = t->small_log2;
	e = confine_begin(t, o->word);
	if (e != ROOT_OK)
		return fail(t, j, e);
	j->freed = o->word[SPACE_THREAD];
	t->phase = TASK_GO;
	return STEP_ORDER;
}

static enum root_error refused(const struct task *t, const struct job *j)
{
	static const char *const what[] = {
		[SPACE_REFUSED] = "a space", [SPACE_CONTROL_REFUSED] = "its kernel memory, KIP or UTCB area",
		[SPACE_THREAD_REFUSED] = "its first thread",
	};

	if (j->error == L4_ERR_NO_MEM)
		return ROOT_E_KMEM;
	report("%s (task %lu): the kernel refused %s: error %lu", t->image->name, t->id, what[j->result],
	       j->error);
	return ROOT_E_ABSENT;
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

static enum step go(struct task *t, struct job *j)
{
	struct thread_start s = { area_enter(t), j->at, t->priority };

	if (j->result != SPACE_MADE) {
		confine_end(t);
		return fail(t, j, refused(t, j));
	}
	t->thread[0] = (struct task_thread){ .id = j->freed };
	t->threads = 1;
	t->phase = TASK_ALIVE;
	if (j->family) {
		task_end(t, ROOT_END_KILL, 0);
		return STEP_AGAIN;
	}
	if (t->rights & ROOT_RIGHT_NAMES && root.names == 0)
		root.names = t->thread[0].id;
	task_thread_go(t, 0, &s);
	answer(t, j);
	supervise_started(t, ROOT_OK);
	j->at = j->base = j->freed = 0;
	return STEP_IDLE;
}

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

void start_failed(struct task *t, struct job *j)
{
	answer(t, j);
	supervise_started(t, j->failed);
}

enum step start_step(struct task *t, struct job *j, struct order *o)
{
	enum root_error e;

	switch (t->phase) {
	case TASK_LAYOUT:
		e = area_layout(t);
		if (e == ROOT_OK)
			e = limits(t);
		t->phase = TASK_FIRST_PAGE;
		return e == ROOT_OK ? STEP_AGAIN : fail(t, j, e);
	case TASK_FIRST_PAGE: return first_page(t);
	case TASK_RENEW: return renew(t, j, o);
	case TASK_STACK: return stack(t, j, o);
	case TASK_SPACE: return space(t, j, o);
	default: return go(t, j);
	}
}
