/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * play.h - the shell as its user meets it: keys are typed, text is shown, and programs that it starts do what
 * programs.c says. All runs in one thread of the host; keys() returns when every thread waits.
 */
#ifndef TESTS_SHELL_PLAY_H
#define TESTS_SHELL_PLAY_H

#include <string.h>
#include "../../lib/posix/disk_fake.h"
#include "../../lib/posix/servers.h"
#include "harness.h"

#define ATTENTION	"\x1e"
#define INTERRUPT	"\x03"

/* ---- the terminal ---- */

extern struct terminal {
	char drawn[65536];		/* what the line editor has sent: prompts and echoes */
	size_t drawn_bytes;
	char line[CONSOLE_LINE_BYTES + 1];	/* in the editor, after the last key */
	bool reads;			/* the shell reads a line */
	unsigned prompts;		/* lines begun, but after Tab */
	L4_Word_t foreground;		/* the task that has the terminal; 0: the shell */
	enum console_status watch, hand;	/* of these requests, if not CONSOLE_OK */
} terminal;

/* Types them; those that nothing reads are kept until something does. */
void keys(const char *text);

/* ---- the shell ---- */

/* Starts it as a program without arguments, or, if line is not NULL, as `shell -c LINE`. */
void shell_start(const char *line);

/* Starts it as `shell -i LINE`. */
void shell_start_after(const char *line);

extern bool shell_ended;		/* `shell -c` */
extern int shell_status;		/* with this status */

/* Types keys, or a line and Enter. Returns what is shown by programs and commands until all wait. */
const char *typed(const char *keys);
const char *shown(const char *line);

/* Returns true if the disk has a file with this text, which no program has open. */
bool disk_has(const char *path, const char *text);

/* Return true if the output is this text; if it contains it. If not, the output is printed. */
bool typing_shows(const char *keys, const char *text);
bool shows(const char *line, const char *text);
bool says(const char *line, const char *part);

/* Returns true if all threads but the terminal's wait, the shell at its prompt, and it is usable. */
bool at_prompt(void);

/* ---- programs ---- */

/* Returns true if that task has a program that reads the terminal. A line ends its read. */
bool program_reads(L4_Word_t task);

/* The task of the program that was started last. */
unsigned last_task(void);

#endif
