/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * http.h - the supported part of HTTP/1.1: the request line and the field Host (RFC 9112, 3). A connection
 * has one request.
 */
#ifndef STATUS_HTTP_H
#define STATUS_HTTP_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_HEAD_MAX = 4096 };

enum http_status {
	HTTP_MORE = 0,			/* the head of the request is not complete */
	HTTP_OK = 200, HTTP_BAD = 400, HTTP_ABSENT = 404, HTTP_METHOD = 405, HTTP_FAILED = 500,
	HTTP_MISDIRECTED = 421,		/* Host is neither an address nor localhost */
};

struct http_request { bool head; unsigned refresh; };	/* head: HEAD, without a body */

/* Parse the `bytes` received of a request's head. Returns HTTP_OK if it is complete and for the page. */
enum http_status http_parse(const char *at, size_t bytes, struct http_request *r);

/* Write the head of an answer with a body of so many bytes. Returns its length. */
size_t http_answer(char *to, size_t room, enum http_status status, const char *type, size_t body);

/* Returns the reason phrase of a status. */
const char *http_text(enum http_status status);

#endif
