/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - constants of kernel memory and mappings that could have other values, with their reasons.
 */
#ifndef MEM_CONFIG_H
#define MEM_CONFIG_H

#include <arch/ptab.h>

/*
 * Returns the number, below CFG_CPUS, of the executing CPU. Only the accessors of a CPU's state call it:
 * cpu_self, tlb_here, and those of the machine.
 */
static inline unsigned cpu_number(void) { return 0; }

enum {
	CFG_CPUS		= 1,	/* for more: see docs/porting.md */

	/*
	 * The work of one step of a long operation, between two preemption points. CFG_STEP: queued senders,
	 * expired timeouts, or UTCB pages. CFG_WORK: the budget in units (step.h), on x86-64 of about 300
	 * instructions. The longest step was measured: docs/guest-tests.md, interrupts off.
	 */
	CFG_STEP		= 4,
	CFG_WORK		= ARCH_WORK,

	CFG_GRANT_CHILDREN	= 2,	/* children of a page that a grant moves in one step */

	CFG_MAP_DEPTH		= 256,	/* derivations below sigma0; bounds loops over ancestors */

	/* Bytes that an open account takes at a time from its parent's. */
	CFG_ACCOUNT_STEP	= 65536,

	CFG_RESERVED		= 32,	/* regions of physical memory of the kernel */
	CFG_RESERVED_PORTS	= 8,	/* ranges of I/O ports of the kernel */
};

#endif
