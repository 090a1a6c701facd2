/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.c - many datagrams at a time, as Pecan has them: by a ring to the network server.
 */
#include <pecan/socket_ring.h>

#include "rows.h"

static struct socket s;
static struct socket_ring ring;
static unsigned slot_of[SOCKETS_RING_PLACES];	/* of the requests under way: a slot has a datagram */
static bool is_sent[DEPTH];			/* the slot's request is to send */

static void submit(unsigned slot, const struct socket_name *to)
{
	struct socket_ring_request q = {
		to ? SOCKET_RING_SEND : SOCKET_RING_RECEIVE, &s, slot * SHORT, SHORT, to,
	};
	int number = socket_ring_submit(&ring, &q);

	if (number < 0)
		work_failed("a request is refused");
	slot_of[number] = slot;
	is_sent[slot] = to != NULL;
}

void deep_begin(void)
{
	if (socket_open(SOCKETS_UDP, SOCKETS_IPV4, &s) != SOCKETS_OK
	    || socket_bind(&s, (struct socket_name){ SOCKET_IPV4(0), DEEP_PORT }) != SOCKETS_OK
	    || socket_ring_open(&ring, DEPTH * SHORT) != SOCKETS_OK)
		work_failed("a ring of sockets");
	for (unsigned slot = 0; slot < DEPTH; slot++)
		submit(slot, NULL);
	socket_ring_push(&ring);
}

void deep_echo(void)
{
	struct socket_ring_answer a;

	for (unsigned done = 0; done < DEPTH;) {
		if (!socket_ring_take(&ring, &a) && !socket_ring_wait(&ring, SOCKETS_FOREVER, NULL, &a))
			work_failed("no answer of the ring");
		if (a.result != SHORT)
			work_failed("an answer of the ring");
		done += is_sent[slot_of[a.number]];
		submit(slot_of[a.number], is_sent[slot_of[a.number]] ? NULL : &a.datagram.from);
	}
}
