/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - a PS/2 keyboard behind the PC's keyboard controller, US layout.
 *
 * Keys become the bytes that a terminal would send: arrows and Home, End, Delete as ESC sequences,
 * Ctrl with a letter as a control character, Print Screen (and SysRq) as the attention key.
 */
#ifndef CONSOLE_KEYBOARD_H
#define CONSOLE_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

enum { KEYBOARD_DATA = 0x60, KEYBOARD_STATUS = 0x64, KEYBOARD_IRQ = 1 };

/* Empty the controller and let it interrupt. False if there is none. */
bool keyboard_init(void);

/*
 * Take what the controller holds. To be called after an interrupt and once more when it has been
 * acknowledged: the line is edge triggered, an edge that came while it was masked may be lost.
 */
void keyboard_interrupt(void (*received)(unsigned char));

#endif
