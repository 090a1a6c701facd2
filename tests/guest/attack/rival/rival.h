/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rival.h - the program of the rows of tests/guest/attack/late and tests/guest/attack/shares: victims, and
 * adversaries of lower or equal priority. Time is the processor's counter, in ns under QEMU's -icount
 * shift=0.
 */
#ifndef RIVAL_H
#define RIVAL_H

#include "../../messages/breaker.h"

/*
 * Sleeps and wakes `wakes` times, each time for a random period, and prints how late it was at most, with
 * `name`, and how often it was later than `limit_us`. Does not return.
 */
void victim_run(const char *name, L4_Word_t wakes, L4_Word_t seed, L4_Word_t limit_us);

/* Acts of the kinds in `acts` (bit n: kind n), for ever. */
void adversary_run(L4_Word_t seed, L4_Word_t acts);

/* Requests of all protocols to all servers, correct ones and broken ones, without the caller's own end. */
void play_requests(struct breaker *b);

/* The same, and the requests of tasks that do not mind to end: returns if none of them ended the task. */
void play_to_the_end(struct breaker *b);

/* Computes for `ms` of its counter, and prints its share and the largest gap, with `name`. */
void shares_measure(const char *name, L4_Word_t ms);

/* That many threads that compute for ever. */
void shares_crowd(unsigned threads);

/* One thread that makes and ends another one for ever, both computing. */
void shares_churn(void);

/* That many threads, of which all but one end; that one does as shares_measure, then computes for ever. */
void shares_shrink(const char *name, unsigned threads, L4_Word_t ms);

/* Stops the machine, if it is QEMU's TCG and has no watchdog. Returns if that cannot be tried. */
void vm86_run(void);

#endif
