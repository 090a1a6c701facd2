/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clock.h - the clock of the machine: arch/<a>/clock.c.
 */
#ifndef RTC_CLOCK_H
#define RTC_CLOCK_H

#include <pecan/root.h>
#include <stdbool.h>

/* Get the clock; an error has root's reason. clock_needs: what the program had not, then. */
enum root_error clock_open(void);
extern const char clock_needs[];

/* Set it up, without ticks. */
void clock_begin(void);

/* Get the seconds since the beginning of 1970. Returns false if it has no time now, and for a while. */
bool clock_date(L4_Word_t *seconds);

/*
 * Let it tick RTC_TICKS_PER_SECOND times a second, or end that. A tick is a message from a thread for which
 * clock_is_tick is true; call the other two at the beginning and the end of the work for it.
 */
void clock_let_tick(bool yes);
bool clock_is_tick(L4_ThreadId_t from);
void clock_tick_begins(void);
void clock_tick_ends(L4_ThreadId_t from);

#endif
