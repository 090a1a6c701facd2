/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - connections, each with one request and one answer. No call waits for a client.
 */
#ifndef STATUS_CLIENT_H
#define STATUS_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include "http.h"

enum { CLIENTS = 16 };

/* Supplied by main.c: returns the page for a request, which is copied; or NULL, with the error in *status. */
const char *client_page(const struct http_request *r, size_t *bytes, enum http_status *status);

/* Add a connection; if there are too many, the one that was idle for the longest time ends. */
void client_add(int fd);

/* Fill the entries for poll. Returns their number. */
unsigned client_poll(struct pollfd p[CLIENTS]);

/* Serve the entries of poll. Ends connections that were idle for too long. */
void client_serve(const struct pollfd *p, unsigned n);

#endif
