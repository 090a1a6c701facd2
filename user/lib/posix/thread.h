/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - threads of the program: their numbers and their end.
 */
#ifndef POSIX_THREAD_H
#define POSIX_THREAD_H

#include "call.h"

px_call px_exit, px_exit_group, px_gettid, px_set_tid_address, px_yield, px_get_robust_list;

/* Returns the number of the calling thread, its thread id for musl. */
int px_my_number(void);

extern int px_first_number;		/* that of the program's first thread */

#endif
