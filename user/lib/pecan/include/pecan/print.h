/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.h - formatted text on the program's output (<pecan/stream.h>), mostly the console. Each call shows
 * its text in one piece, so lines of several threads or programs do not mix.
 */
#ifndef PECAN_PRINT_H
#define PECAN_PRINT_H

#include <stdarg.h>
#include <stddef.h>

enum { PRINT_MAX = 1024 };	/* bytes of one call; longer text is cut, and ends in "...\n" */

/* Conversions are those of snprintf in user/lib/c. Return the number of characters shown, or -1. */
int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* The text and a newline. */
int puts(const char *text);
int putchar(int c);

/*
 * Reads a line of the program's input, without its end, cut to bytes - 1. Returns its length, or -1 after
 * ^C, at the end, or without input. The prompt is shown if the input is the console.
 */
int getline_console(const char *prompt, char *line, size_t bytes);

#endif
