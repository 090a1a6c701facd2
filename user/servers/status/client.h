/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - connections: each has one request and one answer, at its own pace. No call waits for a client.
 */
#ifndef STATUS_CLIENT_H
#define STATUS_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include "http.h"

enum { CLIENTS = 16 };

/* Called for a complete request. Returns the page, which is copied; or NULL, and why in *status. */
const char *client_page(const struct http_request *r, size_t *bytes, enum http_status *status);

/* Take a connection; if there are too many, the one that has done nothing for the longest time ends. */
void client_add(int fd);

/* Entries for poll. Returns how many. */
unsigned client_poll(struct pollfd p[CLIENTS]);

/* What poll has found. Ends connections that have done nothing for too long. */
void client_serve(const struct pollfd *p, unsigned n);

#endif
