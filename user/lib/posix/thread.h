/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - threads of the program, and their end.
 */
#ifndef POSIX_THREAD_H
#define POSIX_THREAD_H

#include "call.h"

px_call px_exit, px_exit_group, px_gettid, px_set_tid_address, px_yield, px_get_robust_list;

#endif
