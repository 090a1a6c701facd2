/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.c - see guard.h.
 */
#include <pecan/endian.h>

#include "guard.h"
#include "mac.h"
#include "port.h"

enum {
	TYPE = 12, NET = MAC_HEADER, IPV4 = 0x0800, ARP = 0x0806, IPV6 = 0x86dd,
	EXPERIMENT = 0x88b5, EXPERIMENT2 = 0x88b6,	/* IEEE 802: they have no address of the network layer */
	UDP = 17, ICMP6 = 58,
	ARP_BYTES = 28, ARP_MAC = NET + 8, ARP_IP = NET + 14, IP_BYTES = 20, UDP_BYTES = 8, IP6_BYTES = 40,
	IP_FLAGS = NET + 6, IP_PROTOCOL = NET + 9, IP_FROM = NET + 12, IP6_NEXT = NET + 6, IP6_FROM = NET + 8,
	HOP = 0, ROUTING = 43, FRAGMENT = 44, OPTIONS = 60, HEADERS = 4,	/* of IPv6; so many before the last */
	SERVER = 67, CLIENT = 68, SERVER6 = 547,
	ADVERTISES_ROUTER = 134, ASKS = 135, ANSWERS = 136, REDIRECTS = 137, TARGET = 8, ND_BYTES = 24,
	SOLICITS_ROUTER = 133, RS_BYTES = 8, LINK_SOURCE = 1, LINK_TARGET = 2,
	DHCP_ADDRESS = 16, DHCP_MAC = 28, DHCP_OPTIONS = 240, DHCP_KIND = 53, DHCP_ACK = 5, DHCP_ROUTER = 3,
	DHCP_NAMES = 6, DHCP_SERVER = 54, DHCP_PAD = 0, DHCP_END = 255,
	OUTSIDE = 64,
};

static uint32_t outside[OUTSIDE];	/* of hosts beyond the card; a ring */
static unsigned next_outside;

/* ---- the ports' addresses of IPv4 ---- */

static bool has(const struct port *p, uint32_t ip)
{
	for (unsigned i = 0; i < p->guard.count; i++)
		if (p->guard.own[i] == ip)
			return true;
	return p->guard.given == ip;
}

static void take_away(struct guard *g, uint32_t ip)
{
	for (unsigned i = 0; i < g->count; i++)
		if (g->own[i] == ip)
			g->own[i--] = g->own[--g->count];
}

static struct port *owner(uint32_t ip)
{
	for (struct port *p = ports; p < ports + PORTS; p++)
		if (p->x.rings && has(p, ip))
			return p;
	return NULL;
}

static uint32_t *find_outside(uint32_t ip)
{
	for (unsigned i = 0; i < OUTSIDE; i++)
		if (outside[i] == ip)
			return &outside[i];
	return NULL;
}

/* A single host's. */
static bool is_host(uint32_t ip)
{
	return ip >> 24 != 0 && ip >> 24 != 127 && ip >> 28 < 14;
}

static bool may_have(struct port *p, uint32_t ip)
{
	if (has(p, ip))
		return true;
	if (!is_host(ip) || p->guard.count == GUARD_OWN || owner(ip) || find_outside(ip))
		return false;
	p->guard.own[p->guard.count++] = ip;
	return true;
}

static void is_outside(uint32_t ip)
{
	struct port *p = owner(ip);

	if (!is_host(ip) || find_outside(ip) || (p && p->guard.given == ip))
		return;
	if (p)
		take_away(&p->guard, ip);
	outside[next_outside++ % OUTSIDE] = ip;
}

static void give(struct port *p, uint32_t ip)
{
	uint32_t *other = find_outside(ip);

	if (other)
		*other = 0;
	for (struct port *q = ports; q < ports + PORTS; q++) {
		take_away(&q->guard, ip);
		if (q->guard.given == ip)
			q->guard.given = 0;
	}
	p->guard.given = ip;
}

/* ---- a frame of a port ---- */

static bool permits_arp(struct port *p, const char *f, unsigned bytes)
{
	uint32_t ip;

	if (bytes < NET + ARP_BYTES || be64_at(f + NET) >> 16 != 0x000108000604 || mac_at(f + ARP_MAC) != p->mac)
		return false;
	ip = be32_at(f + ARP_IP);
	return ip == 0 || may_have(p, ip);	/* 0: it asks whether an address is in use */
}

/* A datagram that is no answer of a DHCP server; from no address only a question to one. */
static bool permits_udp(const char *udp, unsigned bytes, unsigned server, bool has_source)
{
	if (bytes < UDP_BYTES)
		return false;
	return be16_at(udp) != server && (has_source || be16_at(udp + 2) == server);
}

static bool permits_ipv4(struct port *p, const char *f, unsigned bytes)
{
	unsigned head = (unsigned)(f[NET] & 15) * 4, offset;
	uint32_t from;

	if (bytes < NET + IP_BYTES || (f[NET] & 0xf0) != 0x40 || head < IP_BYTES || bytes < NET + head)
		return false;
	from = be32_at(f + IP_FROM);
	offset = be16_at(f + IP_FLAGS) & 0x1fff;
	if (from != 0 && !may_have(p, from))
		return false;
	if (f[IP_PROTOCOL] == UDP && offset == 0)
		return permits_udp(f + NET + head, bytes - NET - head, SERVER, from != 0);
	return from != 0;
}

/* The last half of an address of IPv6 that is made of an Ethernet address (RFC 4291, appendix A). */
static uint64_t half_of(uint64_t mac)
{
	return ((mac >> 24) << 40 | (uint64_t)0xfffe << 24 | (mac & 0xffffff)) ^ (uint64_t)2 << 56;
}

