/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * packet.c - see net.h: packets that a server could get, right but for what is changed at the end.
 */
#include <lwip/inet_chksum.h>
#include <lwip/prot/dhcp.h>
#include <string.h>

#include "net.h"

enum {
	SEEN = 64, IP_AT = 14, HEAD = 20, BODY = IP_AT + HEAD, UDP_HEAD = 8, IPV4 = 0x0800, IPV6 = 0x86dd,
	ARP = 0x0806, FROM6_AT = IP_AT + 8, TO6_AT = IP_AT + 24,
	ICMP = 1, IGMP = 2, TCP = 6, UDP = 17, DHCP_FIXED = 236,
	DNS_PORT = 53, DHCP_SERVER = 67, DHCP_CLIENT = 68,
};

const unsigned char card_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
static const unsigned char peer_mac[6] = { 0x52, 0x55, 0, 0, 0, 1 };
unsigned long packets_known;

static struct seen { unsigned char frame[FRAME]; unsigned bytes; } seen[SEEN];
static unsigned seen_count;

const ip4_addr_t *packet_address(uint32_t address)
{
	static ip_addr_t a[4];
	static unsigned n;

	ip_addr_set_ip4_u32(&a[n % 4], lwip_htonl(address));
	return ip_2_ip4(&a[n++ % 4]);
}

void packet_seen(const unsigned char *frame, unsigned bytes)
{
	struct seen *s = &seen[seen_count++ % SEEN];

	memcpy(s->frame, frame, bytes);
	s->bytes = bytes;
}

const unsigned char *packet_last(unsigned before)
{
	return seen[(seen_count - 1 - before) % SEEN].frame;
}

static const struct seen *pick_seen(void)
{
	unsigned n = seen_count < SEEN ? seen_count : SEEN;

	return n ? &seen[below(n)] : NULL;
}

void packet_fill(unsigned char *to, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (unsigned char)below(256);
}

/* ---- layers ---- */

/* Ethernet and IP in front of `bytes` bytes at BODY. */
static unsigned wrap(unsigned char *f, unsigned protocol, unsigned bytes)
{
	memcpy(f, card_mac, 6);
	memcpy(f + 6, peer_mac, 6);
	put16(f + 12, IPV4);
	memset(f + IP_AT, 0, HEAD);
	f[IP_AT] = 0x45;
	put16(f + IP_AT + 2, HEAD + bytes);
	put16(f + IP_AT + 4, below(4));
	f[IP_AT + 8] = 64;
	f[IP_AT + 9] = (unsigned char)protocol;
	put32(f + IP_AT + 12, PEER);
	put32(f + IP_AT + 16, CARD);
	return BODY + bytes;
}

