/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * starts.c - see starts.h.
 */
#include <l4/ipc.h>
#include <proto/supervise.h>
#include <root/memory/area.h>
#include <root/memory/frame.h>
#include <root/memory/limit.h>
#include <root/task/start.h>
#include <root/task/task.h>
#include <x2/fpage.h>
#include "starts.h"

/*
 * RESERVE: while it reads a description it has some 60 pages. KMEM: of its space, thread, tables, and of the
 * extents of those pages.
 */
enum { OWN_MEMORY = 1 << 20, OWN_RESERVE = 320 << 10, OWN_KMEM_KIB = 96 };

/* The supervisor's. Above all that it judges; the right is no other's. */
static const struct grant own = {
	.name = SUPERVISOR_NAME, .rights = ROOT_RIGHT_SUPERVISE, .priority = GRANTS_PRIORITY + 1,
	.max_priority = GRANTS_PRIORITY + 1, .memory = OWN_MEMORY, .reserve = OWN_RESERVE, .keep = SUPERVISE_KEEP,
	.kmem_kib = OWN_KMEM_KIB, .kmem_reserve_kib = OWN_KMEM_KIB, .small_mib = SMALL_DEFAULT,
	.started = true,
};

struct start starts[GRANTS_STARTS + 1];
bool starts_changed;
static bool has_supervisor = true;
static unsigned starved;		/* how many are */
static l4_word_t gives;			/* how often memory has been given back meanwhile */
static l4_word_t gives_known;		/* of them: by the supervisor */

static const struct start *end_of(void) { return starts + root.grants.starts; }

static const struct grant *grant_of(const struct start *s)
{
	return s == &starts[SUPERVISOR] ? &own : grants_started(&root.grants, (unsigned)(s - starts));
}

static const char *args_of(const struct start *s)
{
	return s == &starts[SUPERVISOR] ? "" : root.grants.start[s - starts].args;
}

struct start *starts_of(const struct task *t)
{
	for (struct start *s = starts; s < end_of(); s++)
		if (s->task == t->id)
			return s;
	return starts[SUPERVISOR].task == t->id ? &starts[SUPERVISOR] : 0;
}

l4_word_t starts_place(const struct task *t)
{
	const struct start *s = starts_of(t);

	return s ? (l4_word_t)(s - starts) + 1 : GRANTS_STARTS + t->id;
}

void starts_reserve(struct start *s)
{
	if (grant_of(s)->keep != 0)
		keep_make(&s->keep, &root.pool, grant_of(s)->keep);
}

bool starts_expects_names(void)
{
	for (const struct start *s = starts; s < end_of() && has_supervisor; s++)
		if ((grant_of(s)->rights & ROOT_RIGHT_NAMES) && s->expected && !starts_task(s))
			return true;
	return false;
}

void starts_end(void) { has_supervisor = false; }

static void note(struct start *s, enum root_event event)
{
	s->events |= (uint8_t)(1u << event);
	starts_changed = true;
}

static void starve(struct start *s, bool does)
{
	starved -= s->starved;
	s->starved = does;
	starved += does;
}

/* Memory that is given back from now on counts, before the supervisor says that it waits for that. */
static void fail(struct start *s, enum root_error error)
{
	s->task = 0;
	s->failed = error;
	starve(s, true);
	note(s, ROOT_EVENT_FAILED);
}

bool starts_begin(struct start *s, bool again, l4_word_t client)
{
	const struct grant *p = grant_of(s);
	struct spawn spawn = { .name = p->name, .grant = p, .args = args_of(s), .renew = again,
			       .client = client };
	struct task *t;
	enum root_error e;

	if (s->task != 0)
		return false;
	s->events &= (uint8_t)~(1u << ROOT_EVENT_STARTED | 1u << ROOT_EVENT_FAILED);	/* of an earlier try */
	starve(s, false);
	e = task_start(&spawn, &t);
	if (e != ROOT_OK) {
		s->begun = true;
		fail(s, e);
		return true;
	}
	*s = (struct start){ .task = t->id, .slot = t->slot, .begun = true, .waited = client != 0,
			     .expected = true, .events = s->events, .ended = s->ended, .how = s->how,
			     .keep = s->keep };
	return true;
}

