/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.h - the handlers of the requests, which <proto/files_server.h> declares, and the sender of one.
 */
#ifndef TMP_REQUESTS_H
#define TMP_REQUESTS_H

#include <l4/types.h>
#include <pecan/places.h>
#include <proto/files_server.h>

struct client;
struct files_caller { L4_ThreadId_t thread; struct holder who; struct client *client; };

/*
 * Call it first, with the clock in ms, and the bytes of memory for files. Returns false if that is too
 * little.
 */
bool requests_begin(unsigned clock, size_t bytes);

/* Remove the clients whose tasks have ended, with their open and removed files. */
void requests_drop_ended(void);

#endif
