/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.h - where text goes: the serial line and the screen, whichever there are.
 */
#ifndef CONSOLE_TERMINAL_H
#define CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>

/* Find and set up the devices. False if there is neither a serial line nor a screen. */
bool terminal_init(void);

/* enum console_parts of what was found, and the size of the screen. */
L4_Word_t terminal_parts(void);
void terminal_size(unsigned *columns, unsigned *rows);

/* Show as it is: what the line editor echoes. Dropped if the serial line is far behind. */
void terminal_echo(const char *text, size_t len);

/* Is there room for the longest that the editor echoes at one key? */
bool terminal_echo_ready(void);

/* Is there room for a good piece of text? Then terminal_write takes some. */
bool terminal_ready(void);

/* Show text of a client, a newline as CR LF. Returns how much was taken: all, or what there was room for. */
size_t terminal_write(const char *text, size_t len);

/* Does the next character go to the start of a line? */
bool terminal_at_line_start(void);

/* Is this thread an interrupt of ours? Then serve and acknowledge it. */
bool terminal_interrupt(L4_ThreadId_t from, void (*typed)(unsigned char));

/* Bring the screen up to date. */
void terminal_flush(void);

/* Bytes sent since the start. */
L4_Word_t terminal_sent(void);

#endif
