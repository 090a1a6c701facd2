/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the constants of the kernel that are a choice, each with its reason.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

enum {
	CFG_CPUS		= 1,	/* SMP follows; state is already per CPU */
	CFG_PRIORITIES		= 256,	/* api 7.2 */
	CFG_PRIO_DEFAULT	= 100,	/* api 4.3 */
	CFG_PRIO_SERVERS	= 255,	/* sigma0 and root (amd64 11.6) */
	CFG_TIMESLICE_US	= 10000,	/* api 4.3 */

	/*
	 * Work of one step of a long operation between two looks at pending interrupts: so many queued
	 * senders or expired timeouts; and in the mapping database so many units of some 300
	 * instructions, of which each thing done costs several (mapping.h). That bounds the time that an
	 * interrupt is kept waiting; how long it is was measured: docs/caveats.md, short interrupt latency.
	 */
	CFG_STEP		= 32,
	CFG_WORK		= 56,

	CFG_GRANT_CHILDREN	= 16,	/* mappings of a page that move along with it in one step */

	CFG_MAP_DEPTH		= 256,	/* derivations below sigma0; bounds a walk towards the root */

	/* An account without a limit of its own grows out of its creator's by such pieces. */
	CFG_ACCOUNT_STEP	= 65536,

	CFG_REDIRECTORS		= 16,	/* longest chain in which a redirector may speak for a sender */

	CFG_IRQS		= 256,	/* interrupt lines at the most; the machine says how many */
	CFG_RESERVED		= 32,	/* physical ranges that no user may have */
	CFG_MEMDESCS		= 64,	/* memory descriptors in the KIP */
};

#endif
