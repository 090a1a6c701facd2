/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - the line editor: the input is the bytes typed, the output the bytes for the terminal.
 *
 * Pure: no IPC and no device, so the same code runs in a host test. The terminal is assumed to be
 * LINE_COLUMNS wide and to support a few ANSI sequences (carriage return, cursor right, erase to the
 * end of the line, clear). A line longer than the room beside the prompt is shown through a window
 * that follows the cursor.
 *
 * Text is UTF-8. A character is edited as a whole and is taken to be one column wide; bytes that
 * are no UTF-8 are refused with a bell. Left and right, Home and End, Delete, Backspace, ^A ^E ^B
 * ^F ^P ^N as usual; ^U empties the line, ^K kills to the end, ^W the word before the cursor, ^L
 * clears the screen, ^C gives up the line, ^D on an empty line is the end of input.
 *
 * Invariants
 * E1  pos <= len <= LINE_BYTES, text[len] = 0.
 * E2  pos, view and len lie on character boundaries.
 * E3  view <= pos, and the columns from view to pos fit into the window; unless stale.
 * E4  The terminal shows the line, unless stale: then line_sync is due. So keys that come in one go
 *     are drawn once.
 */
#ifndef CONSOLE_LINE_H
#define CONSOLE_LINE_H

#include <stdbool.h>

#include "history.h"

enum { LINE_COLUMNS = 80, LINE_PROMPT_BYTES = 64, LINE_DRAW_BYTES = 512 };

enum line_result {
	LINE_MORE,		/* keep typing */
	LINE_DONE,		/* Enter: the line is in text[0..len) */
	LINE_TOO_LONG,		/* Enter, but more was typed than fits */
	LINE_INTERRUPTED,	/* ^C */
	LINE_END,		/* ^D on an empty line */
	LINE_TAB,		/* Tab, if `tab` is set: line and cursor are unchanged, and stale */
};

enum line_escape { ESCAPE_NONE, ESCAPE_START, ESCAPE_CSI, ESCAPE_SS3 };

struct line {
	char text[LINE_BYTES + 1];
	size_t len, pos, view;
	bool stale;			/* the terminal does not show the present line */
	bool tab;			/* Tab returns LINE_TAB, so that the reader can complete the line */
	bool overflow;			/* a character was refused because the line was full */
	char prompt[LINE_PROMPT_BYTES + 1];

	enum line_escape escape;
	unsigned parameter;		/* of the CSI sequence being read */
	char partial[4];		/* a UTF-8 character being read */
	unsigned partial_len, partial_need;

	struct history *history;	/* NULL: none */
	unsigned back;			/* 0: the line itself; n: the n-th last of the history is shown */
	char draft[LINE_BYTES + 1];	/* the line itself, while one of the history is shown */

	void (*out)(const char *text, size_t len);
};

/* Start an empty line, and show the prompt. */
void line_begin(struct line *l, const char *prompt, struct history *history);

/* Replace the text. The cursor is at byte `pos`, moved forward to a character boundary. */
void line_set(struct line *l, const char *text, size_t len, size_t pos);

/*
 * Process one typed byte. If the result is not LINE_MORE, the terminal's cursor is at the start of a line: of
 * the same one after LINE_TAB, else of the next one.
 */
enum line_result line_key(struct line *l, unsigned char c);

/* Draw the line if it is stale. Sends fewer than LINE_DRAW_BYTES, and so does a key that ends it. */
void line_sync(struct line *l);

/* Erase the line from the terminal, for other output; draw it again. */
void line_hide(struct line *l);
void line_show(struct line *l);

#endif
