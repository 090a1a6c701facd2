/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * waits.c - waiting for sockets, together with other descriptors, by several threads, and ended by signals.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "socktest.h"

enum { PAUSE_MS = 30, ROUNDS = 200, READERS = 20, STACK = 65536 };

/* What a thread writes to after a pause. */
static void *write_later(void *fd)
{
	pause_ms(PAUSE_MS);
	return (void *)write(*(int *)fd, "x", 1);
}

static long ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)(t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

static void test_poll(void)
{
	struct pair p = open_pair();
	int ends[2], closed = dup(p.a);
	struct pollfd set[3];
	pthread_t thread;
	char byte;
	long from;

	pipe(ends);
	set[0] = (struct pollfd){ .fd = p.b, .events = POLLIN };
	set[1] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	from = ms_now();
	check(poll(set, 2, PAUSE_MS) == 0 && ms_now() - from >= PAUSE_MS,
	      "poll of a socket and a pipe: its time ends");
	pthread_create(&thread, NULL, write_later, &p.a);
	check(poll(set, 2, -1) == 1 && set[0].revents == POLLIN && !set[1].revents, "the socket ends a poll");
	pthread_join(thread, NULL);
	read(p.b, &byte, 1);
	pthread_create(&thread, NULL, write_later, &ends[1]);
	check(poll(set, 2, -1) == 1 && set[1].revents == POLLIN && !set[0].revents, "the pipe ends a poll");
	pthread_join(thread, NULL);
	write(p.a, "x", 1);
	poll(set, 1, -1);
	set[0].events |= POLLOUT;
	check(poll(set, 2, -1) == 2 && set[0].revents == (POLLIN | POLLOUT), "both are ready");
	close(closed);
	set[2] = (struct pollfd){ .fd = closed, .events = POLLIN };
	check(poll(set, 3, -1) == 3 && set[2].revents == POLLNVAL, "POLLNVAL");
	close_pair((struct pair){ ends[0], ends[1] });
	close_pair(p);
}

static void test_select(void)
{
	struct pair p = open_pair();
	struct timeval t = { 0, PAUSE_MS * 1000 };
	pthread_t thread;
	fd_set in, out;
	int ends[2];

	pipe(ends);
	FD_ZERO(&in);
	FD_SET(p.b, &in);
	FD_SET(ends[0], &in);
	check(select(FD_SETSIZE, &in, NULL, NULL, &t) == 0 && !FD_ISSET(p.b, &in), "select: its time ends");
	FD_SET(p.b, &in);
	FD_SET(ends[0], &in);
	pthread_create(&thread, NULL, write_later, &p.a);
	check(select(FD_SETSIZE, &in, NULL, NULL, NULL) == 1 && FD_ISSET(p.b, &in), "the socket ends a select");
	pthread_join(thread, NULL);
	FD_ZERO(&out);
	FD_SET(p.a, &out);
	check(select(FD_SETSIZE, NULL, &out, NULL, NULL) == 1 && FD_ISSET(p.a, &out), "a socket with room");
	close_pair((struct pair){ ends[0], ends[1] });
	close_pair(p);
}

/* ---- signals ---- */

static volatile int signals;

static void on_signal(int unused)
{
	(void)unused;
	signals++;
}

/*
 * A signal after so many milliseconds, then one each PAUSE_MS: on a busy host the first can come before the
 * call that it has to end. 0: none any more.
 */
static void alarm_ms(unsigned ms)
{
	struct itimerval t = { { 0, PAUSE_MS * 1000 }, { 0, ms * 1000 } };

	signals = 0;
	check(setitimer(ITIMER_REAL, &t, NULL) == 0, "setitimer");
}

static void test_signals(void)
{
	struct pair p = open_pair();
	struct sigaction a = { .sa_handler = on_signal };
	struct pollfd in = { .fd = p.b, .events = POLLIN };
	pthread_t thread;
	char byte;

	sigaction(SIGALRM, &a, NULL);
	alarm_ms(PAUSE_MS);
	check(recv(p.b, &byte, 1, 0) == -1 && errno == EINTR && signals > 0, "a signal ends recv: EINTR");
	alarm_ms(PAUSE_MS);
	check(poll(&in, 1, -1) == -1 && errno == EINTR && signals > 0, "a signal ends poll: EINTR");
	alarm_ms(0);
	a.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &a, NULL);
	alarm_ms(PAUSE_MS / 2);
	pthread_create(&thread, NULL, write_later, &p.a);
	check(recv(p.b, &byte, 1, 0) == 1 && signals > 0, "SA_RESTART: recv continues");
	alarm_ms(0);
	pthread_join(thread, NULL);
	close_pair(p);
}

