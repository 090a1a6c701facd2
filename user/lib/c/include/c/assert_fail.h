/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * assert_fail.h - the function that <assert.h> calls.
 */
#ifndef C_ASSERT_FAIL_H
#define C_ASSERT_FAIL_H

#if defined(__cplusplus)
extern "C" {
#endif

/* Called with a line of text, ended by a newline. NULL, as at the start: no text is shown. */
extern void (*assert_report)(const char *text);

void __assert_fail(const char *expression, const char *file, unsigned line, const char *function)
	__attribute__((noreturn));

#if defined(__cplusplus)
}
#endif

#endif
