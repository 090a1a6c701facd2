/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervise.h - the record that supervise.c and life.c have of each task that the system description starts.
 */
#ifndef ROOT_SUPERVISE_H
#define ROOT_SUPERVISE_H

#include "job.h"
#include "root.h"

enum { SUPERVISE_SECOND = 1000000 };		/* us */

struct supervised {
	l4_word_t task;				/* id; 0: it does not run */
	bool due;				/* the message loop is to start it */
	bool starved;				/* start it when memory has been given back */
	l4_word_t thread;			/* id of the thread whose waits show life; 0: it is being loaded */
	bool calls;				/* that thread calls servers */
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
	l4_word_t kept;				/* physical address of the memory that outlives it, 0: none */
};

extern struct supervised supervised[CONFIG_STARTS];

static inline const struct start *start_of(const struct supervised *s)
{
	return &root.config.start[s - supervised];
}

/* Half of the time of the section's heartbeat, in us; 0: none is expected. */
static inline l4_word_t supervise_half(const struct program *p)
{
	return p->heartbeat * (l4_word_t)(SUPERVISE_SECOND / 2);
}

/* ---- supervise.c ---- */

/* Send a notice with zero timeout. Returns false if the thread does not wait for messages. */
bool supervise_send_notice(l4_word_t thread);

/* Set the time of the next check. Call it when all tasks have been looked at. */
void supervise_set_period(void);

/* ---- life.c ---- */

/* Begin a check. In us: the time between two checks, and half of the shortest heartbeat. */
void life_begin(l4_word_t period, l4_word_t shortest);

/* Return true if a check is under way; if it is looking at the tasks. */
bool life_is_checked(void);
bool life_is_looked_at(void);

#endif
