/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervised.h - the record that supervise.c and liveness.c have of each task that the system description
 * starts.
 */
#ifndef ROOT_SUPERVISED_H
#define ROOT_SUPERVISED_H

#include <proto/root.h>
#include <root/memory/keep.h>
#include <root/root.h>
#include <root/section/config.h>
#include <root/task/task.h>

enum { SUPERVISE_SECOND = 1000000 };		/* us */

struct supervised {
	l4_word_t task;				/* id; 0: it does not run */
	unsigned slot;				/* of that task */
	bool due;				/* the message loop is to start it */
	bool starved;				/* start it when memory has been given back */
	l4_word_t thread;			/* id of the thread whose waits show life; 0: it is being loaded */
	bool calls;				/* that thread calls servers */
	bool rests;				/* it waits for nothing */
	l4_word_t worker;			/* thread that works for others of the task; 0: none */
	l4_word_t notices;			/* thread that gets notices; 0: none */
	bool has_notice;			/* a notice has not been received yet */
	l4_word_t silent;			/* checks in a row without a sign of life */
	l4_word_t stuck;			/* checks in a row in which the worker hangs */
	l4_word_t was_silent;			/* the same, at the last check */
	enum root_end end;			/* how the check that is under way ends it; ROOT_ALIVE: it does not */
	l4_word_t used, ran;			/* us of CPU time: until the last check; in the period before it */
	uint64_t ended[CONFIG_RESTARTS];	/* us: the last restarts, a ring */
	unsigned restarts;			/* since boot */
	bool not_found;				/* its device, so it has not been started yet */
	struct keep keep;			/* memory that outlives it */
};

extern struct supervised supervised[CONFIG_STARTS];

static inline const struct start *start_of(const struct supervised *s)
{
	return &root.config.start[s - supervised];
}

/* Returns its task, if that is ALIVE, or 0. */
static inline struct task *supervised_task(const struct supervised *s)
{
	struct task *t = s->task != 0 ? root.task[s->slot] : 0;

	return t && t->id == s->task && t->phase == TASK_ALIVE ? t : 0;
}

/* Half of the time of the section's heartbeat, in us; 0: none is expected. */
static inline l4_word_t supervise_half(const struct program *p)
{
	return p->heartbeat * (l4_word_t)(SUPERVISE_SECOND / 2);
}

#endif
