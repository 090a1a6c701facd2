/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * look.h - the report of a thread that cannot continue.
 */
#ifndef ROOT_LOOK_H
#define ROOT_LOOK_H

#include <x2/word.h>
#include "order.h"

/* Report why a thread cannot continue. For workers. */
void look(const l4_word_t word[LOOK_WORDS]);

#endif
