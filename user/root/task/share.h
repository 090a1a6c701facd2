/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.h - the time slices of a task's threads (docs/decisions/shares.md).
 */
#ifndef ROOT_SHARE_H
#define ROOT_SHARE_H

#include "task.h"

enum { SHARE_PARTS = THREADS_MAX };

/* Call them when a thread of t begins and ends. share_begin returns its time slice in us. */
l4_word_t share_begin(struct task *t, struct task_thread *th);
void share_end(struct task *t, struct task_thread *th);

/* Call it at each message of a task with spare parts: at times a thread gets some. now: us of the clock. */
void share_rise(struct task *t, uint64_t now);

#endif
