/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h - what a server asks root for: whom it serves, and what outlives it. All of it is decided by the
 * system description (docs/user/system.md).
 */
#ifndef PECAN_SERVER_H
#define PECAN_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include <l4/ipc.h>
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
 * Signs of life, for tasks of which the system description expects heartbeats. Root looks whether the task's
 * first thread waits for messages of any thread: so it needs no sign of a server that is idle. A server that
 * does not wait so for long calls pecan_beat now and then: it sends a heartbeat if the last one was half a
 * second ago. It keeps the answer that may be in the message registers. For one thread of a task.
 */
void pecan_beat(void);

/*
 * As L4_Wait and L4_ReplyWait, with a heartbeat now and then: under load a server may be found at work each
 * time that root looks. pecan_reply_wait_alive: the send timeout is zero.
 */
enum { PECAN_BEAT_AFTER = 64 };		/* messages */
extern unsigned pecan_before_beat;

static inline L4_MsgTag_t pecan_reply_wait_alive(L4_ThreadId_t to, L4_ThreadId_t *from)
{
	if (--pecan_before_beat == 0)
		pecan_beat();
	return L4_ReplyWait(to, from);
}

static inline L4_MsgTag_t pecan_wait_alive(L4_ThreadId_t *from)
{
	return pecan_reply_wait_alive(L4_nilthread, from);
}

/*
 * The calling thread calls servers that may answer late: root looks at it instead of the first thread, and
 * each wait of it, in whatever call, is a sign of life.
 */
void pecan_calls(void);

/*
 * The calling thread works for others of its task. Root looks at it as well: the task is also ended if this
 * thread waits, for as long, for one of another task. For one thread of a task, and for none that waits for a
 * device.
 */
void pecan_works(void);

/*
 * From now on root sends a notice to the calling thread when a task has ended that shares a block of memory
 * with this one (<pecan/dma.h>), at the latest when the thread next waits for messages of any thread.
 */
void pecan_want_notices(void);
bool pecan_is_notice(L4_ThreadId_t from);

#endif
