/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.h - answers to requests that have waited. One to a request for a datagram is kept in the message
 * registers, so that it is sent with the server's next wait: one kernel entry for both. The datagram stays
 * the socket's until then. At most one is kept, and no other message is made meanwhile but a bell, whose tag
 * is replaced (main.c: push).
 */
#ifndef NET_ANSWER_H
#define NET_ANSWER_H

#include <proto/sockets.h>

#include "client.h"

void answer_wait(L4_ThreadId_t thread, L4_Word_t wakes, const struct sockets_entry *entry, unsigned n);
/* Answers a request for what is to be received, of a socket that may be ready. */
void answer_receive(struct client *c, L4_ThreadId_t thread, L4_Word_t handle, struct wait_part part);
void answer_bell(const struct client *c, L4_ThreadId_t thread, uint32_t taken);
void answer_resolve(L4_ThreadId_t thread, enum sockets_status s, struct socket_address a);

/* The thread to which the kept answer is to be sent; nilthread: none is kept. */
L4_ThreadId_t answer_kept(void);
/* The kept answer, if there is one, was sent; or it could not be, and is lost. */
void answer_left(bool sent);
/* Send the kept answer now; only if it is to this client. */
void answer_now(void);
void answer_now_to(const struct client *c);

static inline struct sockets_receive_out answer_received(const struct reception *r)
{
	return (struct sockets_receive_out){
		r->got, r->whole, r->from.address.high, r->from.address.low, r->from.port,
	};
}

#endif
