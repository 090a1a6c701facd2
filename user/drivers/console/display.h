/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * display.h - the two kinds of display a PC has after boot: VGA text and a linear framebuffer.
 */
#ifndef CONSOLE_DISPLAY_H
#define CONSOLE_DISPLAY_H

#include "screen.h"

struct framebuffer {
	void *memory;
	unsigned pitch, width, height;	/* bytes, pixels */
	unsigned bytes;			/* of one pixel: 2, 3 or 4 */
	unsigned red_pos, red_size, green_pos, green_size, blue_pos, blue_size;
};

/* Returns a display of VGA text cells at `memory`, with the hardware cursor. */
struct display vga_display(void *memory, unsigned columns, unsigned rows);

/*
 * Returns a display of cells of the built-in font; without columns if the framebuffer has a pixel size other
 * than 2, 3 or 4 bytes, colours beyond the pixel, lines longer than the pitch, or less than one row of cells.
 */
struct display framebuffer_display(const struct framebuffer *fb);

#endif
