/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - talking to the console driver (<proto/console.h>).
 *
 * The driver is looked up by its name, again after its restart: a request whose answer was lost with the old
 * driver is sent to the new one. So text may appear twice, but is not lost.
 */
#ifndef PECAN_CONSOLE_H
#define PECAN_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>
#include <proto/console.h>

struct console_info { L4_Word_t columns, rows, parts; };

/* Show text. Returns false if there is no console, and none is being started. */
bool console_write(const char *text, size_t len);

/* The same to the console with this thread; the request is not repeated. */
bool console_write_to(L4_ThreadId_t server, const char *text, size_t len);

/*
 * Reads wait until the caller's task is in the foreground.
 * Read a line into line[0..bytes), with a NUL; cut if it does not fit. CONSOLE_BAD_REQUEST also if
 * there is no console. keep: with the history, into which it is put; for programs with the right `terminal`.
 */
enum console_status console_read_line(const char *prompt, bool keep, char *line, size_t bytes);

/* A line that begins with `text`, and the position of the cursor in it. */
struct console_edit { char *text; size_t bytes, cursor; };

/*
 * The same for a line that begins with a text, kept in the history. CONSOLE_TAB: Tab was typed; *edit has
 * text and cursor of that moment, and the terminal does not show the line until it is edited again. The
 * prompt has 1 to 8 bytes.
 */
enum console_status console_edit_line(const char *prompt, struct console_edit *edit);

/* Returns one byte as typed, ^C as well, or -1. The prompt is shown when the caller can read. */
int console_read_key(const char *prompt);

/*
 * Hand the terminal to a child (its task number), or take it back (0). For programs with the right
 * `terminal`; CONSOLE_REFUSED for others, and if there is no such child. Waits until the caller has it.
 */
enum console_status console_foreground(L4_Word_t task);

/*
 * Wait until ^C is typed while no program reads: CONSOLE_OK. CONSOLE_REFUSED without the right `terminal`.
 * CONSOLE_BUSY: call it again after console_foreground: a restarted console has no record of the hand-over,
 * and the attention key returns the terminal to the task that controls it. That task gets CONSOLE_ATTENTION.
 */
enum console_status console_watch(void);

/* Returns true if that task waits to read because it is not in the foreground. */
bool console_waits(L4_Word_t task);

/* Get the line typed n lines ago, from 1. Returns false if there is none. */
bool console_history(unsigned n, char *line, size_t bytes);

bool console_info(struct console_info *info);

#endif
