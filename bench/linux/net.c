/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.c - rows of the network that are the same program on both systems: a server for the peer (peer.c). It
 * sends datagrams back, takes a stream in bursts, and sends one.
 */
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rows.h"

/* EXCHANGES windows with one exchange each, which is so many operations. */
#define EXCHANGE_ROW(row, operations, exchange)				\
	do {								\
		for (int n_ = 0; n_ < FIRST; n_++)			\
			exchange;					\
		for (int w_ = 0; w_ < EXCHANGES; w_++) {		\
			SCOPE_BEGIN(row);				\
			exchange;					\
			for (int n_ = 0; n_ < operations; n_++)		\
				SCOPE_OP(row);				\
			SCOPE_END(row);					\
		}							\
	} while (0)

static char bytes[BURST_BYTES];

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

/* Each burst is answered with a byte. */
static void take_burst(int s)
{
	for (size_t got = 0; got < BURST_BYTES;) {
		ssize_t n = recv(s, bytes, BURST_BYTES - got, 0);

		if (n <= 0)
			work_failed("recv");
		got += (size_t)n;
	}
	if (send(s, bytes, 1, 0) != 1)
		work_failed("send");
}

static void put_burst(int s)
{
	for (size_t sent = 0; sent < BURST_BYTES;) {
		ssize_t n = send(s, bytes, BURST_BYTES - sent, 0);

		if (n <= 0)
			work_failed("send");
		sent += (size_t)n;
	}
	if (recv(s, bytes, 1, 0) != 1)
		work_failed("recv");
}

void work_net(void)
{
	int udp = bound(SOCK_DGRAM, UDP_PORT), tcp = bound(SOCK_STREAM, TCP_PORT), s;

	if (listen(tcp, 1) != 0)
		work_failed("listen");
	deep_begin();
	EXCHANGE_ROW(ROW_UDP_64, 1, echo(udp));
	EXCHANGE_ROW(ROW_UDP_1400, 1, echo(udp));
	EXCHANGE_ROW(ROW_UDP_DEEP, DEPTH, deep_echo());
	s = accept(tcp, NULL, NULL);
	if (s < 0)
		work_failed("accept");
	EXCHANGE_ROW(ROW_TCP_RECEIVE, BURST, take_burst(s));
	EXCHANGE_ROW(ROW_TCP_SEND, BURST, put_burst(s));
	close(s);
}
