/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervisor.h - before each file of the supervisor: it is a thread of the host program here, so root's
 * addresses are none of its own.
 */
#ifndef TESTS_ROOT_SUPERVISOR_H
#define TESTS_ROOT_SUPERVISOR_H

#include <l4/types.h>
#include <stdbool.h>
#include <proto/root_client.h>
#include <proto/supervise.h>

/* root_keep, but the memory is one of the host, the same for each supervisor. */
enum root_error host_keep(L4_ThreadId_t root, struct root_keep_out *out);
#define root_keep host_keep

/* What a test sets: when the supervisor ends. */
extern struct supervisor_host {
	bool starves;			/* pecan_map has no memory */
	bool absent;			/* its thread is a name only, in which the test sends messages */
	unsigned messages;		/* that it has sent */
	unsigned end_at;		/* before the message of this number, from 1, it ends; 0: it does not */
	unsigned end_after;		/* and once more after so many messages, if not 0 */
	unsigned ends;			/* so often it has */
	bool forgets;			/* what it has written to `keep` since the message before is not there then */
	bool lost;			/* and `keep` is garbage */
	unsigned torn;			/* so is this byte of `keep`, from 1; 0: none */
	char before[SUPERVISE_KEEP];		/* `keep` at the message before */
} supervisor_host;

/* Start it, when root starts the first thread of its task; delete it, when root does. */
bool supervisor_starts(L4_ThreadId_t thread);
bool supervisor_is(L4_ThreadId_t thread);
void supervisor_ends(void);

#endif
