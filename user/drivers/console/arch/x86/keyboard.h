/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keyboard.h - a PS/2 keyboard behind the PC's keyboard controller. What its keys type is in keys.h.
 */
#ifndef CONSOLE_KEYBOARD_H
#define CONSOLE_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

enum { KEYBOARD_DATA = 0x60, KEYBOARD_STATUS = 0x64, KEYBOARD_IRQ = 1 };

/* Empty the controller and enable its interrupt. Returns false if there is no controller. */
bool keyboard_init(void);

/*
 * Read all bytes of the controller, and pass the typed characters to `received`. Call it after an interrupt,
 * and again when that has been acknowledged: the line is edge-triggered, an edge while it was masked may be
 * lost.
 */
void keyboard_interrupt(void (*received)(unsigned char));

#endif
