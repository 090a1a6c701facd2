/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console.h - the protocol of the console (docs/user/console.md).
 *
 * Its thread is registered as "console". Request: label = enum console_request; reply: label = enum
 * console_status. Text is bytes packed into words in memory order. The console answers with a zero
 * send timeout: a client that does not receive in the same IPC loses the answer. The requests of a client
 * that has ended are dropped when the send of an answer fails.
 *
 * One task is in the foreground: reads are served for that one only. One task controls the terminal: it has
 * the right `terminal` in the system description, and no parent; if several have, the one started first. It,
 * and each task that has the terminal from it and has that right too, may hand the terminal to a child, and
 * take it back. Every task may write. A task has at most 4 reads, 4 writes, 4 other requests waiting.
 */
#ifndef PROTO_CONSOLE_H
#define PROTO_CONSOLE_H

#include <x2/word.h>

#define CONSOLE_NAME "console"

enum {
	CONSOLE_TEXT_WORDS	= 62,		/* MR2..MR63 */
	CONSOLE_TEXT_BYTES	= CONSOLE_TEXT_WORDS * sizeof(l4_word_t),
	CONSOLE_LINE_BYTES	= 480,		/* longest line that can be typed */
	CONSOLE_PROMPT_BYTES	= 64,
};

enum console_request {
	/*
	 * Show text. in 1 bytes  2.. text. out 1 bytes taken, always all of them. The answer comes
	 * when there is room for the text, so a writer cannot outrun the line.
	 */
	CONSOLE_WRITE = 0x300,

	/*
	 * Read one edited line. in 1 bytes of the prompt | flags << 32  2.. prompt
	 *     with CONSOLE_EDIT, in the words after that: bytes of a text | cursor << 32, and the text: the line
	 *     begins with it
	 * out 1 bytes  2.. the line, without its end. Status CONSOLE_OK, CONSOLE_INTERRUPTED (^C),
	 * CONSOLE_TOO_LONG (more than CONSOLE_LINE_BYTES typed) or CONSOLE_END (^D); with CONSOLE_EDIT also
	 * CONSOLE_TAB: Tab was typed; out 1 bytes | cursor << 32  2.. the line so far, taken off the terminal
	 * The readers of a task are served one after the other, in the order of their requests. A read of
	 * a task that is not in the foreground waits until that task is.
	 */
	CONSOLE_READ_LINE,

	/*
	 * Read one byte as typed, no echo. in as of a line, no flags. The prompt is shown when the next key goes
	 * to this reader; ^C is a key too. out 1 the byte
	 */
	CONSOLE_READ_KEY,

	/*
	 * Wait for ^C typed while no program reads; what was typed ahead is dropped then. It goes to one of
	 * the tasks that have or had the terminal: the last in the order of handing on that watches. R: terminal
	 */
	CONSOLE_WATCH,

	/* The line typed n lines ago. R: terminal. in 1 n, from 1. out 1 bytes  2.. text; CONSOLE_END: none */
	CONSOLE_HISTORY,

	/* out 1 columns  2 rows of the screen (0: none)  3 enum console_parts  4 bytes sent  5 bytes typed */
	CONSOLE_INFO,

	/*
	 * Hand the terminal to a child, or take it back. R: terminal. in 1 task id of the child, 0: the caller
	 * The answer comes when the caller has the terminal, or has handed it on before: a shell in the
	 * background waits. CONSOLE_REFUSED: not such a program, no living child of it, or handed on too often.
	 */
	CONSOLE_FOREGROUND,

	/* in 1 task id. out 1 how many reads of it wait because it is not in the foreground */
	CONSOLE_WAITING,

	CONSOLE_REQUEST_END,
};

/* Flags of CONSOLE_READ_LINE: put the line into the history; begin with a text, and stop at Tab. */
enum { CONSOLE_KEEP = 1, CONSOLE_EDIT = 2 };

enum console_parts { CONSOLE_SERIAL = 1, CONSOLE_VGA = 2, CONSOLE_FRAMEBUFFER = 4, CONSOLE_KEYBOARD = 8 };

enum console_status {
	CONSOLE_OK,
	CONSOLE_BAD_REQUEST,		/* unknown label, or a length that does not fit the message */
	CONSOLE_BUSY,			/* too many clients wait already; try again later */
	CONSOLE_INTERRUPTED,
	CONSOLE_TOO_LONG,
	CONSOLE_END,
	CONSOLE_REFUSED,		/* the caller may not control the terminal, or not give it to that task */
	CONSOLE_TAB,
};

#endif
