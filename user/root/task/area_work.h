/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * area_work.h - the work of jobs at areas.
 */
#ifndef ROOT_AREA_WORK_H
#define ROOT_AREA_WORK_H

#include "task.h"

struct job_kind;

/* Fills the answer about the block of an area of t, which is cleared now. Set it at boot. */
typedef void area_cleared_fn(const struct task *t, const struct area *a, struct root_dma_new_out *out);
void area_work_when_cleared(area_cleared_fn *fn);

/* Begin the work at the area of t. `waiter`: number of the thread that waits for it; THREADS_MAX: none. */
void area_work_begin(struct task *t, struct area *a, enum area_work work, unsigned waiter);

/* The areas of a task that serves, as work of its job. */
extern const struct job_kind area_work;

/* In the job of t, which ends: all areas are gone then, the last one first. */
void area_work_end(struct task *t);

#endif
