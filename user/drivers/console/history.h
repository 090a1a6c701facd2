/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * history.h - the last lines typed, oldest dropped first. Pure: no IPC, no device.
 */
#ifndef CONSOLE_HISTORY_H
#define CONSOLE_HISTORY_H

#include <stddef.h>

enum { HISTORY_LINES = 50, LINE_BYTES = 480 };

struct history {
	char text[HISTORY_LINES][LINE_BYTES + 1];
	unsigned count;		/* lines held, HISTORY_LINES at the most */
	unsigned next;		/* slot that the next line takes */
};

/*
 * Make a history of zeroes, or one whose user ended in the middle of history_add, one that can be used. At
 * worst it is empty then.
 */
void history_restore(struct history *h);

/* Keep a line; an empty one, or one equal to the last, is not kept. */
void history_add(struct history *h, const char *text, size_t len);

/* The line that was typed `back` lines ago (1 is the last one), or NULL. */
const char *history_get(const struct history *h, unsigned back);

#endif
