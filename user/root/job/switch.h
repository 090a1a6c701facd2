/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.h - stacks of the message loop's own thread: arch/<a>/switch.S. Both return in the caller when
 * another call switches to *here. A stack grows down; `top` is a multiple of 16.
 */
#ifndef ROOT_SWITCH_H
#define ROOT_SWITCH_H

#include <x2/word.h>

/* Continue in work(), which does not return, on an empty stack that ends at `top`. */
void stack_begin(l4_word_t *here, l4_word_t top, void (*work)(void));

/* Continue on the stack that an earlier call has left at `to`. */
void stack_switch(l4_word_t *here, l4_word_t to);

#endif
