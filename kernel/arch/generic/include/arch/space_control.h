/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_control.h - the machine's part of SpaceControl. This one is for a machine that has none.
 *
 * arch_space_control	does what `control` asks of the machine, when the areas of s are set. Returns the
 *			machine's bits of the old control word
 */
#ifndef ARCH_SPACE_CONTROL_H
#define ARCH_SPACE_CONTROL_H

#include <x2/word.h>

struct space;

static inline l4_word_t arch_space_control(struct space *s, l4_word_t control)
{
	(void)s, (void)control;
	return 0;
}

#endif
