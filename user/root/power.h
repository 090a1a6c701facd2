/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.h - turns the machine off, or starts it again.
 */
#ifndef ROOT_POWER_H
#define ROOT_POWER_H

#include <proto/root.h>
#include <x2/word.h>

/* Turn the machine off or start it again. Returns if no known way works. */
void power(enum root_power what, l4_word_t status);

#endif
