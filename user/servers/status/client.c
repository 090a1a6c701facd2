/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.c - see client.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

enum { IDLE_S = 30, CLOSING_S = 2, HEAD = 512 };

enum state { FREE, READING, WRITING, CLOSING };

struct client {
	enum state state;
	int fd;
	time_t since;				/* seconds: the last time that bytes were moved */
	char request[HTTP_HEAD_MAX];
	size_t got;
	char *answer;
	size_t bytes, sent;
};

static struct client clients[CLIENTS];

static time_t seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

static void end(struct client *c)
{
	close(c->fd);
	free(c->answer);
	c->answer = NULL;
	c->state = FREE;
}

void client_add(int fd)
{
	struct client *c = clients;

	for (struct client *other = clients; other < clients + CLIENTS; other++)
		if (c->state != FREE && (other->state == FREE || other->since < c->since))
			c = other;
	if (c->state != FREE)
		end(c);
	c->state = READING;
	c->fd = fd;
	c->since = seconds();
	c->got = c->bytes = c->sent = 0;
}

/* ---- answers ---- */

/* Head and, but for HEAD, body. Without memory the connection ends. */
static void answer(struct client *c, enum http_status status, const char *type, const char *body,
		   size_t bytes, bool only_head)
{
	c->answer = malloc(HEAD + bytes);
	if (!c->answer) {
		end(c);
		return;
	}
	c->bytes = http_answer(c->answer, HEAD, status, type, bytes);
	if (!only_head) {
		memcpy(c->answer + c->bytes, body, bytes);
		c->bytes += bytes;
	}
	c->state = WRITING;
}

static void answer_request(struct client *c, enum http_status status, const struct http_request *r)
{
	const char *page = NULL;
	size_t bytes = 0;

	if (status == HTTP_OK)
		page = client_page(r, &bytes, &status);
	if (page) {
		answer(c, status, "text/html", page, bytes, r->head);
	} else {
		page = http_text(status);
		answer(c, status, "text/plain", page, strlen(page), r->head);
	}
}

/* ---- the connection ---- */

/* Returns true if the call would have to wait. Otherwise it has failed. */
static bool waits(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void read_request(struct client *c)
{
	ssize_t n = recv(c->fd, c->request + c->got, sizeof c->request - c->got, 0);
	struct http_request r;
	enum http_status status;

	if (n < 0 && waits())
		return;
	if (n <= 0) {
		end(c);
		return;
	}
	c->got += (size_t)n;
	c->since = seconds();
	status = http_parse(c->request, c->got, &r);
	if (status != HTTP_MORE)
		answer_request(c, status, &r);
}

/* After the answer the client ends the connection: to end it first could cost the client the answer. */
static void write_answer(struct client *c)
{
	while (c->sent < c->bytes) {
		ssize_t n = send(c->fd, c->answer + c->sent, c->bytes - c->sent, MSG_NOSIGNAL);

		if (n < 0 && waits())
			return;
		if (n < 0) {
			end(c);
			return;
		}
		c->sent += (size_t)n;
		c->since = seconds();
	}
	shutdown(c->fd, SHUT_WR);
	c->state = CLOSING;
}

static void wait_for_end(struct client *c)
{
	char unused[HEAD];
	ssize_t n = recv(c->fd, unused, sizeof unused, 0);

	if (n == 0 || (n < 0 && !waits()))
		end(c);
}

unsigned client_poll(struct pollfd p[CLIENTS])
{
	unsigned n = 0;

	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->state != FREE)
			p[n++] = (struct pollfd){ .fd = c->fd, .events = c->state == WRITING ? POLLOUT : POLLIN };
	return n;
}

static struct client *find(int fd)
{
	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->state != FREE && c->fd == fd)
			return c;
	return NULL;
}

static void serve(struct client *c)
{
	if (c->state == READING)
		read_request(c);
	if (c->state == WRITING)
		write_answer(c);
	else if (c->state == CLOSING)
		wait_for_end(c);
}

void client_serve(const struct pollfd *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct client *c = p[i].revents ? find(p[i].fd) : NULL;

		if (c)
			serve(c);
	}
	for (struct client *c = clients; c < clients + CLIENTS; c++)
		if (c->state != FREE && seconds() - c->since > (c->state == CLOSING ? CLOSING_S : IDLE_S))
			end(c);
}
