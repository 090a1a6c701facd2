/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_socket.c - sockets: connections, bytes, datagrams, options, waiting; a network server that has ended.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include "net_fake.h"
#include "px.h"

enum { US = 1000000 };

static struct net_socket *const first = &net.socket[0];

static long tcp(long flags)
{
	return px(SYS_socket, AF_INET, SOCK_STREAM | flags, 0);
}

static long udp(void)
{
	return px(SYS_socket, AF_INET, SOCK_DGRAM, 0);
}

static struct sockaddr_in name(unsigned address, unsigned port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	in.sin_addr.s_addr = htonl(address);
	return in;
}

static long call_name(long call, long fd, unsigned address, unsigned port)
{
	struct sockaddr_in in = name(address, port);

	return px(call, fd, &in, sizeof in);
}

TEST(socket_kinds, "socket knows TCP, UDP and ICMP echo; other families, types and protocols are errors")
{
	CHECK(tcp(0) == 3 && net.socket[0].kind == SOCKETS_TCP && udp() == 4);
	CHECK(net.socket[1].kind == SOCKETS_UDP);
	CHECK(px(SYS_socket, AF_INET, SOCK_RAW, IPPROTO_ICMP) == 5 && net.socket[2].kind == SOCKETS_ECHO);
	CHECK(net.socket[0].family == SOCKETS_IPV4 && px(SYS_socket, AF_UNIX, SOCK_STREAM, 0) == -EAFNOSUPPORT);
	CHECK(px(SYS_socket, AF_INET, SOCK_STREAM, IPPROTO_UDP) == -EPROTONOSUPPORT);
	CHECK(px(SYS_socket, AF_INET, SOCK_SEQPACKET, 0) == -ESOCKTNOSUPPORT);
	CHECK(tcp(SOCK_NONBLOCK | SOCK_CLOEXEC) == 6 && px(SYS_fcntl, 6, F_GETFL) == (O_RDWR | O_NONBLOCK));
	CHECK(px(SYS_fcntl, 6, F_GETFD) == FD_CLOEXEC && px(SYS_close, 3) == 0 && !net.socket[0].used);
	CHECK(!net.socket[0].aborted && net.attached == 1);
}

TEST(socket_most, "32 sockets; one more is ENFILE; a server without place is ENOBUFS")
{
	net.open = SOCKETS_E_LIMIT;
	for (unsigned i = 0; i < 40; i++)
		CHECK(tcp(0) == -ENOBUFS);
	net.open = SOCKETS_OK;
	for (unsigned i = 0; i < 32; i++)
		CHECK(tcp(0) == 3 + (long)i);
	CHECK(tcp(0) == -ENFILE && px(SYS_close, 10) == 0 && tcp(0) == 10);
}

TEST(socket_no_server, "without a network server socket is ENETDOWN at once, without `uses net` EACCES")
{
	unsigned long before = kernel_now();

	kernel_end_server(NET_THREAD);
	CHECK(tcp(0) == -ENETDOWN && kernel_now() == before);
	net_restart();
	spoil = (struct spoil){ SOCKETS_ATTACH, 0, 1, ANSWER(ROOT_NOT_PERMITTED, 0), false };
	CHECK(tcp(0) == -EACCES && tcp(0) == 3);
}

TEST(socket_not, "calls for sockets: of other files ENOTSOCK, of closed ones EBADF")
{
	static const long calls[] = {
		SYS_bind, SYS_listen, SYS_accept, SYS_connect, SYS_shutdown, SYS_getsockname, SYS_getpeername,
		SYS_setsockopt, SYS_getsockopt,
	};
	struct sockaddr_in in = name(0, 0);
	struct msghdr m = { .msg_iov = NULL };

	for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
		long second = calls[i] == SYS_listen || calls[i] == SYS_shutdown ? 1 : (long)&in;

		CHECK(px(calls[i], 1, second, sizeof in) == -ENOTSOCK);
		CHECK(px(calls[i], 40, second, sizeof in) == -EBADF);
	}
	CHECK(px(SYS_sendmsg, 1, &m, 0) == -ENOTSOCK && px(SYS_recvmsg, 1, &m, 0) == -ENOTSOCK);
	CHECK(px(SYS_sendto, 40, "x", 1) == -EBADF && px(SYS_accept4, 1, 0, 0, 0) == -ENOTSOCK);
}

