/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet6.c - see net.h: packets of IPv6 that a server could get: of neighbors and routers, of groups, parts
 * of datagrams, and those of packet.c in another header.
 */
#include <string.h>

#include "net.h"

enum {
	IP_AT = 14, HEAD4 = 20, HEAD = 40, BODY4 = IP_AT + HEAD4, BODY = IP_AT + HEAD, NEXT_AT = IP_AT + 6,
	FROM_AT = IP_AT + 8, TO_AT = IP_AT + 24, ETHERTYPE = 0x86dd,
	HOP_BY_HOP = 0, TCP = 6, UDP = 17, ROUTING = 43, FRAGMENT = 44, ICMP = 58, OPTIONS = 60,
	TOO_BIG = 2, ECHO = 128, MLD_QUERY = 130, ADVERTISEMENT = 134, SOLICITS = 135, REDIRECT = 137,
};

static const unsigned char peer_mac[6] = { 0x52, 0x55, 0, 0, 0, 1 };

/* The card's address, or a peer's, of which there are several; on the link, or of the prefix. */
static void put_address(unsigned char *to, bool card)
{
	static const unsigned char card_end[8] = { 0x50, 0x54, 0, 0xff, 0xfe, 0x12, 0x34, 0x56 };

	memset(to, 0, 16);
	put32(to, below(2) ? 0xfe800000 : 0x20010db8);
	if (card)
		memcpy(to + 8, card_end, sizeof card_end);
	else
		to[15] = (unsigned char)(1 + below(below(16) ? 8 : 250));
}

/* Of a group: all nodes, or the card's solicited ones. */
static void put_group(unsigned char *to)
{
	memset(to, 0, 16);
	put32(to, 0xff020000);
	to[15] = 1;
	if (below(2))
		return;
	to[11] = 1;
	put32(to + 12, 0xff123456);
}

/* Headers in front of `bytes` bytes at BODY. Returns the bytes of the frame. */
static unsigned wrap(unsigned char *f, unsigned next, unsigned bytes)
{
	memcpy(f, card_mac, 6);
	memcpy(f + 6, peer_mac, 6);
	put16(f + 12, ETHERTYPE);
	put32(f + IP_AT, 0x60000000);
	put16(f + IP_AT + 4, bytes);
	f[NEXT_AT] = (unsigned char)next;
	f[NEXT_AT + 1] = 255;
	put_address(f + FROM_AT, false);
	if (below(8))
		put_address(f + TO_AT, true);
	else
		put_group(f + TO_AT);
	return BODY + bytes;
}

/* Behind headers of options too; a part of a datagram has none. */
void packet6_sum_up(unsigned char *f, unsigned bytes)
{
	static const unsigned char where[] = { [TCP] = 16, [UDP] = 6, [ICMP] = 2 };
	unsigned at = BODY, next = f[NEXT_AT], end = BODY + get16(f + IP_AT + 4), sum;

	if (bytes < BODY || end > bytes)
		return;
	while ((next == HOP_BY_HOP || next == OPTIONS || next == ROUTING) && at + 8 <= end) {
		next = f[at];
		at += 8 + f[at + 1] * 8u;
	}
	if (next >= sizeof where || where[next] == 0 || at + where[next] + 2 > end)
		return;
	put16(f + at + where[next], 0);
	sum = packet_sum(f + FROM_AT, 32, next + end - at);
	put16(f + at + where[next], ~packet_sum(f + at, end - at, sum) & 0xffff);
}

unsigned packet6_from4(unsigned char *f, unsigned bytes)
{
	unsigned next = f[IP_AT + 9];

	if (bytes + IPV6_MORE > FRAME)
		bytes = FRAME - IPV6_MORE;
	memmove(f + BODY, f + BODY4, bytes - BODY4);
	return wrap(f, next, bytes - BODY4);
}

unsigned packet6_to4(unsigned char *to, const unsigned char *f, unsigned bytes)
{
	if (bytes < BODY + 20)
		return 0;
	memcpy(to, f, IP_AT);
	memset(to + IP_AT, 0, HEAD4);
	to[IP_AT + 9] = f[NEXT_AT];
	memcpy(to + BODY4, f + BODY, bytes - BODY);
	return bytes - IPV6_MORE;
}

/* ---- neighbors and routers ---- */

/* Options behind what has `at` bytes. Returns the bytes with them. */
static unsigned put_options(unsigned char *m, unsigned at)
{
	static const unsigned char kinds[] = { 1, 2, 3, 3, 5, 24, 25, 31 }, sizes[] = { 1, 1, 4, 4, 1, 2, 3, 2 };

	for (unsigned n = below(5); n > 0; n--) {
		unsigned k = below(sizeof kinds), units = below(16) ? sizes[k] : below(6);

		packet_fill(m + at, units * 8 + 8);
		m[at] = kinds[k];
		m[at + 1] = (unsigned char)units;
		if (kinds[k] == 3) {			/* a prefix */
			m[at + 2] = (unsigned char)(below(8) ? 64 : below(256));
			m[at + 3] = (unsigned char)(below(8) ? 0xc0 : below(256));
			put32(m + at + 4, below(4) ? 3600 : below(100));
			put32(m + at + 8, below(4) ? 1800 : below(100));
			memset(m + at + 16, 0, 16);
			put32(m + at + 16, 0x20010db8 + (below(2) ? 0 : below(20)));
		}
		if (kinds[k] == 5)			/* the largest packet */
			put32(m + at + 4, below(3000));
		at += units * 8;
	}
	return at;
}