/* ---- events ---- */

enum root_event starts_event(struct start **s)
{
	for (struct start *i = starts; i < end_of(); i++)
		if (i->events != 0) {
			*s = i;
			return (enum root_event)__builtin_ctz(i->events);
		}
	*s = 0;
	starts_changed = gives != gives_known;
	return starts_changed ? ROOT_EVENT_MEMORY : ROOT_EVENT_NONE;
}

l4_word_t starts_gives(void) { return gives; }

/* More may have happened meanwhile: `again` is that of the last event of an end or a failure. */
void starts_acknowledge(enum root_event event, struct start *s, l4_word_t task, bool again)
{
	if (event == ROOT_EVENT_MEMORY) {
		gives_known = task;
		return;
	}
	if (!s || !(s->events & 1u << event) || (event == ROOT_EVENT_ENDED && task != s->ended))
		return;
	s->events &= (uint8_t)~(1u << event);
	if (s->task != 0 || s->events & (1u << ROOT_EVENT_ENDED | 1u << ROOT_EVENT_FAILED))
		return;
	s->expected = again;
	if (!again)
		starve(s, false);
}

static void started(const struct task *t, enum root_error error)
{
	struct start *s = starts_of(t);

	if (!s)
		return;
	s->thread = t->thread[0].id;
	if (error != ROOT_OK)
		fail(s, error);
	else if (!s->waited)
		note(s, ROOT_EVENT_STARTED);
}

static void ended(const struct task *t)
{
	struct start *s = starts_of(t);

	if (!s)
		return;
	s->ended = s->task;
	s->how = t->ended;
	s->task = s->notices = 0;
	s->has_notice = false;
	note(s, ROOT_EVENT_ENDED);
}

static void found(l4_word_t device)
{
	for (struct start *s = starts; s < end_of(); s++)
		if (s->task == 0 && grants_hold_range(&grant_of(s)->pci, device, device))
			note(s, ROOT_EVENT_FOUND);
}

static void given(void)
{
	gives += starved > 0;
	starts_changed |= gives != gives_known;
}

/* ---- memory that outlives a task ---- */

enum root_error starts_keep(struct task *t, l4_word_t *address, l4_word_t *bytes)
{
	struct start *s = starts_of(t);
	struct area area = { .kind = AREA_KEEP, .rights = L4_R | L4_W };

	if (!s || t->program->keep == 0)
		return ROOT_E_RIGHT;
	*bytes = (t->program->keep + PAGE_MASK) & ~PAGE_MASK;
	if (!s->keep.frame)
		return ROOT_E_POOL;
	area.keep = &s->keep;
	area.base = area_place(t, *bytes, frame_align(*bytes));
	area.last = area.base + *bytes - 1;
	*address = area.base;
	return area.base == 0 ? ROOT_E_LIMIT : limit_area(t, &area);
}

/* ---- notices ---- */

bool starts_awaits_root(l4_word_t thread)
{
	unsigned i;
	const struct task *t = task_of_thread(thread, &i);

	return t && t->thread[i].waits != WAITS_NOT;
}

/* A thread that waits for root's answer would take the notice for it. */
bool starts_send_notice(l4_word_t thread)
{
	L4_MsgTag_t tag = { .raw = 0 };

	if (starts_awaits_root(thread))
		return false;
	tag.X.label = ROOT_NOTICE;
	L4_Set_MsgTag(tag);
	return L4_IpcSucceeded(L4_Send_Timeout(tid(thread), L4_ZeroTime));
}

/* One that is not taken, as the thread does not wait, is sent again at the next look. */
static void notify(l4_word_t task)
{
	for (struct start *s = starts; s < end_of(); s++)
		if (s->task == task && s->notices != 0) {
			s->has_notice = !starts_send_notice(s->notices);
			if (s->has_notice)
				note(s, ROOT_EVENT_NOTICE);
		}
}

const struct policy starts_policy = { started, ended, given, found, notify };
