/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stdio.h - formatting into memory, as in the C standard but for floating point, wide characters
 * and %n. Output to a console is the client library's (<pecan/print.h>).
 */
#ifndef C_STDIO_H
#define C_STDIO_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__cplusplus)
extern "C" {
#endif

/* Return the length of the whole text, which is cut to size - 1 characters. */
int vsnprintf(char *to, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#if defined(__cplusplus)
}
#endif

#endif
