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

/* Returns true if there is room for the longest echo of one key. */
bool terminal_echo_ready(void);

/* Returns true if there is room for a batch of text, and some may be taken: terminal_write then does so. */
bool terminal_ready(void);

/*
 * Show text of a client, a newline as CR LF. Returns how much was taken: all, or what there was room for, or
 * what is taken for one message.
 */
size_t terminal_write(const char *text, size_t len);

/* Returns true if the next character goes to the start of a line. */
bool terminal_at_line_start(void);

/* Returns true if the thread is an interrupt of the driver, after serving and acknowledging it. */
bool terminal_interrupt(L4_ThreadId_t from, void (*typed)(unsigned char));

/* Bring a part of the screen up to date. */
void terminal_flush(void);

/* Returns true if the screen does not show all yet. */
bool terminal_is_behind(void);

/* The end of the work for one message: more text may be taken. */
void terminal_renew(void);

#endif
