/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.h - the text of stdio for standard error, by lines.
 */
#ifndef POSIX_ERROR_H
#define POSIX_ERROR_H

#include <stdbool.h>
#include <stddef.h>

enum { PX_LINE = 512 };

/*
 * Keep text, and get the lines that are whole now and are kept no more. Returns false if there is no room.
 * flush: write what is kept.
 */
bool px_error_keep(const char *from, size_t bytes, char text[PX_LINE], size_t *whole);
void px_error_flush(void);

#endif
