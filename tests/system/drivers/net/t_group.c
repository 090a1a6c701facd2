/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_group.c - the network server's sockets in multicast groups.
 */
#include <string.h>
#include <pecan/sockets.h>
#include <servers/net/socket/sock.h>
#include <servers/net/interface/timers.h>
#include "../machine.h"
#include "peer.h"
#include "t_net.h"

enum { GROUP_PORT = 5000, IGMP_REPORT = 0x16, IGMP_LEAVE = 0x17 };

static const uint32_t group_number = 0xef010203;	/* 239.1.2.3 */
static const struct socket_address group = SOCKET_IPV4(0xef010203), group6 = { 0xff02ull << 48, 0x77 };

static struct socket open_at(struct socket_address address, uint16_t port)
{
	struct socket s = { 0 };

	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	CHECK(socket_set(&s, SOCKETS_REUSE, 1) == SOCKETS_OK);
	CHECK(socket_bind(&s, (struct socket_name){ address, port }) == SOCKETS_OK);
	return s;
}

static struct socket open_any(void)
{
	return open_at((struct socket_address){ 0 }, GROUP_PORT);
}

static unsigned waiting(const struct socket *s)
{
	unsigned got = 0;
	char text[8];

	while (socket_receive(s, text, sizeof text, 0, NULL) == 1)
		got++;
	return got;
}

/* The peer sends a datagram to the group, at the port of s. Returns what s has got then. */
static unsigned sent_to_group(const struct socket *s)
{
	struct socket_name to = name(PEER, PEER_ECHO);

	peer.group = group_number;
	CHECK(socket_send(s, "x", 1, &to) == 1);
	machine_wait(SECOND_US);
	return waiting(s);
}

TEST(net_group, "datagrams of a group come to a socket in it; IGMP reports that it joins and leaves")
{
	struct socket s;

	net_begin();
	s = open_any();
	CHECK(sent_to_group(&s) == 0 && peer.membership == 0);
	CHECK(socket_group(&s, group, false) == SOCKETS_E_ADDRESS);
	CHECK(socket_group(&s, group, true) == SOCKETS_OK && sent_to_group(&s) == 1);
	CHECK(peer.membership == IGMP_REPORT && peer.joined == group_number);
	CHECK(socket_group(&s, group, true) == SOCKETS_E_IN_USE);
	machine_wait(60ul * SECOND_US);
	CHECK(!timers_needed());
	CHECK(socket_group(&s, group, false) == SOCKETS_OK && sent_to_group(&s) == 0);
	CHECK(peer.membership == IGMP_LEAVE && peer.joined == group_number);
}

TEST(net_group_members, "each member with the port, and the group or no address as its name, gets a copy")
{
	struct socket a, b, other, out, port;

	net_begin();
	a = open_any();
	b = open_at(group, GROUP_PORT);
	other = open_any();
	out = open_at((struct socket_address)SOCKET_IPV4(PEER_OWN), GROUP_PORT);
	port = open_at((struct socket_address){ 0 }, GROUP_PORT + 1);
	CHECK(socket_group(&a, group, true) == SOCKETS_OK && socket_group(&b, group, true) == SOCKETS_OK);
	CHECK(socket_group(&out, group, true) == SOCKETS_OK && socket_group(&port, group, true) == SOCKETS_OK);
	CHECK(sent_to_group(&a) == 1 && waiting(&b) == 1 && waiting(&other) == 0 && waiting(&out) == 0);
	CHECK(waiting(&port) == 0);
	CHECK(socket_close(&a, false) == SOCKETS_OK && sent_to_group(&other) == 0 && waiting(&b) == 1);
}

TEST(net_group_parts, "a datagram to a group comes in parts, of which the last one may be empty")
{
	struct socket_name to = name(PEER, PEER_ECHO);
	struct socket s;
	char text[16];

	net_begin();
	s = open_any();
	CHECK(socket_group(&s, group, true) == SOCKETS_OK);
	peer.group = group_number;
	peer.in_parts = true;
	CHECK(socket_send(&s, "in parts", 8, &to) == 8);
	machine_wait(SECOND_US);
	CHECK(socket_receive(&s, text, sizeof text, 0, NULL) == 8 && memcmp(text, "in parts", 8) == 0);
}

TEST(net_group_families, "a member with a name of IPv4 gets nothing of a group of IPv6, and the reverse")
{
	struct socket_name to = { group, GROUP_PORT }, to6 = { group6, GROUP_PORT };
	struct socket_address any4 = SOCKET_IPV4(0), any6 = { 0 };
	struct socket four, six = { 0 };

	net_begin();
	four = open_at(any4, GROUP_PORT);
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_BOTH, &six) == SOCKETS_OK);
	CHECK(socket_set(&six, SOCKETS_REUSE, 1) == SOCKETS_OK);
	CHECK(socket_group(&four, group6, true) == SOCKETS_OK && socket_group(&six, group, true) == SOCKETS_OK);
	CHECK(socket_set(&six, SOCKETS_FAMILY, SOCKETS_IPV6) == SOCKETS_OK);
	CHECK(socket_bind(&six, (struct socket_name){ any6, GROUP_PORT }) == SOCKETS_OK);
	CHECK(socket_send(&four, "x", 1, &to) == 1 && socket_send(&six, "y", 1, &to6) == 1);
	machine_wait(SECOND_US);
	CHECK(waiting(&four) == 0 && waiting(&six) == 0);
	CHECK(socket_group(&six, group6, true) == SOCKETS_OK && socket_send(&six, "y", 1, &to6) == 1);
	machine_wait(SECOND_US);
	CHECK(waiting(&four) == 0 && waiting(&six) == 1);
}

