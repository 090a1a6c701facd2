/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - nc: a connection of TCP, or datagrams of UDP, between the network and standard input and output.
 *
 *   nc [-u] HOST PORT        connect
 *   nc [-u] -l PORT          wait for one connection, or for the sender of a first datagram
 *
 * With TCP it ends when both sides have ended their direction, or the other one has and the input is a
 * terminal; with UDP at the end of the input, when no answer has come for a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16384, LAST_MS = 1000 };

static struct { bool udp, listens; const char *host, *port; } options;

static void fail(const char *what)
{
	fflush(stdout);
	fprintf(stderr, "nc: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void print(const char *from, size_t bytes)
{
	while (bytes > 0) {
		ssize_t n = write(1, from, bytes);

		if (n < 0)
			fail("output");
		from += n;
		bytes -= (size_t)n;
	}
}

/* ---- the connection ---- */

static unsigned short port_number(void)
{
	char *end;
	unsigned long port = strtoul(options.port, &end, 10);

	if (*options.port && !*end && port > 0 && port < 65536)
		return (unsigned short)port;
	fprintf(stderr, "nc: %s is no port\n", options.port);
	exit(1);
}

/* The socket that is connected, or -1. */
static int connect_to(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);

	if (fd < 0)
		fail("socket");
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

static int connected(void)
{
	struct addrinfo *found, hints = { .ai_socktype = options.udp ? SOCK_DGRAM : SOCK_STREAM };
	int fd = -1, e;

	port_number();
	e = getaddrinfo(options.host, options.port, &hints, &found);
	if (e) {
		fprintf(stderr, "nc: %s: %s\n", options.host, gai_strerror(e));
		exit(1);
	}
	for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = connect_to(a);
	if (fd < 0)
		fail(options.host);
	freeaddrinfo(found);
	return fd;
}

/* The first datagram stays where it is. */
static void wait_for_sender(int fd)
{
	struct sockaddr_in6 from;
	socklen_t bytes = sizeof from;
	char byte;

	if (recvfrom(fd, &byte, 1, MSG_PEEK, (struct sockaddr *)&from, &bytes) < 0
	    || connect(fd, (struct sockaddr *)&from, bytes) < 0)
		fail("socket");
}

/* Of IPv6 and IPv4. */
static int listened(void)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port_number()) };
	int fd = socket(AF_INET6, options.udp ? SOCK_DGRAM : SOCK_STREAM, 0), one = 1, from;

	if (fd < 0)
		fail("socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0)
		fail(options.port);
	if (options.udp) {
		wait_for_sender(fd);
		return fd;
	}
	if (listen(fd, 1) < 0)
		fail(options.port);
	from = accept(fd, NULL, NULL);
	if (from < 0)
		fail("accept");
	close(fd);
	return from;
}

/* ---- both directions ---- */

static struct { char text[PIECE]; size_t at, bytes; } unsent;	/* of the input */

/* Returns false at the end. */
static bool take_input(void)
{
	ssize_t n = read(0, unsent.text, sizeof unsent.text);

	if (n < 0)
		fail("input");
	unsent.at = 0;
	unsent.bytes = (size_t)n;
	return n > 0;
}

/* What there is no room for waits: the other side may read only while its own bytes are taken. */
static void send_input(int fd)
{
	ssize_t n = write(fd, unsent.text + unsent.at, unsent.bytes);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0)
		fail("connection");
	unsent.at += (size_t)n;
	unsent.bytes -= (size_t)n;
}

/* Returns false at the end. */
static bool receive(int fd)
{
	static char text[PIECE];
	ssize_t n = read(fd, text, sizeof text);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n < 0)
		fail("connection");
	print(text, (size_t)n);
	return n > 0 || options.udp;
}

static void run(int fd)
{
	bool receives = true, sends = true;

	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		fail("connection");
	while (receives || unsent.bytes || (sends && !isatty(0))) {
		struct pollfd p[] = {
			{ .fd = receives || unsent.bytes ? fd : -1,
			  .events = (short)((receives ? POLLIN : 0) | (unsent.bytes ? POLLOUT : 0)) },
			{ .fd = sends && !unsent.bytes ? 0 : -1, .events = POLLIN },
		};
		int n = poll(p, 2, options.udp && !sends && !unsent.bytes ? LAST_MS : -1);

		if (n < 0)
			fail("poll");
		if (n == 0)
			break;
		if (p[0].revents && receives)
			receives = receive(fd);
		if (p[1].revents && !take_input()) {
			sends = false;
			if (!options.udp)
				shutdown(fd, SHUT_WR);
		}
		if (unsent.bytes)
			send_input(fd);
	}
}

static bool parse(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "ul")) != -1) {
		if (c == '?')
			return false;
		*(c == 'u' ? &options.udp : &options.listens) = true;
	}
	if (argc - optind != (options.listens ? 1 : 2))
		return false;
	options.host = argv[optind];
	options.port = argv[argc - 1];
	return true;
}

int main(int argc, char **argv)
{
	if (!parse(argc, argv)) {
		fputs("nc [-u] HOST PORT, nc [-u] -l PORT: a connection with standard input and output\n", stderr);
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	run(options.listens ? listened() : connected());
	return 0;
}
