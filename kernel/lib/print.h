/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.h - formatted output of the kernel: %d %u %x %c %s %p %%, with l (word) and ll, z, width,
 * 0 (pad with zeros), - (pad on the right). Anything else is printed unchanged.
 */
#ifndef LIB_PRINT_H
#define LIB_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/* Format into buf of size bytes, always terminated. Returns the length of the whole text. */
int fmt_vprint(char *buf, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
int fmt_print(char *buf, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Print to the kernel's console, through arch_putc. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
void vprintk(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
