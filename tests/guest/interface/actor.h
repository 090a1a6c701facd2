/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * actor.h - threads in every state that there is, for the tests that delete, move, halt and abort them.
 */
#ifndef GUEST_ACTOR_H
#define GUEST_ACTOR_H

#include "string_items.h"

enum actor_state {
	RUNNING,			/* computes, below the test */
	WAITING, SENDING,		/* for and to its partner, without a timeout */
	SLEEPING,			/* a receive with a timeout that does not end during the test */
	FAULTING, TRAPPED,		/* its partner is its pager, its exception handler */
	GIVING, TAKING,			/* in the middle of a string, one page of which its pager keeps back */
	HALTED, STARTING, INACTIVE,
	ACTOR_STATES,
};

struct actor {
	enum actor_state state;
	L4_ThreadId_t t, partner;
	L4_ThreadId_t other, pager;	/* of a string */
	volatile word count;		/* RUNNING: goes up */
	volatile word done, error;	/* the IPC is over */
	struct giver giver;
	struct taker taker;
	struct string_pager mute;
};

/* One in space s, or in this space if s is 0. */
void actor_make(struct actor *a, struct space *s, enum actor_state state, L4_ThreadId_t partner);

word actor_schedule_state(enum actor_state state);	/* the result of Schedule for it */

/* The error that it gets within a while, if any. */
word actor_error(struct actor *a);

#endif
