/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * state.h - what outlives the supervisor, in its memory `keep`: of each start whether it runs, and its last
 * restarts. There are two copies: a change makes the older one the newer one, and its checksum is the last
 * word that is written. So one is whole at any time.
 */
#ifndef SUPERVISOR_STATE_H
#define SUPERVISOR_STATE_H

#include <l4/types.h>
#include <stdbool.h>
#include <stdint.h>
#include "config.h"

enum past_phase { TASK_NEW, TASK_UNFOUND, TASK_RUNS, TASK_DUE, TASK_STARVED, TASK_OVER };

/* Of a start. */
struct past {
	L4_Word_t counted;		/* id of the last task whose end is among `ended` */
	uint32_t phase;			/* enum past_phase */
	uint32_t restarts;		/* since boot */
	uint32_t starved;		/* it could not be started for lack of memory, which was reported */
	uint64_t ended[CONFIG_RESTARTS];	/* us: the last restarts, a ring */
};

/*
 * Find the state of an earlier supervisor, of the description with this checksum. Returns false if there is
 * none, or it is dropped as the supervisor has ended with it twice in a short time: then all are TASK_NEW.
 */
bool state_open(uint32_t description);

/* Returns that of a start, to be changed. */
struct past *state_of(unsigned start);

/* What was changed is valid from now on. */
void state_commit(void);

/* Returns a checksum of so many bytes behind those with this one; 0: there are none before. */
uint32_t state_sum(uint32_t sum, const void *data, unsigned long bytes);

#endif
