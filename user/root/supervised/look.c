/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.c - see look.h.
 */
#include <l4/pecan.h>
#include <l4/schedule.h>
#include <root/task/task.h>
#include <stddef.h>
#include <x2/inspect.h>
#include "look.h"

/*
 * A call ends after so many units of work or a few more. A unit is some 400 instructions: a record of the
 * kernel's inspection of a thread that is read. NOTICE: one that is sent. SYSTEM: the record of the system.
 */
enum { UNITS = 7, NOTICE = 3, SYSTEM = 2 };

static unsigned units;			/* of this call so far */
static bool idle;			/* was any time idle, before this check? */

/* us that no thread was ready since the last call; 0 without the kernel's inspection. */
static l4_word_t idle_time(void)
{
	static l4_word_t last;
	struct l4_inspect_system record;
	l4_word_t time;

	units += SYSTEM;
	if (L4_InspectRecord(L4_INSPECT_SYSTEM, 0, 0, &record, sizeof(record) / sizeof(l4_word_t)) == 0)
		return 0;
	time = record.idle_time - last;
	last = record.idle_time;
	return time;
}

struct state { l4_word_t id, state, time_used, partner; };

/* Looks at a thread, by the kernel's inspection; false: it has ended. */
static bool state_of(l4_word_t thread, struct state *l)
{
	enum { FIELD = sizeof(l4_word_t), RECORD = 1 };		/* the record is in MR1 and the following */

	units++;
	if (!L4_HasInspect() || L4_Inspect(L4_INSPECT_THREAD, 0, l4_tid_number((l4_tid_t){ thread })) == 0)
		return false;
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, id) / FIELD, &l->id);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, state) / FIELD, &l->state);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, time_used) / FIELD, &l->time_used);
	L4_StoreMR(RECORD + offsetof(struct l4_inspect_thread, partner) / FIELD, &l->partner);
	return l->id == thread;
}

/* Of the thread whose waits show life. */
static unsigned thread_of(const struct start *s)
{
	struct state l;

	if (!state_of(s->thread, &l))
		return 0;
	if (l.state == L4_SCHEDRESULT_RUNNING)
		return ROOT_SEEN_READY;
	if (s->calls)
		return l.state >= L4_SCHEDRESULT_PENDING_SEND ? ROOT_SEEN_WAITS : 0;
	return l.state == L4_SCHEDRESULT_WAITING && l.partner == L4_anythread.raw ? ROOT_SEEN_WAITS : 0;
}

/* It waits to send to a thread of another task, or to receive from one: no thread of its own can end that. */
static bool worker_hangs(const struct start *s)
{
	struct state l;
	unsigned i;

	return state_of(s->worker, &l)
	    && l.state >= L4_SCHEDRESULT_PENDING_SEND && l.partner != L4_anythread.raw
	    && l.partner != L4_anylocalthread.raw && task_of_thread(l.partner, &i) != starts_task(s);
}

static bool send_notice(l4_word_t thread)
{
	units += NOTICE;
	return starts_send_notice(thread);
}

static unsigned look_at_task(const struct start *s)
{
	unsigned seen = ROOT_SEEN_RUNS | (s->calls ? ROOT_SEEN_CALLS : 0) | (s->heard ? ROOT_SEEN_HEARD : 0);

	if (s->rests)
		return seen | ROOT_SEEN_RESTS;
	if (idle || s->calls)
		seen |= thread_of(s);
	else if (starts_awaits_root(s->thread) || send_notice(s->thread))
		seen |= ROOT_SEEN_RECEIVES;
	else
		seen |= thread_of(s) & ROOT_SEEN_READY;
	return s->worker != 0 && worker_hangs(s) ? seen | ROOT_SEEN_HANGS : seen;
}

static unsigned look_at(struct start *s, bool lives)
{
	unsigned seen = 0;

	if (s->has_notice)
		s->has_notice = !send_notice(s->notices);
	if (lives && s->task != 0 && s->thread != 0)
		seen = look_at_task(s);
	s->heard = false;
	return s->has_notice ? seen | ROOT_SEEN_NOTICE : seen;
}

/* It runs, and nothing else is to be said of it. */
static bool is_well(unsigned seen)
{
	return (seen & (ROOT_SEEN_WAITS | ROOT_SEEN_RECEIVES)) != 0
	    && (seen & (ROOT_SEEN_HANGS | ROOT_SEEN_NOTICE)) == 0;
}

void look_at_starts(const struct root_look_in *in, struct root_look_out *out)
{
	l4_word_t left = in->starts & (((l4_word_t)1 << root.grants.starts) - 1);
	unsigned limit;

	units = 0;
	if (in->first)
		idle = idle_time() > 0;
	limit = idle ? UNITS : UNITS - NOTICE;		/* a start may need two notices */
	out->idle = idle;
	out->others = 0;
	for (; left != 0 && units < limit; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzl(left);

		starts[i].seen = (uint16_t)look_at(&starts[i], in->lives >> i & 1);
		if (!is_well(starts[i].seen))
			out->others |= left & -left;
	}
	out->left = left;
}

bool look_finds(l4_word_t which, struct root_next_out *out)
{
	const struct root_look_in in = { which, which, false };
	struct root_look_out look = { 0 };

	look_at_starts(&in, &look);
	*out = (struct root_next_out){ ROOT_EVENT_SEEN, look.left, look.others, look.idle };
	return (look.left | look.others) != 0;
}

void look_at_times(const struct task *t, const struct root_times_in *in, struct root_times_out *out)
{
	unsigned i = (unsigned)in->thread;
	struct state l;

	units = 0;
	for (; i < THREADS_MAX && units < UNITS; i++)
		if (t->thread[i].id != 0 && state_of(t->thread[i].id, &l))
			out->used += l.time_used;
	out->next = i < THREADS_MAX ? i : 0;
}
