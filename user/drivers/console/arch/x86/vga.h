/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vga.h - the screen of text cells that a PC has after boot.
 */
#ifndef CONSOLE_VGA_H
#define CONSOLE_VGA_H

#include "../../display.h"

/* Returns a display of VGA text cells at `memory`, with the hardware cursor. */
struct display vga_display(void *memory, unsigned columns, unsigned rows);

#endif
