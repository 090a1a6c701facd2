/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * error.h - the text of stdio for standard error, by lines.
 */
#ifndef POSIX_ERROR_H
#define POSIX_ERROR_H

#include <stddef.h>

/*
 * Write to PX_ERROR, by whole lines. Returns the number of bytes, or an error. flush: write an incomplete
 * line.
 */
long px_error_write(const char *from, size_t bytes);
void px_error_flush(void);

#endif
