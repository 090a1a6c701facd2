/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga.c - VGA text mode: a 16-bit word for each cell, character low, colour high.
 */
#include <l4/port.h>

#include "vga.h"

enum { CRTC_INDEX = 0x3d4, CRTC_DATA = 0x3d5, CRTC_CURSOR_HIGH = 0x0e, CRTC_CURSOR_LOW = 0x0f };

static struct { volatile uint16_t *memory; unsigned columns; } vga;

static void draw(unsigned x, unsigned y, struct cell cell)
{
	vga.memory[y * vga.columns + x] = (uint16_t)(cell.colour << 8 | cell.ch);
}

static void crtc(uint8_t index, uint8_t value)
{
	L4_PortOut8(CRTC_INDEX, index);
	L4_PortOut8(CRTC_DATA, value);
}

static void cursor(unsigned x, unsigned y)
{
	unsigned at = y * vga.columns + x;

	crtc(CRTC_CURSOR_HIGH, (uint8_t)(at >> 8));
	crtc(CRTC_CURSOR_LOW, (uint8_t)at);
}

struct display vga_display(void *memory, unsigned columns, unsigned rows)
{
	vga.memory = memory;
	vga.columns = columns;
	return (struct display){ columns, rows, draw, cursor };
}
