/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macio.h - the I/O controller of a Power Macintosh: where its registers are.
 */
#ifndef ROOT_MACIO_H
#define ROOT_MACIO_H

#include <x2/word.h>

/* Its physical address; 0: there is none. */
l4_word_t macio_base(void);

#endif
