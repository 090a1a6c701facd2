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

/*
 * Call it before this signal is sent by kill: one of a timer that was ignored or dropped is not described any
 * more, so that the new one is not described as the timer's.
 */
void px_timer_forget(int signal);

#endif
