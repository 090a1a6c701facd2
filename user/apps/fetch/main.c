/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - fetch: gets a page by HTTP, through TLS if its address begins with https.
 *
 *   fetch [-o FILE] [-c AUTHORITIES] http[s]://HOST[:PORT][/PATH]; HOST may be [ADDRESS] of IPv6
 *
 * The page goes to standard output, or to FILE. It is complete when it has as many bytes as its head says, or
 * its last piece has come (chunks.h), or, if the head says neither, when the server ends the connection. What
 * came of an incomplete one remains. Up to REDIRECTIONS answers may lead to another page instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "chunks.h"
#include "head.h"
#include "url.h"

#define AUTHORITIES "/disk/etc/ca.pem"

enum { PIECE = 16384, QUIET_S = 60, REDIRECTIONS = 5, OK = 200, INTERIM = 8 };

static const char *authorities = AUTHORITIES;
static struct url url;
static char text[PIECE];		/* received, and not written yet */
static size_t got;

static void say(const char *format, va_list args)
{
	char what[URL_HOST + 200];

	vsnprintf(what, sizeof what, format, args);
	fprintf(stderr, "fetch: %s\n", what);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

_Noreturn void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	exit(1);
}

/* ---- the request ---- */

static int connect_to(const struct addrinfo *a)
{
	struct timeval quiet = { QUIET_S, 0 };
	int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);

	if (fd < 0)
		fail("there is no network: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof quiet);
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Without the brackets of an address of IPv6. */
static const char *host_name(void)
{
	static char host[URL_HOST];
	size_t n = strlen(url.host);

	if (url.host[0] != '[')
		return url.host;
	memcpy(host, url.host + 1, n - 2);
	host[n - 2] = 0;		/* a longer one may have been there */
	return host;
}

static int open_connection(void)
{
	struct addrinfo *found, hints = { .ai_socktype = SOCK_STREAM };
	int e = getaddrinfo(host_name(), url.port, &hints, &found), fd = -1;

	if (e)
		fail("%s: %s", url.host, gai_strerror(e));
	for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = connect_to(a);
	if (fd < 0)
		fail("%s, port %s: %s", url.host, url.port, strerror(errno));
	freeaddrinfo(found);
	return fd;
}

static void request(void)
{
	bool usual = strcmp(url.port, url.way->port) == 0;
	int n = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s%s%s\r\nUser-Agent: fetch\r\n"
			 "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n", url.path,
			 url.host, usual ? "" : ":", usual ? "" : url.port);

	_Static_assert(sizeof text > sizeof url + 200, "a request has room");
	if (!url.way->write(text, (size_t)n))
		fail("%s: %s", url.host, url.way->why());
}

/* ---- the answer ---- */

/* More of it behind what is in `text`. Returns false at its end. */
static bool receive(uint64_t so_far)
{
	ssize_t n = url.way->read(text + got, sizeof text - got);

	if (n < 0)
		fail("%s, after %llu bytes: %s", url.host, (unsigned long long)so_far, url.way->why());
	got += (size_t)n;
	return n > 0;
}

/* Bytes at the begin of `text` have been used. */
static void drop(size_t bytes)
{
	got -= bytes;
	memmove(text, text + bytes, got);
}

/* Reads a head; it stays in `text`, and what `head` names. Returns its length. */
static size_t read_head(struct head *head)
{
	const char *wrong;
	size_t bytes;

	while ((bytes = head_length(text, got)) == 0)
		if (got == sizeof text || !receive(0))
			fail("%s: that is no answer of HTTP", url.host);
	wrong = head_read(head, text, bytes);
	if (wrong)
		fail("%s: %s", url.host, wrong);
	return bytes;
}

static bool is_interim(unsigned status)
{
	return status / 100 == 1 && status != 101;
}

/* Asks for the page, and reads the head of the answer. Returns its length. */
static size_t get(struct head *head)
{
	int fd = open_connection();
	size_t bytes;

	got = 0;
	if (!url.way->open(fd, host_name(), authorities))
		fail("%s: %s", url.host, url.way->why());
	request();
	got = 0;
	bytes = read_head(head);
	for (unsigned i = 0; is_interim(head->status); i++) {
		if (i == INTERIM)
			fail("%s: too many answers before the page", url.host);
		drop(bytes);
		bytes = read_head(head);
	}
	return bytes;
}

/* ---- redirections ---- */

