/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - the rows of long paths: bytes of a stream that arrive in PATH_S seconds of the machine's time.
 * Both ends are in this program: what it sends to PATH_FAR comes back from there, to PATH_NEAR (mirror.py).
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rows.h"

enum { PATH_S = 10, PIECE = 65536, BUFFER = 1 << 20, CONNECTS = 1000, WAIT_US = 10000 };
enum { NANOSECONDS = 1000000000 };

static char bytes[PIECE];

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * NANOSECONDS + t.tv_nsec;
}

/* With 1 MiB of buffers; Pecan's have no fixed size, so that request changes nothing there. */
static int stream(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0), size = BUFFER;

	if (s < 0)
		work_failed("socket");
	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	return s;
}

static void connect_ends(int *from, int *to)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(TCP_PORT) };
	int listener = stream();

	*from = stream();
	if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 1) != 0)
		work_failed("bind and listen");
	at.sin_addr.s_addr = htonl(PATH_FAR);
	for (int i = 0; connect(*from, (struct sockaddr *)&at, sizeof at) != 0; i++) {
		if (i == CONNECTS)		/* there may be no address yet */
			work_failed("connect");
		usleep(WAIT_US);
	}
	*to = accept(listener, NULL, NULL);
	if (*to < 0)
		work_failed("accept");
	fcntl(*from, F_SETFL, O_NONBLOCK);
	fcntl(*to, F_SETFL, O_NONBLOCK);
}

/* Sends and takes what can be; returns the number of bytes that have arrived. */
static unsigned long pass(int from, int to)
{
	struct pollfd p[] = { { from, POLLOUT, 0 }, { to, POLLIN, 0 } };
	unsigned long sum = 0;
	ssize_t n;

	poll(p, 2, -1);
	while ((n = recv(to, bytes, sizeof bytes, 0)) > 0)
		sum += (unsigned long)n;
	while (send(from, bytes, sizeof bytes, 0) > 0)
		;
	return sum;
}

void work_path(void)
{
	unsigned long sum = 0;
	long long end;
	int from, to;

	connect_ends(&from, &to);
	end = now() + (long long)PATH_S * NANOSECONDS;
	while (now() < end)
		sum += pass(from, to);
	printf("path: %lu bytes\n", sum);
	close(from);
	close(to);
}
