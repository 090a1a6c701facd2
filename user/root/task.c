/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * task.c - see task.h.
 *
 * A task ends in this order: its threads are deleted (the kernel then takes its space down), then its
 * redirector; devices given back, its pages unmapped from all spaces that got them from the task, accounts
 * settled; only then are parent and children notified, so no other task sees a partly deleted one.
 */
#include <l4/ipc.h>
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <string.h>
#include "root.h"
#include "stack.h"

enum { UTCB_BYTES = 1 << L4_UTCB_ALIGN_LOG2, VERSION_LOCAL_MASK = L4_TID_LOCAL_MASK };

l4_word_t task_fresh_id(unsigned n)
{
	if ((++root.next_version & VERSION_LOCAL_MASK) == 0)
		root.next_version++;
	return l4_tid_global(root.user_base + n, root.next_version & 0xffffffff).raw;
}

/* K1 */
static l4_word_t fresh_id(const struct task *t, unsigned i)
{
	return task_fresh_id(THREADS_RESERVED + t->slot * THREADS_MAX + i);
}

struct task *task_of_thread(l4_word_t id, unsigned *thread)
{
	l4_word_t n = l4_tid_number((l4_tid_t){ id }) - root.user_base - THREADS_RESERVED;
	struct task *t = n / THREADS_MAX < TASKS_MAX ? root.task[n / THREADS_MAX] : 0;

	*thread = (unsigned)(n % THREADS_MAX);
	return t != 0 && id != 0 && t->thread[*thread].id == id ? t : 0;
}

struct task *task_by_id(l4_word_t id)
{
	for (unsigned i = 0; i < TASKS_MAX; i++)
		if (root.task[i] != 0 && root.task[i]->id == id)
			return root.task[i];
	return 0;
}

static enum root_error kernel_error(const struct task *t, const char *what)
{
	l4_word_t e = L4_ErrorCode();

	if (e == L4_ERR_NO_MEM)
		return ROOT_E_KMEM;
	report("%s (task %lu): the kernel refused %s: error %lu", t->image->name, t->id, what, e);
	return ROOT_E_ABSENT;
}

/* ---- threads ---- */

static void thread_delete(l4_word_t id)
{
	L4_ThreadControl(tid(id), L4_nilthread, L4_nilthread, L4_nilthread, (void *)-1);
}

static void *thread_utcb(const struct task *t, unsigned i)
{
	return (void *)(area_utcb(t) + i * UTCB_BYTES);
}

enum { KEEP_HALF = 0xffff };		/* Schedule's TimeControl: no other total quantum */

static l4_word_t time_control(l4_word_t slice_us) { return L4_TimePeriod(slice_us).raw << 16 | KEEP_HALF; }

void task_set_slice(l4_word_t id, l4_word_t us)
{
	l4_word_t old;

	L4_Schedule(tid(id), time_control(us), ~0UL, ~0UL, ~0UL, &old);
}

/* Send a thread that waits for its start message on its way. */
static void thread_go(struct task *t, struct task_thread *th, const struct thread_start *s)
{
	l4_word_t old;

	L4_Schedule(tid(th->id), time_control(share_begin(t, th)), ~0UL, s->priority, ~0UL, &old);
	L4_LoadMR(0, l4_tag(0, 2, 0).raw);
	L4_LoadMR(1, s->ip);
	L4_LoadMR(2, s->sp);
	L4_Reply(tid(th->id));
}

enum root_error task_thread_new(struct task *t, const struct thread_start *s, l4_word_t *id)
{
	l4_word_t mate = 0;
	unsigned i = THREADS_MAX;

	for (unsigned k = THREADS_MAX; k-- > 0; ) {
		if (t->thread[k].id == 0)
			i = k;
		else
			mate = t->thread[k].id;
	}
	if (i == THREADS_MAX)
		return ROOT_E_LIMIT;
	*id = fresh_id(t, i);
	if (!L4_ThreadControl(tid(*id), tid(mate), root_thread(), root_thread(), thread_utcb(t, i)))
		return kernel_error(t, "a thread");
	t->thread[i] = (struct task_thread){ *id, NOT_WAITING, 0 };
	t->threads++;
	thread_go(t, &t->thread[i], s);
	return ROOT_OK;
}

void task_thread_end(struct task *t, unsigned i)
{
	if (t->threads == 1) {
		task_end(t, ROOT_END_EXIT, 0);
		return;
	}
	thread_delete(t->thread[i].id);
	if (t->thread[i].id == root.names)
		root.names = 0;
	share_end(t, &t->thread[i]);
	t->thread[i].id = 0;
	t->threads--;
}

