/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.h - the handlers of the requests, which <proto/files_server.h> declares, and the sender of one.
 */
#ifndef FILES_REQUESTS_H
#define FILES_REQUESTS_H

#include <l4/types.h>
#include <proto/files_server.h>

struct client;
struct files_caller { L4_ThreadId_t thread; L4_Word_t task; struct client *client; };

#endif
