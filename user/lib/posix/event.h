/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.h - waiting, what ends a wait, and signals, which do so.
 *
 * A call that waits reads px_changes, looks whether it has what it wants, and if not calls px_wait with the
 * number that it has read. What gives another thread something calls px_changed after it.
 */
#ifndef POSIX_EVENT_H
#define POSIX_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include "call.h"

/* The number of changes. */
extern int px_changes;
void px_changed(void);

/* Wait until px_changes is not `seen`, or the deadline (0: none). Returns 0, -ETIMEDOUT; -EINTR: a signal. */
long px_wait(int seen, uint64_t deadline);

/*
 * A watcher is called after each change, for what waits elsewhere: at a server, or as a child task.
 * interrupt: the change is ^C. px_watch adds one, once.
 */
typedef void px_watcher(bool interrupt);
void px_watch(px_watcher *w);

px_call px_nanosleep, px_clock_nanosleep;

/* ^C was typed: a change, and SIGINT to the program. */
void px_break(void);

/* Send a signal to a thread (0: to the program), and end a wait. Returns 0; -ESRCH: the thread has ended. */
long px_signal_send(int thread, int signal);

#endif
