/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.h - string items: simple and compound strings, copied in bounded steps (api 5.3 to 5.5). The sender
 * is a user: messages of the kernel have no strings.
 */
#ifndef CORE_STRCOPY_H
#define CORE_STRCOPY_H

#include <core/msg.h>

/* Call it when a message begins: there is no active string, the next one is for the buffer at BR1. */
void strcopy_reset(struct thread *from);

/* Returns true if a string of from's message is active: begun, and not copied completely. */
static inline bool strcopy_active(const struct thread *from) { return from->rest->str.left > 0; }

/*
 * Copy a bounded piece of the active string, or begin the one at MR from->item, which then is the MR after
 * it. `end`: the last MR of the message. MSG_DONE: the string is copied completely. MSG_FAULT: a page is
 * missing; from->rest->str has the side, address and access. Call again when the page may be present.
 * MSG_OVERFLOW: the receiver accepts no strings, has no buffer or room left, or the item does not end within
 * the message.
 */
enum msg_result strcopy_step(struct thread *from, struct thread *to, unsigned end, unsigned *budget);

#endif