/* ---- the beginning ---- */

/* The first thread, in a space of its own, waiting for its start message. */
static enum root_error make_space(struct task *t)
{
	l4_word_t id = fresh_id(t, 0), old, redirector;
	L4_Fpage_t kip = { .raw = l4_fpage(area_kip(t), L4_KIP_AREA_LOG2, 0).raw };
	L4_Fpage_t utcbs = { .raw = l4_fpage(area_utcb(t), UTCB_AREA_LOG2, 0).raw };
	enum root_error e = confine_begin(t, &redirector);

	if (e != ROOT_OK)
		return e;
	if (!L4_ThreadControl(tid(id), tid(id), root_thread(), L4_nilthread, (void *)-1)) {
		e = kernel_error(t, "a space");
		confine_end(t);
		return e;
	}
	if (!L4_SpaceControl(tid(id), L4_HasKmemLimit() ? L4_KmemLimit(t->kmem_kib) : 0, kip, utcbs,
			     tid(redirector), &old))
		e = kernel_error(t, "its kernel memory, KIP or UTCB area");
	else if (!L4_ThreadControl(tid(id), tid(id), root_thread(), root_thread(), thread_utcb(t, 0)))
		e = kernel_error(t, "its first thread");
	if (e != ROOT_OK) {
		thread_delete(id);
		confine_end(t);
		return e;
	}
	t->thread[0] = (struct task_thread){ id, NOT_WAITING, 0 };
	t->threads = 1;
	return ROOT_OK;
}

/* The page with the arguments, at the top of the stack. */
static enum root_error make_stack(struct task *t, const char *args, l4_word_t *sp)
{
	l4_word_t page = area_stack_top(t) - PAGE_BYTES;
	l4_word_t entry = area_page(t, area_at(t, page), page);

	if (entry == 0)
		return ROOT_E_MEMORY;
	*sp = stack_build(direct(entry & ~PAGE_MASK), area_stack_top(t), &t->image->elf, t->image->name,
			  args);
	return *sp == 0 ? ROOT_E_ARGS : ROOT_OK;
}

static enum root_error priorities(struct task *t, const struct spawn *s)
{
	const struct program *p = t->program;

	t->priority = s->priority != 0 ? s->priority : p->priority;
	t->max_priority = t->priority > p->max_priority ? t->priority : p->max_priority;
	if (s->parent != 0 && s->priority > s->parent->max_priority)
		return ROOT_E_ARGUMENT;
	return t->priority > 254 ? ROOT_E_ARGUMENT : ROOT_OK;
}

/* A record in a free slot, with memory reserved: up to TASK_RESERVE pages of what the program may use. */
static struct task *task_alloc(const struct program *p, enum root_error *error)
{
	l4_word_t pages = p->memory >> PAGE_LOG2, at;
	struct account a = { .pool = &root.pool, .limit = pages };
	unsigned slot = 0;
	struct task *t;

	while (slot < TASKS_MAX && root.task[slot] != 0)
		slot++;
	*error = slot == TASKS_MAX ? ROOT_E_LIMIT : ROOT_E_MEMORY;
	if (slot == TASKS_MAX || pages == 0 || pages > root.pool.total)
		return 0;
	*error = ROOT_E_POOL;
	if (!account_reserve(&a, pages < TASK_RESERVE ? pages : TASK_RESERVE))
		return 0;
	at = account_page(&a);
	t = direct(at);
	t->slot = slot;
	t->id = ++root.next_task_id;
	t->program = p;
	t->kmem_kib = p->kmem_kib;
	t->account = a;
	root.task[slot] = t;
	return t;
}

/* Everything of t but its threads: pages, tables, the record, the reservation. */
static void task_free(struct task *t)
{
	struct account a;
	l4_word_t page = (l4_word_t)t - direct_base;

	root.task[t->slot] = 0;
	area_drop_pages(t, 0, L4_USER_END - 1);
	a = t->account;
	account_free(&a, page);
	account_reserve(&a, 0);
}

static enum root_error task_build(struct task *t, const struct spawn *s)
{
	struct thread_start go = { 0, 0, 0 };
	enum root_error e = priorities(t, s);

