/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * res_msend_tcp.c - a question to name servers, put again by TCP, as the answer by UDP (res_msend.c) was cut
 * off (RFC 7766). Of that nothing is used: if no server gives the whole one there is none.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "pecan_names.h"

enum {
	HEAD = 12, LENGTH = 2, IS_ANSWER = 0x80, IS_CUT_OFF = 2, NO_NAME = 3, PORT = 53, POINTER = 0xc0,
	QUESTION = 4, RECORD = 10,	/* bytes behind a name */
};

/* Sockets are non-blocking; until: in milliseconds. */
struct talk { int fd; long long until; };

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static unsigned get16(const unsigned char *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static void put16(unsigned char *at, unsigned value)
{
	at[0] = (unsigned char)(value >> 8);
	at[1] = (unsigned char)value;
}

/* ---- a connection ---- */

/* Sends, or receives, all of it. Returns 0 if the connection has failed or ended, or the time is over. */
static int move(const struct talk *t, unsigned char *at, size_t bytes, short event)
{
	struct pollfd p = { .fd = t->fd, .events = event };
	long long left;
	ssize_t n;

	while (bytes > 0 && (left = t->until - now()) > 0) {
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = event == POLLOUT ? send(t->fd, at, bytes, MSG_NOSIGNAL) : recv(t->fd, at, bytes, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			return 0;
		at += n;
		bytes -= (size_t)n;
	}
	return bytes == 0;
}

static int begin(const struct talk *t, const struct address *server)
{
	struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT),
				   .sin6_scope_id = server->scopeid };
	int e;

	memcpy(&a4.sin_addr, server->addr, sizeof a4.sin_addr);
	memcpy(&a6.sin6_addr, server->addr, sizeof a6.sin6_addr);
	e = server->family == AF_INET ? connect(t->fd, (struct sockaddr *)&a4, sizeof a4)
	    : connect(t->fd, (struct sockaddr *)&a6, sizeof a6);
	return e == 0 || errno == EINPROGRESS;
}

/* ---- an answer ---- */

/* Where the name ends that is at `at`; -1: not within the bytes. */
static int name_end(const unsigned char *m, int at, int bytes)
{
	while (at >= 0 && at < bytes && m[at] != 0 && m[at] < POINTER)
		at += 1 + m[at];
	if (at < 0 || at >= bytes)
		return -1;
	return at + (m[at] ? 2 : 1);
}

static int record_end(const unsigned char *m, int at, int bytes)
{
	int head = name_end(m, at, bytes);

	if (head < 0 || head + RECORD > bytes)
		return -1;
	head += RECORD + (int)get16(m + head + RECORD - 2);
	return head <= bytes ? head : -1;
}

/*
 * Of an answer that is larger than the caller's room: the records that fit into it, whole. It stays cut off.
 * Returns its bytes; 0: there is no room for the question.
 */
static int fit(unsigned char *m, int room)
{
	unsigned records = get16(m + 6), kept = 0;
	int at = HEAD, next;

	for (unsigned questions = get16(m + 4); questions > 0; questions--) {
		at = name_end(m, at, room);
		if (at < 0 || (at += QUESTION) > room)
			return 0;
	}
	for (; kept < records && (next = record_end(m, at, room)) > 0; kept++)
		at = next;
	m[2] |= IS_CUT_OFF;
	put16(m + 6, kept);
	memset(m + 8, 0, HEAD - 8);
	return at;
}

/* ---- a question ---- */

/* Returns the bytes of the answer; 0: there is none that counts. */
static int ask(const struct talk *t, const struct address *server, const struct pecan_question *q)
{
	unsigned char length[LENGTH];
	int whole, bytes;

	put16(length, (unsigned)q->bytes);
	if (!begin(t, server) || !move(t, length, LENGTH, POLLOUT)
	    || !move(t, (unsigned char *)q->text, (size_t)q->bytes, POLLOUT) || !move(t, length, LENGTH, POLLIN))
		return 0;
	whole = (int)get16(length);
	bytes = whole < q->room ? whole : q->room;
	if (bytes < HEAD || !move(t, q->answer, (size_t)bytes, POLLIN)
	    || memcmp(q->answer, q->text, 2) != 0 || !(q->answer[2] & IS_ANSWER))
		return 0;
	if ((q->answer[3] & 15) != 0 && (q->answer[3] & 15) != NO_NAME)
		return 0;
	return whole <= q->room ? whole : fit(q->answer, bytes);
}

static void end(void *fd)
{
	close(*(int *)fd);
}

static int ask_one(const struct address *server, const struct pecan_question *q, long long until)
{
	struct talk t = { socket(server->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), until };
	int bytes;

	if (t.fd < 0)
		return 0;
	pthread_cleanup_push(end, &t.fd);
	bytes = ask(&t, server, q);
	pthread_cleanup_pop(1);
	return bytes;
}

/* First the server that has cut its answer off; then the others, as long as there is time. */
int __pecan_ask_again(const struct resolvconf *conf, int first, const struct pecan_question *q)
{
	long long until = now() + 2000LL * conf->timeout;	/* first segments may be lost */
	int bytes = 0;

	for (unsigned i = 0; i < conf->nns && bytes == 0; i++)
		bytes = ask_one(&conf->ns[((unsigned)first + i) % conf->nns], q, until);
	return bytes;
}
