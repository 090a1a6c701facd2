/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * step.h - preemption points. A long operation has a budget (mapping.h) of CFG_WORK. Where that is used up,
 * all rules hold, and what remains to be done can be found from memory alone: the operation returns, and is
 * continued (kernel_continue), or continues in place with a new budget.
 */
#ifndef MEM_STEP_H
#define MEM_STEP_H

#include <mem/arch.h>
#include <mem/config.h>

/* False: return to the caller; nothing but `more is to be done` may follow. */
static inline bool step_point(unsigned *budget)
{
	if (!arch_step_point())
		return false;
	*budget = CFG_WORK;
	return true;
}

#endif
