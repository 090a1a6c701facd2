/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offload.h - what a card does in place of lwIP, by the header before each packet (struct link_header):
 * checksums, and segments of TCP (docs/decisions/offloads.md). The buffers are the caller's, which has such a
 * struct for each card.
 */
#ifndef NET_OFFLOAD_H
#define NET_OFFLOAD_H

#include <lwip/netif.h>
#include <pecan/link.h>

/* Buffers of a merged packet: so many full ones have more bytes than a packet of IP. */
enum { OFFLOAD_PARTS = 48 };

struct offload {
	unsigned can;			/* LINK_SUMS and others; 0: there is no header */
	/* A large packet to which segments are added; NULL: none. bytes: with its header. */
	char *packet;
	unsigned buffer, bytes, data, segment;	/* data: where it begins; segment: bytes of each but the last */
	uint32_t next;			/* sequence number */
	bool full;
	/* A received packet of which not all buffers have come. */
	unsigned wanted, parts, total, flags;	/* total: of the bytes of the parts */
	bool damaged;
	struct { uint16_t buffer, bytes; } part[OFFLOAD_PARTS];
	/* Packets: sent as one, of several segments; received so, or in several buffers. */
	L4_Word_t divided, merged;
};

/* Another driver: forget what is open and what has not come; lwIP leaves to the card what that can do. */
void offload_begin(struct offload *o, struct netif *n, unsigned can);

/* ---- sending ---- */

/* Write the header of a packet, which is `bytes` with it. */
void offload_header(const struct offload *o, char *packet, unsigned bytes);

/* Returns true if p is a segment that others may follow. */
bool offload_begins(const struct offload *o, const struct pbuf *p);

/* Open a packet with p, which was copied there, behind the place of a header. */
void offload_open(struct offload *o, char *packet, unsigned buffer, const struct pbuf *p);

/* Add p to the open packet, if it is its next segment; returns false if it is not, or there is no packet. */
bool offload_add(struct offload *o, const struct pbuf *p);

/* Write the header of the open packet, which is no longer open. Returns its bytes, with the header. */
unsigned offload_close(struct offload *o);

/* ---- receiving ---- */

/*
 * Take the next buffer of the driver, of `bytes` with a header if it is the first one of a packet. Returns
 * true if the packet is complete: parts of it, or it is damaged, then offload_done.
 */
bool offload_take(struct offload *o, const char *at, uint16_t buffer, unsigned bytes);
void offload_done(struct offload *o);

/* Pass a packet to lwIP. whole: not a part of a datagram, so what the card says of its checksum counts. */
err_t offload_input(const struct offload *o, struct netif *n, struct pbuf *p, bool whole);

#endif
