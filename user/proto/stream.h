/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stream.h - input and output of a program that are not the terminal: pipes, files (docs/user/shell.md).
 *
 * The thread that serves a task's streams is named when the task is started (ROOT_SPAWN), and found by
 * ROOT_TASK_OF; a task without one reads and writes at the console. The streams are those of the caller's
 * task, or of the nearest task among its parents that has some. Request: label = enum stream_request; reply:
 * label = enum stream_status. Text is bytes packed into words in memory order. The server answers with a zero
 * send timeout.
 */
#ifndef PROTO_STREAM_H
#define PROTO_STREAM_H

#include <x2/word.h>

enum {
	STREAM_TEXT_WORDS = 62,		/* MR2..MR63 */
	STREAM_TEXT_BYTES = STREAM_TEXT_WORDS * sizeof(l4_word_t),
};

enum stream_request {
	/* out 1 enum stream_ends: which are streams; the others are the console */
	STREAM_ENDS = 0x500,

	/* out 1 bytes, at least 1  2.. text. The reply comes when there is text; STREAM_END: no more comes */
	STREAM_READ,

	/* in 1 bytes  2.. text. The reply comes when all of it is taken; STREAM_END: there is no reader left */
	STREAM_WRITE,

	STREAM_REQUEST_END,
};

enum stream_ends { STREAM_INPUT = 1, STREAM_OUTPUT = 2 };

enum stream_status {
	STREAM_OK,
	STREAM_BAD_REQUEST,		/* unknown label, or a length that does not fit the message */
	STREAM_BUSY,			/* another thread waits at this end already, or it is being made: try again */
	STREAM_END,
	STREAM_REFUSED,			/* the caller has no such stream */
};

#endif
