/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.c - see peer.h. Frames are taken apart by their bytes: Ethernet 14, IP 20, then what it carries.
 */
#include <pecan/endian.h>
#include <string.h>
#include "../machine.h"
#include "peer.h"

enum {
	RECEIVE = 0, SEND = 1, ETHERNET = 14, IP = ETHERNET, TRANSPORT = IP + 20, DATA = TRANSPORT + 8,
	TYPE_IP = 0x0800, TYPE_ARP = 0x0806, ICMP = 1, IGMP = 2, TCP = 6, UDP = 17,
	DHCP_SERVER = 67, DNS_PORT = 53,
	SOURCE = IP + 12, TARGET = IP + 16, DHCP_OPTIONS = DATA + 240, MOST = 1514,
};

struct peer peer;

static struct vdev *card;
static uint8_t frame[MOST];
static unsigned bytes;

static unsigned get16(unsigned at) { return (unsigned)frame[at] << 8 | frame[at + 1]; }
static uint32_t get32(unsigned at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static void put16(unsigned at, unsigned value)
{
	frame[at] = (uint8_t)(value >> 8);
	frame[at + 1] = (uint8_t)value;
}

static void put32(unsigned at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static void swap(unsigned a, unsigned b, unsigned n)
{
	uint8_t kept[8];

	memcpy(kept, frame + a, n);
	memcpy(frame + a, frame + b, n);
	memcpy(frame + b, kept, n);
}

/* The checksum of the Internet (RFC 1071), begun with a sum. */
static unsigned checksum(uint32_t sum, unsigned at, unsigned n)
{
	for (unsigned i = 0; i < n; i += 2)
		sum += (unsigned)frame[at + i] << 8 | (i + 1 < n ? frame[at + i + 1] : 0);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The frame comes to the card, as far as that has buffers. */
static void deliver(void)
{
	unsigned parts = peer.parts ? peer.parts : 1, each = bytes / parts;
	struct link_header h = { .flags = (uint8_t)peer.flags };
	struct vdev_chain c;

	h.buffers = le16((uint16_t)(peer.buffers ? peer.buffers : parts));
	for (unsigned i = 0; i < parts && vdev_take(card, RECEIVE, &c); i++) {
		unsigned header = i == 0 ? LINK_HEADER : 0, n = i + 1 < parts ? each : bytes - i * each;

		memcpy(c.part[0].at, &h, header);
		memcpy((char *)c.part[0].at + header, frame + i * each, n);
		vdev_return(card, RECEIVE, c.head, header + n);
	}
}

/* n bytes behind the header, which are a datagram's from `at` on. */
static void deliver_part(unsigned at, unsigned n, bool more)
{
	put16(IP + 2, TRANSPORT - IP + n);
	put16(IP + 6, (more ? 0x2000 : 0) + at / 8);
	put16(IP + 10, 0);
	put16(IP + 10, checksum(0, IP, 20));
	bytes = TRANSPORT + n < 60 ? 60 : TRANSPORT + n;
	deliver();
}

/* The header of UDP, what is behind it, which is a multiple of 8 bytes, and nothing. */
static void deliver_parts(unsigned n)
{
	deliver_part(0, 8, true);
	memmove(frame + TRANSPORT, frame + DATA, n - 8);
	deliver_part(8, n - 8, true);
	deliver_part(n, 0, false);
}

/* Back to where it came from, from the one that it went to. */
static void answer_ip(unsigned length)
{
	static const uint8_t mac[6] = { 0x52, 0x55, 10, 0, 2, 2 }, group_mac[6] = { 1, 0, 0x5e, 1, 2, 3 };

	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
	swap(SOURCE, TARGET, 4);
	if (peer.group && frame[IP + 9] == UDP) {
		put32(TARGET, peer.group);
		memcpy(frame, group_mac, sizeof group_mac);
	}
	if (peer.in_parts && frame[IP + 9] == UDP)
		deliver_parts(length - TRANSPORT);
	else
		deliver_part(0, length - TRANSPORT, false);
}

static void arp(void)
{
	static const uint8_t mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };
	uint32_t wanted = get32(ETHERNET + 24);

	if (get16(ETHERNET + 6) != 1 || (wanted != PEER && wanted != PEER_DNS))
		return;
	put16(ETHERNET + 6, 2);
	swap(ETHERNET + 8, ETHERNET + 18, 6);
	swap(ETHERNET + 14, ETHERNET + 24, 4);
	memcpy(ETHERNET + 8 + frame, mac, 6);
	memcpy(frame, frame + 6, 6);
	memcpy(frame + 6, mac, 6);
	bytes = 60;
	deliver();
}

static void answer_udp(unsigned data)
{
	if (peer.lie)
		put32(TARGET, peer.lie);
	swap(TRANSPORT, TRANSPORT + 2, 2);
	put16(TRANSPORT + 4, 8 + data);
	put16(TRANSPORT + 6, peer.damaged ? 1 : 0);	/* 0: without a checksum */
	answer_ip(DATA + data);
}

static void dhcp(void)
{
	static const uint8_t options[] = {
		53, 1, 0, 54, 4, 10, 0, 2, 2, 51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0, 3, 4, 10, 0, 2, 2,
		6, 4, 10, 0, 2, 3, 255,
	};
	bool request = false;

	for (unsigned at = DHCP_OPTIONS; at + 2 < bytes && frame[at] != 255; at += 2u + frame[at + 1])
		request |= frame[at] == 53 && frame[at + 2] == 3;
	peer.leases += request;
	frame[DATA] = 2;
	put32(DATA + 16, PEER_OWN);
	memcpy(frame + DHCP_OPTIONS, options, sizeof options);
	frame[DHCP_OPTIONS + 2] = request ? 5 : 2;
	put32(SOURCE, PEER_OWN);
	put32(TARGET, PEER);
	answer_udp(DHCP_OPTIONS - DATA + sizeof options);
}

/* Of any name but one that begins with "h" there is none. */
static void dns(void)
{
	static const uint8_t answer[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4 };
	unsigned n = get16(TRANSPORT + 4) - 8;
	bool known = frame[DATA + 13] == 'h';

	peer.queries++;
	put16(DATA + 2, known ? 0x8180 : 0x8183);
	put16(DATA + 6, known);
	memcpy(frame + DATA + n, answer, sizeof answer);
	answer_udp(n + (known ? (unsigned)sizeof answer : 0));
}

static void refuse(void)
{
	uint32_t sequence = get32(TRANSPORT + 4);

	if (!(frame[TRANSPORT + 13] & 2))
		return;
	swap(TRANSPORT, TRANSPORT + 2, 2);
	put32(TRANSPORT + 4, 0);
	put32(TRANSPORT + 8, sequence + 1);
	frame[TRANSPORT + 12] = 5 << 4;
	frame[TRANSPORT + 13] = 0x14;		/* RST, ACK */
	put16(TRANSPORT + 16, 0);
	put16(TRANSPORT + 16, checksum(TCP + 20 + (PEER >> 16) + (PEER & 0xffff) + (PEER_OWN >> 16)
				       + (PEER_OWN & 0xffff), TRANSPORT, 20));
	answer_ip(TRANSPORT + 20);
}

static void echo(void)
{
	unsigned n = get16(IP + 2) - 20;

	frame[TRANSPORT] = 0;
	put16(TRANSPORT + 2, 0);
	put16(TRANSPORT + 2, checksum(0, TRANSPORT, n));
	answer_ip(TRANSPORT + n);
}

/* Behind the option for routers. */
static void note_membership(void)
{
	unsigned at = IP + (frame[IP] & 15) * 4u;

	peer.membership = frame[at];
	peer.joined = get32(at + 4);
}

static void answer(void)
{
	unsigned port = get16(TRANSPORT + 2);

	if (get16(12) == TYPE_ARP)
		arp();
	else if (get16(12) != TYPE_IP)
		return;
	else if (frame[IP + 9] == UDP && port == DHCP_SERVER)
		dhcp();
	else if (frame[IP + 9] == UDP && port == DNS_PORT)
		dns();
	else if (frame[IP + 9] == UDP && port == PEER_ECHO)
		answer_udp(get16(TRANSPORT + 4) - 8);
	else if (frame[IP + 9] == TCP)
		refuse();
	else if (frame[IP + 9] == IGMP)
		note_membership();
	else if (frame[IP + 9] == ICMP && frame[TRANSPORT] == 8)
		echo();
}

static bool is_part(void)
{
	return get16(12) == TYPE_IP && (get16(IP + 6) & 0x3fff) != 0;
}

/* n bytes that are a part of a datagram, in their order: the checksum of all is known with the last one. */
static void look_at_part(unsigned pseudo, unsigned n)
{
	static uint32_t sum;
	unsigned at = get16(IP + 6);

	if ((at & 0x1fff) == 0)
		sum = pseudo - n + get16(TRANSPORT + 4);
	sum += ~checksum(0, TRANSPORT, n) & 0xffff;
	peer.sum_good = !(at & 0x2000) && checksum(sum, 0, 0) == 0;
}

static void look_at_sum(void)
{
	bool left = peer.header.flags == LINK_SUM_LEFT;
	unsigned n = get16(IP + 2) - 20, pseudo = UDP + n;

	if (get16(12) != TYPE_IP || frame[IP + 9] != UDP)
		return;
	pseudo += get16(SOURCE) + get16(SOURCE + 2) + get16(TARGET) + get16(TARGET + 2);
	if (is_part()) {
		look_at_part(pseudo, n);
		return;
	}
	peer.sum_good = left ? get16(TRANSPORT + 6) == (~checksum(pseudo, 0, 0) & 0xffff)
			: checksum(pseudo, TRANSPORT, n) == 0;
}

static void notified(struct vdev *v, unsigned queue)
{
	struct vdev_chain c;

	while (queue == SEND && vdev_take(v, SEND, &c)) {
		memset(frame, 0, sizeof frame);
		bytes = c.part[1].bytes < MOST ? c.part[1].bytes : MOST;
		memcpy(frame, c.part[1].at, bytes);
		memcpy(&peer.header, c.part[0].at, sizeof peer.header);
		look_at_sum();
		vdev_return(v, SEND, c.head, 0);
		peer.frames++;
		peer.segments += get16(12) == TYPE_IP && frame[IP + 9] == TCP;
		if (!peer.silent && !is_part())
			answer();
	}
}

void peer_add(struct vdev *v)
{
	static const uint8_t own[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56, 1, 0 };

	card = v;
	vdev_add(v, VIRTIO_NETWORK, 1 << 5 | 1 << 16 | peer.features);
	memcpy(v->own, own, sizeof own);
	v->notified = notified;
}
