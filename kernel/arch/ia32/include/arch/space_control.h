/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_control.h - small spaces by SpaceControl (generic/space_control.h; ia32 5).
 */
#ifndef ARCH_SPACE_CONTROL_H
#define ARCH_SPACE_CONTROL_H

#include <x2/word.h>

struct space;

l4_word_t arch_space_control(struct space *s, l4_word_t control);

#endif
