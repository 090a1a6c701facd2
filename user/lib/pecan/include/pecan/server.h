/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * server.h - what a server asks root for: which tasks it serves, and what outlives it. The system description
 * decides all of it (docs/user/system.md).
 */
#ifndef PECAN_SERVER_H
#define PECAN_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <l4/ipc.h>
#include <pecan/places.h>
#include <pecan/root.h>

/*
 * Returns true if the task of this thread may use the caller's services. The verdict of root is requested
 * once for each thread, and cached by its id, which no other thread gets. For one thread of a task only.
 */
bool pecan_may_use(L4_ThreadId_t client);

/* Returns the task's number, for limits of each task; 0 if it may not use them, or has ended. */
L4_Word_t pecan_client_task(L4_ThreadId_t client);

/* The same with its section, for reserved places (<pecan/places.h>). */
struct holder pecan_client(L4_ThreadId_t client);

/*
 * Get the list of root_paths (user/proto/root.idl): the access to files that the task of this thread has,
 * which may use the caller's services. Returns its bytes; 0: no access. Sends a request to root each time.
 */
size_t pecan_client_paths(L4_ThreadId_t client, char list[ROOT_TEXT_BYTES]);

/*
 * Get the answer of root_disk (user/proto/root.idl): which disk, or part of it, is the disk of this thread's
 * task, which may be the caller's; sectors 0: all of it. Returns false if the task may not use the caller's
 * services, or has ended. Sends a request to root each time.
 */
bool pecan_client_disk(L4_ThreadId_t client, struct root_disk_out *out);

/*
 * Returns true if the task of this thread may use the caller's services and has this right, one of enum
 * root_right (user/proto/root.idl). Sends a request to root each time.
 */
bool pecan_client_holds(L4_ThreadId_t client, L4_Word_t right);

/* Returns true if the task of this thread may provide this name; nilthread: if any program may. */
bool pecan_may_provide(L4_ThreadId_t server, const char *name);

/*
 * Returns memory that outlives the task, zeroed at the first start; 0 if the system description gives none.
 * The caller must check the contents: the task before it may have ended in the middle of a change.
 */
void *pecan_keep(size_t *bytes);

/*
 * Send a heartbeat, if the last one was half a second ago: for tasks with `heartbeat` in the system
 * description. A server that waits for messages of any thread needs none, as root inspects that; one that
 * does not wait so for a long time calls this at intervals. Preserves the message registers. For one thread
 * of a task.
 */
void pecan_beat(void);

/*
 * L4_Wait and L4_ReplyWait, with a heartbeat each PECAN_BEAT_AFTER messages: under load root may find a
 * server at work at each inspection. pecan_reply_wait_alive: the send timeout is zero.
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
 * Serve nothing, for ever: a program that ended instead would be started again. No sign of life is expected
 * any more, so this costs an idle system nothing.
 */
void pecan_idle(void) __attribute__((noreturn));

/*
 * Declare that the calling thread calls servers that may answer late: root inspects it instead of the first
 * thread, and each of its waits, in any call, is a sign of life.
 */
void pecan_calls(void);

/*
 * Declare that the calling thread works for others of its task. Root inspects it as well: the task is also
 * ended if this thread waits, for as long, for a thread of another task. For one thread of a task, which
 * must not wait for a device.
 */
void pecan_works(void);

/*
 * From now on root sends a notice to the calling thread when a task has ended that shares a block of memory
 * with this one (<pecan/dma.h>), at the latest when the thread next waits for messages of any thread.
 */
void pecan_want_notices(void);
bool pecan_is_notice(L4_ThreadId_t from);

#endif
