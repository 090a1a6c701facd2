/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timers.h - lwIP's timers, in place of its own list, in which they run always. The server calls them only
 * while there is something that they work on. What ages in lwIP's tables meanwhile, and is read by nothing,
 * is made up for.
 */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

enum { TIMERS_LONGEST_MS = 3600000 };

/* Is there something for a timer within the next minutes? */
bool timers_needed(void);

/* Does what is due at sys_now(), also what was due since the last call. */
void timers_run(void);

/* ms until the next call of timers_run if timers_needed is false, at most TIMERS_LONGEST_MS. */
uint32_t timers_next(void);

/* A frame of so many bytes is being sent, has been received. */
void timers_sending(const void *frame, unsigned bytes);
void timers_received(const void *frame, unsigned bytes);

#endif
