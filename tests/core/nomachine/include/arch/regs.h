/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * regs.h - the user context of a thread of the made-up machine: eight registers, of which three carry message
 * registers.
 */
#ifndef ARCH_REGS_H
#define ARCH_REGS_H

#include <x2/word.h>

enum { REG_MRS = 3 };

struct arch_regs {
	l4_word_t mr[REG_MRS];
	l4_word_t r[8];
	l4_word_t ip, sp, flags;
} __attribute__((aligned(8)));

struct arch_extra { char none; };

#endif
