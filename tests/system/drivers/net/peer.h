/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.h - the network at the fake card: 10.0.2.2 gives the address 10.0.2.15 by DHCP, answers ARP and echo,
 * returns whole datagrams to port 7, or sends them to a multicast group, and refuses connections; 10.0.2.3
 * knows the name "host" by DNS.
 */
#ifndef TESTS_DRIVERS_NET_PEER_H
#define TESTS_DRIVERS_NET_PEER_H

#include <pecan/link.h>
#include "../vdev.h"

enum { PEER = 0x0a000202, PEER_DNS = 0x0a000203, PEER_OWN = 0x0a00020f, PEER_HOST = 0x01020304,
       PEER_ECHO = 7 };

extern struct peer {
	bool silent;			/* it answers nothing */
	uint32_t lie;			/* the source of datagrams that it returns, if not 0 */
	uint32_t group;			/* their target, if not 0 */
	bool in_parts;			/* they come in three parts, the last one of no bytes */
	unsigned frames, segments, leases, queries;	/* segments: of TCP, that came to it */
	unsigned membership;		/* type of the last message of IGMP that came, 0: none */
	uint32_t joined;		/* its group */
	/* Offloads: features of the card; of frames that come to it so many buffers, and what the header says. */
	uint64_t features;
	unsigned parts, buffers, flags;	/* parts, buffers: 0: one */
	bool damaged;			/* datagrams come with a wrong checksum */
	struct link_header header;	/* of the last frame that was sent */
	bool sum_good;			/* that of its datagram: of the pseudo-header, or of all parts */
} peer;

void peer_add(struct vdev *v);

#endif
