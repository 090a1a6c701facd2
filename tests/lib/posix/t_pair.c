/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * t_pair.c - socketpair.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "px.h"

static int fd[2];

static long open_pair(long flags)
{
	return px(SYS_socketpair, AF_UNIX, SOCK_STREAM | flags, 0, fd);
}

static short ready(int which)
{
	struct pollfd p = { fd[which], POLLIN | POLLOUT, 0 };

	px(SYS_poll, &p, 1, 0);
	return p.revents;
}

TEST(pair_bytes, "the ends of a pair have what was written at the other one, each way, in order")
{
	char text[8];

	CHECK(open_pair(0) == 0 && fd[0] == 3 && fd[1] == 4);
	CHECK(px(SYS_write, 3, "abc", 3) == 3 && px(SYS_write, 4, "de", 2) == 2);
	CHECK(px(SYS_read, 4, text, 8) == 3 && memcmp(text, "abc", 3) == 0);
	CHECK(px(SYS_read, 3, text, 1) == 1 && px(SYS_read, 3, text + 1, 8) == 1 && memcmp(text, "de", 2) == 0);
	CHECK(px(SYS_lseek, 3, 0, SEEK_CUR) == -ESPIPE && px(SYS_fcntl, 3, F_GETFL) == O_RDWR);
}

TEST(pair_ends, "after one end is closed the other reads its text, then the end; writing is EPIPE")
{
	struct action ignore = { .handler = SIG_IGN };
	char text[8];

	CHECK(open_pair(0) == 0 && px(SYS_write, 3, "abc", 3) == 3 && px(SYS_close, 3) == 0);
	CHECK(ready(1) == (POLLIN | POLLOUT));
	CHECK(px(SYS_read, 4, text, 8) == 3 && px(SYS_read, 4, text, 8) == 0);
	CHECK(ready(1) == (POLLIN | POLLOUT | POLLHUP));
	CHECK(px(SYS_sendto, 4, "x", 1, MSG_NOSIGNAL) == -EPIPE);
	CHECK(px(SYS_rt_sigaction, SIGPIPE, &ignore, NULL, 8) == 0 && px(SYS_write, 4, "x", 1) == -EPIPE);
	CHECK(px(SYS_close, 4) == 0);
	for (unsigned i = 0; i < 40; i++)
		CHECK(open_pair(0) == 0 && px(SYS_close, 3) == 0 && px(SYS_close, 4) == 0);
}

TEST(pair_signal, "a write to a pair whose other end is closed ends the program by SIGPIPE")
{
	CHECK(open_pair(0) == 0 && px(SYS_close, 3) == 0);
	expect_exit(128 + SIGPIPE);
	px(SYS_write, 4, "x", 1);
}

TEST(pair_shutdown, "shutdown ends one direction or both, of both ends")
{
	struct action ignore = { .handler = SIG_IGN };
	char text[8];

	CHECK(px(SYS_rt_sigaction, SIGPIPE, &ignore, NULL, 8) == 0);
	CHECK(open_pair(0) == 0 && px(SYS_write, 3, "abc", 3) == 3 && px(SYS_shutdown, 3, SHUT_WR) == 0);
	CHECK(px(SYS_write, 3, "x", 1) == -EPIPE && px(SYS_read, 4, text, 8) == 3);
	CHECK(px(SYS_read, 4, text, 8) == 0);
	CHECK(px(SYS_write, 4, "yz", 2) == 2 && px(SYS_read, 3, text, 8) == 2);
	CHECK(px(SYS_shutdown, 3, SHUT_RD) == 0 && px(SYS_read, 3, text, 8) == 0);
	CHECK(px(SYS_write, 4, "x", 1) == -EPIPE && px(SYS_shutdown, 4, 9) == -EINVAL);
	CHECK(px(SYS_shutdown, 4, SHUT_RDWR) == 0 && px(SYS_close, 3) == 0 && px(SYS_close, 4) == 0);
	for (unsigned i = 0; i < 8; i++)
		CHECK(open_pair(0) == 0 && fd[0] == (int)(3 + 2 * i));
	CHECK(open_pair(0) == -ENFILE);
	CHECK(px(SYS_close, 3) == 0 && px(SYS_close, 4) == 0 && open_pair(0) == 0);
}

TEST(pair_flags, "without a wait EAGAIN; MSG_PEEK leaves the text, MSG_WAITALL has parts of two writes")
{
	struct iovec parts[2];
	struct msghdr m = { .msg_iov = parts, .msg_iovlen = 2 };
	char text[8];

	CHECK(open_pair(SOCK_NONBLOCK | SOCK_CLOEXEC) == 0 && px(SYS_fcntl, 3, F_GETFD) == FD_CLOEXEC);
	CHECK(px(SYS_read, 3, text, 1) == -EAGAIN && ready(0) == POLLOUT);
	CHECK(px(SYS_fcntl, 3, F_SETFL, 0) == 0 && px(SYS_recvfrom, 3, text, 1, MSG_DONTWAIT) == -EAGAIN);
	CHECK(px(SYS_write, 4, "abc", 3) == 3 && px(SYS_write, 4, "de", 2) == 2);
	CHECK(px(SYS_recvfrom, 3, text, 8, MSG_PEEK) == 5 && memcmp(text, "abcde", 5) == 0);
	parts[0] = (struct iovec){ text + 4, 2 };
	parts[1] = (struct iovec){ text, 3 };
	CHECK(px(SYS_recvmsg, 3, &m, MSG_WAITALL) == 5 && memcmp(text, "cde", 3) == 0);
	CHECK(memcmp(text + 4, "ab", 2) == 0);
	CHECK(px(SYS_sendmsg, 3, &m, 0) == 5 && px(SYS_read, 4, text, 8) == 5 && memcmp(text, "abcde", 5) == 0);
	CHECK(px(SYS_recvfrom, 3, text, 8, MSG_OOB) == -EOPNOTSUPP);
	CHECK(px(SYS_sendto, 3, "x", 1, MSG_OOB) == -EOPNOTSUPP);
}

TEST(pair_wrong, "other families, types and protocols are refused; a pair is no socket of the network")
{
	socklen_t bytes = sizeof(int);
	struct sockaddr name;
	int value;

	CHECK(px(SYS_socketpair, AF_INET, SOCK_STREAM, 0, fd) == -EOPNOTSUPP);
	CHECK(px(SYS_socketpair, 99, SOCK_STREAM, 0, fd) == -EAFNOSUPPORT);
	CHECK(px(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, fd) == -ESOCKTNOSUPPORT);
	CHECK(px(SYS_socketpair, AF_UNIX, SOCK_STREAM, 9, fd) == -EPROTONOSUPPORT && open_pair(0) == 0);
	CHECK(px(SYS_listen, 3, 1) == -EINVAL && px(SYS_accept4, 3, NULL, NULL, 0) == -ENOTSOCK);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_TYPE, &value, &bytes) == 0 && value == SOCK_STREAM);
	CHECK(px(SYS_getsockopt, 3, SOL_SOCKET, SO_RCVBUF, &value, &bytes) == -ENOPROTOOPT);
	bytes = sizeof name;
	CHECK(px(SYS_getsockname, 3, &name, &bytes) == 0 && bytes == 2 && name.sa_family == AF_UNIX);
}