TEST(socket_names, "bind and getsockname have addresses in the order of the network, cut to the room")
{
	struct sockaddr_in in = { .sin_family = 0 };
	socklen_t bytes = sizeof in;

	CHECK(tcp(0) == 3 && call_name(SYS_bind, 3, 0x0a00020f, 8080) == 0);
	CHECK(first->address == 0x0a00020f && first->port == 8080);
	CHECK(px(SYS_getsockname, 3, &in, &bytes) == 0 && in.sin_family == AF_INET && bytes == sizeof in);
	CHECK(in.sin_addr.s_addr == htonl(0x0a00020f) && in.sin_port == htons(8080));
	memset(&in, 0, sizeof in);
	bytes = 4;
	CHECK(px(SYS_getsockname, 3, &in, &bytes) == 0 && bytes == 16 && in.sin_port == htons(8080));
	CHECK(in.sin_addr.s_addr == 0 && px(SYS_getpeername, 3, &in, &bytes) == -ENOTCONN);
	CHECK(px(SYS_bind, 3, &in, 15) == -EINVAL);
	in.sin_family = AF_INET6;
	CHECK(px(SYS_bind, 3, &in, 16) == -EAFNOSUPPORT);
	net.bind = SOCKETS_E_IN_USE;
	CHECK(call_name(SYS_bind, 3, 0, 80) == -EADDRINUSE);
	net.bind = SOCKETS_E_ADDRESS;
	CHECK(call_name(SYS_bind, 3, 1, 80) == -EADDRNOTAVAIL);
	net.listen = SOCKETS_E_KIND;
	CHECK(px(SYS_listen, 3, 5) == -EOPNOTSUPP);
	net.listen = SOCKETS_OK;
	CHECK(px(SYS_listen, 3, -3l) == 0 && first->backlog == 1);
}

/* 2001:db8::0a00020f, and a link-local address with the same end. */
static struct sockaddr_in6 name6(bool link_local, unsigned port)
{
	static const unsigned char global[4] = { 0x20, 0x01, 0x0d, 0xb8 }, local[4] = { 0xfe, 0x80 },
		end[4] = { 10, 0, 2, 15 };
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };

	memcpy(&in.sin6_addr, link_local ? local : global, 4);
	memcpy(in.sin6_addr.s6_addr + 12, end, 4);
	return in;
}

TEST(socket_ipv6, "addresses of IPv6, those of IPv4 that are mapped, and link-local ones with a scope")
{
	struct sockaddr_in6 in = name6(false, 80), out;
	struct sockaddr_in in4 = name(1, 80);
	socklen_t bytes = sizeof out;

	CHECK(px(SYS_socket, AF_INET6, SOCK_STREAM, 0) == 3 && first->family == SOCKETS_BOTH);
	CHECK(px(SYS_bind, 3, &in, sizeof in) == 0 && first->high == 0x20010db800000000);
	CHECK(first->address == 0x0a00020f && first->port == 80);
	CHECK(px(SYS_getsockname, 3, &out, &bytes) == 0 && bytes == sizeof out && memcmp(&in, &out, bytes) == 0);
	CHECK(px(SYS_bind, 3, &in, 27) == -EINVAL && px(SYS_bind, 3, &in4, sizeof in4) == -EAFNOSUPPORT);
	in = name6(true, 81);
	CHECK(px(SYS_bind, 3, &in, sizeof in) == 0 && px(SYS_getsockname, 3, &out, &bytes) == 0);
	CHECK(out.sin6_scope_id == 1 && px(SYS_bind, 3, &out, sizeof out) == 0);
	in.sin6_scope_id = 2;
	CHECK(px(SYS_bind, 3, &in, sizeof in) == 0 && first->high == 0xfe80000100000000);
	CHECK(px(SYS_getsockname, 3, &out, &bytes) == 0 && memcmp(&in, &out, bytes) == 0);
	out.sin6_scope_id = SOCKETS_CARDS + 1;
	CHECK(px(SYS_bind, 3, &out, sizeof out) == -EINVAL);
	CHECK(call_name(SYS_bind, 3, 1, 80) == -EAFNOSUPPORT && tcp(0) == 4);
	CHECK(px(SYS_bind, 4, &in, sizeof in) == -EAFNOSUPPORT);
	net_add(first, "", 0, 0x01020304, 99);
	bytes = sizeof out;
	CHECK(px(SYS_listen, 3, 5) == 0 && px(SYS_accept, 3, &out, &bytes) == 5 && bytes == sizeof out);
	CHECK(IN6_IS_ADDR_V4MAPPED(&out.sin6_addr) && out.sin6_addr.s6_addr[15] == 4);
}

