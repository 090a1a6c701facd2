/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * screen.h - a small terminal on a grid of character cells: newline, tab, backspace, bell,
 * scrolling, and the ANSI sequences that our own programs use (cursor moves, erase, colours).
 *
 * Pure: screen_flush draws the changed cells by the two functions of the display, each cell once however
 * often it was written since the last call. Characters beyond ASCII are shown as '?'.
 */
#ifndef CONSOLE_SCREEN_H
#define CONSOLE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCREEN_COLUMNS_MAX = 240, SCREEN_ROWS_MAX = 68, SCREEN_PARAMETERS = 4 };

struct cell { uint8_t ch, colour; };	/* colour: foreground (3..0), background (7..4), as VGA */

struct display {
	unsigned columns, rows;		/* 0: no display */
	void (*draw)(unsigned x, unsigned y, struct cell cell);
	void (*cursor)(unsigned x, unsigned y);
};

struct screen {
	struct display display;
	unsigned x, y;
	uint8_t colour;
	bool bright, reverse;
	bool escape, csi;
	unsigned parameter[SCREEN_PARAMETERS], parameters;
	struct cell cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
	struct cell shown[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
	unsigned at_x, at_y, left;	/* screen_flush: the next cell to compare; the number of cells left */
};

/* At most so many cells are compared, and drawn, by one screen_flush. */
enum { SCREEN_COMPARED = 512, SCREEN_DRAWN = 64 };

/* Start with an empty screen. A display larger than the maximum is used in part. */
void screen_init(struct screen *s, const struct display *display);
void screen_put(struct screen *s, unsigned char c);

/* Draw a part of the changed cells. Returns true if there may be more, for the next call. */
bool screen_flush(struct screen *s);

#endif
