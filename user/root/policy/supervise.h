/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * supervise.h - starts and restarts the tasks of the system description (docs/decisions/supervision.md).
 */
#ifndef ROOT_SUPERVISE_H
#define ROOT_SUPERVISE_H

#include <l4/types.h>
#include <proto/root.h>
#include <x2/word.h>

struct task;

/* What it does when tasks and devices come and go, and memory does (root.h). */
extern const struct policy supervise_policy;

/* Start the tasks of the system description. */
void supervise_boot(void);

/* Returns true if the name service does not run, and will be started again. */
bool supervise_expects_names(void);

/*
 * Returns the place of t in lists, from 1: first tasks of the system description in its order, then others
 * by age.
 */
l4_word_t supervise_place(const struct task *t);

/* Call it when t has sent a heartbeat. */
void supervise_heard(const struct task *t);

/*
 * Record that thread number i of t calls servers, works for others of t, gets notices (user/proto/root.idl).
 */
void supervise_calls(const struct task *t, unsigned i);
void supervise_works(const struct task *t, unsigned i);
void supervise_want_notices(const struct task *t, unsigned i);

/* No sign of life is expected of t any more. */
void supervise_rests(const struct task *t);

/*
 * The message loop calls supervise_run after each message (served), and after supervise_pause without one, if
 * supervise_is_due.
 */
bool supervise_is_due(void);
void supervise_run(bool served);
L4_Time_t supervise_pause(void);

/* Map the memory that outlives t. ROOT_E_RIGHT if its section has no `keep`. */
enum root_error supervise_keep(struct task *t, l4_word_t *address, l4_word_t *bytes);

/* ---- for liveness.c ---- */

/* Returns true if root has a request or fault of this thread, which it answers later. */
bool supervise_awaits_root(l4_word_t thread);

/* Send a notice with zero timeout. Returns false if the thread does not wait for messages of any thread. */
bool supervise_send_notice(l4_word_t thread);

/* Set the time of the next check. Call it when all tasks have been looked at. */
void supervise_set_period(void);

#endif
