/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * str.h - the functions of C's <string.h> that the kernel uses. Freestanding builds use str.c, the host
 * libc. Compilers generate calls of the first four.
 */
#ifndef LIB_STR_H
#define LIB_STR_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

size_t strlen(const char *s);
int strncmp(const char *a, const char *b, size_t n);

#endif
