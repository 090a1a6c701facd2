/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * copy.h - the part of memory.c that each machine has its own way for (arch/).
 */
#ifndef C_COPY_H
#define C_COPY_H

#include <stddef.h>

/*
 * Copy so many words upwards, from and to any address: right if `to` is below `from`, or they do not overlap.
 */
void copy_words(void *to, const void *from, size_t words);

#endif
