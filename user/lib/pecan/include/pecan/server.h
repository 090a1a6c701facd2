/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h - what a server asks root for: whom it serves, and what outlives it. All of it is decided by the
 * system description (docs/user/system.md).
 */
#ifndef PECAN_SERVER_H
#define PECAN_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include <pecan/places.h>
#include <pecan/root.h>

/*
 * May the task of this thread use the caller's services? Root is asked once for each thread; the verdict is
 * cached by the thread's id, which no other thread gets. For one thread of a task only.
 */
bool pecan_may_use(L4_ThreadId_t client);

/* The same: the task's number, for limits of what one task may have; 0: it may not, or has ended. */
L4_Word_t pecan_client_task(L4_ThreadId_t client);

/* The same, and its section, for places that are reserved (<pecan/places.h>). */
struct holder pecan_client(L4_ThreadId_t client);

/*
 * What the task of this thread, that may use the caller's services, may do with files of a disk: the bytes of
 * the list of root_paths (user/proto/root.idl). 0: nothing. Root is asked each time.
 */
size_t pecan_client_paths(L4_ThreadId_t client, char list[ROOT_TEXT_BYTES]);

/* May the task of this thread provide this name? */
bool pecan_may_provide(L4_ThreadId_t server, const char *name);

/*
 * Memory with the contents that the caller's predecessor left, zeroed at first; 0 if the system description
 * gives none. The caller must check the contents: the predecessor may have ended in the middle of a change.
 */
void *pecan_keep(size_t *bytes);

/*
 * As L4_Wait and L4_ReplyWait, with a heartbeat at least each second: for tasks of which the system
 * description expects one. pecan_reply_wait: the send timeout is zero.
 */
L4_MsgTag_t pecan_wait_alive(L4_ThreadId_t *from);
L4_MsgTag_t pecan_reply_wait_alive(L4_ThreadId_t to, L4_ThreadId_t *from);

/*
 * A heartbeat, if the last one was PECAN_BEAT_US ago and `worker`, another thread of this task, is in an IPC,
 * or pecan_progress was called since then: for a program whose main thread calls servers, by a second thread
 * that waits at most PECAN_BEAT_US at a time. A busy worker is often found preempted, not in an IPC: so it
 * calls pecan_progress for each piece of work. nilthread: no worker. For one thread of a task. Keeps MR0: an
 * answer may be in the message registers.
 */
enum { PECAN_BEAT_US = 500000 };

void pecan_beat(L4_ThreadId_t worker);
void pecan_progress(void);

#endif
