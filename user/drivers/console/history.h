/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.h - the last lines typed, oldest dropped first. Pure: no IPC, no device.
 */
#ifndef CONSOLE_HISTORY_H
#define CONSOLE_HISTORY_H

#include <stddef.h>

enum { HISTORY_LINES = 50, LINE_BYTES = 60 * sizeof(long) };

struct history {
	char text[HISTORY_LINES][LINE_BYTES + 1];
	unsigned count;		/* number of lines, at most HISTORY_LINES */
	unsigned next;		/* slot of the next line */
};

/*
 * Repair a history that is all zeroes, or whose task ended during history_add. It is empty if it cannot be
 * repaired.
 */
void history_restore(struct history *h);

/* Add a line of `len` bytes, unless it is empty or equal to the last one. */
void history_add(struct history *h, const char *text, size_t len);

/* Returns the line that was typed `back` lines ago (1: the last one), or NULL. */
const char *history_get(const struct history *h, unsigned back);

#endif
