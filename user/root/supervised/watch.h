/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * watch.h - the supervisor itself: root starts it, hands it events, and starts it again when it has ended or
 * hangs (docs/decisions/supervisor.md).
 */
#ifndef ROOT_WATCH_H
#define ROOT_WATCH_H

#include <l4/types.h>
#include <root/root.h>

/* Start the supervisor. Call it when tasks can be started. */
void watch_boot(void);

/* It has sent another request that it waits for. */
void watch_heard(void);

/* It asks for an event: the answer is in *out, or is sent later (ROOT_LATER). */
enum root_error watch_next(struct root_caller *c, const struct root_next_in *in, struct root_next_out *out);

/*
 * The message loop calls watch_run after each message, or when watch_pause is over without one, if
 * watch_is_due.
 */
bool watch_is_due(void);
void watch_run(void);
L4_Time_t watch_pause(void);

#endif
