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

/* The same, and b and c wait for the mole's items; the ids are recorded. */
void stage_set_receivers(void);

/* Root sleeps; a runs. */
void stage_leave_to_a(void);

/* Record the ids; done before each run too. */
void stage_remember(void);

/* Run the operation with the script at each of its preemption points, then judge the result. */
void stage_at_every_point(stage_act *operation, stage_act *play, bool by_rival, stage_act *judge);

/* Each of n scripts in turn. */
void stage_with_each(stage_act *operation, const struct script *scripts, size_t n, stage_act *judge);
#define STAGE_WITH_EACH(operation, scripts, judge) \
	stage_with_each(operation, scripts, sizeof(scripts) / sizeof((scripts)[0]), judge)

/* One script at one in `every` points, others each time, but at one at least. Returns at how many. */
unsigned stage_at_points(stage_act *operation, struct script with, stage_act *judge, unsigned every);

/* For scripts of rival. */
void stage_rival_deletes(l4_tid_t id);

/*
 * Scripts of rival: threads are deleted, b's space with mole, or a2 moves to c's space. Of mole: b's IPC is
 * aborted. Of either: 400 ms pass, and the timer fires.
 */
stage_act stage_delete_a, stage_delete_b, stage_delete_b_space, stage_delete_c, stage_delete_root;
stage_act stage_move_a2, stage_abort_b, stage_time_out;

#endif
