/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.h - the protocol of the name service (docs/user/names.md).
 *
 * Its thread is found by ROOT_NAMES of <proto/root.h>. Request: label = enum names_request; reply:
 * label = enum names_error, words only if that is NAMES_OK. A NAME is text (see root.h) of
 * NAMES_NAME_WORDS words, 31 characters at the most, not empty.
 *
 * A name belongs to the task whose thread registered it, and goes with that task.
 */
#ifndef PROTO_NAMES_H
#define PROTO_NAMES_H

#include <x2/word.h>

enum { NAMES_NAME_BYTES = 32, NAMES_NAME_WORDS = NAMES_NAME_BYTES / sizeof(l4_word_t) };

enum names_request {
	/* in 1 thread id, of the caller's task (0: the caller)  2.. NAME. A task may change its own name */
	NAMES_REGISTER = 0x200,

	/* in 1.. NAME; only the task that registered it */
	NAMES_UNREGISTER,

	/* in 1 flags  2.. NAME. out 1 thread id. With NAMES_WAIT the reply comes when it is registered */
	NAMES_LOOKUP,

	/*
	 * in 1 position, first 0
	 * out 1 next position (0: none, no more words)  2 thread id  3 task id  4.. NAME
	 */
	NAMES_LIST,

	NAMES_REQUEST_END,
};

enum { NAMES_WAIT = 1 };

enum names_error {
	NAMES_OK,
	NAMES_E_REQUEST,		/* unknown label, too few words, empty name */
	NAMES_E_ABSENT,			/* no thread has that name */
	NAMES_E_TAKEN,			/* another task has that name */
	NAMES_E_OWNER,			/* not the caller's name or thread */
	NAMES_E_FULL,			/* no room for more names, or more waiting clients */
	NAMES_E_SERVICE,		/* from <pecan/names.h>, not from the service: there is none */
};

#endif
