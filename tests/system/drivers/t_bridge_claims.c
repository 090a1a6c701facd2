/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_bridge_claims.c - the bridge: the addresses of the network layer that a client may send with.
 */
#include <string.h>
#include <servers/bridge/guard.h>
#include "t_bridge_clients.h"

#define MAC_OTHER	((uint64_t)2 << 40)	/* in an address of IPv6 it is the other way round */

enum { ARP_MAC = 22, ARP_IP = 28, PROTOCOL = 23, UDP_AT = 34, NEXT6 = 20, FROM6 = 22, ND_AT = 54,
       TARGET6 = 62, OPTION6 = 78, DHCP_BYTES = 300,
       VLAN = 0x8100, IP6 = 0x86dd, FRAME6 = FRAME + 40, PARTS = 44 };

/* The client's next frame, of that type, with `bytes` zeros. */
static char *prepare(unsigned who, unsigned type, unsigned bytes)
{
	struct link_entry e;
	char *f = br_buffer(who, 0);

	while (ring_take(&br_link[who].send, &br_link[who].rings->sent, &e))
		;
	memset(f, 0, bytes);
	br_put_mac(f, BROADCAST);
	br_put_mac(f + MAC_FROM, br_link[who].mac);
	f[TYPE] = (char)(type >> 8);
	f[TYPE + 1] = (char)type;
	return f;
}

static bool passes(unsigned who, unsigned bytes)
{
	uint64_t sent = br_info(who).sent, refused = br_info(who).refused;

	link_ask(&br_link[who].send, &br_link[who].rings->send, br_entry(0, bytes));
	br_bell(who);
	while (br_out() != -1)
		;
	return br_info(who).sent == sent + 1 && br_info(who).refused == refused;
}

static void put_arp(char *f, uint64_t mac, uint32_t ip)
{
	static const unsigned char head[] = { 0, 1, 8, 0, 6, 4, 0, 2 };

	memcpy(f + PAYLOAD, head, sizeof head);
	br_put_mac(f + ARP_MAC, mac);
	br_put_ip(f + ARP_IP, ip);
}

static bool arp_passes(unsigned who, uint64_t mac, uint32_t ip)
{
	put_arp(prepare(who, 0x0806, FRAME), mac, ip);
	return passes(who, FRAME);
}

static bool ip_passes(unsigned who, uint32_t from, unsigned udp_from, unsigned udp_to)
{
	char *f = prepare(who, 0x0800, FRAME);

	f[PAYLOAD] = 0x45;
	f[PROTOCOL] = udp_from ? 17 : 1;
	br_put_ip(f + IP_FROM, from);
	br_put_ip(f + UDP_AT, udp_from << 16 | udp_to);
	return passes(who, FRAME);
}

static void put_half(char *at, uint64_t mac)
{
	br_put_mac(at, mac ^ MAC_OTHER);
	memmove(at + 5, at + 3, 3);
	at[3] = (char)0xff;
	at[4] = (char)0xfe;
}

/* A frame of IPv6 from the address that `from` makes, 0: from none. */
static char *prepare6(unsigned who, uint64_t from, unsigned next)
{
	char *f = prepare(who, IP6, FRAME6);

	f[PAYLOAD] = 0x60;
	f[NEXT6] = (char)next;
	if (from) {
		f[FROM6] = (char)0xfe;
		f[FROM6 + 1] = (char)0x80;
		put_half(f + FROM6 + 8, from);
	}
	return f;
}

static void put_link(char *option, unsigned kind, uint64_t mac)
{
	option[0] = (char)kind;
	option[1] = 1;
	br_put_mac(option + 2, mac);
}

/* Neighbor discovery about the address that `about` makes, with a link address; behind a header. */
static bool nd_passes(unsigned kind, uint64_t from, uint64_t about, uint64_t link, unsigned behind)
{
	char *f = prepare6(0, from, behind);
	unsigned more = behind == 58 ? 0 : 8;

	f[ND_AT] = 58;
	f[ND_AT + more] = (char)kind;
	put_half(f + TARGET6 + more + 8, about);
	put_link(f + OPTION6 + more, 2, link);
	return passes(0, OPTION6 + more + 8);
}

/* A question for routers, with a link address. */
static bool rs_passes(uint64_t from, uint64_t link)
{
	char *f = prepare6(0, from, 58);

	f[ND_AT] = (char)133;
	put_link(f + ND_AT + 8, 1, link);
	return passes(0, ND_AT + 16);
}

/* A datagram of UDP over IPv6, as a whole or as the first of its parts. */
static bool udp6_passes(uint64_t from, unsigned port, bool in_parts)
{
	char *f = prepare6(0, from, in_parts ? PARTS : 17);
	unsigned more = in_parts ? 8 : 0;

	f[ND_AT] = 17;
	br_put_ip(f + ND_AT + more, port << 16 | 546);
	return passes(0, ND_AT + more + 8);
}

/* A frame comes by the card. */
static bool arrives(const char *frame, unsigned bytes)
{
	struct vdev_chain c;

	if (!vdev_take(&br_card, RECEIVE, &c))
		return false;
	memcpy((char *)c.part[0].at + LINK_HEADER, frame, bytes);
	vdev_return(&br_card, RECEIVE, c.head, LINK_HEADER + bytes);
	machine_wait(1000);
	return true;
}

static bool outside_has(uint32_t ip)
{
	char f[FRAME] = { 0 };

	br_fill(f, BROADCAST, OUTSIDE, 0);
	f[TYPE + 1] = 6;
	put_arp(f, OUTSIDE, ip);
	return arrives(f, FRAME);
}

