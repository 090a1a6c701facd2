/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * checked.h - victims that check everything they have beside hostile threads, from which the server among
 * them gets messages: words, senders, strings, maps, memory, general and vector registers, selectors.
 */
#ifndef CHECKED_H
#define CHECKED_H

#include "attack.h"

enum { CHECKERS = 6, CHECKED_PAGE = 64 };	/* pages of the pool from this one on */

/* They sleep so long after about every fourth round. */
void checked_start(word seed, word prio, word slice_us, word nap);
void checked_end(void);

/* What was wrong first, or 0; how much. */
const char *checked_what(void);
word checked_wrong(void);

word checked_rounds(unsigned checker);	/* how often it has checked all that it has */
L4_ThreadId_t checked_thread(unsigned checker);

#endif
