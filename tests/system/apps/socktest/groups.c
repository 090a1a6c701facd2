/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * groups.c - multicast groups, of IPv4 and IPv6: this machine is the only one that sends to them. It needs a
 * card with an address.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "socktest.h"

enum { PORT = 5353, WAIT_MS = 5000, TRIES = 100, TRY_MS = 100 };

static struct sockaddr_in6 at(const char *address)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(PORT) };

	inet_pton(AF_INET6, address, &a.sin6_addr);
	return a;
}

static int open_any(void)
{
	struct sockaddr_in6 any = at("::");
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), on = 1;

	check(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
	      && bind(fd, (struct sockaddr *)&any, sizeof any) == 0, "a socket of any address");
	return fd;
}

static int membership4(int fd, int name)
{
	struct ip_mreq group = { .imr_interface = { INADDR_ANY } };

	inet_pton(AF_INET, "239.1.2.3", &group.imr_multiaddr);
	return setsockopt(fd, IPPROTO_IP, name, &group, sizeof group);
}

static int membership6(int fd, int name)
{
	struct ipv6_mreq group = { .ipv6mr_interface = 0 };

	inet_pton(AF_INET6, "ff02::1234", &group.ipv6mr_multiaddr);
	return setsockopt(fd, IPPROTO_IPV6, name, &group, sizeof group);
}

/* There is no way to a group of IPv6 while the card's address is being checked. */
static bool is_sent(int from, const char *group)
{
	struct sockaddr_in6 a = at(group);

	for (unsigned i = 0; i < TRIES; i++, pause_ms(TRY_MS))
		if (sendto(from, "hello", 5, 0, (struct sockaddr *)&a, sizeof a) == 5)
			return true;
	return false;
}

/* What came before does not count. */
static bool comes(int from, int to, const char *group, int wait_ms)
{
	struct pollfd p = { to, POLLIN, 0 };
	char text[16];

	while (recv(to, text, sizeof text, MSG_DONTWAIT) > 0)
		;
	if (!is_sent(from, group) || poll(&p, 1, wait_ms) != 1)
		return false;
	return recv(to, text, sizeof text, 0) == 5 && memcmp(text, "hello", 5) == 0;
}

void test_groups(void)
{
	const char *four = "::ffff:239.1.2.3", *six = "ff02::1234";
	int a = open_any(), b = open_any(), off = 0;

	check(membership4(a, IP_ADD_MEMBERSHIP) == 0 && membership6(b, IPV6_JOIN_GROUP) == 0,
	      "groups are joined");
	check(comes(b, a, four, WAIT_MS) && comes(a, b, six, WAIT_MS), "what is sent to them comes");
	check(!comes(a, b, four, 500) && !comes(a, a, six, 500), "to no socket that is in another");
	check(membership4(a, IP_ADD_MEMBERSHIP) == -1 && errno == EADDRINUSE, "joined twice: EADDRINUSE");
	check(setsockopt(b, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof off) == 0 && !comes(b, a, four, 500),
	      "IP_MULTICAST_LOOP off: only to other machines");
	check(membership4(a, IP_DROP_MEMBERSHIP) == 0 && !comes(a, a, four, 500), "a group is left");
	check(membership4(a, IP_DROP_MEMBERSHIP) == -1 && errno == EADDRNOTAVAIL, "twice: EADDRNOTAVAIL");
	close(a);
	close(b);
}