TEST(socket_ipv6_options, "IPV6_V6ONLY, of sockets of IPv6; SO_DOMAIN; echo of IPv6 has its own protocol")
{
	int value = 1;
	socklen_t bytes = sizeof value;

	CHECK(px(SYS_socket, AF_INET6, SOCK_DGRAM, 0) == 3 && tcp(0) == 4);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, IPV6_V6ONLY, &value, bytes) == 0);
	CHECK(first->option[SOCKETS_FAMILY] == SOCKETS_IPV6);
	value = 0;
	CHECK(px(SYS_getsockopt, 3, IPPROTO_IPV6, IPV6_V6ONLY, &value, &bytes) == 0 && value == 1);
	CHECK(px(SYS_setsockopt, 4, IPPROTO_IPV6, IPV6_V6ONLY, &value, bytes) == -ENOPROTOOPT);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_DOMAIN, &value, &bytes) == 0 && value == AF_INET6);
	CHECK(px(SYS_getsockopt, 4, SOL_SOCKET, SO_DOMAIN, &value, &bytes) == 0 && value == AF_INET);
	CHECK(px(SYS_socket, AF_INET6, SOCK_RAW, IPPROTO_ICMP) < 0);
	CHECK(px(SYS_socket, AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) == 5 && net.socket[2].kind == SOCKETS_ECHO);
}

static void arrive(void *unused)
{
	(void)unused;
	net_add(first, "hello", 5, 0x01020304, 99);
	net_changed();
}

TEST(socket_accept, "accept waits for a connection, and names the peer; without a wait it is EAGAIN")
{
	struct sockaddr_in in;
	socklen_t bytes = sizeof in;
	unsigned long before = kernel_now();

	CHECK(tcp(0) == 3 && px(SYS_listen, 3, 5) == 0 && first->backlog == 5);
	kernel_at(before + US, arrive, NULL);
	CHECK(px(SYS_accept, 3, &in, &bytes) == 4 && kernel_now() - before == US);
	CHECK(in.sin_addr.s_addr == htonl(0x01020304) && in.sin_port == htons(99));
	CHECK(px(SYS_fcntl, 3, F_SETFL, O_NONBLOCK) == 0 && px(SYS_accept, 3, NULL, NULL) == -EAGAIN);
	CHECK(px(SYS_accept4, 3, NULL, NULL, 1) == -EINVAL);
	arrive(NULL);
	CHECK(px(SYS_accept4, 3, NULL, NULL, SOCK_NONBLOCK) == 5);
	CHECK(px(SYS_fcntl, 5, F_GETFL) == (O_RDWR | O_NONBLOCK));
}

TEST(socket_connect, "connect waits until it is connected; without a wait: EINPROGRESS, then EALREADY")
{
	struct sockaddr_in in;
	socklen_t bytes = sizeof in;

	net.connect[0] = net.connect[2] = SOCKETS_E_IN_PROGRESS;
	net.connect[1] = net.connect[3] = SOCKETS_E_CONNECTED;
	CHECK(tcp(0) == 3 && call_name(SYS_connect, 3, 0x01020304, 80) == 0 && net.connects == 2);
	CHECK(px(SYS_getpeername, 3, &in, &bytes) == 0 && in.sin_port == htons(80));
	CHECK(tcp(SOCK_NONBLOCK) == 4);
	net.socket[1].room = 0;
	CHECK(call_name(SYS_connect, 4, 0x01020304, 80) == -EINPROGRESS);
	CHECK(call_name(SYS_connect, 4, 0x01020304, 80) == -EALREADY && net.connects == 3);
	net.socket[1].room = 100;
	CHECK(call_name(SYS_connect, 4, 0x01020304, 80) == 0 && net.connects == 4);
}

