/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link_watch.h - for servers that are clients of a driver of network cards: a thread that waits until the
 * driver has registered itself, so that the server need not.
 */
#ifndef PECAN_LINK_WATCH_H
#define PECAN_LINK_WATCH_H

#include <l4/ipc.h>
#include <pecan/root.h>

struct link_watch {
	const char *name;		/* of the driver */
	L4_ThreadId_t owner, thread;	/* local ids: a message of the thread has its one */
	bool watches;
};

/* Start the thread, which sends messages to the calling one. It waits for link_watch. */
enum root_error link_watch_begin(struct link_watch *w, const char *name);

/* There is no driver: send a message when there is one, or may be. */
void link_watch(struct link_watch *w);

/* Call it for a message of any thread. Returns true if it is of this one, that there may be a driver. */
bool link_watch_says(struct link_watch *w, L4_ThreadId_t from, L4_MsgTag_t tag);

#endif
