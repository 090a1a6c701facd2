/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop.c - the abrupt end of a program: see <stdlib.h> and <assert.h>.
 *
 * There is no process to signal: the program runs into an invalid instruction, and its exception
 * handler, or the kernel if it has none, reports where.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void (*assert_report)(const char *text);

void abort(void)
{
	__builtin_trap();
}

void __assert_fail(const char *expression, const char *file, unsigned line, const char *function)
{
	char text[256];

	if (assert_report) {
		snprintf(text, sizeof text, "%s:%u: %s: assertion failed: %s\n", file, line, function,
			 expression);
		assert_report(text);
	}
	abort();
}