TEST(socket_connect_errors, "connect: refused, no way, a peer of datagrams that is taken back, a wrong name")
{
	struct sockaddr_in in = { .sin_family = AF_UNSPEC };

	net.connect[0] = SOCKETS_E_NO_SERVICE;
	net.connect[1] = SOCKETS_E_UNREACHABLE;
	CHECK(tcp(0) == 3 && call_name(SYS_connect, 3, 1, 80) == -ECONNREFUSED);
	CHECK(call_name(SYS_connect, 3, 1, 80) == -ENETUNREACH && px(SYS_connect, 3, &in, 1) == -EINVAL);
	CHECK(udp() == 4 && call_name(SYS_connect, 4, 5, 53) == 0 && net.socket[1].connected);
	CHECK(px(SYS_connect, 4, &in, sizeof in) == 0 && !net.socket[1].connected);
	in.sin_family = AF_INET6;
	CHECK(px(SYS_connect, 4, &in, sizeof in) == -EAFNOSUPPORT);
}

TEST(socket_send, "a stream is sent in pieces; without a wait what there is room for")
{
	static char text[40000];

	memset(text, 's', sizeof text);
	CHECK(tcp(0) == 3 && px(SYS_write, 3, text, sizeof text) == sizeof text);
	CHECK(first->sent_bytes == sizeof text && first->sends == 3);
	first->sent_bytes = 0;
	first->room = 1000;
	CHECK(px(SYS_sendto, 3, text, 5000, MSG_DONTWAIT) == 1000);
	CHECK(px(SYS_sendto, 3, text, 1, MSG_DONTWAIT) == -EAGAIN);
	CHECK(px(SYS_fcntl, 3, F_SETFL, O_NONBLOCK) == 0 && px(SYS_write, 3, text, 1) == -EAGAIN);
	CHECK(px(SYS_sendto, 3, text, 1, MSG_OOB) == -EOPNOTSUPP && px(SYS_write, 3, text, 0) == 0);
}

static void make_room(void *unused)
{
	(void)unused;
	first->room = 60000;
	net_changed();
}

TEST(socket_send_waits, "a full socket is waited for, for SO_SNDTIMEO at most")
{
	struct timeval t = { 2, 0 };
	unsigned long before = kernel_now();

	CHECK(tcp(0) == 3);
	first->room = 0;
	kernel_at(before + US, make_room, NULL);
	CHECK(px(SYS_write, 3, "abc", 3) == 3 && kernel_now() - before == US && first->sent_bytes == 3);
	first->room = 0;
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t) == 0);
	CHECK(px(SYS_write, 3, "abc", 3) == -EAGAIN && kernel_now() - before == 3 * US);
}

TEST(socket_lies, "a server that says it sent or received more than it was given: the connection is lost")
{
	char text[8] = "";

	CHECK(tcp(0) == 3);
	net_add(first, "abc", 3, 0, 0);
	net.lies = 20;
	CHECK(px(SYS_read, 3, text, 4) == -ECONNRESET && px(SYS_write, 3, "x", 1) == -ECONNRESET);
	spoil = (struct spoil){ SOCKETS_SEND, 0, 1, ANSWER(SOCKETS_OK, 1), false };
	CHECK(px(SYS_write, 3, "x", 1) == -ECONNRESET);
}

TEST(socket_closed, "sending after shutdown is EPIPE, and SIGPIPE; receiving after it is the end")
{
	char byte;

	CHECK(tcp(0) == 3 && px(SYS_shutdown, 3, 3) == -EINVAL && px(SYS_shutdown, 3, -1) == -EINVAL);
	CHECK(px(SYS_shutdown, 3, SHUT_RD) == 0 && first->directions == SOCKETS_SHUT_IN);
	CHECK(px(SYS_read, 3, &byte, 1) == 0);
	CHECK(px(SYS_shutdown, 3, SHUT_WR) == 0 && first->directions == (SOCKETS_SHUT_IN | SOCKETS_SHUT_OUT));
	CHECK(px(SYS_sendto, 3, "x", 1, MSG_NOSIGNAL) == -EPIPE && udp() == 4);
	CHECK(px(SYS_shutdown, 4, SHUT_RDWR) == 0);
	CHECK(px(SYS_write, 4, "x", 1) == -EPIPE);
	expect_exit(128 + SIGPIPE);
	px(SYS_write, 3, "x", 1);
}

