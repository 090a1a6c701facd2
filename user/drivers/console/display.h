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

/* VGA text cells at `memory`; the hardware cursor follows. */
struct display vga_display(void *memory, unsigned columns, unsigned rows);

/* Cells of the built-in font on a framebuffer; no display (0 columns) for an odd pixel size. */
struct display framebuffer_display(const struct framebuffer *fb);

#endif
