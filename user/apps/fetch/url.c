/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * url.c - see url.h.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "control.h"
#include "url.h"

static const struct way *const ways[] = { &plain_way, &tls_way };

/* The way that an address begins with; NULL if it is none that is known. */
static const struct way *way_of(const char *address)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strncasecmp(address, ways[i]->scheme, strlen(ways[i]->scheme)) == 0)
			return ways[i];
	return NULL;
}

static bool is_text(const char *from)
{
	for (; *from; from++)
		if (*from == ' ' || is_control(*from))
			return false;
	return true;
}

/* A path, up to its fragment. Without one it is that of the whole site. */
static bool set_path(struct url *url, const char *from)
{
	size_t n = strcspn(from, "#");
	const char *slash = n == 0 || *from == '?' ? "/" : "";

	return (size_t)snprintf(url->path, sizeof url->path, "%s%.*s", slash, (int)n, from) < sizeof url->path;
}

bool url_parse(struct url *url, const char *from)
{
	size_t host, port;

	url->way = way_of(from);
	if (!url->way || strlen(from) >= URL_BYTES || !is_text(from))
		return false;
	from += strlen(url->way->scheme);
	host = *from == '[' ? strcspn(from, "]/?#") : strcspn(from, ":/?#");
	if (host == 0 || host >= URL_HOST - 1 || (*from == '[' && from[host++] != ']'))
		return false;
	memcpy(url->host, from, host);
	url->host[host] = 0;
	from += host;
	strcpy(url->port, url->way->port);
	if (*from == ':') {
		port = strcspn(++from, "/?#");
		if (port == 0 || port >= sizeof url->port || strspn(from, "0123456789") < port)
			return false;
		memcpy(url->port, from, port);
		url->port[port] = 0;
		from += port;
	}
	return (!*from || strchr("/?#", *from)) && set_path(url, from);
}

/* ---- what an answer leads to ---- */

/* Is the first segment of a path, behind its slash, this one? */
static bool is_segment(const char *path, const char *segment)
{
	size_t n = strlen(segment);

	return strncmp(path, segment, n) == 0 && (!path[n] || strchr("/?", path[n]));
}

/* Take out the segments `.` and `..` of a path, before its query (RFC 3986, 5.2.4). */
static void remove_dots(char *path)
{
	char *to = path, *from = path;

	while (*from == '/') {
		size_t n = 1 + strcspn(from + 1, "/?");

		if (is_segment(from, "/.") || is_segment(from, "/..")) {
			while (n == 3 && to > path && *--to != '/')
				;
			from += n;
			if (*from != '/')
				*to++ = '/';
		} else {
			memmove(to, from, n);
			to += n;
			from += n;
		}
	}
	memmove(to, from, strlen(from) + 1);
}

/* Of the path of `url`, what stays before this one: its folder, or for a query all but its own query. */
static bool set_relative(struct url *url, const char *from)
{
	size_t keep = strcspn(url->path, "?"), n = strcspn(from, "#");

	if (n == 0)
		return true;
	while (*from != '?' && url->path[keep - 1] != '/')
		keep--;
	if (keep + n >= sizeof url->path)
		return false;
	memcpy(url->path + keep, from, n);
	url->path[keep + n] = 0;
	return true;
}

/* Does it begin with a scheme, which ends with a colon? */
static bool has_scheme(const char *from)
{
	return from[strcspn(from, ":/?#")] == ':';
}

bool url_follow(struct url *url, const char *location, size_t bytes)
{
	char text[URL_BYTES], whole[URL_BYTES];
	bool good;

	if (bytes == 0 || bytes >= sizeof text || memchr(location, 0, bytes))
		return false;
	memcpy(text, location, bytes);
	text[bytes] = 0;
	if (!is_text(text))
		return false;
	if (has_scheme(text))
		good = url_parse(url, text);
	else if (strncmp(text, "//", 2) == 0)
		good = (size_t)snprintf(whole, sizeof whole, "%s%s", url->way->scheme, text + 2) < sizeof whole
		       && url_parse(url, whole);
	else
		good = *text == '/' ? set_path(url, text) : set_relative(url, text);
	if (good)
		remove_dots(url->path);
	return good;
}
