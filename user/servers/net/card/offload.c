/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offload.c - see offload.h.
 *
 * lwIP makes one packet after the other. Those that are segments of one connection, in a row, with the same
 * header, and all of one size but the last, are gathered to one packet, which the card divides again: what is
 * on the wire is as it would be without.
 */
#include <lwip/inet_chksum.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip/prot/ip6.h>
#include <lwip/prot/tcp.h>
#include <lwip/prot/udp.h>
#include <pecan/endian.h>
#include <servers/net/base/checksum.h>
#include <string.h>

#include "offload.h"

enum {
	IP_AT = SIZEOF_ETH_HDR, ADDRESSES4 = 12, ADDRESSES6 = 8, BYTES4 = 2, ID4 = 4, SUM4 = 10, BYTES6 = 4,
	SEQUENCE = 4, FLAGS = 13, TCP_SUM = 16, UDP_SUM = 6, HEADERS_MOST = IP_AT + IP6_HLEN + 60,
	HEADERS_LEAST = 60,		/* of a packet of several buffers, in the first one */
	GENERATE = NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP,
	CHECK = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP,
};

/* Where the parts of a frame begin. protocol 0: none of which the card computes checksums. */
struct frame { bool six; uint8_t protocol; unsigned transport, data; };

/* ---- the bytes of a frame ---- */

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Where what IP carries begins, and what it is; 0: a part of a datagram, or no packet of IP. */
static void look_at_ip(const uint8_t *frame, unsigned bytes, struct frame *f)
{
	const uint8_t *ip = frame + IP_AT;
	unsigned type = bytes >= IP_AT + IP_HLEN ? be16_at(frame + 12) : 0;

	*f = (struct frame){ .six = type == ETHTYPE_IPV6 };
	if (type == ETHTYPE_IP && (be16_at(ip + 6) & (IP_MF | IP_OFFMASK)) == 0) {
		f->transport = IP_AT + (ip[0] & 15) * 4u;
		f->protocol = ip[9];
	} else if (f->six && bytes >= IP_AT + IP6_HLEN) {
		f->transport = IP_AT + IP6_HLEN;
		f->protocol = ip[6];
	}
}

static struct frame look_at(const uint8_t *frame, unsigned bytes)
{
	struct frame f;

	look_at_ip(frame, bytes, &f);
	if (f.protocol == IP_PROTO_TCP && bytes >= f.transport + TCP_HLEN)
		f.data = f.transport + (frame[f.transport + 12] >> 4) * 4u;
	else if (f.protocol == IP_PROTO_UDP && bytes >= f.transport + UDP_HLEN)
		f.data = f.transport + UDP_HLEN;
	else
		f.protocol = 0;
	return f;
}

static unsigned sum_at(const struct frame *f)
{
	return f->protocol == IP_PROTO_TCP ? TCP_SUM : UDP_SUM;
}

/* Put the sum of the pseudo-header, not inverted, into the place of the checksum. */
static void put_pseudo(uint8_t *frame, unsigned bytes, const struct frame *f)
{
	const uint8_t *addresses = frame + IP_AT + (f->six ? ADDRESSES6 : ADDRESSES4);
	uint16_t sum = net_checksum(addresses, f->six ? 32 : 8);
	uint32_t all = (uint32_t)be16(sum) + f->protocol + (bytes - f->transport);

	all = (all & 0xffff) + (all >> 16);
	put16(frame + f->transport + sum_at(f), (all & 0xffff) + (all >> 16));
}

/* ---- lwIP's part of it ---- */

void offload_begin(struct offload *o, struct netif *n, unsigned can)
{
	/* What comes by the loopback has no checksum either, and never left the machine. */
	uint16_t left = can & LINK_SUMS ? GENERATE | CHECK : 0;

	o->can = can;
	o->packet = NULL;
	offload_done(o);
	NETIF_SET_CHECKSUM_CTRL(n, (uint16_t)(NETIF_CHECKSUM_ENABLE_ALL & ~left));
}

