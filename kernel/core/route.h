/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - the virtual sender and the receiver of a message (propagation, api 5.9; redirection, 5.10).
 *
 * struct route is written when the send phase begins. It contains ids, not pointers to threads: so the
 * deletion or move of one of these threads does not change a message that is already queued.
 */
#ifndef CORE_ROUTE_H
#define CORE_ROUTE_H

#include <mem/space.h>
#include <core/thread.h>

/* Returns true if t's message may be for another thread, or in another's name, than its arguments say. */
static inline bool route_needed(const struct thread *t)
{
	return t->tag.raw & L4_TAG_PROPAGATED || !l4_tid_is_any(t->space->redirector);
}

/* Returns the redirector of t's space, or 0 if the space has none or that thread does not exist. */
struct thread *route_redirector(const struct thread *t);

/*
 * Returns true if messages of t, a user thread, to threads of space `to` go to no redirector (api 5.10): t's
 * space has none, `to` is that space or the redirector's, or t is the redirector, which may be in t's space.
 * Not so what t itself sends with a label of the kernel's (route_find).
 */
bool route_is_direct(const struct thread *t, const struct space *to);

/*
 * The send phase of t, a user thread, to dest begins, and route_needed(t) is true: write t->route. tag and
 * recv_from of t must be set, route.flags must be 0. Returns the thread that gets the message: dest, or a
 * redirector; then a wait of t for dest becomes one for the redirector. Returns 0 if the message may not
 * leave t's space because its redirector does not exist.
 */
struct thread *route_find(struct thread *t, struct thread *dest);

/* Returns true if the sender of from's message is in space s; of a propagated message, the virtual sender. */
bool route_is_local(const struct thread *from, const struct space *s);

/*
 * Returns the id that `to`, which receives from's message by Ipc, gets as its sender. If the message is
 * propagated or redirected, also writes those TCRs of `to`: ActualSender, IntendedReceiver (api 2.2).
 */
l4_tid_t route_sender_seen(const struct thread *from, struct thread *to);

#endif
