/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - in whose name a message is sent, and to whom (propagation, api 5.9; redirection, 5.10).
 *
 * A message says what it is when its sending begins: struct route is written then, and what it names
 * are ids, not threads, so nobody's death or move changes a message that is under way.
 */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include <mem/space.h>
#include <core/thread.h>

/* The slow part of route_begin. */
struct thread *route_find(struct thread *t, struct thread *dest);

/*
 * t, a user thread whose tag and receive phase are set, begins to send to dest: who gets the message?
 * dest or a redirector, whom t then waits for where it would for dest; 0: it may not leave the space,
 * whose redirector does not exist.
 */
static inline struct thread *route_begin(struct thread *t, struct thread *dest)
{
	t->route.flags = 0;
	if (!(t->tag.raw & L4_TAG_PROPAGATED) && l4_tid_is_any(t->space->redirector))
		return dest;
	return route_find(t, dest);
}

/* Was from's message sent in the name of id, or by id itself? */
static inline bool route_is_from(const struct thread *from, l4_tid_t id)
{
	return l4_tid_eq(from->id, id)
	    || (from->route.flags & L4_TAG_PROPAGATED && l4_tid_eq(from->route.sender, id));
}

/* Is from's message a local one in space s: is the thread in whose name it is there? */
bool route_is_local(const struct thread *from, const struct space *s);

/*
 * The id that `to` sees as the sender of from's message, which has flags; and with tcrs, what those
 * promise is in its TCRs (api 2.2).
 */
l4_tid_t route_told(const struct thread *from, struct thread *to, bool tcrs);

#endif
