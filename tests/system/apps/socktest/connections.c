/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connections.c - making connections, names of sockets, options, limits.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "socktest.h"

enum { MANY = 40, PATIENCE_MS = 5000 };

static void test_kinds(void)
{
	check(socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EAFNOSUPPORT, "AF_UNIX: EAFNOSUPPORT");
	check(socket(AF_INET, SOCK_SEQPACKET, 0) == -1 && errno == ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT");
	check(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP) == -1 && errno == EPROTONOSUPPORT, "EPROTONOSUPPORT");
}

static const struct sockaddr_in6 any6 = { .sin6_family = AF_INET6 };

/* A connection to a listening socket of IPv6 at its port; the address that its peer has. */
static struct in6_addr peer_of(int listener, const void *to, socklen_t bytes)
{
	struct sockaddr_in6 from = any6;
	socklen_t size = sizeof from;
	int a = socket(*(const sa_family_t *)to, SOCK_STREAM, 0), b = -1;

	if (connect(a, to, bytes) == 0)
		b = accept(listener, (struct sockaddr *)&from, &size);
	check(b >= 0 && size == sizeof from, "a connection to a socket of AF_INET6");
	close(a);
	close(b);
	return from.sin6_addr;
}

static void test_ipv6(void)
{
	int listener = socket(AF_INET6, SOCK_STREAM, 0), a = socket(AF_INET6, SOCK_DGRAM, 0), one = 1;
	struct sockaddr_in6 at = any6;
	socklen_t size = sizeof at;
	struct sockaddr_in four;
	struct in6_addr peer;

	check(bind(listener, (struct sockaddr *)&any6, sizeof any6) == 0 && listen(listener, 4) == 0, "AF_INET6");
	check(getsockname(listener, (struct sockaddr *)&at, &size) == 0 && size == sizeof at, "its name");
	four = local(ntohs(at.sin6_port));
	at.sin6_addr = (struct in6_addr)IN6ADDR_LOOPBACK_INIT;
	peer = peer_of(listener, &at, sizeof at);
	check(IN6_IS_ADDR_LOOPBACK(&peer), "of ::1");
	peer = peer_of(listener, &four, sizeof four);
	check(IN6_IS_ADDR_V4MAPPED(&peer), "of 127.0.0.1, mapped");
	check(setsockopt(a, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) == 0, "IPV6_V6ONLY");
	check(bind(a, (struct sockaddr *)&at, sizeof at) == 0, "a port of UDP");
	check(sendto(a, "six", 3, 0, (struct sockaddr *)&at, sizeof at) == 3 && recv(a, &one, 3, 0) == 3,
	      "a datagram to ::1");
	close(a);
	close(listener);
}

