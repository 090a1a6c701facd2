/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thread.h - more threads in the own task.
 *
 * A thread gets a stack of its own with a guard page below it, and root as pager and exception handler. It
 * ends when its function returns; its stack is freed with the task.
 */
#ifndef PECAN_THREAD_H
#define PECAN_THREAD_H

#include <pecan/root.h>

typedef void (*pecan_thread_fn)(void *arg);

/* Start fn(arg) on a new thread. priority 0: the task's own. */
enum root_error pecan_thread_start(pecan_thread_fn fn, void *arg, unsigned priority,
				   L4_ThreadId_t *thread);

/* Start a thread with this IP and SP, without a stack of its own, and without exception handler. */
enum root_error pecan_thread_new(L4_Word_t ip, L4_Word_t sp, unsigned priority, L4_ThreadId_t *thread);

/* End a thread of the own task; nilthread: the caller, which does not return. */
enum root_error pecan_thread_end(L4_ThreadId_t thread);
enum root_error pecan_thread_priority(L4_ThreadId_t thread, unsigned priority);

#endif
