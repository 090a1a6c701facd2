/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a host thread, which tests read and write.
 *
 * The first MRs are in "registers" as on a real machine, so that tests detect another thread's word in them.
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

#ifndef HOST_REG_MRS
#define HOST_REG_MRS 8			/* in one build of the host tests another number */
#endif
enum { REG_MRS = HOST_REG_MRS };

struct arch_regs {
	l4_word_t ip, sp, flags;
	l4_word_t in[8];		/* arguments, in the order of <x2/call.h> */
	l4_word_t out[8];		/* results */
	l4_word_t mr[REG_MRS];
} __attribute__((aligned(8)));		/* a TCB follows at once */

struct arch_extra { char none; };

#endif
