/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * strcopy.h - string items: simple, compound, scattered and gathered, a bounded piece at a time
 * (api 5.3 to 5.5).
 */
#ifndef CORE_STRCOPY_H
#define CORE_STRCOPY_H

#include <core/msg.h>

/* A message begins: no string yet, the first string goes to the buffer at BR1. */
void strcopy_reset(struct thread *from);

/*
 * Begin the string item at MR from->item, of which nothing reaches behind MR `end`. MSG_MORE; or MSG_DONE
 * if the string, of two words, has been copied; or MSG_OVERFLOW if the receiver takes no strings or has
 * no buffer left.
 */
enum msg_result strcopy_begin(struct thread *from, struct thread *to, unsigned end);

/*
 * Copy a bounded piece. MSG_DONE: from->item is behind the string. MSG_FAULT: from->str
 * says at which side, where and for what access a page is missing; call again when it may be there.
 */
enum msg_result strcopy_step(struct thread *from, struct thread *to);

#endif
