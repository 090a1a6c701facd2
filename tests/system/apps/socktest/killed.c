/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * killed.c - a program whose network server, or driver, `killer` ends at a moment of each period: at its
 * beginning bytes go to a server of the host that sends them back, by a connection that is used as long as
 * it lasts. No byte is wrong. A connection that is lost is an error of the next call at once, and then
 * another one can be made.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <time.h>
#include <unistd.h>

#include "socktest.h"

enum { MOST = 20000, CONNECT_MS = 20000, PAUSE_MS = 20, FACTOR = 251 };

static unsigned char sent[MOST], got[MOST];
static unsigned wrong, lost, late, rounds;
static unsigned long position;		/* of the connection */

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

/* An address has to be there first, if it was the server that has ended. */
static int connect_again(const struct sockaddr_in *to)
{
	for (long long end = now_ms() + CONNECT_MS; now_ms() < end; pause_ms(PAUSE_MS)) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd >= 0 && connect(fd, (const struct sockaddr *)to, sizeof *to) == 0)
			return fd;
		close(fd);
	}
	return -1;
}

static bool send_all(int fd, size_t bytes)
{
	for (size_t done = 0; done < bytes; ) {
		ssize_t n = send(fd, sent + done, bytes - done, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static bool exchange(int fd, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, position++)
		sent[i] = (unsigned char)(position % FACTOR ^ position >> 11);
	if (!send_all(fd, bytes))
		return false;
	for (size_t done = 0; done < bytes; ) {
		ssize_t n = recv(fd, got + done, bytes - done, 0);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	wrong += memcmp(sent, got, bytes) != 0;
	return true;
}

/* The error must come before the period in which the server was ended is over. */
static void one_round(int *fd, unsigned period_ms)
{
	long long start = now_ms();

	rounds++;
	if (exchange(*fd, 1 + rounds * 37u % MOST))
		return;
	lost++;
	late += (errno != ECONNRESET && errno != EPIPE) || now_ms() - start >= period_ms;
	close(*fd);
	*fd = -1;
}

int killed(const char *host, unsigned port, unsigned periods, unsigned period_ms)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int fd = -1;

	inet_pton(AF_INET, host, &to.sin_addr);
	for (unsigned n = 0; n < periods; n++) {
		if (fd < 0) {
			fd = connect_again(&to);
			position = 0;
		}
		if (fd < 0) {
			printf("killed: no connection (errno %d)\n", errno);
			return 1;
		}
		pause_ms((unsigned)(period_ms - now_ms() % period_ms));
		one_round(&fd, period_ms);
	}
	close(fd);
	printf("killed: %u rounds, %u wrong, %u lost, %u late\n", rounds, wrong, lost, late);
	return wrong || late;
}
