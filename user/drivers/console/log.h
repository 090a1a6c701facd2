/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log.h - root's log comes in pieces of ROOT_TEXT_BYTES, which end anywhere; it is shown in whole lines, as
 * what is typed is drawn again after each text that is shown.
 */
#ifndef CONSOLE_LOG_H
#define CONSOLE_LOG_H

#include <proto/root.h>

enum { LOG_BYTES = 3 * ROOT_TEXT_BYTES };

/*
 * Of a text with `used` bytes, of which the last `n` have come now: how many are to be shown. Those behind
 * are the beginning of a line whose end comes next: only if the piece is full, and there is room for another.
 */
unsigned log_whole(const char *text, unsigned used, unsigned n);

#endif
