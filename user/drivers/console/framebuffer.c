/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * framebuffer.c - character cells drawn as pixels. The cursor is the cell's last two rows inverted;
 * what the cell held is remembered, so that it can be drawn again when the cursor leaves.
 */
#include "display.h"
#include "font.h"

enum { CURSOR_ROWS = 2 };

static struct framebuffer fb;
static struct cell drawn[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
static unsigned cursor_x, cursor_y;

/* The sixteen colours of VGA text: three bits of hue, one of brightness. */
static uint32_t pixel(unsigned colour)
{
	unsigned on = colour & 8 ? 255 : 170, off = colour & 8 ? 85 : 0;
	unsigned red = colour & 4 ? on : off, green = colour & 2 ? on : off, blue = colour & 1 ? on : off;

	return (uint32_t)(red >> (8 - fb.red_size)) << fb.red_pos
	     | (uint32_t)(green >> (8 - fb.green_size)) << fb.green_pos
	     | (uint32_t)(blue >> (8 - fb.blue_size)) << fb.blue_pos;
}

static void put_pixel(volatile uint8_t *at, uint32_t value)
{
	if (fb.bytes == 4) {
		*(volatile uint32_t *)at = value;
		return;
	}
	for (unsigned i = 0; i < fb.bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void paint(unsigned x, unsigned y, struct cell cell, unsigned inverted_rows)
{
	uint32_t ink = pixel(cell.colour & 15), paper = pixel(cell.colour >> 4);

	for (unsigned row = 0; row < FONT_HEIGHT; row++) {
		uint8_t bits = font_row(cell.ch, row);
		volatile uint8_t *at = (volatile uint8_t *)fb.memory
			+ (size_t)(y * FONT_HEIGHT + row) * fb.pitch + (size_t)x * FONT_WIDTH * fb.bytes;

		if (row >= FONT_HEIGHT - inverted_rows)
			bits = (uint8_t)~bits;
		for (unsigned bit = 0; bit < FONT_WIDTH; bit++, at += fb.bytes)
			put_pixel(at, bits << bit & 0x80 ? ink : paper);
	}
}

static void draw(unsigned x, unsigned y, struct cell cell)
{
	drawn[y][x] = cell;
	paint(x, y, cell, x == cursor_x && y == cursor_y ? CURSOR_ROWS : 0);
}

static void cursor(unsigned x, unsigned y)
{
	if (x == cursor_x && y == cursor_y)
		return;
	paint(cursor_x, cursor_y, drawn[cursor_y][cursor_x], 0);
	paint(x, y, drawn[y][x], CURSOR_ROWS);
	cursor_x = x;
	cursor_y = y;
}

static bool channel_ok(const struct framebuffer *f, unsigned pos, unsigned size)
{
	return size >= 1 && size <= 8 && pos + size <= 8 * f->bytes;
}

/* Nothing is drawn beyond a line, and there is a place for a character. */
static bool size_ok(const struct framebuffer *f)
{
	return f->bytes >= 2 && f->bytes <= 4 && f->height >= FONT_HEIGHT
	       && f->pitch >= (size_t)f->width * f->bytes;
}

struct display framebuffer_display(const struct framebuffer *f)
{
	if (!size_ok(f) || !channel_ok(f, f->red_pos, f->red_size) || !channel_ok(f, f->green_pos, f->green_size)
	    || !channel_ok(f, f->blue_pos, f->blue_size))
		return (struct display){ 0 };
	fb = *f;
	return (struct display){ f->width / FONT_WIDTH, f->height / FONT_HEIGHT, draw, cursor };
}
