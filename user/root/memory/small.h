/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small.h - small spaces, as far as the machine has them (ia32 5): arch/<a>/small.c. The kernel alone has a
 * list of them: a space can become a large one at any time. Privileged system calls, for root.
 */
#ifndef ROOT_SMALL_H
#define ROOT_SMALL_H

#include <stdbool.h>
#include <x2/word.h>

/*
 * Makes the space of this thread, in which nothing is mapped and whose areas are below that, a small one of
 * 2^log2 bytes at the lowest free place. It stays a large one if there is no such place, or the kernel makes
 * no space small. log2 0: nothing is to be done. For workers: it may take as many system calls as there are
 * places.
 */
void small_enter(l4_word_t thread, unsigned log2);

/* Returns how many bytes the space of this thread has now, as a small one; 0: it is a large one. */
l4_word_t small_bytes(l4_word_t thread);

#endif