unsigned packet_sum(const unsigned char *p, unsigned bytes, unsigned sum)
{
	for (unsigned i = 0; i + 1 < bytes; i += 2)
		sum += get16(p + i);
	if (bytes & 1)
		sum += (unsigned)p[bytes - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Right checksums for whatever the packet has become. */
static void sum_up(unsigned char *f, unsigned bytes)
{
	static const unsigned char where[] = { [ICMP] = 2, [IGMP] = 2, [TCP] = 16, [UDP] = 6 };
	unsigned head = (f[IP_AT] & 15u) * 4, protocol = f[IP_AT + 9], end = IP_AT + get16(f + IP_AT + 2), at;

	if (bytes < BODY || head < HEAD || IP_AT + head > bytes)
		return;
	put16(f + IP_AT + 10, 0);
	put16(f + IP_AT + 10, ~packet_sum(f + IP_AT, head, 0) & 0xffff);
	if (end > bytes || protocol >= sizeof where || where[protocol] == 0)
		return;
	at = IP_AT + head + where[protocol];
	if (at + 2 > end)
		return;
	put16(f + at, 0);
	put16(f + at, ~packet_sum(f + IP_AT + head, end - IP_AT - head,
				 protocol <= IGMP ? 0 : packet_sum(f + IP_AT + 12, 8, protocol + end - IP_AT - head))
		      & 0xffff);
}

/* ---- packets ---- */

static unsigned make_udp(unsigned char *f, unsigned from, unsigned to, unsigned bytes)
{
	put16(f + BODY, from);
	put16(f + BODY + 2, to);
	put16(f + BODY + 4, UDP_HEAD + bytes);
	return wrap(f, UDP, UDP_HEAD + bytes);
}

unsigned packet_datagram(unsigned char *f)
{
	unsigned bytes = below(1400);

	packet_fill(f + BODY + UDP_HEAD, bytes);
	return make_udp(f, FIRST_PORT + below(PORTS), FIRST_PORT + below(PORTS), bytes);
}

static unsigned make_icmp(unsigned char *f)
{
	unsigned bytes = 8 + below(100);

	packet_fill(f + BODY, bytes);
	f[BODY] = (unsigned char)(below(2) ? 8 : below(20));
	f[BODY + 1] = (unsigned char)below(4);
	return wrap(f, ICMP, bytes);
}

/* To a group, or as if to it, or to all hosts. */
static unsigned to_group(unsigned char *f, unsigned bytes)
{
	put32(f + IP_AT + 16, below(8) ? FIRST_GROUP + below(GROUPS) : 0xe0000001);
	if (below(8)) {
		memcpy(f, (const unsigned char[]){ 1, 0, 0x5e }, 3);
		memcpy(f + 3, f + IP_AT + 17, 3);
	}
	return bytes;
}

static unsigned make_group_datagram(unsigned char *f)
{
	return to_group(f, packet_datagram(f));
}

/* A question for members, a report, the end of one. */
static unsigned make_igmp(unsigned char *f)
{
	static const unsigned char types[] = { 0x11, 0x12, 0x16, 0x17, 0x22 };
	unsigned bytes = 8 + below(20);

	packet_fill(f + BODY, bytes);
	f[BODY] = types[below(sizeof types)];
	put32(f + BODY + 4, below(2) ? 0 : FIRST_GROUP + below(GROUPS));
	return to_group(f, wrap(f, IGMP, bytes));
}

static unsigned make_arp(unsigned char *f)
{
	packet_fill(f, 42);
	memset(f, 0xff, 6);
	memcpy(f + 6, peer_mac, 6);
	put16(f + 12, ARP);
	put32(f + 14, 0x00010800);
	put32(f + 18, 0x06040000 + 1 + below(2));
	memcpy(f + 22, peer_mac, 6);
	put32(f + 28, PEER + below(8));
	put32(f + 38, CARD);
	return 42;
}

/* A part of a datagram. */
static unsigned make_fragment(unsigned char *f)
{
	unsigned bytes = 8 * (1 + below(100)), end;

	packet_fill(f + BODY, bytes);
	end = wrap(f, UDP, bytes);
	put16(f + IP_AT + 6, below(2) << 13 | below(100));
	return end;
}

/* What a DHCP server would answer to a packet. */
static unsigned answer_dhcp(unsigned char *f, const unsigned char *asked)
{
	static const unsigned char options[] = {
		99, 130, 83, 99, 53, 1, 2, 54, 4, 10, 9, 0, 1, 51, 4, 0, 0, 0, 60, 1, 4, 255, 255, 255, 0,
		3, 4, 10, 9, 0, 1, 6, 4, 10, 9, 0, 1, 255,
	};
	unsigned char *m = f + BODY + UDP_HEAD;
	unsigned more = below(64);

	memset(m, 0, DHCP_FIXED);
	memcpy(m, asked + BODY + UDP_HEAD, 44);
	m[0] = 2;
	put32(m + 16, CARD);
	memcpy(m + DHCP_FIXED, options, sizeof options);
	m[DHCP_FIXED + 6] = (unsigned char)(2 + below(6));
	packet_fill(m + DHCP_FIXED + sizeof options, more);
	m[44] = (unsigned char)(below(8) ? 0 : below(256));
	return make_udp(f, DHCP_SERVER, DHCP_CLIENT, DHCP_FIXED + sizeof options + more);
}

/* And a DNS server. */
static unsigned answer_dns(unsigned char *f, const unsigned char *asked, unsigned bytes)
{
	unsigned char *m = f + BODY + UDP_HEAD;
	unsigned n = bytes - BODY - UDP_HEAD;

	memcpy(m, asked + BODY + UDP_HEAD, n);
	put16(m + 2, 0x8180);
	put16(m + 6, 1 + below(3));
	put16(m + n, below(8) ? 0xc00c : below(0x10000));
	put16(m + n + 2, 1);
	put16(m + n + 4, 1);
	put32(m + n + 6, below(1000));
	put16(m + n + 10, below(8) ? 4 : below(100));
	put32(m + n + 12, PEER);
	return make_udp(f, DNS_PORT, get16(asked + BODY), n + 16 + below(20));
}

/* Of a SYN: the largest segment, a scale of the window, selective acknowledgements. */
static unsigned put_options(unsigned char *f)
{
	put32(f + BODY + 20, 0x020405b4);
	put32(f + BODY + 24, below(4) ? 0x01030300 + below(16) : 0x01010101);
	put32(f + BODY + 28, below(4) ? 0x01010402 : 0x01010101);
	return 12;
}

/* A segment that follows one of the server: the state of the connection is in that. */
unsigned packet_answer_tcp(unsigned char *f, const unsigned char *asked, unsigned bytes)
{
	static const unsigned char flags[] = { 0x10, 0x10, 0x10, 0x18, 0x18, 0x11, 0x12, 0x12, 0x02, 0x04, 0x14 };
	const unsigned char *t = asked + BODY;
	unsigned got = bytes - BODY - (t[12] >> 4) * 4u, data = below(3) ? below(60) : below(1400), options = 0;

	if (bytes < BODY + 20 || got > FRAME)
		return 0;
	got += (t[13] & 3) != 0;
	put16(f + BODY, get16(t + 2));
	put16(f + BODY + 2, get16(t));
	put32(f + BODY + 4, get32(t + 8) + (below(4) ? 0 : below(3000)) - (below(8) ? 0 : below(3000)));
	put32(f + BODY + 8, get32(t + 4) + (below(8) ? got : below(3000)));
	f[BODY + 13] = flags[below(sizeof flags)];
	if (t[13] == 2 && below(4))
		f[BODY + 13] = 0x12;
	put16(f + BODY + 14, below(8) ? 8000 : below(100));
	put32(f + BODY + 16, 0);
	if (below(8) == 0) {
		options = 4 * below(10);
		packet_fill(f + BODY + 20, options);
		if (options)
			put32(f + BODY + 20, 0x02040000 + below(2000));
	} else if (f[BODY + 13] & 2) {
		options = put_options(f);
	}
	f[BODY + 12] = (unsigned char)((20 + options) / 4 << 4);
	if (f[BODY + 13] & 2)
		data = 0;
	packet_fill(f + BODY + 20 + options, data);
	packets_known++;
	return wrap(f, TCP, 20 + options + data);
}

/* A new connection to a port where the server may listen. */
unsigned packet_syn(unsigned char *f)
{
	put16(f + BODY, 2000 + below(1000));
	put16(f + BODY + 2, FIRST_PORT + below(PORTS));
	put32(f + BODY + 4, below(1u << 31) * 2);
	put32(f + BODY + 8, 0);
	put32(f + BODY + 12, 0x80020000 + 8000);
	put32(f + BODY + 16, 0);
	return wrap(f, TCP, 20 + put_options(f));
}

/* Of IPv6: a segment of TCP, by way of IPv4, mostly from the address that was asked; else as it was sent. */
static unsigned answer6(unsigned char *f, const unsigned char *asked, unsigned bytes)
{
	unsigned char four[FRAME];
	unsigned n = packet6_to4(four, asked, bytes);

	if (n && four[IP_AT + 9] == TCP) {
		n = packet_answer_tcp(f, four, n);
		n = n ? packet6_from4(f, n) : 0;
		if (below(8)) {
			memcpy(f + FROM6_AT, asked + TO6_AT, TO6_AT - FROM6_AT);
			memcpy(f + TO6_AT, asked + FROM6_AT, TO6_AT - FROM6_AT);
		}
		return n;
	}
	memcpy(f, asked, bytes);
	memcpy(f, card_mac, 6);
	return bytes;
}

/* An answer to a packet of the server, or the packet itself turned round; 0: none fits. */
static unsigned make_answer(unsigned char *f)
{
	const struct seen *s = pick_seen();
	const unsigned char *p = s ? s->frame : NULL;

	if (!s || s->bytes < BODY + UDP_HEAD)
		return 0;
	if (get16(p + 12) == IPV6)
		return answer6(f, p, s->bytes);
	if (get16(p + 12) != IPV4)
		return 0;
	if (p[IP_AT + 9] == TCP)
		return packet_answer_tcp(f, p, s->bytes);
	if (p[IP_AT + 9] == UDP && get16(p + BODY + 2) == DHCP_SERVER)
		return answer_dhcp(f, p);
	if (p[IP_AT + 9] == UDP && get16(p + BODY + 2) == DNS_PORT && s->bytes < 200)
		return answer_dns(f, p, s->bytes);
	memcpy(f, p, s->bytes);
	memcpy(f, card_mac, 6);
	put32(f + IP_AT + 12, PEER);
	put32(f + IP_AT + 16, CARD);
	return s->bytes;
}

/* ---- changes ---- */

static unsigned mutate(unsigned char *f, unsigned bytes)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	unsigned near = bytes < 80 ? bytes : 80;

	switch (below(5)) {
	case 0: f[below(near)] ^= (unsigned char)(1u << below(8)); break;
	case 1: f[below(bytes)] = values[below(sizeof values)]; break;
	case 2: f[IP_AT + below(near - IP_AT)] = (unsigned char)below(256); break;
	case 3: return IP_AT + below(bytes - IP_AT + 1);
	default:
		near = below(200);
		near = near > FRAME - bytes ? FRAME - bytes : near;
		packet_fill(f + bytes, near);
		return bytes + near;
	}
	return bytes;
}

static unsigned make_any(unsigned char *f)
{
	static unsigned (*const make[])(unsigned char *) = {
		make_answer, make_answer, make_answer, make_answer, make_answer, packet_syn, packet_datagram,
		make_icmp, make_igmp, make_group_datagram,
		make_arp, make_fragment, packet6_make, packet6_make, packet6_make, packet6_make,
	};
	unsigned bytes = make[below(sizeof make / sizeof *make)](f);

	return bytes ? bytes : packet_syn(f);
}

unsigned packet_make(unsigned char f[FRAME])
{
	unsigned bytes;

	memset(f, 0, FRAME);
	if (below(100) == 0) {
		bytes = 1 + below(FRAME);
		packet_fill(f, bytes);
		return bytes;
	}
	bytes = make_any(f);
	for (unsigned n = below(3) ? 0 : 1 + below(4); n > 0 && bytes > IP_AT; n--)
		bytes = mutate(f, bytes);
	if (bytes > BODY && get16(f + 12) == IPV4 && below(8))
		sum_up(f, bytes);
	if (bytes > BODY && get16(f + 12) == IPV6 && below(8))
		packet6_sum_up(f, bytes);
	return bytes;
}
