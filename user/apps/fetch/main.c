/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - fetch: gets a page by HTTP.
 *
 *   fetch [-o FILE] http://HOST[:PORT][/PATH]
 *
 * The page goes to standard output, or to FILE. It is complete when it has as many bytes as its head says, or
 * (if the head does not say it) when the server ends the connection. What came of an incomplete one remains.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PIECE = 16384, HOST = 256, SERVICE = 8, QUIET_S = 60 };

static struct { char host[HOST], port[SERVICE]; const char *path; } url;
static char text[PIECE];		/* received, and not written yet */
static size_t got;

static _Noreturn void fail(const char *format, ...)
{
	char what[HOST + 200];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	fprintf(stderr, "fetch: %s\n", what);
	exit(1);
}

/* http://HOST[:PORT][/PATH] */
static bool parse_url(const char *from)
{
	size_t host, port;

	if (strncasecmp(from, "http://", 7) != 0)
		return false;
	from += 7;
	host = strcspn(from, ":/");
	if (host == 0 || host >= sizeof url.host)
		return false;
	memcpy(url.host, from, host);
	from += host;
	strcpy(url.port, "80");
	if (*from == ':') {
		port = strcspn(++from, "/");
		if (port == 0 || port >= sizeof url.port || strspn(from, "0123456789") < port)
			return false;
		memcpy(url.port, from, port);
		url.port[port] = 0;
		from += port;
	}
	url.path = *from ? from : "/";
	return !strpbrk(url.path, " \r\n");
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

static int open_connection(void)
{
	struct addrinfo *found, hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
	int e = getaddrinfo(url.host, url.port, &hints, &found), fd = -1;

	if (e)
		fail("%s: %s", url.host, gai_strerror(e));
	for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
		fd = connect_to(a);
	if (fd < 0)
		fail("%s, port %s: %s", url.host, url.port, strerror(errno));
	freeaddrinfo(found);
	return fd;
}

/* The answer to a request of HTTP/1.0 is not chunked. */
static void request(int fd)
{
	const char *colon = strcmp(url.port, "80") == 0 ? "" : ":", *port = *colon ? url.port : "";
	int n = snprintf(text, sizeof text, "GET %s HTTP/1.0\r\nHost: %s%s%s\r\nUser-Agent: fetch\r\n"
			 "Accept: */*\r\nConnection: close\r\n\r\n", url.path, url.host, colon, port);

	if (n < 0 || (size_t)n >= sizeof text)
		fail("the path is too long");
	for (ssize_t sent = 0, k; sent < n; sent += k) {
		k = send(fd, text + sent, (size_t)(n - sent), MSG_NOSIGNAL);
		if (k < 0)
			fail("%s: %s", url.host, strerror(errno));
	}
}

/* ---- the answer ---- */

/* More of it behind what is in `text`. Returns false at its end. */
static bool receive(int fd, unsigned long so_far)
{
	ssize_t n = recv(fd, text + got, sizeof text - got, 0);

	if (n < 0)
		fail("%s, after %lu bytes: %s", url.host, so_far,
		     errno == EAGAIN ? "the server is silent" : strerror(errno));
	got += (size_t)n;
	return n > 0;
}

/* Returns the length of the head, with its empty line; 0 if that is not there yet. */
static size_t head_length(void)
{
	for (size_t i = 0; i + 1 < got; i++)
		if (text[i] == '\n' && (text[i + 1] == '\n' || (i + 2 < got && memcmp(text + i + 1, "\r\n", 2) == 0)))
			return i + (text[i + 1] == '\n' ? 2 : 3);
	return 0;
}

/* The value of a line of the head, which ends with a NUL. */
static const char *field(const char *name)
{
	for (const char *line = strchr(text, '\n'); line; line = strchr(line, '\n')) {
		line++;
		if (strncasecmp(line, name, strlen(name)) == 0)
			return line + strlen(name);
	}
	return NULL;
}

/* Reads the head and leaves the rest in `text`. Returns how many bytes the page has, or -1 if unknown. */
static long read_head(int fd)
{
	const char *value;
	unsigned status;
	size_t head;
	long bytes;

	got = 0;
	while ((head = head_length()) == 0)
		if (got == sizeof text || !receive(fd, 0))
			fail("%s: that is no answer of HTTP", url.host);
	text[head - 1] = 0;
	value = strchr(text, ' ');
	if (!value || sscanf(text, "HTTP/%*u.%*u %u", &status) != 1)
		fail("%s: that is no answer of HTTP", url.host);
	if (status != 200)
		fail("%s: status %.*s", url.host, (int)strcspn(value + 1, "\r\n"), value + 1);
	value = field("Content-Length:");
	bytes = value ? strtol(value, NULL, 10) : -1;
	got -= head;
	memmove(text, text + head, got);
	return bytes;
}

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

static unsigned long read_page(int fd, int to, long bytes)
{
	unsigned long sum = 0;
	bool more = true;

	while (more) {
		if (bytes >= 0 && got > (unsigned long)bytes - sum)
			got = (unsigned long)bytes - sum;
		write_out(to, text, got);
		sum += got;
		got = 0;
		more = (bytes < 0 || sum < (unsigned long)bytes) && receive(fd, sum);
	}
	if (bytes >= 0 && sum < (unsigned long)bytes)
		fail("%s: the connection has ended after %lu of %ld bytes", url.host, sum, bytes);
	return sum;
}

static void usage(void)
{
	fputs("fetch [-o FILE] http://HOST[:PORT][/PATH]: gets a page\n", stderr);
	exit(1);
}

int main(int argc, char **argv)
{
	const char *file = NULL;
	unsigned long sum;
	int c, fd, to = 1;
	long bytes;

	while ((c = getopt(argc, argv, "o:")) != -1) {
		if (c != 'o')
			usage();
		file = optarg;
	}
	if (argc - optind != 1)
		usage();
	if (!parse_url(argv[optind]))
		fail("%s is no address that begins with http://", argv[optind]);
	fd = open_connection();
	request(fd);
	bytes = read_head(fd);
	if (file)
		to = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (to < 0)
		fail("%s: %s", file, strerror(errno));
	sum = read_page(fd, to, bytes);
	if (file && close(to) < 0)
		fail("%s: %s", file, strerror(errno));
	if (file)
		fprintf(stderr, "fetch: %lu bytes\n", sum);
	return 0;
}