TEST(socket_receive, "a stream gives what is there, waits for the first piece, and with MSG_WAITALL for all")
{
	char text[16] = "";
	unsigned long before = kernel_now();

	CHECK(tcp(0) == 3);
	kernel_at(before + US, arrive, NULL);
	CHECK(px(SYS_read, 3, text, 16) == 5 && kernel_now() - before == US && memcmp(text, "hello", 5) == 0);
	CHECK(px(SYS_recvfrom, 3, text, 16, MSG_DONTWAIT) == -EAGAIN);
	arrive(NULL);
	CHECK(px(SYS_recvfrom, 3, text, 3, MSG_PEEK) == 3 && px(SYS_recvfrom, 3, text, 16, 0) == 5);
	arrive(NULL);
	kernel_at(kernel_now() + US, arrive, NULL);
	CHECK(px(SYS_recvfrom, 3, text, 8, MSG_WAITALL) == 8 && memcmp(text, "hellohel", 8) == 0);
	first->ended = true;
	CHECK(px(SYS_recvfrom, 3, text, 16, MSG_WAITALL) == 2 && px(SYS_read, 3, text, 16) == 0);
	CHECK(px(SYS_recvfrom, 3, text, 16, MSG_OOB) == -EOPNOTSUPP);
}

TEST(socket_receive_time, "SO_RCVTIMEO limits the wait for bytes and for connections")
{
	struct timeval t = { 1, 500000 };
	unsigned long before = kernel_now();
	char byte;

	CHECK(tcp(0) == 3 && px(SYS_setsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0);
	CHECK(px(SYS_read, 3, &byte, 1) == -EAGAIN && kernel_now() - before == 1500000);
	CHECK(px(SYS_accept, 3, NULL, NULL) == -EAGAIN && kernel_now() - before == 3000000);
}

TEST(socket_datagrams, "a datagram is sent whole and received with its sender; it is cut to the room")
{
	struct sockaddr_in in = { .sin_family = 0 };
	char text[16] = "", more[4] = "";
	struct iovec v[2] = { { text, 3 }, { more, 4 } };
	struct msghdr m = { .msg_name = &in, .msg_namelen = sizeof in, .msg_iov = v, .msg_iovlen = 2 };
	socklen_t bytes = sizeof in;
	static char large[20000];

	CHECK(udp() == 3);
	in = name(0x05060708, 53);
	CHECK(px(SYS_sendto, 3, "query", 5, 0, &in, sizeof in) == 5 && first->sends == 1);
	CHECK(first->to_address == 0x05060708 && first->to_port == 53);
	CHECK(memcmp(first->sent, "query", 5) == 0);
	CHECK(px(SYS_sendto, 3, "query", 5, 0, &in, 8) == -EINVAL);
	CHECK(px(SYS_sendto, 3, large, sizeof large, 0, &in, sizeof in) == -EMSGSIZE);
	arrive(NULL);
	CHECK(px(SYS_recvfrom, 3, text, 16, 0, &in, &bytes) == 5 && in.sin_port == htons(99) && bytes == 16);
	net_add(first, "0123456789", 10, 0x01020304, 7);
	net_add(first, "abc", 3, 0x01020304, 8);
	net_add(first, "0123456789", 10, 0, 0);
	CHECK(px(SYS_recvmsg, 3, &m, 0) == 7 && memcmp(text, "012", 3) == 0 && memcmp(more, "3456", 4) == 0);
	CHECK((m.msg_flags & MSG_TRUNC) && in.sin_port == htons(7) && m.msg_controllen == 0);
	CHECK(px(SYS_recvmsg, 3, &m, 0) == 3 && memcmp(text, "abc", 3) == 0 && !(m.msg_flags & MSG_TRUNC));
	CHECK(px(SYS_recvfrom, 3, text, 2, MSG_TRUNC) == 10);
}

TEST(socket_message, "sendmsg joins its parts to one datagram, or one piece of a stream")
{
	struct sockaddr_in in = name(0x05060708, 53);
	static char large[20000];
	struct iovec v[3] = { { (char *)"ab", 2 }, { NULL, 0 }, { (char *)"cde", 3 } };
	struct iovec too_large[2] = { { (char *)"ab", 2 }, { large, sizeof large } };
	struct msghdr m = { .msg_name = &in, .msg_namelen = sizeof in, .msg_iov = v, .msg_iovlen = 3 };

	CHECK(udp() == 3 && px(SYS_sendmsg, 3, &m, 0) == 5 && first->sends == 1);
	CHECK(memcmp(first->sent, "abcde", 5) == 0);
	CHECK(tcp(0) == 4 && px(SYS_sendmsg, 4, &m, 0) == 5 && net.socket[1].sends == 1);
	m.msg_iov = too_large;
	m.msg_iovlen = 2;
	CHECK(px(SYS_sendmsg, 3, &m, 0) == -EMSGSIZE && px(SYS_sendmsg, 4, &m, 0) == 20002);
	CHECK(px(SYS_writev, 4, v, 3) == 5 && memcmp(net.socket[1].sent + 20007, "abcde", 5) == 0);
	net_add(&net.socket[1], "0123456789", 10, 0, 0);
	v[0].iov_base = large;
	v[2].iov_base = large + 100;
	CHECK(px(SYS_readv, 4, v, 3) == 5 && memcmp(large + 100, "234", 3) == 0);
}

TEST(socket_options, "options go to the server as numbers; those that there are not are ENOPROTOOPT")
{
	static const struct { int level, name; enum sockets_option o; } all[] = {
		{ SOL_SOCKET, SO_REUSEADDR, SOCKETS_REUSE }, { SOL_SOCKET, SO_BROADCAST, SOCKETS_BROADCAST },
		{ SOL_SOCKET, SO_KEEPALIVE, SOCKETS_KEEPALIVE },
		{ IPPROTO_TCP, TCP_NODELAY, SOCKETS_NODELAY },
		{ IPPROTO_TCP, TCP_KEEPIDLE, SOCKETS_KEEP_IDLE }, { IPPROTO_IP, IP_TTL, SOCKETS_TTL },
	};
	int value = 7, got = 0;
	socklen_t bytes = sizeof got;

	CHECK(tcp(0) == 3);
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		value++;
		CHECK(px(SYS_setsockopt, 3, all[i].level, all[i].name, &value, sizeof value) == 0);
		CHECK(first->option[all[i].o] == (L4_Word_t)value);
		CHECK(px(SYS_getsockopt, 3, all[i].level, all[i].name, &got, &bytes) == 0);
		CHECK(got == value && bytes == 4);
	}
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_RCVBUF, &value, 4) == 0);
	CHECK(first->option[SOCKETS_RECEIVE_ROOM] == 0);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_ACCEPTCONN, &value, 4) == -ENOPROTOOPT);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_TCP, TCP_NODELAY, &value, 3) == -EINVAL);
	CHECK(px(SYS_setsockopt, 3, IPPROTO_IPV6, 1, &value, 4) == -ENOPROTOOPT);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_MARK, &got, &bytes) == -ENOPROTOOPT);
}

