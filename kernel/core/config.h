/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - constants that can be chosen, each with its reason; those of mem/ are in mem/config.h.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <mem/config.h>

enum {
	CFG_PRIORITIES		= 256,	/* api 7.2 */
	CFG_PRIO_DEFAULT	= 100,	/* api 4.3 */
	CFG_PRIO_SERVERS	= 255,	/* sigma0 and root (amd64 11.6) */
	CFG_TIMESLICE_US	= 10000,	/* api 4.3 */

	CFG_REDIRECTORS		= 16,	/* longest chain of redirectors that may propagate for a sender */

	CFG_IRQS		= 256,	/* limit of interrupt lines; boot_info.irq_lines is the number */
	CFG_MEMDESCS		= 64,	/* memory descriptors in the KIP */
};

#endif
