/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * starts.h - the tasks that root starts for the supervisor, what has happened to them since it has asked, and
 * what their threads have said of themselves. What follows from it is decided by the supervisor
 * (docs/decisions/supervisor.md).
 */
#ifndef ROOT_STARTS_H
#define ROOT_STARTS_H

#include <proto/root.h>
#include <root/memory/keep.h>
#include <root/root.h>

struct start {
	l4_word_t task;			/* id; 0: there is none */
	unsigned slot;			/* of that task */
	bool begun;			/* it has had a task */
	bool waited;			/* for the begin of its task: that is no event */
	bool expected;			/* there is a task, or the supervisor is to start one */
	bool starved;			/* a start has failed, and the supervisor has not given it up */
	uint8_t events;			/* bit n: enum root_event n, that has not been acknowledged */
	l4_word_t ended;		/* id of the task of EVENT_ENDED */
	uint8_t how;			/* enum root_end, of that */
	enum root_error failed;		/* of EVENT_FAILED */
	l4_word_t thread;		/* id of the thread whose waits show life; 0: the task is being started */
	bool calls;			/* that thread calls servers */
	bool rests;			/* it waits for nothing */
	bool heard;			/* it has sent a heartbeat */
	uint16_t seen;			/* enum root_seen, at the last look */
	l4_word_t worker;		/* thread that works for others of the task; 0: none */
	l4_word_t notices;		/* thread that gets notices; 0: none */
	bool has_notice;		/* a notice has not been received yet */
	struct keep keep;		/* memory that outlives its tasks */
};

/* The supervisor itself has a start besides those of the grants, whose events are for watch.c. */
enum { SUPERVISOR = GRANTS_STARTS };

extern struct start starts[GRANTS_STARTS + 1];
extern bool starts_changed;		/* there may be an event */

/* What it does when tasks, devices and memory come and go (root.h). */
extern const struct policy starts_policy;

/* Reserve what outlives tasks of this start. Once. */
void starts_reserve(struct start *s);

/* Returns the task of a start, if that is ALIVE, or 0. */
static inline struct task *starts_task(const struct start *s)
{
	struct task *t = s->task != 0 ? root.task[s->slot] : 0;

	return t && t->id == s->task && t->phase == TASK_ALIVE ? t : 0;
}

/* Returns the start of this task, or 0. */
struct start *starts_of(const struct task *t);

/* Returns the place of t in lists, from 1: first tasks of starts in their order, then others by age. */
l4_word_t starts_place(const struct task *t);

/* Returns true if the name service does not run, and will be started again. */
bool starts_expects_names(void);

/* There is no supervisor any more: nothing is started again. */
void starts_end(void);

/*
 * Begin to start its task: how that ends is an event, also if it fails at once. client: the thread that waits
 * for the end; 0: none does. Returns false if it has a task.
 */
bool starts_begin(struct start *s, bool again, l4_word_t client);

/* Map the memory that outlives t. ROOT_E_RIGHT if its section has no `keep`. */
enum root_error starts_keep(struct task *t, l4_word_t *address, l4_word_t *bytes);

/* Returns an event that has not been acknowledged, of *s, 0 for ROOT_EVENT_MEMORY; or ROOT_EVENT_NONE. */
enum root_event starts_event(struct start **s);

/* Of ROOT_EVENT_MEMORY, in the place of a task: so one that comes later is another one. */
l4_word_t starts_gives(void);

/* This event of s (0: of no start), of this task, need not be repeated. again: it is to have a task. */
void starts_acknowledge(enum root_event event, struct start *s, l4_word_t task, bool again);

/* Returns true if root has a request or fault of this thread, which it answers later. */
bool starts_awaits_root(l4_word_t thread);

/* Send a notice with zero timeout. Returns false if the thread does not wait for messages of any thread. */
bool starts_send_notice(l4_word_t thread);

#endif
