/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * datagrams.c - UDP.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "socktest.h"

enum { LARGE = 1400, TOO_LARGE = 40000 };

static char large[TOO_LARGE], text[TOO_LARGE];

static ssize_t send_to(int fd, const void *from, size_t bytes, const struct sockaddr_in *to)
{
	return sendto(fd, from, bytes, 0, (const struct sockaddr *)to, sizeof *to);
}

static void test_names_of_senders(int a, int b)
{
	struct sockaddr_in to = name_of(b), from = { 0 }, mine = name_of(a);
	socklen_t bytes = sizeof from;

	check(send_to(a, "one", 3, &to) == 3 && send_to(a, "three", 5, &to) == 5, "sendto");
	check(recvfrom(b, text, 16, 0, (struct sockaddr *)&from, &bytes) == 3 && memcmp(text, "one", 3) == 0
	      && bytes == sizeof from && same(&from, &mine), "recvfrom has the sender's name");
	check(recv(b, text, 2, MSG_PEEK) == 2 && recv(b, text, 2, MSG_TRUNC) == 5 && memcmp(text, "th", 2) == 0,
	      "a datagram is cut; MSG_TRUNC returns its length");
	check(recv(b, text, 2, MSG_DONTWAIT) == -1 && errno == EAGAIN, "and the rest of it is gone");
}

static void test_sizes(int a, int b)
{
	struct sockaddr_in to = name_of(b);

	check(send_to(a, large, LARGE, &to) == LARGE && recv(b, text, sizeof text, 0) == LARGE
	      && memcmp(text, large, LARGE) == 0, "1,400 bytes");
	check(send_to(a, "", 0, &to) == 0 && recv(b, text, sizeof text, 0) == 0, "a datagram of no bytes");
	check(send_to(a, large, TOO_LARGE, &to) == -1 && errno == EMSGSIZE, "EMSGSIZE");
	check(send(a, "x", 1, 0) == -1 && (errno == EDESTADDRREQ || errno == ENOTCONN), "send without a peer");
}

static void test_messages(int a, int b)
{
	struct sockaddr_in to = name_of(b), from = { 0 }, mine = name_of(a);
	char x[] = "abc", y[] = "defg";
	struct iovec out[] = { { x, 3 }, { y, 4 } }, in[] = { { text, 2 }, { text + 2, 3 } };
	struct msghdr m = { .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = out, .msg_iovlen = 2 };

	check(sendmsg(a, &m, 0) == 7, "sendmsg sends one datagram");
	m = (struct msghdr){ .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in, .msg_iovlen = 2 };
	check(recvmsg(b, &m, 0) == 5 && memcmp(text, "abcde", 5) == 0 && m.msg_flags == MSG_TRUNC
	      && same(&from, &mine), "recvmsg in parts, MSG_TRUNC in msg_flags");
}

static void test_peers(int a, int b)
{
	struct sockaddr_in to = name_of(b), none = { .sin_family = AF_UNSPEC }, from = name_of(a);
	int other = open_datagram();

	check(connect(a, (struct sockaddr *)&to, sizeof to) == 0 && write(a, "peer", 4) == 4
	      && read(b, text, sizeof text) == 4, "connect, write");
	check(send_to(other, "foreign", 7, &from) == 7 && send_to(b, "mine", 4, &from) == 4
	      && read(a, text, sizeof text) == 4 && memcmp(text, "mine", 4) == 0, "only the peer's come");
	check(connect(a, (struct sockaddr *)&none, sizeof none) == 0 && send(a, "x", 1, 0) == -1,
	      "no peer any more");
	close(other);
}

void test_datagrams(void)
{
	int a = open_datagram(), b = open_datagram();

	for (unsigned i = 0; i < TOO_LARGE; i++)
		large[i] = (char)(i * 40503u >> 8);
	test_names_of_senders(a, b);
	test_sizes(a, b);
	test_messages(a, b);
	test_peers(a, b);
	close(a);
	close(b);
}
