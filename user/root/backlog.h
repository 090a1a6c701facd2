/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backlog.h - requests and faults that find too little memory while memory is being given back: they are
 * kept, raise the jobs that give it back to their priority, and are served again when one of those is done.
 * One is refused at last when as many are done as were open when it was kept, so none waits for ever. Which
 * are kept: kept.h.
 */
#ifndef ROOT_BACKLOG_H
#define ROOT_BACKLOG_H

#include <l4/message.h>
#include "root.h"

/* Copy the message in the message registers, before it is served, if it may be kept: not if `last`. */
void backlog_note(L4_MsgTag_t tag, bool last);

/* The message that is being served found too little memory. */
void backlog_short(void);

/*
 * Did it, and is it kept? Then there is no answer now. `refused`: the answer in the message registers says
 * so.
 * Called once for each message that was noted.
 */
bool backlog_keep(const struct root_caller *c, bool refused);

/* An object has been given back. */
void backlog_given(void);

/* Serve one of the messages kept, after that. False: there is none. */
bool backlog_serve(void);

#endif