TEST(net_group_all, "the groups of all hosts are joined and left without a report")
{
	static const struct socket_address all[] = {
		SOCKET_IPV4(0xe0000001), { 0xff01ull << 48, 1 }, { 0xff02ull << 48, 1 },
	};
	unsigned frames;
	struct socket s;

	net_begin();
	s = open_any();
	machine_wait(60ul * SECOND_US);
	frames = peer.frames;
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		CHECK(socket_group(&s, all[i], true) == SOCKETS_OK);
		CHECK(socket_group(&s, all[i], true) == SOCKETS_E_IN_USE);
		machine_wait(SECOND_US);
		CHECK(socket_group(&s, all[i], false) == SOCKETS_OK);
		CHECK(socket_group(&s, all[i], false) == SOCKETS_E_ADDRESS);
	}
	CHECK(peer.frames == frames);
}

TEST(net_group_loop, "what is sent to a group comes to this machine's members and to the card, or that alone")
{
	struct socket_name to = { group, GROUP_PORT }, to6 = { group6, GROUP_PORT };
	unsigned frames;
	struct socket s;

	net_begin();
	s = open_any();
	CHECK(socket_group(&s, group, true) == SOCKETS_OK && socket_group(&s, group6, true) == SOCKETS_OK);
	machine_wait(60ul * SECOND_US);
	frames = peer.frames;
	CHECK(socket_send(&s, "x", 1, &to) == 1 && socket_send(&s, "y", 1, &to6) == 1);
	machine_wait(SECOND_US);
	CHECK(waiting(&s) == 2 && peer.frames == frames + 2);
	CHECK(socket_set(&s, SOCKETS_GROUP_LOOP, 0) == SOCKETS_OK && socket_send(&s, "x", 1, &to) == 1);
	machine_wait(SECOND_US);
	CHECK(waiting(&s) == 0 && peer.frames == frames + 3);
}

TEST(net_group_refused, "no group, one not for the socket, and more than one client can have are refused")
{
	struct socket_address many = group;
	struct socket tcp, udp, only6;
	unsigned joined = 0;

	net_begin();
	udp = open_any();
	CHECK(socket_open(SOCKETS_TCP, SOCKETS_BOTH, &tcp) == SOCKETS_OK);
	CHECK(socket_open(SOCKETS_UDP, SOCKETS_IPV6, &only6) == SOCKETS_OK);
	CHECK(socket_group(&tcp, group, true) == SOCKETS_E_KIND);
	CHECK(socket_group(&udp, name(PEER, 0).address, true) == SOCKETS_E_ARGUMENT);
	CHECK(socket_group(&only6, group, true) == SOCKETS_E_ARGUMENT);
	CHECK(socket_bind(&tcp, (struct socket_name){ group, GROUP_PORT }) == SOCKETS_E_ADDRESS);
	CHECK(socket_set(&udp, SOCKETS_GROUP_TTL, 0) == SOCKETS_E_ARGUMENT);
	for (; socket_group(&udp, many, true) == SOCKETS_OK; many.low++)
		joined++;
	CHECK(joined == GROUPS_OF_ONE && socket_group(&udp, many, true) == SOCKETS_E_LIMIT);
	CHECK(socket_close(&udp, false) == SOCKETS_OK && socket_group(&only6, group6, true) == SOCKETS_OK);
}

/* As many groups as the owner gets with one socket. */
static unsigned joined_by(struct owner *o)
{
	struct socket_address many = group;
	unsigned joined = 0;
	struct sock *s;

	CHECK(sock_open(o, SOCKETS_UDP, SOCKETS_BOTH, &s) == SOCKETS_OK);
	for (; group_set(s, many, true) == SOCKETS_OK; many.low++)
		joined++;
	return joined;
}

TEST(net_group_reserved, "a section joins its reserved groups when other clients are in all that are shared")
{
	enum { SHARERS = NET_GROUPS / GROUPS_OF_ONE };
	static struct owner sharer[SHARERS], named;
	unsigned shared = 0;

	net_begin();
	places_know(1);
	named.section = 1;
	for (unsigned i = 0; i < SHARERS; i++)
		shared += joined_by(&sharer[i]);
	CHECK(shared == NET_GROUPS - GROUPS_OF_SECTION && joined_by(&named) == GROUPS_OF_SECTION);
	sock_close_all(&named, true);
	named.section = 1;
	CHECK(joined_by(&sharer[0]) == 0 && joined_by(&named) == GROUPS_OF_SECTION);
}