static bool is_redirection(unsigned status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* From https to http is no way: what was asked for by TLS would come without it. */
static void follow(const struct head *head)
{
	const struct way *from = url.way;
	char host[URL_HOST];

	strcpy(host, url.host);
	from->close();
	if (!head->location)
		fail("%s: status %u, without the page to which it leads", host, head->status);
	if (!url_follow(&url, head->location, head->location_bytes))
		fail("%s: it leads to what is no address of http or https: %.*s", host,
		     (int)head->location_bytes, head->location);
	if (from == &tls_way && url.way != &tls_way)
		fail("%s: it leads from https to http, which is not followed: http://%s%s", host, url.host, url.path);
}

/* Returns the length of the head of the page; what is behind it has come already. */
static size_t get_page(struct head *head)
{
	size_t bytes = get(head);

	for (unsigned i = 0; is_redirection(head->status); i++) {
		if (i == REDIRECTIONS)
			fail("%s: it leads on after %d redirections", url.host, REDIRECTIONS);
		follow(head);
		bytes = get(head);
	}
	if (head->status != OK)
		fail("%s: status %.*s", url.host, (int)head->reason_bytes, head->reason);
	return bytes;
}

/* ---- the page ---- */

static void write_out(int to, const char *from, size_t bytes)
{
	while (bytes > 0) {
		ssize_t n = write(to, from, bytes);

		if (n < 0)
			fail("the page cannot be written: %s", strerror(errno));
		from += n;
		bytes -= (size_t)n;
	}
}

/* Up to the end of the connection, or `bytes` of them, if that is not -1. */
static uint64_t read_plain(int to, int64_t bytes)
{
	uint64_t sum = 0;
	bool more = true;

	while (more) {
		if (bytes >= 0 && got > (uint64_t)bytes - sum)
			got = (size_t)((uint64_t)bytes - sum);
		write_out(to, text, got);
		sum += got;
		got = 0;
		more = (bytes < 0 || sum < (uint64_t)bytes) && receive(sum);
	}
	if (bytes >= 0 && sum < (uint64_t)bytes)
		fail("%s: the connection has ended after %llu of %lld bytes", url.host, (unsigned long long)sum,
		     (long long)bytes);
	return sum;
}

/* What has come of pieces. Returns how many bytes of the page that were; `before` came already. */
static uint64_t write_chunks(int to, struct chunks *c, uint64_t before)
{
	struct chunk data;
	uint64_t sum = 0;

	for (size_t at = 0; at < got && c->at != CHUNK_COMPLETE; sum += data.bytes) {
		at += chunks_take(c, text + at, got - at, &data);
		write_out(to, data.data, data.bytes);
		if (c->at == CHUNK_BAD)
			fail("%s: the pieces of the page are damaged, after %llu bytes", url.host,
			     (unsigned long long)(before + sum));
	}
	got = 0;
	return sum;
}

static uint64_t read_chunks(int to)
{
	struct chunks c = { 0 };
	uint64_t sum = write_chunks(to, &c, 0);

	while (c.at != CHUNK_COMPLETE) {
		if (!receive(sum))
			fail("%s: the connection has ended after %llu bytes, before the last piece of the page",
			     url.host, (unsigned long long)sum);
		sum += write_chunks(to, &c, sum);
	}
	return sum;
}

static void usage(void)
{
	fputs("fetch [-o FILE] [-c AUTHORITIES] http[s]://HOST[:PORT][/PATH]: gets a page\n"
	      "AUTHORITIES: a file with their certificates, " AUTHORITIES " without this option\n", stderr);
	exit(1);
}

int main(int argc, char **argv)
{
	const char *file = NULL;
	struct head head;
	uint64_t sum;
	int c, to = 1;

	while ((c = getopt(argc, argv, "o:c:")) != -1) {
		if (c == 'o')
			file = optarg;
		else if (c == 'c')
			authorities = optarg;
		else
			usage();
	}
	if (argc - optind != 1)
		usage();
	if (!url_parse(&url, argv[optind]))
		fail("%s is no address that begins with http:// or https://", argv[optind]);
	drop(get_page(&head));
	if (file)
		to = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (to < 0)
		fail("%s: %s", file, strerror(errno));
	sum = head.chunked ? read_chunks(to) : read_plain(to, head.bytes);
	if (file && close(to) < 0)
		fail("%s: %s", file, strerror(errno));
	if (file)
		fprintf(stderr, "fetch: %llu bytes\n", (unsigned long long)sum);
	return 0;
}
