/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.h - budgets and preemption points. A step of a long operation has a budget of CFG_WORK. Where that is
 * used up, all rules hold, and what remains to be done can be found from memory alone: the operation returns,
 * and is continued (kernel_continue), or continues in place with a new budget.
 */
#ifndef MEM_STEP_H
#define MEM_STEP_H

#include <mem/arch.h>
#include <mem/config.h>

/*
 * Units of a budget, as counted with the guest tests; an operation that is not named costs COST_LOOK. A step
 * may exceed its budget by the cost of its last operation.
 */
enum {
	COST_LOOK	= 1,	/* to look at a node or entry */
	COST_RANGE	= 2,	/* to find that two extents cannot be mapped as one range */
	COST_HOLE	= 1,	/* to find how far a hole extends, besides COST_LOOK */
	COST_ENTRY	= 3,	/* an entry changed or removed; a node removed or moved */
	COST_CHILD	= 1,	/* a node that gets another parent */
	COST_PUT	= 5,	/* an entry made, */
	COST_NODE	= 3,	/* with a node of its own, */
	COST_MANY	= 2,	/* where there are many, or some inside others, */
	COST_FRAME	= 4,	/* with a frame for tables or nodes, which is cleared */
	COST_SCAN	= 2,	/* an entry of a ragged hole */
	COST_FLUSH	= 4,	/* a frame written back from the caches */
	COST_LEVELS	= 4,	/* so many derivations upwards cost 1 */
	COST_TAKEN	= 3,	/* an extent removed as a whole */
};

/* Take cost from *budget, at most what is left. */
static inline void charge(unsigned *budget, unsigned cost)
{
	*budget -= cost < *budget ? cost : *budget;
}

/* False: return to the caller; nothing but `more is to be done` may follow. */
static inline bool step_point(unsigned *budget)
{
	if (!arch_step_point())
		return false;
	*budget = CFG_WORK;
	return true;
}

#endif