TEST(socket_own_options, "times, linger, type and the error are the library's; a value is cut to the room")
{
	struct timeval t = { 3, 4 }, wrong = { 0, US }, negative = { -1, 0 }, time = { 0, 0 };
	struct linger linger = { 1, 0 }, lingers = { 0, 9 };
	socklen_t bytes = sizeof time;
	int value = 0;

	CHECK(tcp(0) == 3 && px(SYS_setsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t) == 0);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, &time, &bytes) == 0 && time.tv_sec == 3);
	CHECK(time.tv_usec == 4);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, &time, &bytes) == 0 && time.tv_sec == 0);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_RCVTIMEO, &wrong, sizeof t) == -EDOM);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, &negative, sizeof t) == -EDOM);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_SNDTIMEO, &t, 8) == -EINVAL);
	bytes = sizeof value;
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_TYPE, &value, &bytes) == 0 && value == SOCK_STREAM);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_PROTOCOL, &value, &bytes) == 0 && value == IPPROTO_TCP);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_DOMAIN, &value, &bytes) == 0 && value == AF_INET);
	first->pending = SOCKETS_E_RESET;
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_ERROR, &value, &bytes) == 0 && value == ECONNRESET);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_ERROR, &value, &bytes) == 0 && value == 0);
	value = -1;
	bytes = 2;
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_TYPE, &value, &bytes) == 0 && bytes == 2);
	CHECK(value == (int)0xffff0001);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_LINGER, &linger, 4) == -EINVAL);
	CHECK(px(SYS_setsockopt, 3, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == 0);
	bytes = sizeof lingers;
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_LINGER, &lingers, &bytes) == 0 && lingers.l_onoff == 1);
	CHECK(px(SYS_close, 3) == 0 && first->aborted);
}

