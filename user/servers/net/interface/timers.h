/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timers.h - lwIP's timers, in place of its own list, in which they always run. The server runs them only
 * while one has work. Entries of lwIP's tables that age meanwhile, and are not read, are aged later.
 */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum { TIMERS_LONGEST_MS = 3600000 };

/* Call it first: what was before sys_now() is not made up for. */
void timers_begin(void);

/* Returns true if a timer has work within the next minutes, but for names (host_any_waits). */
bool timers_needed(void);

/* Runs the timers that are due at sys_now(), those since the last call included. */
void timers_run(void);

/* Returns the ms until the next call of timers_run if timers_needed is false, at most TIMERS_LONGEST_MS. */
uint32_t timers_next(void);

/*
 * Call them when a frame of so many bytes is being sent, has been received. timers_received returns true if
 * it is, or may be, a part of a datagram.
 */
void timers_sending(const void *frame, unsigned bytes);
bool timers_received(const void *frame, unsigned bytes);

#endif