/* A packet of IP is to be sent in parts: the card cannot compute the checksum of what it carries. */
void net_complete(struct pbuf *p, const struct netif *n)
{
	uint8_t *ip = p->payload;
	bool six = ip[0] >> 4 == 6;
	unsigned header = six ? IP6_HLEN : IP_HLEN, protocol = six ? ip[6] : ip[9];
	unsigned at = protocol == IP_PROTO_TCP ? TCP_SUM : UDP_SUM;
	const uint8_t *addresses = ip + (six ? ADDRESSES6 : ADDRESSES4);
	uint32_t sum;

	if ((n->chksum_flags & GENERATE) || (protocol != IP_PROTO_TCP && protocol != IP_PROTO_UDP))
		return;
	sum = (uint32_t)net_checksum(addresses, six ? 32 : 8) + be16((uint16_t)protocol)
	      + be16((uint16_t)(p->tot_len - header));
	pbuf_remove_header(p, header);
	put16(ip + header + at, 0);
	sum += (uint16_t)~inet_chksum_pbuf(p);
	pbuf_add_header(p, header);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (uint16_t)~((sum & 0xffff) + (sum >> 16));
	put16(ip + header + at, sum ? be16((uint16_t)sum) : 0xffff);
}

/* ---- sending ---- */

void offload_header(const struct offload *o, char *packet, unsigned bytes)
{
	uint8_t *frame = (uint8_t *)packet + LINK_HEADER;
	struct link_header h = { 0 };
	struct frame f;

	bytes -= LINK_HEADER;
	f = look_at(frame, bytes);
	if ((o->can & LINK_SUMS) && f.protocol) {
		put_pseudo(frame, bytes, &f);
		h.flags = LINK_SUM_LEFT;
		h.sum_start = le16((uint16_t)f.transport);
		h.sum_at = le16((uint16_t)sum_at(&f));
	}
	memcpy(packet, &h, sizeof h);
}

/* A segment of TCP that the card may divide; with its data, and no flag but the one that a last one has. */
static bool is_segment(const struct offload *o, const struct pbuf *p, struct frame *f)
{
	const uint8_t *frame = p->payload;

	*f = look_at(frame, p->len);
	return f->protocol == IP_PROTO_TCP && (o->can & (f->six ? LINK_SEGMENTS6 : LINK_SEGMENTS4))
	       && f->data <= p->len && f->data <= HEADERS_MOST && f->data < p->tot_len
	       && (frame[f->transport + FLAGS] & ~TCP_PSH) == TCP_ACK;
}

bool offload_begins(const struct offload *o, const struct pbuf *p)
{
	struct frame f;

	return is_segment(o, p, &f) && !(((const uint8_t *)p->payload)[f.transport + FLAGS] & TCP_PSH);
}

void offload_open(struct offload *o, char *packet, unsigned buffer, const struct pbuf *p)
{
	struct frame f = look_at(p->payload, p->len);

	o->packet = packet;
	o->buffer = buffer;
	o->bytes = LINK_HEADER + p->tot_len;
	o->data = f.data;
	o->segment = p->tot_len - f.data;
	o->next = be32_at((const uint8_t *)p->payload + f.transport + SEQUENCE) + o->segment;
	o->full = false;
}

/* Returns true if it is the header of the open packet, but for what differs in each segment. */
static bool is_same(const uint8_t *first, const uint8_t *frame, const struct frame *f)
{
	uint8_t header[HEADERS_MOST], *ip = header + IP_AT, *tcp = header + f->transport;
	const uint8_t *ip0 = first + IP_AT, *tcp0 = first + f->transport;

	memcpy(header, frame, f->data);
	memcpy(tcp + SEQUENCE, tcp0 + SEQUENCE, 4);
	memcpy(tcp + TCP_SUM, tcp0 + TCP_SUM, 2);
	tcp[FLAGS] = tcp0[FLAGS];
	if (f->six) {
		memcpy(ip + BYTES6, ip0 + BYTES6, 2);
	} else {
		memcpy(ip + BYTES4, ip0 + BYTES4, 2);
		memcpy(ip + ID4, ip0 + ID4, 2);
		memcpy(ip + SUM4, ip0 + SUM4, 2);
	}
	return memcmp(first, header, f->data) == 0;
}

