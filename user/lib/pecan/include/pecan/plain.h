/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.h - removes control sequences from text of other programs, before a terminal shows it.
 */
#ifndef PECAN_PLAIN_H
#define PECAN_PLAIN_H

#include <stddef.h>

/*
 * Removes all but printable characters, newlines and tabs: other control characters (C0, DEL, and C1: U+0080
 * to U+009F) and bytes that are no UTF-8, so also incomplete characters. Returns the number of bytes left.
 */
size_t plain_text(char *text, size_t len);

#endif
