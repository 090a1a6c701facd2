/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * demand.h - what the areas of a task need of the kernel, and how much of them is memory.
 */
#ifndef ROOT_DEMAND_H
#define ROOT_DEMAND_H

#include <x2/word.h>

struct area;
struct task;

/*
 * The sums over all areas: pages of AREA_MAPPED; extents in the kernel, without those of the stack; page
 * tables, without the top.
 */
struct demand { l4_word_t mapped, extents, tables; };

/* Update t->demand: call them after area a was inserted, before it is removed. */
void demand_add(struct task *t, const struct area *a);
void demand_drop(struct task *t, const struct area *a);

#endif
