/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * control.h - what ThreadControl changes of a thread (api 4.3): activation, another id or space, deletion.
 *
 * The partners of a thread that gets another id or space, or is deleted, are notified in steps: struct
 * control (thread.h) says what is left to do. The caller does the steps (control_step) before it runs user
 * code again.
 */
#ifndef CORE_CONTROL_H
#define CORE_CONTROL_H

#include <core/thread.h>

/* Make t, inactive, active: it waits for a start message from `pager`. Its UTCB must be allocated. */
void control_activate(struct thread *t, l4_tid_t pager);

/*
 * Change t's id: under c, senders and waiters of the old id are notified that it does not exist. c->renamed
 * must be 0 or t.
 */
COLD_CODE void control_rename(struct control *c, struct thread *t, l4_tid_t id);

/*
 * Move t to space s. Its UTCB must be allocated there, with the contents of the old one. Under c, its senders
 * are put into the right queues again. c as in control_rename.
 */
COLD_CODE void control_move(struct control *c, struct thread *t, struct space *s);

/* Begin to delete t under c, which must be done. It is done again if nothing is left to do. */
void control_delete(struct control *c, struct thread *t);

/* One bounded step of a ThreadControl; true when it is done. */
bool control_step(struct control *c);

#endif