static void test_timeouts(void)
{
	struct pair p = open_pair();
	struct timeval t = { 0, PAUSE_MS * 1000 };
	int listener = open_listener();
	long from = ms_now();
	char byte;

	setsockopt(p.a, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	check(recv(p.a, &byte, 1, 0) == -1 && errno == EAGAIN && ms_now() - from >= PAUSE_MS,
	      "SO_RCVTIMEO of recv");
	check(accept(listener, NULL, NULL) == -1 && errno == EAGAIN, "SO_RCVTIMEO of accept");
	close(listener);
	close_pair(p);
}

/* ---- threads ---- */

static struct pair echo;

static void *answer(void *unused)
{
	char byte;

	(void)unused;
	while (read(echo.b, &byte, 1) == 1)
		write(echo.b, &byte, 1);
	return NULL;
}

static void *read_sum(void *sum)
{
	char byte;

	for (unsigned i = 0; i < ROUNDS && read(echo.a, &byte, 1) == 1; i++)
		*(unsigned *)sum += (unsigned char)byte;
	return NULL;
}

static void test_threads(void)
{
	pthread_t answers, reads;
	unsigned sum = 0, expected = 0;

	echo = open_pair();
	pthread_create(&answers, NULL, answer, NULL);
	pthread_create(&reads, NULL, read_sum, &sum);
	for (unsigned i = 0; i < ROUNDS; i++) {
		char byte = (char)i;

		write(echo.a, &byte, 1);
		expected += (unsigned char)byte;
	}
	pthread_join(reads, NULL);
	shutdown(echo.a, SHUT_WR);
	pthread_join(answers, NULL);
	check(sum == expected, "a thread reads while another one writes the same socket");
	close_pair(echo);
}

static void *read_one(void *fd)
{
	char byte;

	return (void *)read(*(int *)fd, &byte, 1);
}

static void test_cancel(void)
{
	struct pair p = open_pair();
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, read_one, &p.a);
	pause_ms(PAUSE_MS);
	pthread_cancel(thread);
	check(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED,
	      "a thread that waits is cancelled");
	close_pair(p);
}

/* Of more threads than the network server keeps waits of one program. */
static void test_many(void)
{
	int fd = open_datagram(), quiet = open_datagram();
	struct sockaddr_in to = name_of(fd);
	struct pollfd set = { .fd = quiet, .events = POLLIN };
	pthread_t thread[READERS];
	pthread_attr_t small;
	unsigned n = 0, got = 0;
	void *result;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK);
	while (n < READERS && pthread_create(&thread[n], &small, read_one, &fd) == 0)
		n++;
	pause_ms(PAUSE_MS);
	check(n == READERS && poll(&set, 1, PAUSE_MS) == 0 && !set.revents,
	      "poll of a quiet socket while 20 threads wait: its time ends");
	for (unsigned i = 0; i < n; i++)
		sendto(quiet, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
	for (unsigned i = 0; i < n; i++)
		got += pthread_join(thread[i], &result) == 0 && result == (void *)1;
	check(got == n, "each of 20 threads that wait for a socket gets a datagram");
	close_pair((struct pair){ fd, quiet });
}

void test_waits(void)
{
	test_poll();
	test_select();
	test_signals();
	test_timeouts();
	test_threads();
	test_cancel();
	test_many();
}
