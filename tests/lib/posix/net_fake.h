/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_fake.h - the network server of net.c, for tests to look at and to script.
 */
#ifndef TESTS_POSIX_NET_FAKE_H
#define TESTS_POSIX_NET_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>
#include <proto/sockets.h>

enum { NET_SOCKETS = 40, NET_QUEUE = 8, NET_OPTIONS = SOCKETS_GROUP_LOOP + 1 };

/* Addresses are of IPv4, or the last 32 bits of IPv6, whose first 64 are `high` then. */
struct net_packet { const char *text; size_t bytes; L4_Word_t address, port; L4_Word64_t high; };

struct net_socket {
	bool used, connected, aborted, ended, hangs_up;	/* ended: nothing more will arrive */
	L4_Word_t kind, family, address, port, peer_address, peer_port, backlog, directions, pending;
	L4_Word_t option[NET_OPTIONS];
	struct net_packet queue[NET_QUEUE];		/* to receive; of a listening socket, connections */
	unsigned packets;
	size_t room;					/* for what is sent */
	char sent[70000];
	size_t sent_bytes;
	unsigned sends;
	L4_Word_t to_address, to_port;			/* of the last datagram */
	L4_Word64_t high, peer_high, to_high;
	L4_Word64_t group_high, group_low;		/* of the last SOCKETS_GROUP */
	unsigned joins, leaves;
};

extern struct net {
	struct net_socket socket[NET_SOCKETS];		/* handle n is at n - 1 */
	enum sockets_status connect[4];			/* answers to connects, one after the other */
	unsigned connects, attached, waits;
	enum sockets_status open, bind, listen;		/* what these return, if not SOCKETS_OK */
	size_t lies;				/* more bytes than were asked for are said to be there */
	unsigned full;					/* waits that the server has no place for */
	L4_Word_t wakes, dns, dns6;		/* dns6: the last 32 bits of an address of IPv6, or 0 */
	bool dns6_on_link;				/* that is link-local */
	unsigned second;				/* name servers of a second card, the default one; 0: none */
} net;

void net_add(struct net_socket *s, const char *text, size_t bytes, L4_Word_t address, L4_Word_t port);
void net_changed(void);				/* looks whether a wait is over */
void net_restart(void);
unsigned net_waiters(void);

#endif