static unsigned make_router(unsigned char *f)
{
	unsigned char *m = f + BODY;
	unsigned bytes;

	memset(m, 0, 16);
	m[0] = ADVERTISEMENT;
	m[4] = 64;
	put16(m + 6, below(4) ? 1800 : below(3));
	put32(m + 8, below(4) ? 0 : below(60000));
	bytes = wrap(f, ICMP, put_options(m, 16));
	put32(f + FROM_AT, 0xfe800000);
	return bytes;
}

static unsigned make_neighbor(unsigned char *f)
{
	unsigned char *m = f + BODY;
	unsigned bytes;

	m[0] = (unsigned char)(SOLICITS + below(2));
	put32(m + 4, below(2) ? 0x60000000 : below(8) << 29);
	put_address(m + 8, m[0] == SOLICITS || below(8) == 0);
	bytes = wrap(f, ICMP, put_options(m, 24));
	if (below(8) == 0)
		memset(f + FROM_AT, 0, 16);
	return bytes;
}

/* What is in error: a packet of ours, from its header on. */
static unsigned put_packet(unsigned char *m)
{
	put32(m, 0x60000000);
	put16(m + 4, 64);
	m[6] = TCP;
	put_address(m + 8, true);
	put_address(m + 24, false);
	packet_fill(m + HEAD, 64);
	return HEAD + 64;
}

static unsigned make_icmp(unsigned char *f)
{
	unsigned char *m = f + BODY;
	unsigned bytes = 8 + below(100);

	packet_fill(m, bytes);
	m[0] = (unsigned char)(below(2) ? ECHO : below(2) ? below(256) : TOO_BIG);
	m[1] = (unsigned char)(below(4) ? 0 : below(256));
	if (m[0] == TOO_BIG) {
		put32(m + 4, below(2000));
		bytes = 8 + put_packet(m + 8);
	}
	return wrap(f, ICMP, bytes);
}

static unsigned make_redirect(unsigned char *f)
{
	unsigned char *m = f + BODY;

	memset(m, 0, 8);
	m[0] = REDIRECT;
	put_address(m + 8, false);
	put_address(m + 24, false);
	return wrap(f, ICMP, put_options(m, 40));
}

/* ---- groups, parts, headers ---- */

/* A query, behind an option of routers. */
static unsigned make_query(unsigned char *f)
{
	static const unsigned char option[8] = { ICMP, 0, 5, 2, 0, 0, 1, 0 };
	unsigned char *m = f + BODY + sizeof option;

	memcpy(f + BODY, option, sizeof option);
	memset(m, 0, 24);
	m[0] = (unsigned char)(MLD_QUERY + below(3));
	put16(m + 4, below(0x10000));
	if (below(2))
		put_group(m + 8);
	return wrap(f, HOP_BY_HOP, sizeof option + 24);
}

static unsigned make_fragment(unsigned char *f)
{
	unsigned bytes = 8 * (1 + below(100));

	packet_fill(f + BODY, 8 + bytes);
	f[BODY] = (unsigned char)(below(8) ? UDP : ICMP);
	put16(f + BODY + 2, below(100) << 3 | below(2));
	put32(f + BODY + 4, below(4));
	return wrap(f, FRAGMENT, 8 + bytes);
}

/* A chain of headers of options, with a datagram or a part behind it. */
static unsigned make_chain(unsigned char *f)
{
	static const unsigned char kinds[] = { HOP_BY_HOP, OPTIONS, ROUTING, FRAGMENT, UDP, ICMP, 59, 200 };
	unsigned first = kinds[below(4)], at = BODY;

	for (unsigned n = 1 + below(6); n > 0; n--) {
		unsigned units = below(4) ? 0 : below(3);

		packet_fill(f + at, 8 + units * 8);
		f[at] = kinds[below(sizeof kinds)];
		f[at + 1] = (unsigned char)(below(16) ? units : below(256));
		f[at + 2] = (unsigned char)(below(4) ? 1 : below(256));
		f[at + 3] = (unsigned char)(below(4) ? 4 : below(256));
		at += 8 + units * 8;
	}
	packet_fill(f + at, 64);
	return wrap(f, first, at + 64 - BODY);
}

static unsigned make_syn(unsigned char *f)
{
	return packet6_from4(f, packet_syn(f));
}

static unsigned make_datagram(unsigned char *f)
{
	return packet6_from4(f, packet_datagram(f));
}

unsigned packet6_make(unsigned char f[FRAME])
{
	static unsigned (*const make[])(unsigned char *) = {
		make_router, make_neighbor, make_neighbor, make_neighbor, make_icmp, make_redirect, make_query,
		make_fragment, make_chain, make_syn, make_datagram, make_datagram,
	};

	return make[below(sizeof make / sizeof *make)](f);
}
