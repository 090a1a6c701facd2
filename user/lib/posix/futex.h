/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * futex.h - waits for the change of a word.
 */
#ifndef POSIX_FUTEX_H
#define POSIX_FUTEX_H

#include <stdbool.h>
#include <stdint.h>
#include "call.h"

px_call px_futex;

/* Returns the number of threads woken, at most `threads`. */
long px_futex_wake(int *at, long threads);
long px_futex_wait(int *at, int value, uint64_t deadline);	/* 0: no deadline. A signal: -EINTR */
void px_library_wait(int *at, int value, uint64_t deadline);	/* for the library's threads */
bool px_interrupt(int tid);		/* ends the futex wait of a thread with EINTR */

#endif
