/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stdlib.h - numbers from text and the abrupt end, as in the C standard. Memory: <heap.h>.
 */
#ifndef C_STDLIB_H
#define C_STDLIB_H

#include <stddef.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* Base 0 takes 0x and 0 prefixes; beyond the range the nearest value, as the standard has it. */
unsigned long strtoul(const char *s, char **end, int base);
unsigned long long strtoull(const char *s, char **end, int base);
long strtol(const char *s, char **end, int base);
int atoi(const char *s);
long atol(const char *s);

/* An invalid instruction: the exception handler gets its address. */
void abort(void) __attribute__((noreturn));

#if defined(__cplusplus)
}
#endif

#endif
