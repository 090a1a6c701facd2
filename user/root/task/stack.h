/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stack.h - the stack of a program at its start: the System V layout, and below it the address of the entry
 * point, to which root's start code goes (arch/<a>/enter.S).
 *
 *   sp -> entry | argc | argv[0] .. argv[argc-1] | 0 | 0 (no environment) | auxiliary vector | text
 */
#ifndef ROOT_STACK_H
#define ROOT_STACK_H

#include <pecan/elf.h>

/*
 * Fill `page` (zeroed), which is the last page of the stack and ends at address `top`. args is cut
 * into words of up to 512 bytes at blanks; "..." keeps blanks. Returns the stack pointer, or 0 if the
 * arguments do not fit.
 */
l4_word_t stack_build(uint8_t *page, l4_word_t top, const struct elf *e, const char *name, const char *args);

#endif