	if (e == ROOT_OK)
		e = area_layout(t);
	if (e == ROOT_OK)
		e = make_stack(t, s->args, &go.sp);
	if (e == ROOT_OK)
		e = make_space(t);
	if (e != ROOT_OK)
		return e;
	go.ip = area_enter(t);
	go.priority = t->priority;
	thread_go(t, &t->thread[0], &go);
	return ROOT_OK;
}

enum root_error task_start(const struct spawn *s, struct task **started)
{
	enum root_error e = ROOT_OK;
	struct image *image;
	struct task *t;

	if (s->parent != 0 && s->parent->children >= CHILDREN_MAX)
		return ROOT_E_LIMIT;
	image = image_get(s->name, &e);
	if (image == 0)
		return e;
	t = task_alloc(config_program(&root.config, s->name), &e);
	if (t == 0)
		return e;
	t->image = image;
	e = task_build(t, s);
	if (e != ROOT_OK) {
		task_free(t);
		return e;
	}
	t->parent = s->parent;
	t->streams = s->streams;
	if (t->parent != 0)
		t->parent->children++;
	if (t->program->rights & ROOT_RIGHT_NAMES && root.names == 0)
		root.names = t->thread[0].id;
	*started = t;
	return ROOT_OK;
}

/* ---- the end ---- */

struct task *task_ended_child(const struct task *t, l4_word_t which, bool *exists)
{
	*exists = false;
	for (unsigned i = 0; i < TASKS_MAX; i++) {
		struct task *c = root.task[i];

		if (c == 0 || c->parent != t || (which != 0 && c->id != which))
			continue;
		*exists = true;
		if (c->ended != ROOT_ALIVE)
			return c;
	}
	return 0;
}

void task_reap(struct task *t)
{
	if (t->parent != 0)
		t->parent->children--;
	task_free(t);
}

/*
 * Answer the threads of the parent that wait for t, but only one of those that wait for any child; if t was
 * the last child the others get ROOT_E_TASK. Returns true if t's end was delivered.
 */
static bool tell_parent(const struct task *t)
{
	struct root_wait_out out = { t->id, t->ended, (L4_SignedWord_t)t->status };
	struct task_thread *w = t->parent->thread;
	bool told = false;

	for (unsigned i = 0; i < THREADS_MAX; i++) {
		bool any = w[i].waits_for == 0;

		if (w[i].id == 0 || (w[i].waits_for != t->id && !any))
			continue;
		if (any && told && t->parent->children > 1)
			continue;
		w[i].waits_for = NOT_WAITING;
		answer_root_wait(tid(w[i].id), any && told ? ROOT_E_TASK : ROOT_OK, &out);
		told = true;
	}
	return told;
}

/* Children continue without a parent; the records of ended children are freed. */
static void orphan(const struct task *t)
{
	for (unsigned i = 0; i < TASKS_MAX; i++) {
		struct task *c = root.task[i];

		if (c == 0 || c->parent != t)
			continue;
		c->parent = 0;
		if (c->ended != ROOT_ALIVE)
			task_free(c);
	}
}

/* Give back all but the record's page. */
static void settle(struct task *t)
{
	while (t->areas > 0)
		area_remove(t, &t->area[t->areas - 1]);
	dma_task_gone(t);
	account_reserve(&t->account, 1);
	t->account.limit = 1;
}

/* After the end, not before: a console that hangs would take the report, and show nothing. */
static void report_end(const struct task *t)
{
	const char *name = t->image->name;

	if (t->ended == ROOT_END_EXIT)
		report("%s (task %lu) has ended with status %ld", name, t->id, (long)t->status);
	else if (t->ended == ROOT_END_KILL)
		report("%s (task %lu) was killed", name, t->id);
	else if (t->ended == ROOT_END_HANG)
		report("%s (task %lu) hangs: no heartbeat for %u s", name, t->id, t->program->heartbeat);
}

void task_end(struct task *t, enum root_end how, l4_word_t status)
{
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		if (t->thread[i].id != 0)
			thread_delete(t->thread[i].id);
		if (t->thread[i].id != 0 && t->thread[i].id == root.names)
			root.names = 0;
		t->thread[i].id = 0;
	}
	t->threads = 0;
	confine_end(t);
	device_task_gone(t);
	log_reader_gone(t);
	settle(t);
	t->ended = how;
	t->status = status;
	orphan(t);
	if (t->parent == 0)
		report_end(t);
	supervise_ended(t);
	if (t->parent == 0 || tell_parent(t))
		task_reap(t);
}
