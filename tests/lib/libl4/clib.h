/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * clib.h - the functions of user/lib/c under the names c_..., which tests/lib/libl4/run gives them in
 * the object files, so that they stand beside those of the system.
 */
#ifndef CLIB_H
#define CLIB_H

#include <stdarg.h>
#include <stddef.h>

void *c_memcpy(void *to, const void *from, size_t n);
void *c_memmove(void *to, const void *from, size_t n);
void *c_memset(void *to, int byte, size_t n);
int c_memcmp(const void *l, const void *r, size_t n);
void *c_memchr(const void *in, int byte, size_t n);
size_t c_strlen(const char *s);
size_t c_strnlen(const char *s, size_t max);
int c_strcmp(const char *l, const char *r);
int c_strncmp(const char *l, const char *r, size_t n);
char *c_strchr(const char *s, int c);
char *c_strrchr(const char *s, int c);
char *c_strstr(const char *s, const char *part);
size_t c_strspn(const char *s, const char *set);
size_t c_strcspn(const char *s, const char *set);
char *c_strcpy(char *to, const char *from);
char *c_strncpy(char *to, const char *from, size_t n);
size_t c_strlcpy(char *to, const char *from, size_t size);
size_t c_strlcat(char *to, const char *from, size_t size);
int c_vsnprintf(char *to, size_t size, const char *format, va_list args);
int c_snprintf(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
unsigned long c_strtoul(const char *s, char **end, int base);
unsigned long long c_strtoull(const char *s, char **end, int base);
long c_strtol(const char *s, char **end, int base);
int c_atoi(const char *s);
long c_atol(const char *s);
void c_abort(void);

extern void (*c_assert_report)(const char *text);
void c___assert_fail(const char *expression, const char *file, unsigned line, const char *function);

struct c_heap { void *free; void *(*more)(size_t bytes, size_t *got); };
void c_heap_init(struct c_heap *h, void *(*more)(size_t bytes, size_t *got));
void c_heap_add(struct c_heap *h, void *region, size_t bytes);
void *c_heap_alloc(struct c_heap *h, size_t bytes);
void c_heap_free(struct c_heap *h, void *p);
size_t c_heap_left(const struct c_heap *h);

#endif
