/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - socktest: sockets of the C library, over the loopback; docs/user/libc.md.
 *
 *   socktest           all checks; ends with a line "N passed, N failed"
 *   socktest groups     multicast, by the card
 *   socktest held      keeps a connection until the network server ends, then makes new ones
 *   socktest name HOST what getaddrinfo finds
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "socktest.h"

enum { WAIT_MS = 10000 };

static unsigned passed, failed;

void check(bool holds, const char *what)
{
	if (!holds)
		printf("not ok - %s (errno %d)\n", what, errno);
	passed += holds;
	failed += !holds;
}

void pause_ms(unsigned ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000l }, NULL);
}

/* ---- sockets over the loopback ---- */

struct sockaddr_in local(unsigned short port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

bool same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_family == b->sin_family && a->sin_port == b->sin_port
	    && a->sin_addr.s_addr == b->sin_addr.s_addr;
}

struct sockaddr_in name_of(int fd)
{
	struct sockaddr_in a = { 0 };
	socklen_t bytes = sizeof a;

	getsockname(fd, (struct sockaddr *)&a, &bytes);
	return a;
}

static int open_bound(int type)
{
	struct sockaddr_in at = local(0);
	int fd = socket(AF_INET, type, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0)
		return fd;
	perror("socktest: there is no socket");
	exit(1);
}

int open_datagram(void)
{
	return open_bound(SOCK_DGRAM);
}

int open_listener(void)
{
	int fd = open_bound(SOCK_STREAM);

	if (listen(fd, 4) == 0)
		return fd;
	perror("socktest: listen");
	exit(1);
}

struct pair open_pair(void)
{
	int listener = open_listener();
	struct sockaddr_in at = name_of(listener);
	struct pair p = { socket(AF_INET, SOCK_STREAM, 0), -1 };

	if (connect(p.a, (struct sockaddr *)&at, sizeof at) == 0)
		p.b = accept(listener, NULL, NULL);
	close(listener);
	if (p.b >= 0)
		return p;
	perror("socktest: there is no connection");
	exit(1);
}

void close_pair(struct pair p)
{
	close(p.a);
	close(p.b);
}

/* ---- for tests at the serial line ---- */

static int hold(void)
{
	struct pair p = open_pair();
	int listener = open_listener();
	struct pollfd waits = { .fd = listener, .events = POLLIN };
	char byte;

	hold_ring();
	puts("held: connected");
	fflush(stdout);
	check(recv(p.a, &byte, 1, 0) == -1 && errno == ECONNRESET, "a connection ends with ECONNRESET");
	check(poll(&waits, 1, WAIT_MS) == 1, "poll ends");
	check(accept(listener, NULL, NULL) == -1 && errno == ECONNRESET, "a port is lost with ECONNRESET");
	check(send(p.b, "x", 1, MSG_NOSIGNAL) == -1 && (errno == ECONNRESET || errno == EPIPE), "send fails");
	close_pair(p);
	close(listener);
	p = open_pair();
	check(write(p.a, "new", 3) == 3 && read(p.b, &byte, 1) == 1 && byte == 'n', "new connections work");
	close_pair(p);
	check_held_ring();
	printf("held: %u passed, %u failed\n", passed, failed);
	return failed != 0;
}

static int find(const char *host)
{
	struct addrinfo *found, hints = { .ai_socktype = SOCK_STREAM };
	int e = getaddrinfo(host, "80", &hints, &found);
	char text[NI_MAXHOST];

	if (e) {
		printf("name: %s\n", gai_strerror(e));
		return 1;
	}
	for (const struct addrinfo *a = found; a; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
			printf("name: %s\n", text);
	freeaddrinfo(found);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "held") == 0)
		return hold();
	if (argc == 3 && strcmp(argv[1], "name") == 0)
		return find(argv[2]);
	if (argc == 6 && strcmp(argv[1], "killed") == 0)
		return killed(argv[2], (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]));
	if (argc == 2 && strcmp(argv[1], "groups") == 0) {
		test_groups();
		printf("groups: %u passed, %u failed\n", passed, failed);
		return failed != 0;
	}
	test_streams();
	test_connections();
	test_datagrams();
	test_waits();
	test_names();
	test_rings();
	check(clock_settime(CLOCK_REALTIME, &(struct timespec){ 1 << 30, 0 }) == -1 && errno == EPERM,
	      "clock_settime without the right `clock`: EPERM");
	printf("socktest: %u passed, %u failed\n", passed, failed);
	return failed != 0;
}
