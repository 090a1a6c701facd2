/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.c - see http.h.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "http.h"

#define FIELD "Host:"

enum { REFRESH_S = 5, HOST = 64 };

static bool is_token(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

/* Returns true if the head ends in these bytes. A line may end without a carriage return. */
static bool is_complete(const char *at, size_t bytes)
{
	for (size_t i = 0; i + 1 < bytes; i++)
		if (at[i] == '\n' && (at[i + 1] == '\n' || (i + 2 < bytes && at[i + 1] == '\r' && at[i + 2] == '\n')))
			return true;
	return false;
}

/* Returns true if the word of `length` bytes is this one. */
static bool is(const char *at, size_t length, const char *word)
{
	return length == strlen(word) && memcmp(at, word, length) == 0;
}

/* HTTP/1.0 or later of 1, up to the end of the line. */
static bool is_version(const char *at, size_t length)
{
	if (length > 0 && at[length - 1] == '\r')
		length--;
	return length == 8 && memcmp(at, "HTTP/1.", 7) == 0 && at[7] >= '0' && at[7] <= '9';
}

static enum http_status find(const char *path, size_t length, struct http_request *r)
{
	const char *query = memchr(path, '?', length);

	if (query)
		length = (size_t)(query - path);
	r->refresh = is(path, length, "/live") ? REFRESH_S : 0;
	return is(path, length, "/") || r->refresh ? HTTP_OK : HTTP_ABSENT;
}

/* METHOD PATH VERSION */
static enum http_status parse_line(const char *at, size_t length, struct http_request *r)
{
	const char *path = memchr(at, ' ', length), *version;
	size_t method;

	if (!path || path == at)
		return HTTP_BAD;
	method = (size_t)(path++ - at);
	for (size_t i = 0; i < method; i++)
		if (!is_token(at[i]))
			return HTTP_BAD;
	version = memchr(path, ' ', length - method - 1);
	if (!version || *path != '/' || !is_version(version + 1, (size_t)(at + length - version - 1)))
		return HTTP_BAD;
	r->head = is(at, method, "HEAD");
	if (!r->head && !is(at, method, "GET"))
		return HTTP_METHOD;
	return find(path, (size_t)(version - path), r);
}

/* ---- the field Host ---- */

/* Returns true if it is nothing, or a colon and digits. */
static bool is_port(const char *at)
{
	return *at == 0 || (*at == ':' && at[1 + strspn(at + 1, "0123456789")] == 0);
}

/* No name but localhost: a site could give its own name this system's address, and then read ours. */
static bool is_own(const char *from, size_t length)
{
	char host[HOST] = "", address[sizeof(struct in6_addr)], *end;
	bool six = length > 0 && *from == '[';

	if (length >= sizeof host)
		return false;
	memcpy(host, from, length);
	end = host + strcspn(host, six ? "]" : ":");
	if (six != (*end == ']') || !is_port(end + six))
		return false;
	*end = 0;
	if (six)
		return inet_pton(AF_INET6, host + 1, address) == 1;
	return strcasecmp(host, "localhost") == 0 || inet_pton(AF_INET, host, address) == 1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The lines after the first one, up to an empty one: one of them has to be the field Host (RFC 9112, 3.2). */
static enum http_status check_host(const char *at, const char *end)
{
	const char *next;
	unsigned hosts = 0;
	bool own = false;

	for (; (next = memchr(at, '\n', (size_t)(end - at))); at = next + 1) {
		const char *value = at + strlen(FIELD), *last = next;

		if (at == next || (*at == '\r' && at + 1 == next))
			break;
		if (strncasecmp(at, FIELD, strlen(FIELD)) != 0)
			continue;
		while (value < last && is_blank(*value))
			value++;
		while (value < last && is_blank(last[-1]))
			last--;
		own = is_own(value, (size_t)(last - value));
		hosts++;
	}
	return hosts != 1 ? HTTP_BAD : own ? HTTP_OK : HTTP_MISDIRECTED;
}

enum http_status http_parse(const char *at, size_t bytes, struct http_request *r)
{
	const char *end = memchr(at, '\n', bytes);
	enum http_status status;

	*r = (struct http_request){ .head = false };
	if (memchr(at, 0, bytes))
		return HTTP_BAD;
	if (!end || !is_complete(at, bytes))
		return bytes >= HTTP_HEAD_MAX ? HTTP_BAD : HTTP_MORE;
	status = parse_line(at, (size_t)(end - at), r);
	return status == HTTP_OK ? check_host(end + 1, at + bytes) : status;
}

const char *http_text(enum http_status status)
{
	switch (status) {
	case HTTP_OK: return "OK";
	case HTTP_BAD: return "Bad Request";
	case HTTP_ABSENT: return "Not Found";
	case HTTP_MISDIRECTED: return "Misdirected Request";
	case HTTP_METHOD: return "Method Not Allowed";
	default: return "Internal Server Error";
	}
}

size_t http_answer(char *to, size_t room, enum http_status status, const char *type, size_t body)
{
	int n = snprintf(to, room, "HTTP/1.1 %d %s\r\nContent-Type: %s; charset=utf-8\r\nContent-Length: %zu\r\n"
			 "Cache-Control: no-store\r\n%sConnection: close\r\n\r\n", status, http_text(status), type,
			 body, status == HTTP_METHOD ? "Allow: GET, HEAD\r\n" : "");

	return n > 0 && (size_t)n < room ? (size_t)n : 0;
}
