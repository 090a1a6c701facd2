/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * display.h - a linear framebuffer as a display. Other kinds are the machine's: devices.h.
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

/*
 * Returns a display of cells of the built-in font; without columns if the framebuffer has a pixel size other
 * than 2, 3 or 4 bytes, colours beyond the pixel, lines longer than the pitch, or less than one row of cells.
 */
struct display framebuffer_display(const struct framebuffer *fb);

#endif
