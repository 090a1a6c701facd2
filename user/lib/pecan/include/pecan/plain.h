/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plain.h - text of others that is to be shown on a terminal, without what a terminal obeys or answers.
 */
#ifndef PECAN_PLAIN_H
#define PECAN_PLAIN_H

#include <stddef.h>

/*
 * Takes out of the text what is not printable, but for newlines and tabs: the other control characters (C0,
 * DEL, and C1: U+0080 to U+009F) and bytes that are no UTF-8, so also a part of a character. Returns how many
 * bytes are left.
 */
size_t plain_text(char *text, size_t len);

#endif
