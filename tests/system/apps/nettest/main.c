/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - `nettest udp HOST PORT COUNT BYTES`, `nettest tcp HOST PORT BYTES`: sends a pattern, datagrams or
 * bytes, to a server that sends back what it gets, and compares. `nettest serve PORT`: such a server of both.
 * `nettest hoard PORT`: takes connections and datagrams there, and never what they bring. `nettest spread`:
 * sends a byte from every second page of as large a block as a client can use, and keeps it. `nettest
 * segments`: connections to itself with as many small segments as they take, none of which is received.
 * `nettest greet PORT`: a server that sends a byte and ends the connection; `nettest connects HOST PORT
 * COUNT`: connections to it, one after the other.
 */
#include <l4/ipc.h>
#include <pecan/dma.h>
#include <pecan/names.h>
#include <pecan/print.h>
#include <pecan/sockets.h>
#include <pecan/task.h>
#include <proto/sockets_client.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER = 16384, TIMEOUT_MS = 1000, CONNECT_MS = 10000, CONNECTIONS = 24, FACTOR = 251,
       EVERY = 8192, DISCARD = 9, SEGMENTS_PORT = 5000, PAIRS = 12, TRIES = 150 };

static unsigned char buffer[BUFFER], expected[BUFFER];

static int fail(const char *what, enum sockets_status s)
{
	printf("nettest: %s: %s\n", what, socket_error_text(s));
	return 1;
}

/* The bytes of the stream from a position on; no two pieces of it are the same. */
static void fill(unsigned char *to, unsigned long position, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, position++)
		to[i] = (unsigned char)(position % FACTOR ^ position >> 11);
}

/* ---- datagrams ---- */

static int check_udp(struct socket_name to, unsigned long count, size_t bytes)
{
	unsigned long answered = 0, wrong = 0;
	struct socket s;
	enum sockets_status e = socket_open(SOCKETS_UDP, SOCKETS_BOTH, &s);

	if (e == SOCKETS_OK)
		e = socket_connect(&s, to);
	if (e != SOCKETS_OK)
		return fail("no socket", e);
	for (unsigned long i = 0; i < count; i++) {
		long n;

		fill(expected, i, bytes);
		n = socket_send(&s, expected, bytes, NULL);
		if (n < 0)
			return fail("sending", (enum sockets_status)-n);
		if (!(socket_until(&s, SOCKETS_IN, TIMEOUT_MS) & SOCKETS_IN))
			continue;
		n = socket_receive(&s, buffer, sizeof buffer, 0, NULL);
		answered++;
		wrong += n != (long)bytes || memcmp(buffer, expected, bytes) != 0;
	}
	socket_close(&s, false);
	printf("%lu datagrams of %zu bytes, %lu answered, %lu wrong\n", count, bytes, answered, wrong);
	return wrong != 0 || answered == 0;
}

/* ---- streams ---- */

static enum sockets_status connect_to(struct socket *s, struct socket_name to)
{
	enum sockets_status e = socket_open(SOCKETS_TCP, SOCKETS_BOTH, s);
	L4_Word_t error = SOCKETS_OK;

	if (e == SOCKETS_OK)
		e = socket_connect(s, to);
	if (e != SOCKETS_E_IN_PROGRESS)
		return e;
	if (!socket_until(s, SOCKETS_OUT, CONNECT_MS))
		return SOCKETS_E_TIMEOUT;
	e = socket_get(s, SOCKETS_PENDING, &error);
	return e == SOCKETS_OK ? (enum sockets_status)error : e;
}

/* What can be sent at once; *sent: so far. */
static long send_some(const struct socket *s, unsigned long *sent, unsigned long count)
{
	size_t bytes = count - *sent < BUFFER ? count - *sent : BUFFER;
	long n;

	if (bytes == 0)
		return 0;
	fill(buffer, *sent, bytes);
	n = socket_send(s, buffer, bytes, NULL);
	if (n > 0)
		*sent += (unsigned long)n;
	return n == -SOCKETS_E_AGAIN ? 0 : n;
}

static long receive_some(const struct socket *s, unsigned long *received, unsigned long *wrong)
{
	long n = socket_receive(s, buffer, BUFFER, 0, NULL);

	if (n <= 0)
		return n == -SOCKETS_E_AGAIN ? 0 : n ? n : -SOCKETS_E_CLOSED;
	fill(expected, *received, (size_t)n);
	for (long i = 0; i < n; i++)
		*wrong += buffer[i] != expected[i];
	*received += (unsigned long)n;
	return n;
}

