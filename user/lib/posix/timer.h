/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * timer.h - timers of the program.
 */
#ifndef POSIX_TIMER_H
#define POSIX_TIMER_H

#include <signal.h>
#include "call.h"

px_call px_getitimer, px_setitimer;
px_call px_timer_create, px_timer_settime, px_timer_gettime, px_timer_getoverrun, px_timer_delete;

/* Fill the siginfo of a signal that the calling thread has taken, also one of a timer. Call it for each. */
void px_timer_describe(int signal, siginfo_t *info);

#endif
