/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * latency.h - long operations, and a timer that interrupts them (docs/latency.md).
 *
 * A root server for tools/latency. Its command line has the names of operations, and
 *
 *	steps		each operation once, between two marks, for bench/longest; no timer
 *	short		smaller sizes, and 300 seeded distances of the timer instead of all
 *	fresh		300 seeded distances, each in a run of its own
 *
 *	wakes		threads that wake beside a crowd below them whose timeouts end, before the operations
 *
 * It prints, of each operation NAME, and of each priority P beside N threads:
 *
 *	steps NAME
 *	fresh NAME DISTANCE LATE		with `fresh`, of each run
 *	timer NAME SAMPLES RUNS WORST DISTANCE LEAST MEAN
 *	bands NAME WORST...		of each band of distances
 *	wake P N NS			how late it wakes, with its system call
 *	compute P N NS			what it loses while it computes
 *	latency: done
 */
#ifndef LATENCY_H
#define LATENCY_H

#include <stdint.h>

#include "../guest/bench.h"

/*
 * prepare and end do what is not measured. run begins and ends in the main thread. most: it is repeated so
 * often at most; 0: until all distances have been used.
 */
struct operation { const char *name; void (*prepare)(void), (*run)(void), (*end)(void); unsigned most; };

extern const struct operation operations[];	/* the last has no name */

extern bool small, fresh;			/* the command line has `short`, `fresh` */

void operations_init(void);
void wakes_measure(void);			/* prints its lines */

/* ---- timer.c ---- */

void timer_init(void);
void timer_measure(const struct operation *o);	/* prints its lines */

#endif