static int check_tcp(struct socket_name to, unsigned long count)
{
	unsigned long sent = 0, received = 0, wrong = 0;
	struct socket s;
	enum sockets_status e = connect_to(&s, to);
	long n = 0;

	if (e != SOCKETS_OK)
		return fail("no connection", e);
	while (received < count && n >= 0) {
		unsigned ready = socket_until(&s, SOCKETS_IN | (sent < count ? SOCKETS_OUT : 0), SOCKETS_FOREVER);

		if (ready & ~(unsigned)SOCKETS_OUT)
			n = receive_some(&s, &received, &wrong);
		if (n >= 0 && ready & SOCKETS_OUT)
			n = send_some(&s, &sent, count);
	}
	socket_close(&s, false);
	printf("%lu bytes sent, %lu received, %lu wrong\n", sent, received, wrong);
	if (n < 0)
		return fail("the connection", (enum sockets_status)-n);
	return wrong != 0;
}

/* ---- a server ---- */

/* 0: UDP, 1: the listening socket, then connections. */
static struct socket_wait served[CONNECTIONS + 2];
static unsigned serving = 2;

static void end_connection(unsigned i)
{
	socket_close(&served[i].socket, false);
	served[i] = served[--serving];
}

static void accept_all(void)
{
	struct socket_name peer;
	struct socket s;

	while (serving < CONNECTIONS + 2 && socket_accept(&served[1].socket, &s, &peer) == SOCKETS_OK)
		served[serving++] = (struct socket_wait){ s, SOCKETS_IN, 0 };
}

/* All that was received is sent before more is received. */
static void echo_stream(unsigned i)
{
	struct socket *s = &served[i].socket;
	long n = socket_receive(s, buffer, BUFFER, 0, NULL), done = 0;

	while (n > 0 && done < n) {
		long sent = socket_send(s, buffer + done, (size_t)(n - done), NULL);

		if (sent == -SOCKETS_E_AGAIN)
			socket_until(s, SOCKETS_OUT, SOCKETS_FOREVER);
		else if (sent < 0)
			n = sent;
		else
			done += sent;
	}
	if (n <= 0 && n != -SOCKETS_E_AGAIN)
		end_connection(i);
}

static void echo_datagram(void)
{
	struct socket_datagram d;
	long n = socket_receive(&served[0].socket, buffer, BUFFER, 0, &d);

	if (n >= 0)
		socket_send(&served[0].socket, buffer, (size_t)n, &d.from);
}

static enum sockets_status open_both(uint16_t port)
{
	struct socket_name at = { { 0, 0 }, port };
	enum sockets_status e = socket_open(SOCKETS_UDP, SOCKETS_BOTH, &served[0].socket);

	if (e == SOCKETS_OK)
		e = socket_bind(&served[0].socket, at);
	if (e == SOCKETS_OK)
		e = socket_open(SOCKETS_TCP, SOCKETS_BOTH, &served[1].socket);
	if (e == SOCKETS_OK)
		e = socket_set(&served[1].socket, SOCKETS_REUSE, 1);
	if (e == SOCKETS_OK)
		e = socket_bind(&served[1].socket, at);
	if (e == SOCKETS_OK)
		e = socket_listen(&served[1].socket, CONNECTIONS);
	served[0].events = served[1].events = SOCKETS_IN;
	return e;
}

static int serve(uint16_t port, bool hoard)
{
	enum sockets_status e = open_both(port);

	if (e != SOCKETS_OK)
		return fail("no socket", e);
	printf("nettest: %s port %u\n", hoard ? "hoards at" : "serves", port);
	if (hoard)
		served[0].events = 0;
	for (;;) {
		socket_wait(served, hoard ? 2 : serving, SOCKETS_FOREVER, NULL);
		if (served[1].ready & SOCKETS_ERROR)
			return fail("the server", SOCKETS_E_RESET);
		for (unsigned i = serving; !hoard && i-- > 2;)
			if (served[i].ready)
				echo_stream(i);
		if (served[0].ready)
			echo_datagram();
		if (served[1].ready)
			accept_all();
	}
}

/* ---- connections that end at once ---- */

static int greet(uint16_t port)
{
	struct socket_name at = { { 0, 0 }, port }, peer;
	struct socket listener, s;
	enum sockets_status e = socket_open(SOCKETS_TCP, SOCKETS_BOTH, &listener);

	if (e == SOCKETS_OK)
		e = socket_bind(&listener, at);
	if (e == SOCKETS_OK)
		e = socket_listen(&listener, CONNECTIONS);
	if (e != SOCKETS_OK)
		return fail("no socket", e);
	printf("nettest: greets at port %u\n", port);
	while (socket_until(&listener, SOCKETS_IN, SOCKETS_FOREVER) & SOCKETS_IN)
		while (socket_accept(&listener, &s, &peer) == SOCKETS_OK) {
			socket_send(&s, "x", 1, NULL);
			socket_close(&s, false);
		}
	return fail("the server", SOCKETS_E_RESET);
}

static bool is_greeted(struct socket_name at)
{
	struct socket s;
	bool greeted = connect_to(&s, at) == SOCKETS_OK && socket_until(&s, SOCKETS_IN, CONNECT_MS)
		       && socket_receive(&s, buffer, 1, 0, NULL) == 1;

	socket_close(&s, false);
	return greeted;
}