/* Options of neighbor discovery: each Ethernet address is the port's. */
static bool permits_links(const struct port *p, const char *option, const char *end)
{
	while (end - option >= 8) {
		unsigned bytes = (unsigned)(unsigned char)option[1] * 8;

		if (bytes == 0 || (option[0] <= LINK_TARGET && option[0] >= LINK_SOURCE
				   && mac_at(option + 2) != p->mac))
			return false;
		if (bytes > (unsigned)(end - option))
			return false;
		option += bytes;
	}
	return true;
}

static bool permits_icmp6(const struct port *p, const char *at, const char *end, bool has_source)
{
	unsigned kind = at < end ? (unsigned char)at[0] : REDIRECTS, bytes = (unsigned)(end - at);

	switch (kind) {
	case ADVERTISES_ROUTER:
	case REDIRECTS:
		return false;
	case SOLICITS_ROUTER:
		return bytes >= RS_BYTES && permits_links(p, at + RS_BYTES, end);
	case ASKS:
	case ANSWERS:
		return bytes >= ND_BYTES && permits_links(p, at + ND_BYTES, end)
		       && ((has_source && kind == ASKS) || be64_at(at + TARGET + 8) == half_of(p->mac));
	default:
		return true;
	}
}

/* A header of IPv6 that stands before another one. */
static bool is_extension(unsigned next)
{
	return next == HOP || next == ROUTING || next == OPTIONS;
}

/* What is behind the headers of IPv6. Parts of a datagram that begins with another header are refused. */
static bool permits_next(const struct port *p, unsigned next, const char *at, const char *end,
			 bool has_source)
{
	for (unsigned i = 0; i < HEADERS && is_extension(next); i++) {
		unsigned bytes = end - at >= 8 ? ((unsigned)(unsigned char)at[1] + 1) * 8 : 0;

		if (bytes == 0 || bytes > (unsigned)(end - at))
			return false;
		next = (unsigned char)at[0];
		at += bytes;
	}
	if (is_extension(next))
		return false;
	switch (next) {
	case FRAGMENT:
		if (!has_source || end - at < 8 || at[0] == ICMP6 || at[0] == FRAGMENT
		    || is_extension((unsigned char)at[0]))
			return false;
		return at[0] != UDP || be16_at(at + 2) >> 3 != 0
		       || permits_udp(at + 8, (unsigned)(end - at) - 8, SERVER6, true);
	case ICMP6:
		return permits_icmp6(p, at, end, has_source);
	case UDP:
		return has_source && permits_udp(at, (unsigned)(end - at), SERVER6, true);
	default:
		return has_source;
	}
}

static bool permits_ipv6(const struct port *p, const char *f, unsigned bytes)
{
	bool has_source;

	if (bytes < NET + IP6_BYTES || (f[NET] & 0xf0) != 0x60)
		return false;
	has_source = be64_at(f + IP6_FROM) != 0 || be64_at(f + IP6_FROM + 8) != 0;
	if (has_source && be64_at(f + IP6_FROM + 8) != half_of(p->mac))
		return false;
	return permits_next(p, (unsigned char)f[IP6_NEXT], f + NET + IP6_BYTES, f + bytes, has_source);
}

bool guard_permits(struct port *p, const char *frame, unsigned bytes)
{
	switch (be16_at(frame + TYPE)) {
	case ARP: return permits_arp(p, frame, bytes);
	case IPV4: return permits_ipv4(p, frame, bytes);
	case IPV6: return permits_ipv6(p, frame, bytes);
	case EXPERIMENT:
	case EXPERIMENT2: return true;
	default: return false;
	}
}

/* ---- a frame from the card ---- */

/* What a DHCP server says of its network, and the address that it gives a port. */
static void learn_dhcp(const char *message, unsigned bytes)
{
	struct port *p = port_with_mac(mac_at(message + DHCP_MAC));
	bool is_ack = false;

	for (unsigned at = DHCP_OPTIONS, n; at + 1 < bytes && (unsigned char)message[at] != DHCP_END; at += n) {
		unsigned kind = (unsigned char)message[at];

		n = kind == DHCP_PAD ? 1 : 2 + (unsigned)(unsigned char)message[at + 1];
		if (n == 1 || at + n > bytes)
			continue;
		is_ack |= kind == DHCP_KIND && n > 2 && message[at + 2] == DHCP_ACK;
		if (kind == DHCP_ROUTER || kind == DHCP_NAMES || kind == DHCP_SERVER)
			for (unsigned i = 2; i + 4 <= n; i += 4)
				is_outside(be32_at(message + at + i));
	}
	if (is_ack && p && is_host(be32_at(message + DHCP_ADDRESS)))
		give(p, be32_at(message + DHCP_ADDRESS));
}

void guard_learn(const char *frame, unsigned bytes)
{
	unsigned type = be16_at(frame + TYPE), head = bytes > NET ? (unsigned)(frame[NET] & 15) * 4 : 0;
	const char *udp = frame + NET + head;

	if (type == ARP && bytes >= NET + ARP_BYTES && !port_with_mac(mac_at(frame + ARP_MAC)))
		is_outside(be32_at(frame + ARP_IP));
	if (type == IPV4 && head >= IP_BYTES && bytes >= NET + head + UDP_BYTES + DHCP_OPTIONS
	    && frame[IP_PROTOCOL] == UDP && (be16_at(frame + IP_FLAGS) & 0x1fff) == 0 && be16_at(udp) == SERVER
	    && be16_at(udp + 2) == CLIENT)
		learn_dhcp(udp + UDP_BYTES, bytes - NET - head - UDP_BYTES);
}
