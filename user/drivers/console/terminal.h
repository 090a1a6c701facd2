/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * terminal.h - output to the serial line and the screen, as far as the machine has them.
 */
#ifndef CONSOLE_TERMINAL_H
#define CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>

/* Find and set up the devices. Returns false if there is neither a serial line nor a screen. */
bool terminal_init(void);

/* Return the parts found, as enum console_parts; the size of the screen, in characters. */
L4_Word_t terminal_parts(void);
void terminal_size(unsigned *columns, unsigned *rows);

/* Show the output of the line editor unchanged. Drops it if the serial line is far behind. */
void terminal_echo(const char *text, size_t len);

/* Returns true if there is room for the longest echo of one key. */
bool terminal_echo_ready(void);

/* Returns true if terminal_write would take some text now. */
bool terminal_ready(void);

/*
 * Show text of a client, a newline as CR LF. Returns the number of bytes taken: all, or as many as there is
 * room for, or as are taken for one message.
 */
size_t terminal_write(const char *text, size_t len);

/* Returns true if the next character goes to the start of a line. */
bool terminal_at_line_start(void);

/* Returns true if the thread is an interrupt of the driver, after serving and acknowledging it. */
bool terminal_interrupt(L4_ThreadId_t from, void (*typed)(unsigned char));

/* Draw a part of what has changed on the screen. */
void terminal_flush(void);

/* Returns true if the screen does not show all yet. */
bool terminal_is_behind(void);

/* Call it at the end of the work for one message: terminal_write may take more text. */
void terminal_renew(void);

#endif
