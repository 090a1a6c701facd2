/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.h - the devices of the console that each machine has of its own: arch/<a>/devices.c.
 */
#ifndef CONSOLE_DEVICES_H
#define CONSOLE_DEVICES_H

#include <stdbool.h>

#include <l4/types.h>

#include "display.h"

/* Set up the serial line (uart.h) and the keyboard. Returns the parts found, as enum console_parts. */
L4_Word_t devices_open(void);

/*
 * Get the screen of text cells at this physical address; 0: the one that the machine has after boot. Returns
 * false if there is none.
 */
bool devices_text(L4_Word_t address, unsigned columns, unsigned rows, struct display *d);

/*
 * Returns true if the thread is an interrupt of one of the parts, after serving and acknowledging it: what
 * was typed has been passed to `typed`.
 */
bool devices_interrupt(L4_Word_t parts, L4_ThreadId_t from, void (*typed)(unsigned char));

#endif
