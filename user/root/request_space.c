/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request_space.c - the requests about child spaces (user/proto/root.idl). To make one, and to end one or a
 * thread in it, is a job (space_work.c). A thread in one that exists is made at once.
 */
#include <l4/schedule.h>
#include <proto/root_server.h>
#include <root/memory/limit.h>
#include <root/memory/pool.h>
#include <root/task/space_work.h>
#include <root/task/task.h>
#include <x2/arch.h>
#include "root.h"

enum { UTCB_LOG2 = L4_UTCB_ALIGN_LOG2 };

struct making { l4_word_t id, pager, priority; };

/* The thread that a request names, of the caller's task (nilthread: the caller), and the priority. */
static enum root_error check(const struct root_caller *c, L4_ThreadId_t pager, l4_word_t priority,
			     struct making *m)
{
	const struct task *t = c->task;
	unsigned i = c->thread;

	if (!L4_IsNilThread(pager) && task_of_thread(pager.raw, &i) != t)
		return ROOT_E_TASK;
	m->pager = t->thread[i].id;
	m->priority = priority != 0 ? priority : t->priority;
	return m->priority <= t->max_priority ? ROOT_OK : ROOT_E_ARGUMENT;
}

/* A record, a thread number and kernel memory: all or nothing. */
static enum root_error begin(struct root_caller *c, const struct root_space_new_in *in,
			     const struct making *m)
{
	struct task *t = c->task;
	struct space *s;
	l4_word_t number;
	enum root_error e = spaces_alloc(t, (unsigned)in->slots, &number, &s);

	if (e != ROOT_OK)
		return e;
	e = limit_lend(t, in->kmem >> 10);
	if (e != ROOT_OK) {
		spaces_free(t, number, s);
		return e;
	}
	s->kip = in->kip;
	s->utcbs = in->utcbs;
	s->kmem_kib = (uint32_t)(in->kmem >> 10);
	s->pager = m->pager;
	s->priority = (uint8_t)m->priority;
	spaces_take_thread(s, 0);
	task_note_priority(t, (unsigned)m->priority);
	spaces_begin(t, s, number, SPACE_BEGINS, c->thread);
	return ROOT_LATER;
}

static bool is_aligned(l4_word_t address, unsigned log2) { return address % ((l4_word_t)1 << log2) == 0; }

/* The answer comes from space_work.c. */
enum root_error serve_root_space_new(struct root_caller *c, const struct root_space_new_in *in,
				     struct root_space_new_out *out)
{
	struct making m;
	enum root_error e = check(c, in->pager, in->priority, &m);

	(void)out;
	if (e != ROOT_OK)
		return e;
	if (in->slots == 0 || in->slots > ROOT_SPACE_THREADS || !is_aligned(in->kip, L4_KIP_AREA_LOG2)
	    || !is_aligned(in->utcbs, space_utcb_log2(in->slots)))
		return ROOT_E_ARGUMENT;
	return begin(c, in, &m);
}

static bool activate(const struct making *m, l4_word_t mate, l4_word_t utcb)
{
	if (!L4_ThreadControl(tid(m->id), tid(mate), tid(m->pager), tid(m->pager), (void *)utcb))
		return false;
	L4_Set_Priority(tid(m->id), m->priority);
	return true;
}

/* Of a space that has threads. */
static l4_word_t first_thread(const struct space *s)
{
	unsigned i = 0;

	while (s->thread[i] == 0)
		i++;
	return s->thread[i];
}

enum root_error serve_root_space_thread_new(struct root_caller *c, const struct root_space_thread_new_in *in,
					    struct root_space_thread_new_out *out)
{
	struct space *s = spaces_at(c->task, in->space);
	struct making m;
	enum root_error e = check(c, in->pager, in->priority, &m);
	l4_word_t mate;

	if (!s)
		return ROOT_E_TASK;
	if (e == ROOT_OK && in->slot >= s->slots)
		return ROOT_E_ARGUMENT;
	if (e == ROOT_OK && (s->work != SPACE_IDLE || s->thread[in->slot] != 0))
		return ROOT_E_BUSY;
	if (e != ROOT_OK)
		return e;
	mate = first_thread(s);
	m.id = spaces_take_thread(s, (unsigned)in->slot);
	if (!activate(&m, mate, s->utcbs + (in->slot << UTCB_LOG2))) {
		e = space_error(L4_ErrorCode());
		spaces_drop_thread(s, (unsigned)in->slot);
		return e;
	}
	task_note_priority(c->task, (unsigned)m.priority);
	out->thread = tid(m.id);
	return ROOT_OK;
}

/* The space that a request names, if it has no work. */
static enum root_error find_idle(const struct root_caller *c, l4_word_t number, struct space **s)
{
	*s = spaces_at(c->task, number);
	if (!*s)
		return ROOT_E_TASK;
	return (*s)->work == SPACE_IDLE ? ROOT_OK : ROOT_E_BUSY;
}

enum root_error serve_root_space_thread_end(struct root_caller *c, const struct root_space_thread_end_in *in)
{
	struct space *s;
	enum root_error e = find_idle(c, in->space, &s);

	if (e != ROOT_OK)
		return e;
	if (in->slot >= s->slots || s->thread[in->slot] == 0 || s->threads == 1)
		return ROOT_E_ARGUMENT;
	s->slot = (uint16_t)in->slot;
	spaces_begin(c->task, s, in->space, SPACE_THREAD_ENDS, c->thread);
	return ROOT_LATER;
}

enum root_error serve_root_space_end(struct root_caller *c, const struct root_space_end_in *in)
{
	struct space *s;
	enum root_error e = find_idle(c, in->space, &s);

	if (e != ROOT_OK)
		return e;
	spaces_begin(c->task, s, in->space, SPACE_ENDS, c->thread);
	return ROOT_LATER;
}
