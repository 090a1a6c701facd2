/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a host thread: what a test script reads and writes.
 *
 * MR0..MR7 travel in "registers" as on a real machine, so that a word of somebody else left in them
 * shows here too.
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

enum { REG_MRS = 8 };

struct arch_regs {
	l4_word_t ip, sp, flags;
	l4_word_t in[8];		/* arguments, in the order of <x2/call.h> */
	l4_word_t out[8];		/* results */
	l4_word_t mr[REG_MRS];
};

struct arch_extra { char none; };

#endif
