/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config.h - the constants of the kernel that are a choice, each with its reason; those of mem/ are in
 * mem/config.h.
 */
#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include <mem/config.h>

enum {
	CFG_PRIORITIES		= 256,	/* api 7.2 */
	CFG_PRIO_DEFAULT	= 100,	/* api 4.3 */
	CFG_PRIO_SERVERS	= 255,	/* sigma0 and root (amd64 11.6) */
	CFG_TIMESLICE_US	= 10000,	/* api 4.3 */

	CFG_REDIRECTORS		= 16,	/* longest chain in which a redirector may speak for a sender */

	CFG_IRQS		= 256,	/* interrupt lines at the most; the machine says how many */
	CFG_MEMDESCS		= 64,	/* memory descriptors in the KIP */
};

#endif