TEST(socket_control, "FIONREAD counts the bytes that are there, FIONBIO sets O_NONBLOCK")
{
	int value = 1;

	CHECK(udp() == 3 && px(SYS_ioctl, 3, FIONBIO, &value) == 0);
	CHECK(px(SYS_fcntl, 3, F_GETFL) == (O_RDWR | O_NONBLOCK));
	arrive(NULL);
	CHECK(px(SYS_ioctl, 3, FIONREAD, &value) == 0 && value == 5);
	CHECK(px(SYS_ioctl, 3, TIOCGWINSZ, &value) == -ENOTTY);
	value = 0;
	CHECK(px(SYS_ioctl, 3, FIONBIO, &value) == 0 && px(SYS_fcntl, 3, F_GETFL) == O_RDWR);
}

static int ends[2];

static void write_pipe(void *unused)
{
	(void)unused;
	px(SYS_write, ends[1], "x", 1);
}

static void start_write(void *unused)
{
	kernel_start(write_pipe, unused);
}

TEST(socket_poll, "poll of sockets and pipes: either ends the wait, and errors and hangups are seen")
{
	struct pollfd p[2] = { { 3, POLLIN, 0 }, { 4, POLLIN, 0 } };
	unsigned long before = kernel_now();
	char byte;

	CHECK(tcp(0) == 3 && px(SYS_pipe, ends) == 0);
	CHECK(px(SYS_poll, p, 2, 0) == 0 && px(SYS_poll, p, 2, 500) == 0 && kernel_now() - before == 500000);
	kernel_at(before + US, arrive, NULL);
	CHECK(px(SYS_poll, p, 2, -1) == 1 && kernel_now() - before == US);
	CHECK(p[0].revents == POLLIN && p[1].revents == 0 && px(SYS_recvfrom, 3, &byte, 1, 0) == 1);
	first->packets = 0;
	kernel_at(before + 2 * US, start_write, NULL);
	CHECK(px(SYS_poll, p, 2, -1) == 1 && kernel_now() - before == 2 * US && p[1].revents == POLLIN);
	CHECK(p[0].revents == 0 && net_waiters() == 0);
	first->pending = SOCKETS_E_RESET;
	first->hangs_up = true;
	CHECK(px(SYS_poll, p, 1, -1) == 1 && p[0].revents == (POLLERR | POLLHUP));
	first->used = false;
	CHECK(px(SYS_poll, p, 1, -1) == 1 && p[0].revents == POLLNVAL);
}

static void on_signal(int signal)
{
	(void)signal;
}

static void tell(void *unused)
{
	(void)unused;
	px_signal_send(MAIN_THREAD, SIGUSR1);
}

static void start_tell(void *unused)
{
	kernel_start(tell, unused);
}

TEST(socket_signal, "a signal ends the wait of a read and of poll for sockets")
{
	struct action a = { .handler = on_signal };
	struct pollfd p = { 3, POLLIN, 0 };
	unsigned long before = kernel_now();
	char byte;

	CHECK(tcp(0) == 3 && px(SYS_rt_sigaction, SIGUSR1, &a, NULL, 8) == 0);
	kernel_at(before + US, start_tell, NULL);
	CHECK(px(SYS_read, 3, &byte, 1) == -EINTR && kernel_now() - before == US);
	kernel_at(before + 2 * US, start_tell, NULL);
	CHECK(px(SYS_poll, &p, 1, -1) == -EINTR && kernel_now() - before == 2 * US);
}

