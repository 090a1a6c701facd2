/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.h - budgets and preemption points. A step of a long operation has a budget of CFG_WORK. When the
 * budget is used up, all rules hold, and the state of the operation is in memory, not on the stack. At the
 * preemption point (step_point) the operation then
 *
 *   - continues in the same call with a new budget, if no interrupt is pending; or
 *   - does not return: a pending interrupt is taken and the kernel stack is abandoned; or
 *   - returns to its caller, if the kernel may not pause there.
 *
 * In the last two cases it is continued later (kernel_continue). So a caller of a function that "may not
 * return" must not have state on the stack that its operation needs.
 */
#ifndef MEM_STEP_H
#define MEM_STEP_H

#include <mem/arch.h>
#include <mem/config.h>

/*
 * Units of a budget (CFG_WORK), as measured with the guest tests; an operation that is not listed costs
 * COST_LOOK. A step may exceed its budget by the cost of its last operation.
 */
enum {
	COST_LOOK	= 1,	/* read a node or entry */
	COST_RANGE	= 2,	/* find that range_map cannot map a range */
	COST_HOLE	= 1,	/* find the length of a hole, besides COST_LOOK */
	COST_ENTRY	= 3,	/* change or remove an entry; remove or move a node */
	COST_CHILD	= 1,	/* change the parent of a node */
	COST_PUT	= 5,	/* make an entry; */
	COST_NODE	= 3,	/* besides, make a node; */
	COST_MANY	= 2,	/* besides, in a space with many nodes or nested extents; */
	COST_NESTED	= 1,	/* besides, for an entry of an item between such spaces; */
	COST_FRAME	= 4,	/* besides, allocate and clear a frame for tables or nodes */
	COST_SCAN	= 2,	/* examine an entry or hole for the size of a new extent */
	COST_FLUSH	= 4,	/* write a frame back from the caches */
	COST_LEVELS	= 4,	/* number of ancestors whose examination costs 1 */
	COST_TAKEN	= 3,	/* remove an extent as a whole */
};

/* Subtracts cost, or all that is left, from *budget. */
static inline void charge(unsigned *budget, unsigned cost) { *budget -= cost < *budget ? cost : *budget; }

/*
 * A preemption point: sets a new budget and returns true, or does not return. Returns false if the kernel may
 * not pause here: the operation then returns to its caller at once, unfinished.
 */
static inline bool step_point(unsigned *budget)
{
	if (!arch_step_point())
		return false;
	*budget = CFG_WORK;
	return true;
}

#endif
