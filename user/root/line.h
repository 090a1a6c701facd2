/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - where the machine shows root's output (voice.h): arch/<a>/line.c. Only voice.c uses it.
 */
#ifndef ROOT_LINE_H
#define ROOT_LINE_H

#include <stdbool.h>

/* Finds the serial line and the screen. Call it before the other functions. */
void line_init(void);

bool line_is_there(void);

/* Returns false if the serial line did not take the character in a bounded time. */
bool line_send(char c);

/* Shows the character on the screen, if there is one. */
void line_show(char c);

#endif
