/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * streams.c - bytes of TCP.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "socktest.h"

enum { BULK = 1 << 20, PAUSE_MS = 30 };

static void test_bytes(void)
{
	struct pair p = open_pair();
	char text[16];
	int bytes = 0;

	check(send(p.a, "abcdef", 6, 0) == 6 && recv(p.b, text, 2, 0) == 2 && memcmp(text, "ab", 2) == 0,
	      "send, recv");
	check(recv(p.b, text, 2, MSG_PEEK) == 2 && memcmp(text, "cd", 2) == 0, "MSG_PEEK");
	check(ioctl(p.b, FIONREAD, &bytes) == 0 && bytes == 4, "FIONREAD");
	check(read(p.b, text, sizeof text) == 4 && memcmp(text, "cdef", 4) == 0, "read");
	check(write(p.b, "xyz", 3) == 3 && recvfrom(p.a, text, 16, 0, NULL, NULL) == 3,
	      "write in the other direction");
	check(recv(p.a, text, 1, MSG_DONTWAIT) == -1 && errno == EAGAIN, "MSG_DONTWAIT");
	check(fcntl(p.a, F_SETFL, O_NONBLOCK) == 0 && fcntl(p.a, F_GETFL) == (O_RDWR | O_NONBLOCK)
	      && read(p.a, text, 1) == -1 && errno == EAGAIN, "O_NONBLOCK");
	bytes = 0;
	check(ioctl(p.a, FIONBIO, &bytes) == 0 && fcntl(p.a, F_GETFL) == O_RDWR, "FIONBIO");
	close_pair(p);
}

static void test_parts(void)
{
	struct pair p = open_pair();
	char a[3] = "abc", b[4] = "defg", text[16];
	struct iovec out[] = { { a, 3 }, { b, 4 } }, in[] = { { text, 2 }, { text + 2, 0 }, { text + 2, 14 } };
	struct msghdr m = { .msg_iov = out, .msg_iovlen = 2 };

	check(writev(p.a, out, 2) == 7 && readv(p.b, in, 3) == 7 && memcmp(text, "abcdefg", 7) == 0,
	      "writev, readv");
	check(sendmsg(p.a, &m, 0) == 7, "sendmsg");
	m = (struct msghdr){ .msg_iov = in, .msg_iovlen = 3 };
	memset(text, 0, sizeof text);
	check(recvmsg(p.b, &m, 0) == 7 && memcmp(text, "abcdefg", 7) == 0 && !m.msg_flags, "recvmsg");
	close_pair(p);
}

static int slow_end;

static void *send_slowly(void *unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		pause_ms(PAUSE_MS);
		send(slow_end, "wait", 4, 0);
	}
	return NULL;
}

static void test_slow(void)
{
	struct pair p = open_pair();
	pthread_t thread;
	char text[17] = "";

	slow_end = p.a;
	pthread_create(&thread, NULL, send_slowly, NULL);
	check(recv(p.b, text, 3, 0) == 3 && memcmp(text, "wai", 3) == 0, "recv waits for bytes");
	check(recv(p.b, text, 13, MSG_WAITALL) == 13 && memcmp(text, "twaitwaitwait", 13) == 0, "MSG_WAITALL");
	pthread_join(thread, NULL);
	close_pair(p);
}

static char bulk[BULK];
static int bulk_end;

static void *send_bulk(void *unused)
{
	(void)unused;
	return (void *)write(bulk_end, bulk, BULK);
}

static void test_bulk(void)
{
	struct pair p = open_pair();
	static char text[5000];
	pthread_t thread;
	void *sent;
	long sum = 0, n;
	bool right = true;

	for (unsigned i = 0; i < BULK; i++)
		bulk[i] = (char)(i * 2654435761u >> 24);
	bulk_end = p.a;
	pthread_create(&thread, NULL, send_bulk, NULL);
	while (sum < BULK && (n = recv(p.b, text, sizeof text, 0)) > 0) {
		right &= memcmp(text, bulk + sum, (size_t)n) == 0;
		sum += n;
	}
	pthread_join(thread, &sent);
	check(sum == BULK && right && (long)sent == BULK, "1 MiB, which the writer waits to send");
	close_pair(p);
}

static void test_full(void)
{
	struct pair p = open_pair();
	struct pollfd out = { .fd = p.a, .events = POLLOUT };
	long sum = 0, taken = 0, n;

	fcntl(p.a, F_SETFL, O_NONBLOCK);
	while ((n = send(p.a, bulk, 4096, 0)) > 0)
		sum += n;
	check(n == -1 && errno == EAGAIN && sum > 4096, "a connection is full");
	check(poll(&out, 1, 0) == 0, "poll has no room for bytes then");
	while (taken < sum && (n = recv(p.b, bulk, BULK, 0)) > 0)
		taken += n;
	check(taken == sum && poll(&out, 1, 1000) == 1 && out.revents == POLLOUT,
	      "and has it when they are read");
	close_pair(p);
}

/* ---- ends ---- */

static volatile int pipes;

static void on_pipe(int unused)
{
	(void)unused;
	pipes++;
}

static void test_shutdown(void)
{
	struct pair p = open_pair();
	struct linger abort = { 1, 0 };
	char text[8];

	signal(SIGPIPE, on_pipe);
	check(send(p.a, "end", 3, 0) == 3 && shutdown(p.a, SHUT_WR) == 0, "shutdown");
	check(recv(p.b, text, 8, 0) == 3 && recv(p.b, text, 8, 0) == 0 && recv(p.b, text, 8, 0) == 0,
	      "the end is read");
	check(send(p.b, "more", 4, 0) == 4 && recv(p.a, text, 8, 0) == 4, "the other direction works");
	check(send(p.a, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE && pipes == 0, "EPIPE with MSG_NOSIGNAL");
	check(write(p.a, "x", 1) == -1 && errno == EPIPE && pipes == 1, "EPIPE and SIGPIPE");
	close_pair(p);
	signal(SIGPIPE, SIG_DFL);
	p = open_pair();
	setsockopt(p.a, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
	close(p.a);
	check(recv(p.b, text, 8, 0) == -1 && errno == ECONNRESET, "closed with a linger of 0: ECONNRESET");
	close(p.b);
}

static void test_descriptors(void)
{
	struct pair p = open_pair();
	struct stat st;
	int copy = dup(p.a), ends[2];
	char byte;

	check(close(p.a) == 0 && write(copy, "d", 1) == 1 && read(p.b, &byte, 1) == 1, "dup");
	check(fstat(copy, &st) == 0 && S_ISSOCK(st.st_mode), "fstat");
	check(lseek(copy, 0, SEEK_CUR) == -1 && errno == ESPIPE, "lseek: ESPIPE");
	check(close(copy) == 0 && read(p.b, &byte, 1) == 0 && close(p.b) == 0,
	      "the last close ends the connection");
	check(send(copy, "x", 1, 0) == -1 && errno == EBADF, "EBADF");
	check(pipe(ends) == 0 && send(ends[1], "x", 1, 0) == -1 && errno == ENOTSOCK, "ENOTSOCK");
	close(ends[0]);
	close(ends[1]);
}

void test_streams(void)
{
	test_bytes();
	test_parts();
	test_slow();
	test_bulk();
	test_full();
	test_shutdown();
	test_descriptors();
}
