/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - talking to the console driver (<proto/console.h>).
 *
 * The driver is found by its name, and found again when it was restarted: a request whose answer
 * was lost with the old driver is sent to the new one. Text may therefore appear twice, never not.
 */
#ifndef PECAN_CONSOLE_H
#define PECAN_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/types.h>
#include <proto/console.h>

struct console_info { L4_Word_t columns, rows, parts; };

/* Show text. False if there is no console, and none comes. */
bool console_write(const char *text, size_t len);

/* The same to a console whose thread is known; no second try. */
bool console_write_to(L4_ThreadId_t server, const char *text, size_t len);

/*
 * Reads wait until the caller's task is in the foreground.
 * Read a line into line[0..bytes), with a NUL; cut if it does not fit. CONSOLE_BAD_REQUEST also if
 * there is no console. keep: with the history, into which it is put; for programs with the right `terminal`.
 */
enum console_status console_read_line(const char *prompt, bool keep, char *line, size_t bytes);

/* A line that begins with `text`, and where the cursor stands in it. */
struct console_edit { char *text; size_t bytes, cursor; };

/*
 * The same with a text to begin with, kept in the history; CONSOLE_TAB: Tab was typed, text and cursor are
 * as they were then, and the terminal shows the line no more until it is edited again. The prompt has 1 to 8
 * bytes.
 */
enum console_status console_edit_line(const char *prompt, struct console_edit *edit);

/* One byte as typed, or -1. The prompt is shown when what is typed next, ^C as well, comes here. */
int console_read_key(const char *prompt);

/*
 * Hand the terminal to a child (its task number), or take it back (0). For programs with the right
 * `terminal`; CONSOLE_REFUSED for others, and if there is no such child. Waits until the caller may.
 */
enum console_status console_foreground(L4_Word_t task);

/*
 * Wait until ^C is typed while no program reads: CONSOLE_OK. CONSOLE_REFUSED without the right `terminal`.
 * CONSOLE_BUSY: call it again after console_foreground: a restarted console has no record of the hand-over,
 * and the attention key takes it from all but the task that controls the terminal. That gets
 * CONSOLE_ATTENTION, and has the terminal.
 */
enum console_status console_watch(void);

/* Does that task wait to read because it is not in the foreground? */
bool console_waits(L4_Word_t task);

/* The line typed n lines ago, from 1; false if there is none. */
bool console_history(unsigned n, char *line, size_t bytes);

bool console_info(struct console_info *info);

#endif