bool offload_add(struct offload *o, const struct pbuf *p)
{
	const uint8_t *frame = p->payload;
	uint8_t *first = (uint8_t *)o->packet + LINK_HEADER;
	struct frame f;
	unsigned more;

	if (!o->packet || o->full || !is_segment(o, p, &f) || f.data != o->data)
		return false;
	more = p->tot_len - f.data;
	if (more > o->segment || o->bytes + more > LINK_PACKET
	    || be32_at(frame + f.transport + SEQUENCE) != o->next || !is_same(first, frame, &f))
		return false;
	pbuf_copy_partial(p, o->packet + o->bytes, (u16_t)more, (u16_t)f.data);
	first[f.transport + FLAGS] |= frame[f.transport + FLAGS] & TCP_PSH;
	o->bytes += more;
	o->next += more;
	o->full = more < o->segment || (frame[f.transport + FLAGS] & TCP_PSH);
	return true;
}

unsigned offload_close(struct offload *o)
{
	uint8_t *frame = (uint8_t *)o->packet + LINK_HEADER, *ip = frame + IP_AT;
	unsigned bytes = o->bytes - LINK_HEADER;
	struct frame f = look_at(frame, bytes);
	struct link_header h;

	if (f.six) {
		put16(ip + BYTES6, bytes - IP_AT - IP6_HLEN);
	} else {
		put16(ip + BYTES4, bytes - IP_AT);
		put16(ip + SUM4, 0);
		put16(ip + SUM4, (uint16_t)~be16(net_checksum(ip, (int)(f.transport - IP_AT))));
	}
	offload_header(o, o->packet, o->bytes);
	if (bytes - o->data > o->segment) {
		memcpy(&h, o->packet, sizeof h);
		h.kind = f.six ? LINK_TCP6 : LINK_TCP4;
		h.headers = le16((uint16_t)o->data);
		h.segment = le16((uint16_t)o->segment);
		memcpy(o->packet, &h, sizeof h);
		o->divided++;
	}
	o->packet = NULL;
	return o->bytes;
}

/* ---- receiving ---- */

void offload_done(struct offload *o)
{
	o->wanted = o->parts = o->total = 0;
	o->damaged = false;
}

/* The first buffer. What it says counts if it can be true; else it is a packet by itself, and damaged. */
static void take_first(struct offload *o, const char *at, unsigned bytes)
{
	struct link_header h = { 0 };

	if (bytes >= LINK_HEADER)		/* else what lies there is that of a packet before */
		memcpy(&h, at, sizeof h);
	o->flags = h.flags;
	o->wanted = o->can & LINK_MERGES ? le16(h.buffers) : 1;
	o->damaged = bytes <= LINK_HEADER || bytes > LINK_BUFFER || o->wanted == 0 || o->wanted > OFFLOAD_PARTS;
	o->damaged |= o->wanted > 1 && bytes < LINK_HEADER + HEADERS_LEAST;
	if (o->wanted == 0 || o->wanted > OFFLOAD_PARTS)
		o->wanted = 1;
	o->merged += !o->damaged && h.kind != LINK_WHOLE;
}

bool offload_take(struct offload *o, const char *at, uint16_t buffer, unsigned bytes)
{
	if (o->wanted == 0)
		take_first(o, at, bytes);
	o->total += bytes;
	o->damaged |= bytes == 0 || bytes > LINK_BUFFER || o->total - LINK_HEADER > UINT16_MAX;
	o->part[o->parts].buffer = buffer;
	o->part[o->parts].bytes = (uint16_t)bytes;
	return ++o->parts == o->wanted;
}

err_t offload_input(const struct offload *o, struct netif *n, struct pbuf *p, bool whole)
{
	bool good = whole && (o->flags & (LINK_SUM_LEFT | LINK_SUM_GOOD)) && (o->can & LINK_MERGES);
	uint16_t kept = n->chksum_flags;
	err_t e;

	NETIF_SET_CHECKSUM_CTRL(n, (uint16_t)(good ? kept & ~CHECK : kept | CHECK));
	e = n->input(p, n);
	NETIF_SET_CHECKSUM_CTRL(n, kept);
	return e;
}
