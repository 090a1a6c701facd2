/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - status: an HTTP server of one page, which shows the running system; docs/user/network.md.
 *
 *   status             serve it at port 80
 *   status PORT        at another one
 *   status print       the page as text, on standard output
 *
 * One thread serves all clients. If the network server ends it opens the port again with the next one.
 */
#include <errno.h>
#include <l4/schedule.h>
#include <netinet/in.h>
#include <pecan/names.h>
#include <pecan/server.h>
#include <pecan/system.h>
#include <proto/sockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client.h"
#include "sample.h"

enum { PAGE_BYTES = 192 * 1024, PORT = 80, BACKLOG = 8, TICK_MS = 1000, FRESH_US = 1000000 };

static struct model model;
static char page[PAGE_BYTES];

/* ---- the page ---- */

/* Reads the system unless the model is fresh. Returns NULL, or why it cannot be read. */
static const char *refresh(void)
{
	static unsigned long taken;
	unsigned long now = (unsigned long)L4_SystemClock().raw;
	const char *why;

	if (taken && now - taken < FRESH_US)
		return NULL;
	why = sample(&model);
	taken = why ? 0 : (unsigned long)L4_SystemClock().raw;
	return why;
}

const char *client_page(const struct http_request *r, size_t *bytes, enum http_status *status)
{
	struct text t = { .at = page, .size = sizeof page };
	const char *why = refresh();

	if (!why)
		page_write(&t, &model, r->refresh);
	if (why || t.full) {
		pecan_logf("status: there is no page: %s", why ? why : "it is too large");
		*status = HTTP_FAILED;
		return NULL;
	}
	*bytes = t.used;
	return page;
}

static int print(void)
{
	struct http_request r = { .head = false };
	enum http_status status;
	size_t bytes;
	const char *text = client_page(&r, &bytes, &status);

	return !text || fwrite(text, 1, bytes, stdout) != bytes || fflush(stdout) != 0;
}

/* ---- the port ---- */

/* Of IPv6 and IPv4. Returns a socket, or -1. */
static int open_port(unsigned short port)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Returns false if the port is lost. */
static bool take_clients(int port)
{
	int fd;

	while ((fd = accept4(port, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		client_add(fd);
	return errno == EAGAIN || errno == EINTR || errno == ENFILE || errno == EMFILE || errno == ENOBUFS;
}

static void serve(int port)
{
	struct pollfd p[1 + CLIENTS];
	unsigned n;

	do {
		p[0] = (struct pollfd){ .fd = port, .events = POLLIN };
		n = client_poll(p + 1);
		pecan_beat();
		if (poll(p, 1 + n, n ? TICK_MS : -1) < 0)	/* -1: for ever */
			continue;
		client_serve(p + 1, n);
	} while (!p[0].revents || take_clients(port));
	close(port);
}

/* There may be no network server yet, or none at all: then it waits for one in the name service. */
static void serve_always(unsigned short number)
{
	L4_ThreadId_t net;

	pecan_calls();
	for (;;) {
		int port = open_port(number);

		pecan_beat();
		if (port >= 0) {
			serve(port);
			continue;
		}
		poll(NULL, 0, TICK_MS);
		pecan_lookup(SOCKETS_NAME, true, &net);
	}
}

int main(int argc, char **argv)
{
	unsigned long port = PORT;
	char *end = "";

	if (argc == 2 && strcmp(argv[1], "print") == 0)
		return print();
	if (argc == 2)
		port = strtoul(argv[1], &end, 10);
	if (argc > 2 || *end || port == 0 || port > 65535) {
		fputs("status [PORT]: serves the page that shows the running system; status print prints it\n",
		      stderr);
		return 1;
	}
	serve_always((unsigned short)port);
}
