/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the constants of kernel memory and mappings that are a choice, each with its reason.
 */
#ifndef MEM_CONFIG_H
#define MEM_CONFIG_H

#include <arch/ptab.h>

/*
 * Returns the number, below CFG_CPUS, of the CPU that executes this. The accessors of its state use it, and
 * nothing else: cpu_self, tlb_here, and the machine's own.
 */
static inline unsigned cpu_number(void) { return 0; }

enum {
	CFG_CPUS		= 1,	/* docs/porting.md says what stands against more */

	/*
	 * Work of one step of a long operation, between two points at which interrupts are let in: so many
	 * queued senders or expired timeouts; and so many units of some 300 instructions, of which each thing
	 * done costs several (step.h).
	 * How long a step is at most was measured: docs/guest-tests.md, interrupts off.
	 */
	CFG_STEP		= 4,
	CFG_WORK		= ARCH_WORK,

	CFG_GRANT_CHILDREN	= 4,	/* mappings of a page that move along with it in one step */

	CFG_MAP_DEPTH		= 256,	/* derivations below sigma0; bounds a walk towards the root */

	/* An account without a limit of its own grows out of its creator's by such pieces. */
	CFG_ACCOUNT_STEP	= 65536,

	CFG_RESERVED		= 32,	/* physical ranges that no user may have */
	CFG_RESERVED_PORTS	= 8,	/* ranges of I/O ports likewise */
};

#endif
