/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backlog.h - requests and faults that fail for lack of memory while jobs (job.h) are giving memory back.
 * Such a message is kept, the jobs get its priority if that is higher, and it is served again when one of
 * them is done. It is refused after as many jobs as were open when it was kept: the wait is bounded.
 * waiting.h has the table of them. All functions are for the message loop.
 */
#ifndef ROOT_BACKLOG_H
#define ROOT_BACKLOG_H

#include <l4/message.h>
#include <root/root.h>

/* Serves a message of a client; `last`: it is not kept again. Returns true if the MRs have the answer. */
typedef bool backlog_serve_fn(l4_word_t from, L4_MsgTag_t tag, bool last);

/* Call it at boot: how messages that were kept are served. */
void backlog_boot(backlog_serve_fn *serve);

/* Call it before each message is served: copies the message registers, unless `last` says not to keep it. */
void backlog_note(L4_MsgTag_t tag, bool last);

/* Call it when the message that is being served fails for lack of memory. */
void backlog_short(void);

/*
 * Call it once after each message that was noted, from thread c. `refused`: the answer in the message
 * registers is an error. Returns true if the message lacked memory and is kept: no answer is sent now.
 */
bool backlog_keep(const struct root_caller *c, bool refused);

/* Call it when a job has given an object back. */
void backlog_given(void);

/* Serve one kept message for which a job is done. Returns false if there is none. */
bool backlog_serve(void);

#endif
