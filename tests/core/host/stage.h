/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stage.h - hostile calls at every preemption point of a long operation.
 *
 * Two threads wait for interrupts at the highest priorities: `mole` in the space of b, without
 * privileges, and `rival` in the root server's space. An operation is run again and again from the
 * same copy of the world; in run k the interrupt of one of them comes at the k-th place where
 * interrupts are let in, and it plays its script (with words of 32 bits at one place in SPARSE).
 * Whatever it does, the operation ends with its specified effect. The invariants are
 * checked after every step by the world itself.
 */
#ifndef STAGE_H
#define STAGE_H

#include "world.h"

enum { VA = 0x400000, LOG2 = 19, SIZE = 1 << LOG2, PAGE = 4096, MOLE_LINE = 6, RIVAL_LINE = 7 };

#define NIL L4_NILTHREAD

typedef void stage_act(void);

struct script { stage_act *play; bool by_rival; };

/* a2 is in a's space. The ids outlive their threads. */
struct cast {
	struct thread *a, *b, *c, *a2, *mole, *rival;
	l4_tid_t a_id, b_id, c_id;
};

extern struct cast cast;

/* a has SIZE bytes at VA; b has them from a, and c from b page by page and at two places. Root runs. */
void stage_set(void);

/* Record the ids; done before each run too. */
void stage_remember(void);

/* Run the operation with the script at each of its preemption points, then judge the result. */
void stage_at_every_point(stage_act *operation, stage_act *play, bool by_rival, stage_act *judge);

/* The same at one in `every` points, others each time, but at one at least. Returns at how many. */
unsigned stage_at_points(stage_act *operation, struct script with, stage_act *judge, unsigned every);

/* For scripts of rival. */
void stage_rival_deletes(l4_tid_t id);

#endif