static void test_accept(void)
{
	int listener = open_listener(), a = socket(AF_INET, SOCK_STREAM, 0), b;
	struct sockaddr_in at = name_of(listener), from = { 0 }, peer = { 0 }, mine;
	socklen_t bytes = sizeof from, size = sizeof peer;

	check(ntohs(at.sin_port) != 0 && at.sin_addr.s_addr == htonl(INADDR_LOOPBACK), "getsockname of a port");
	check(getpeername(a, (struct sockaddr *)&peer, &size) == -1 && errno == ENOTCONN,
	      "getpeername: ENOTCONN");
	check(connect(a, (struct sockaddr *)&at, sizeof at) == 0, "connect");
	b = accept4(listener, (struct sockaddr *)&from, &bytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
	mine = name_of(a);
	check(b >= 0 && bytes == sizeof from && same(&from, &mine), "accept4 has the name of the other side");
	check(fcntl(b, F_GETFL) == (O_RDWR | O_NONBLOCK) && fcntl(b, F_GETFD) == FD_CLOEXEC, "and the flags");
	check(getpeername(a, (struct sockaddr *)&peer, &size) == 0 && same(&peer, &at), "getpeername");
	check(connect(a, (struct sockaddr *)&at, sizeof at) == -1 && errno == EISCONN, "connect again: EISCONN");
	fcntl(listener, F_SETFL, O_NONBLOCK);
	check(accept(listener, NULL, NULL) == -1 && errno == EAGAIN, "accept: EAGAIN");
	close(a);
	close(b);
	close(listener);
}

static void test_refused(void)
{
	int listener = open_listener(), a = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = name_of(listener);
	struct pollfd out = { .fd = a, .events = POLLOUT };
	socklen_t size = sizeof(int);
	int error = 0, b;

	close(listener);
	check(connect(a, (struct sockaddr *)&at, sizeof at) == -1 && errno == ECONNREFUSED, "ECONNREFUSED");
	close(a);
	a = out.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(connect(a, (struct sockaddr *)&at, sizeof at) == -1
	      && (errno == EINPROGRESS || errno == ECONNREFUSED), "connect does not wait");
	check(poll(&out, 1, PATIENCE_MS) == 1 && (out.revents & POLLERR), "poll: POLLERR");
	check(getsockopt(a, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == ECONNREFUSED, "SO_ERROR");
	check(connect(a, (struct sockaddr *)&at, sizeof at) == -1, "connect after SO_ERROR fails");
	close(a);
	listener = open_listener();
	at = name_of(listener);
	b = out.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	check(connect(b, (struct sockaddr *)&at, sizeof at) == -1 && errno == EINPROGRESS, "EINPROGRESS");
	check(poll(&out, 1, PATIENCE_MS) == 1 && out.revents == POLLOUT, "poll: the connection is made");
	check(getsockopt(b, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0, "SO_ERROR: none");
	close(b);
	close(listener);
}

static void test_addresses(void)
{
	int a = open_listener(), b = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in at = name_of(a), other = at, short_one = at;

	check(bind(b, (struct sockaddr *)&at, sizeof at) == -1 && errno == EADDRINUSE, "EADDRINUSE");
	other.sin_addr.s_addr = htonl(0x08080808);
	check(bind(b, (struct sockaddr *)&other, sizeof other) == -1 && errno == EADDRNOTAVAIL, "EADDRNOTAVAIL");
	check(bind(b, (struct sockaddr *)&short_one, 8) == -1 && errno == EINVAL,
	      "a name that is too short: EINVAL");
	short_one.sin_family = AF_UNIX;
	check(connect(b, (struct sockaddr *)&short_one, sizeof short_one) == -1 && errno == EAFNOSUPPORT,
	      "connect: EAFNOSUPPORT");
	check(listen(b, 1) == 0 && ntohs(name_of(b).sin_port) != 0, "listen without bind takes a port");
	close(a);
	close(b);
}

static int number(int fd, int level, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

static void test_options(void)
{
	int a = socket(AF_INET, SOCK_STREAM, 0), one = 1, forty = 40;
	struct timeval t = { 2, 500000 }, seen = { 0, 0 };
	struct linger l = { 1, 0 }, has = { 0, 0 };
	socklen_t size = sizeof seen, linger_size = sizeof has;

	check(number(a, SOL_SOCKET, SO_TYPE) == SOCK_STREAM && number(a, SOL_SOCKET, SO_DOMAIN) == AF_INET
	      && number(a, SOL_SOCKET, SO_PROTOCOL) == IPPROTO_TCP, "SO_TYPE, SO_DOMAIN, SO_PROTOCOL");
	check(setsockopt(a, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
	      && number(a, SOL_SOCKET, SO_REUSEADDR) == 1, "SO_REUSEADDR");
	check(setsockopt(a, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0
	      && number(a, IPPROTO_TCP, TCP_NODELAY) == 1, "TCP_NODELAY");
	check(setsockopt(a, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one) == 0
	      && setsockopt(a, IPPROTO_TCP, TCP_KEEPIDLE, &forty, sizeof forty) == 0
	      && number(a, IPPROTO_TCP, TCP_KEEPIDLE) == 40, "SO_KEEPALIVE, TCP_KEEPIDLE");
	check(setsockopt(a, IPPROTO_IP, IP_TTL, &forty, sizeof forty) == 0 && number(a, IPPROTO_IP, IP_TTL) == 40,
	      "IP_TTL");
	check(setsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0
	      && getsockopt(a, SOL_SOCKET, SO_RCVTIMEO, &seen, &size) == 0 && seen.tv_sec == 2
	      && seen.tv_usec == 500000, "SO_RCVTIMEO");
	check(setsockopt(a, SOL_SOCKET, SO_LINGER, &l, sizeof l) == 0
	      && getsockopt(a, SOL_SOCKET, SO_LINGER, &has, &linger_size) == 0 && has.l_onoff == 1, "SO_LINGER");
	check(number(a, SOL_SOCKET, SO_ACCEPTCONN) == 0 && listen(a, 1) == 0
	      && number(a, SOL_SOCKET, SO_ACCEPTCONN) == 1, "SO_ACCEPTCONN");
	check(number(a, SOL_SOCKET, SO_RCVBUF) > 0 && setsockopt(a, SOL_SOCKET, SO_RCVBUF, &one, sizeof one) == 0,
	      "SO_RCVBUF");
	check(setsockopt(a, SOL_SOCKET, 12345, &one, sizeof one) == -1 && errno == ENOPROTOOPT, "ENOPROTOOPT");
	close(a);
}

static void test_limit(void)
{
	int fd[MANY], n = 0;

	while (n < MANY && (fd[n] = socket(AF_INET, SOCK_DGRAM, 0)) >= 0)
		n++;
	check(n > 16 && n < MANY && (errno == ENFILE || errno == ENOBUFS), "more sockets than there can be");
	while (n > 0)
		close(fd[--n]);
	n = socket(AF_INET, SOCK_DGRAM, 0);
	check(n >= 0, "a socket after others were closed");
	close(n);
}

void test_connections(void)
{
	test_kinds();
	test_ipv6();
	test_accept();
	test_refused();
	test_addresses();
	test_options();
	test_limit();
}
