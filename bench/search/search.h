/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search.h - scripts of system calls that tools/longest --search changes to find long stretches.
 *
 * A script is SCRIPT_STEPS steps of eight bytes; all of it means something. The scripts are the third boot
 * module, one after the other; each is played between two marks.
 */
#ifndef SEARCH_H
#define SEARCH_H

#include <stdint.h>

#include "../guest/bench.h"
#include "free_places.h"

enum { SCRIPT_STEPS = 12, SPACES = 3 };

/* `what` of `who`, one of three spaces: main's, and two others. The rest are parameters and a seed. */
union step { struct { uint8_t what, who, n, how, seed[4]; }; L4_Word_t word; };

enum {
	STEP_SEND, STEP_UNMAP, STEP_ACCEPT, STEP_TOUCH, STEP_CHAIN,	/* by a thread of the space */
	STEP_CROWD, STEP_CROWD_END, STEP_VICTIM, STEP_SPACE, STEP_ATTRIBUTE, STEP_PRIORITY, STEP_THREAD,
	STEP_MIXTURE,			/* by a thread of the space: messages of few small items of all kinds */
	STEP_STAND,			/* an Unmap of main's space stands still until the crowd ends */
	STEPS,
};

void script_init(void);
void script_play(const union step *steps);
void script_end(void);			/* leaves as little as possible behind */

/* ---- act.c: one step by the calling thread, in its own space ---- */

/* Addresses that nothing else has. */
#define FREE_AT		FREE_AREA
enum { FREE_LOG2 = FREE_AREA_LOG2 };

extern volatile char bulk[BULK_PAGES][PAGE];
extern L4_ThreadId_t sink[SPACES];	/* accept messages, one in each space */

void act(const union step *s);
void sink_main_0(void), sink_main_1(void), sink_main_2(void);

#endif
