/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string.h - memory and strings, as in the C standard; strnlen, strlcpy and strlcat as in POSIX
 * and BSD. Part of a handful of freestanding functions, not of a libc.
 */
#ifndef C_STRING_H
#define C_STRING_H

#include <stddef.h>

#if defined(__cplusplus)
extern "C" {
#endif

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *l, const void *r, size_t n);
void *memchr(const void *in, int byte, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *l, const char *r);
int strncmp(const char *l, const char *r, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
size_t strspn(const char *s, const char *set);
size_t strcspn(const char *s, const char *set);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t n);

/* At most size - 1 characters and a NUL; return the length that all of it would have. */
size_t strlcpy(char *to, const char *from, size_t size);
size_t strlcat(char *to, const char *from, size_t size);

#if defined(__cplusplus)
}
#endif

#endif
