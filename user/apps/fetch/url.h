/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * url.h - addresses of pages: http[s]://HOST[:PORT][/PATH], and those that an answer names instead of a page.
 */
#ifndef FETCH_URL_H
#define FETCH_URL_H

#include "fetch.h"

enum { URL_BYTES = 4096, URL_HOST = 256, URL_PORT = 8 };

struct url {
	const struct way *way;
	char host[URL_HOST];		/* an address of IPv6 with its brackets */
	char port[URL_PORT];
	char path[URL_BYTES];		/* with its slash, without a fragment */
};

/* Returns false if the text is no such address, or has a blank or a control character. */
bool url_parse(struct url *url, const char *from);

/*
 * The page to which an answer for `url` leads by its field Location, of `bytes` bytes: an address, or what
 * follows the scheme, the host or the folder of `url` (RFC 3986, 5.2). Returns false as url_parse, and then
 * `url` is undefined.
 */
bool url_follow(struct url *url, const char *location, size_t bytes);

#endif
