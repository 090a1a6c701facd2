/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - calling the root task: the base of all of <pecan/...>.
 *
 * Functions return ROOT_OK (0) or an enum root_error of <proto/root.h>; pecan_error_text explains it.
 */
#ifndef PECAN_ROOT_H
#define PECAN_ROOT_H

#include <stdbool.h>

#include <l4/types.h>
#include <proto/root.h>

/* Returns the root task's thread. */
L4_ThreadId_t pecan_root(void);

/* One sentence, no newline. */
const char *pecan_error_text(enum root_error e);

/*
 * A call outside of the protocols, for programs that test a server: label and `words` words of in; at most
 * `room` words of the answer to out, the rest of which becomes zero.
 */
struct pecan_call {
	L4_Word_t label;
	const L4_Word_t *in;
	unsigned words;
	L4_Word_t *out;
	unsigned room;
};

/* Returns false if the IPC failed; else *label is the answer's label. */
bool pecan_call_server(L4_ThreadId_t server, const struct pecan_call *c, L4_Word_t *label);

#endif
