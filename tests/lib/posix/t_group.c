/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_group.c - options of sockets in multicast groups.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <pecan/sockets.h>
#include "net_fake.h"
#include "px.h"

static struct net_socket *const first = &net.socket[0];

TEST(socket_group_options, "groups are joined and left by their options; IP's numbers may be single bytes")
{
	struct ip_mreqn four = { .imr_multiaddr = { htonl(0xef010203) }, .imr_ifindex = 1 };
	struct ipv6_mreq six = { .ipv6mr_multiaddr = { { { 0xff, 2, [15] = 9 } } } };
	socklen_t one = 1;
	unsigned char byte = 9, got = 0;
	int usual = -1, value = 0;

	CHECK(px(SYS_socket, AF_INET6, SOCK_DGRAM, 0) == 3);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof four) == 0);
	CHECK(first->joins == 1 && first->group_high == 0 && first->group_low == (SOCKET_MAPPED | 0xef010203));
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_DROP_MEMBERSHIP, &four, sizeof(struct ip_mreq)) == 0);
	CHECK(first->leaves == 1);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof six) == 0);
	CHECK(first->joins == 2 && first->group_high == 0xff02ull << 48 && first->group_low == 9);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_LEAVE_GROUP, &six, sizeof six) == 0);
	CHECK(first->leaves == 2);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, 7) == -EINVAL);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, 16) == -EINVAL);
	four.imr_ifindex = SOCKETS_CARDS;
	six.ipv6mr_interface = SOCKETS_CARDS;
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof four) == 0);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof six) == 0);
	CHECK(first->joins == 4);
	four.imr_ifindex = SOCKETS_CARDS + 1;
	six.ipv6mr_interface = SOCKETS_CARDS + 1;
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof four) == -ENODEV);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof six) == -ENODEV);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_MULTICAST_TTL, &byte, 1) == 0);
	CHECK(first->option[SOCKETS_GROUP_TTL] == 9);
	CHECK(px(SYS_getsockopt, 3, IPPROTO_IP, IP_MULTICAST_TTL, &got, &one) == 0 && got == 9 && one == 1);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &usual, sizeof usual) == 0);
	CHECK(first->option[SOCKETS_GROUP_TTL] == 1);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IP, IP_MULTICAST_LOOP, &value, sizeof value) == 0);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_MULTICAST_IF, &value, sizeof value) == 0);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &byte, 1) == -EINVAL);
}
