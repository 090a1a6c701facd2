/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - files that the library makes when they are opened.
 */
#ifndef POSIX_TEXT_H
#define POSIX_TEXT_H

#include <stdbool.h>

/* Returns true if the library makes the file when it is opened; *result is its descriptor, or an error. */
bool px_text_open(const char *path, long flags, long *result);

#endif