static int check_connects(struct socket_name to, unsigned long count)
{
	unsigned long failed = 0;

	for (unsigned long i = 0; i < count; i++)
		failed += !is_greeted(to);
	printf("%lu connections, %lu failed\n", count, failed);
	return failed != 0;
}

/* ---- a block ---- */

#define LOOPBACK 0x7f000001u

static enum sockets_status send_spread(L4_ThreadId_t net, L4_Word_t block)
{
	struct sockets_open_out s = { 0 };
	struct sockets_send_out sent;
	enum sockets_status e = sockets_attach(net, block);

	if (e == SOCKETS_OK)
		e = sockets_open(net, SOCKETS_UDP, SOCKETS_IPV4, &s);
	for (L4_Word_t at = 0; e == SOCKETS_OK && at < SOCKETS_BLOCK_MAX; at += EVERY)
		e = sockets_send(net, s.handle, at, 1, 0, SOCKET_MAPPED | LOOPBACK, DISCARD, &sent);
	return e;
}

static int spread(void)
{
	struct pecan_dma block;
	L4_ThreadId_t net;
	enum sockets_status e;

	if (pecan_lookup(SOCKETS_NAME, true, &net) != NAMES_OK
	    || pecan_dma_new(SOCKETS_BLOCK_MAX, net, &block) != ROOT_OK)
		return fail("no block", SOCKETS_E_LIMIT);
	e = send_spread(net, block.block);
	if (e != SOCKETS_OK)
		return fail("a page", e);
	printf("nettest: all pages are sent\n");
	for (;;)
		L4_Sleep(L4_Never);
}

/* ---- small segments ---- */

/* The first byte waits for an acknowledgement, in a segment with room for more; the second one sends it. */
static void send_segments(const struct socket *s)
{
	for (unsigned i = 0; i < TRIES; i++)
		for (L4_Word_t nodelay = 0; nodelay < 2; nodelay++) {
			socket_set(s, SOCKETS_NODELAY, nodelay);
			socket_send(s, "x", 1, NULL);
		}
}

static int segments(void)
{
	static struct socket from[PAIRS], to[PAIRS], listener;
	struct socket_name at = { SOCKET_IPV4(LOOPBACK), SEGMENTS_PORT }, peer;
	enum sockets_status e = socket_open(SOCKETS_TCP, SOCKETS_BOTH, &listener);

	if (e == SOCKETS_OK)
		e = socket_bind(&listener, at);
	if (e == SOCKETS_OK)
		e = socket_listen(&listener, 1);
	if (e != SOCKETS_OK)
		return fail("no socket", e);
	for (unsigned i = 0; i < PAIRS && e == SOCKETS_OK; i++) {
		e = connect_to(&from[i], at);
		if (e == SOCKETS_OK && socket_until(&listener, SOCKETS_IN, CONNECT_MS))
			e = socket_accept(&listener, &to[i], &peer);
		send_segments(&from[i]);
	}
	printf("nettest: all segments are sent\n");
	for (;;)
		L4_Sleep(L4_Never);
}

static int usage(void)
{
	printf("usage: nettest udp HOST PORT COUNT BYTES | tcp HOST PORT BYTES | connects HOST PORT COUNT"
	       " | serve PORT | hoard PORT | greet PORT | spread | segments\n");
	return 2;
}

/* Of a server, or without a host. */
static int run_alone(int argc, char **argv)
{
	uint16_t port = (uint16_t)(argc == 3 ? strtoul(argv[2], NULL, 10) : 0);

	if (argc == 3 && (strcmp(argv[1], "serve") == 0 || strcmp(argv[1], "hoard") == 0))
		return serve(port, argv[1][0] == 'h');
	if (argc == 3 && strcmp(argv[1], "greet") == 0)
		return greet(port);
	if (argc == 2 && strcmp(argv[1], "spread") == 0)
		return spread();
	if (argc == 2 && strcmp(argv[1], "segments") == 0)
		return segments();
	return usage();
}

int main(int argc, char **argv)
{
	struct socket_name to = { 0 };
	enum sockets_status e;

	if (argc < 5)
		return run_alone(argc, argv);
	e = socket_resolve(argv[2], SOCKETS_BOTH, &to.address);
	if (e != SOCKETS_OK)
		return fail(argv[2], e);
	to.port = (uint16_t)strtoul(argv[3], NULL, 10);
	if (argc == 6 && strcmp(argv[1], "udp") == 0)
		return check_udp(to, strtoul(argv[4], NULL, 10), strtoul(argv[5], NULL, 10) % (BUFFER + 1));
	if (argc == 5 && strcmp(argv[1], "tcp") == 0)
		return check_tcp(to, strtoul(argv[4], NULL, 10));
	if (argc == 5 && strcmp(argv[1], "connects") == 0)
		return check_connects(to, strtoul(argv[4], NULL, 10));
	return usage();
}
