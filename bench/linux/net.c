/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - rows of the network that are the same program on both systems: a server for the peer (peer.c). It
 * sends datagrams back, takes a stream, and sends one.
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rows.h"

enum { PIECE = 16384 };

static char bytes[PIECE];

static int bound(int kind, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int s = socket(AF_INET, kind, 0);

	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) != 0)
		work_failed("socket and bind");
	return s;
}

static void echo(int s)
{
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	ssize_t n = recvfrom(s, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);

	if (n <= 0 || sendto(s, bytes, (size_t)n, 0, (struct sockaddr *)&from, length) != n)
		work_failed("recvfrom and sendto");
}

/* Bytes that were not needed for the segments before are part of the next one. */
static void take_segment(int s)
{
	static size_t ahead;

	while (ahead < SEGMENT) {
		ssize_t n = recv(s, bytes, sizeof bytes, 0);

		if (n <= 0)
			work_failed("recv");
		ahead += (size_t)n;
	}
	ahead -= SEGMENT;
}

static void put_segment(int s)
{
	static size_t ahead;

	if (ahead < SEGMENT) {
		if (send(s, bytes, sizeof bytes, 0) != sizeof bytes)
			work_failed("send");
		ahead += sizeof bytes;
	}
	ahead -= SEGMENT;
}

void work_net(void)
{
	int udp = bound(SOCK_DGRAM, UDP_PORT), tcp = bound(SOCK_STREAM, TCP_PORT), s;

	if (listen(tcp, 1) != 0)
		work_failed("listen");
	ROW(ROW_UDP_64, echo(udp));
	ROW(ROW_UDP_1400, echo(udp));
	s = accept(tcp, NULL, NULL);
	if (s < 0)
		work_failed("accept");
	ROW(ROW_TCP_RECEIVE, take_segment(s));
	ROW(ROW_TCP_SEND, put_segment(s));
	close(s);
}
