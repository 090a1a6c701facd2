/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adversary.h - how the tasks end that an adversary has started.
 */
#ifndef RIVAL_ADVERSARY_H
#define RIVAL_ADVERSARY_H

#include "rival.h"

enum child { CHILD_EXITS, CHILD_FAULTS, CHILD_TRAPS, CHILD_PLAYS, CHILD_WAITS, CHILDREN };

/* Takes memory and threads, then ends in this way. */
void adversary_child(enum child kind, L4_Word_t seed);

/* over.c */
void act_over(struct breaker *b);

#endif
