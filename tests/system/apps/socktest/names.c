/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * names.c - addresses of hosts that need no name server.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include "socktest.h"

static int find(const char *host, const char *port, int flags, struct sockaddr_in *to)
{
	struct addrinfo *found, hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = flags };
	int e = getaddrinfo(host, port, &hints, &found);

	if (e)
		return e;
	memcpy(to, found->ai_addr, sizeof *to);
	freeaddrinfo(found);
	return 0;
}

void test_names(void)
{
	struct sockaddr_in a = { 0 }, loopback = local(80);
	char host[64], port[16];

	check(find("127.0.0.1", "80", 0, &a) == 0 && same(&a, &loopback), "getaddrinfo of a number");
	check(find("localhost", "80", 0, &a) == 0 && same(&a, &loopback), "getaddrinfo of localhost");
	check(find(NULL, "80", 0, &a) == 0 && same(&a, &loopback), "getaddrinfo without a host");
	check(find(NULL, "80", AI_PASSIVE, &a) == 0 && a.sin_addr.s_addr == INADDR_ANY, "AI_PASSIVE");
	check(find("a.b.c.d", "80", AI_NUMERICHOST, &a) == EAI_NONAME, "AI_NUMERICHOST: EAI_NONAME");
	check(getnameinfo((struct sockaddr *)&loopback, sizeof loopback, host, sizeof host, port, sizeof port,
			  NI_NUMERICHOST | NI_NUMERICSERV) == 0
	      && strcmp(host, "127.0.0.1") == 0 && strcmp(port, "80") == 0, "getnameinfo");
	check(strcmp(inet_ntoa(loopback.sin_addr), "127.0.0.1") == 0, "inet_ntoa");
}