TEST(socket_waits_full, "a server that has no place for one more wait is asked again; the time counts on")
{
	struct pollfd p = { 3, POLLIN, 0 };
	unsigned long before = kernel_now();

	CHECK(tcp(0) == 3);
	net.full = 5;
	CHECK(px(SYS_poll, &p, 1, 1000) == 0 && net.waits >= 6 && kernel_now() - before <= 1010000);
	CHECK(kernel_now() - before >= 990000);
}

TEST(socket_receive_full, "a server without a place for one more wait is asked again for bytes")
{
	unsigned long before = kernel_now();
	char text[16];

	CHECK(tcp(0) == 3);
	net.full = 5;
	kernel_at(before + US, arrive, NULL);
	CHECK(px(SYS_read, 3, text, 16) == 5 && net.full == 0 && net.waits == 6);
	CHECK(memcmp(text, "hello", 5) == 0 && kernel_now() - before == US);
}

TEST(socket_receive_woken, "a read of a program whose waits were ended before waits, in few requests")
{
	unsigned long before = kernel_now();
	char text[16];

	CHECK(tcp(0) == 3);
	net.wakes = 7;
	kernel_at(before + US, arrive, NULL);
	CHECK(px(SYS_read, 3, text, 16) == 5 && kernel_now() - before == US && net.waits <= 3);
}

TEST(socket_restart, "after a restart of the server old sockets are reset and ready, new ones work")
{
	struct pollfd p = { 3, POLLIN, 0 };
	char byte;

	CHECK(tcp(0) == 3);
	kernel_end_server(NET_THREAD);
	CHECK(px(SYS_write, 3, "x", 1) == -ECONNRESET);
	net_restart();
	CHECK(px(SYS_read, 3, &byte, 1) == -ECONNRESET && call_name(SYS_bind, 3, 0, 1) == -ECONNRESET);
	CHECK(px(SYS_poll, &p, 1, -1) == 1);
	CHECK((p.revents & (POLLIN | POLLERR | POLLHUP)) == (POLLIN | POLLERR | POLLHUP));
	CHECK(tcp(0) == 4 && net.attached == 2 && px(SYS_write, 4, "x", 1) == 1);
	CHECK(px(SYS_read, 3, &byte, 1) == -ECONNRESET && px(SYS_close, 3) == 0 && net.socket[0].used);
}

TEST(socket_wrong, "answers of the wrong length or label are a lost server")
{
	CHECK(tcp(0) == 3);
	spoil = (struct spoil){ SOCKETS_SEND, 0, 1, ANSWER(SOCKETS_OK, 2), false };
	CHECK(px(SYS_write, 3, "x", 1) == -ECONNRESET && px(SYS_write, 3, "x", 1) == -ECONNRESET);
	CHECK(tcp(0) == 4 && px(SYS_write, 4, "x", 1) == 1);
}

static void end_server(void *unused)
{
	(void)unused;
	kernel_end_server(NET_THREAD);
}

TEST(socket_lost_wait, "a server that ends while a thread waits for it ends the wait")
{
	char byte;

	CHECK(tcp(0) == 3);
	kernel_at(kernel_now() + US, end_server, NULL);
	CHECK(px(SYS_read, 3, &byte, 1) == -ECONNRESET);
}

TEST(socket_file, "fstat says socket; it has no offset, and is no file of the disk")
{
	struct stat st;
	char byte;

	CHECK(tcp(0) == 3 && px(SYS_fstat, 3, &st) == 0 && S_ISSOCK(st.st_mode));
	CHECK(px(SYS_lseek, 3, 0, 0) == -ESPIPE && px(SYS_pread64, 3, &byte, 1, 0) == -ESPIPE);
	CHECK(px(SYS_ftruncate, 3, 0) == -EINVAL && px(SYS_pwrite64, 3, &byte, 1, 0) == -ESPIPE);
}
