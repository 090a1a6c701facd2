/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * power.h - turns the machine off, or starts it again.
 */
#ifndef ROOT_POWER_H
#define ROOT_POWER_H

#include <proto/root.h>
#include <stdbool.h>
#include <x2/word.h>

/* Turn the machine off or start it again. Returns if no known way works. */
void power(enum root_power what, l4_word_t status);

/* Returns true if power writes to one of the I/O ports first to last, where PCI devices may be too. */
bool power_uses(l4_word_t first, l4_word_t last);

#endif
