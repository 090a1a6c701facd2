/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * work.h - the jobs at areas, in steps.
 */
#ifndef ROOT_WORK_H
#define ROOT_WORK_H

#include "order.h"
#include "task.h"

struct job;

/* A step of the job of t: at the area of ITEM_AREA. */
enum step work_area(struct task *t, struct job *j, struct order *o);

/* Begin the work at the area of t. `waiter`: number of the thread that waits for it; THREADS_MAX: none. */
void work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter);

#endif
