/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib.h - what the tests of user/lib/pecan see of their servers, beside tests/lib/posix/servers.h: the last
 * request of each kind, and what is answered.
 */
#ifndef TESTS_LIB_LIB_H
#define TESTS_LIB_LIB_H

#include <string.h>
#include <proto/console.h>
#include <proto/names.h>
#include "../posix/servers.h"
#include "harness.h"

extern struct asked {
	enum root_error answer;			/* of root's requests below, if not ROOT_OK */
	L4_Word_t what, value;			/* of the last of them */
	unsigned asked, heartbeats, calls, works, notices;
	const char *log_text;			/* for root_log_read */
} asked;

extern struct names_asked {
	enum names_error answer;
	char name[32];
	unsigned requests;
} names_asked;

extern struct terminal {
	enum console_status answer;		/* of all requests but those for lines and text */
	L4_Word_t task, waiting;
	unsigned key, requests;
	struct con_edit_line_out edit;
	char prompt[CONSOLE_PROMPT_BYTES + 1];
} terminal;

/* The next `count` requests with this label get this answer, without words. */
void answer(L4_Word_t label, unsigned count, L4_Word_t status);

/* Returns true if that was written to the console since the last call. */
bool written(const char *text);

/* The task is expected to end with this status, and to have written this. */
void expect(long status, const char *text);
extern bool no_child_lives;			/* and no child is to be alive then */

#endif