/* A DHCP server beyond the card acknowledges that address, and names itself as router. */
static bool acknowledges(uint64_t mac, uint32_t ip, uint32_t router)
{
	static const unsigned char options[] = { 53, 1, 5, 3, 4 };
	char f[DHCP_BYTES] = { 0 }, *m = f + UDP_AT + 8;

	br_fill(f, BROADCAST, OUTSIDE, 0);
	f[PROTOCOL] = 17;
	br_put_ip(f + UDP_AT, 67 << 16 | 68);
	br_put_ip(m + 16, ip);
	br_put_mac(m + 28, mac);
	memcpy(m + 240, options, sizeof options);
	br_put_ip(m + 240 + sizeof options, router);
	return arrives(f, DHCP_BYTES);
}

TEST(bridge_claims, "a client has its own addresses of IPv4: none of another client or of a host outside")
{
	const uint32_t a = 0x0a000001, b = 0x0a000002, gateway = 0x0a0000fe, dhcp = 0x0a000009;

	CHECK(br_begin());
	CHECK(arp_passes(0, br_link[0].mac, a) && ip_passes(0, a, 0, 0) && arp_passes(1, br_link[1].mac, b));
	CHECK(!arp_passes(0, br_link[0].mac, b) && !ip_passes(0, b, 0, 0) && !ip_passes(1, a, 1000, 1000));
	CHECK(!arp_passes(0, br_link[1].mac, a) && !arp_passes(0, OUTSIDE, a));
	CHECK(arp_passes(0, br_link[0].mac, 0));
	CHECK(outside_has(gateway) && !arp_passes(0, br_link[0].mac, gateway) && !ip_passes(1, gateway, 0, 0));
	CHECK(arp_passes(0, br_link[0].mac, dhcp) && acknowledges(br_link[1].mac, dhcp, gateway + 1));
	CHECK(!arp_passes(0, br_link[0].mac, dhcp) && ip_passes(1, dhcp, 0, 0));
	CHECK(!arp_passes(1, br_link[1].mac, gateway + 1) && outside_has(dhcp) && ip_passes(1, dhcp, 0, 0));
	CHECK(outside_has(a) && !ip_passes(0, a, 0, 0));
	CHECK(!ip_passes(0, 0xe0000001, 0, 0) && !ip_passes(0, 0x7f000001, 0, 0) && !ip_passes(0, ~0u, 0, 0));
	for (uint32_t more = 0x0b000000; more < 0x0b000000 + GUARD_OWN; more++)
		CHECK(ip_passes(0, more, 0, 0));
	CHECK(!ip_passes(0, 0x0b000100, 0, 0));
}

TEST(bridge_no_server, "a client is no DHCP server and sends ARP, IP and types for experiments only")
{
	const uint32_t a = 0x0a000001;

	CHECK(br_begin());
	CHECK(ip_passes(0, 0, 68, 67) && !ip_passes(0, 0, 68, 1000) && !ip_passes(0, 0, 0, 0));
	CHECK(ip_passes(0, a, 68, 67) && !ip_passes(0, a, 67, 68) && !ip_passes(0, a, 67, 1000));
	prepare(0, VLAN, FRAME);
	CHECK(!passes(0, FRAME));
	prepare(0, 0x0026, FRAME);
	CHECK(!passes(0, FRAME));
	for (unsigned type = 0x88b4; type <= 0x88b7; type++) {
		prepare(0, type, FRAME);
		CHECK(passes(0, FRAME) == (type == 0x88b5 || type == 0x88b6));
	}
	prepare(0, 0x0800, FRAME);
	CHECK(!passes(0, FRAME) && !passes(0, PAYLOAD + 10));
	prepare(0, IP6, FRAME);
	CHECK(!passes(0, FRAME));
}

TEST(bridge_claims6, "of IPv6 a client has what is made of its Ethernet address, and is no router")
{
	uint64_t own, other;

	CHECK(br_begin());
	own = br_link[0].mac;
	other = br_link[1].mac;
	for (unsigned kind = 134; kind <= 137; kind++) {
		bool good = kind == 135 || kind == 136;

		CHECK(nd_passes(kind, own, own, own, 58) == good && nd_passes(kind, own, own, own, 60) == good);
		CHECK(!nd_passes(kind, other, own, own, 58) && !nd_passes(kind, own, own, other, 58));
		CHECK(nd_passes(kind, own, other, own, 58) == (kind == 135));
		CHECK(nd_passes(kind, 0, own, own, 58) == good && !nd_passes(kind, 0, other, own, 58));
		CHECK(!nd_passes(kind, own, own, own, PARTS));
	}
	CHECK(rs_passes(own, own) && rs_passes(0, own) && !rs_passes(own, other) && !rs_passes(other, own));
	for (unsigned in_parts = 0; in_parts <= 1; in_parts++) {
		CHECK(udp6_passes(own, 1000, in_parts) && !udp6_passes(own, 547, in_parts));
		CHECK(!udp6_passes(other, 1000, in_parts) && !udp6_passes(0, 1000, in_parts));
	}
}

TEST(bridge_claims_anew, "a client that attaches itself anew has no address until it sends with one")
{
	const uint32_t a = 0x0a000001, dhcp = 0x0a000009, other = 0x0a000002;

	CHECK(br_begin() && ip_passes(0, a, 0, 0) && acknowledges(br_link[0].mac, dhcp, 0x0a0000fe));
	CHECK(!ip_passes(1, a, 0, 0) && !ip_passes(1, dhcp, 0, 0) && ip_passes(1, other, 0, 0));
	CHECK(br_attach(0) && ip_passes(1, a, 0, 0) && ip_passes(1, dhcp, 0, 0) && !ip_passes(0, a, 0, 0));
	CHECK(!ip_passes(0, other, 0, 0) && !ip_passes(0, 0x0a0000fe, 0, 0));
}
