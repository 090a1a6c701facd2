/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * font.h - the bitmap font of the framebuffer console: printable ASCII, 8 x 16 pixels.
 */
#ifndef CONSOLE_FONT_H
#define CONSOLE_FONT_H

#include <stdint.h>

enum { FONT_WIDTH = 8, FONT_HEIGHT = 16 };

/* Returns row y (0: the top) of character c. Bit 7 is the leftmost pixel. */
uint8_t font_row(unsigned char c, unsigned y);

#endif
