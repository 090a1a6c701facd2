/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.h - calling the root task: the base of all of <pecan/...>.
 *
 * Functions return ROOT_OK (0) or an enum root_error of <proto/root.h>; pecan_error_text says what
 * it means and what to do.
 */
#ifndef PECAN_ROOT_H
#define PECAN_ROOT_H

#include <l4/types.h>
#include <proto/root.h>

/* The root task's thread. */
L4_ThreadId_t pecan_root(void);

/* One sentence, no newline. */
const char *pecan_error_text(enum root_error e);

/* A call to the root task: label and `words` words of in; up to `room` words of the reply to out. */
struct pecan_call {
	L4_Word_t label;
	const L4_Word_t *in;
	unsigned words;
	L4_Word_t *out;
	unsigned room;
};

/* The reply's label; words beyond those received are zero. ROOT_E_REQUEST too if the IPC failed. */
enum root_error pecan_call(const struct pecan_call *c);

/* The same to any server: false if the IPC failed; else *label is the reply's label. */
bool pecan_call_server(L4_ThreadId_t server, const struct pecan_call *c, L4_Word_t *label);

/*
 * Text to words and back; what does not fit is cut. pack: room words, all written; returns how many
 * hold text, its NUL included. unpack: bytes with the NUL; returns the length of the text.
 */
unsigned pecan_pack(L4_Word_t *words, unsigned room, const char *text);
unsigned pecan_unpack(char *text, unsigned bytes, const L4_Word_t *words, unsigned count);

#endif
