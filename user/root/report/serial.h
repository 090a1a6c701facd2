/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial.h - where the machine shows root's output (output.h): arch/<a>/serial.c. Only output.c uses it.
 */
#ifndef ROOT_SERIAL_H
#define ROOT_SERIAL_H

#include <stdbool.h>

/* Finds the serial line and the screen. Call it before the other functions. */
void serial_init(void);

bool serial_is_there(void);

/* Returns false if the serial line did not take the character in a bounded time. */
bool serial_send(char c);

/* Shows the character on the screen, if there is one. */
void serial_show(char c);

#endif
