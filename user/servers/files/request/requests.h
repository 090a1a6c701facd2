/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * requests.h - the handlers of the requests, which <proto/files_server.h> declares, and the sender of one.
 */
#ifndef FILES_REQUESTS_H
#define FILES_REQUESTS_H

#include <l4/types.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/files_server.h>

struct attempt;
struct client;
struct open_file;

/* attempt: of its request, if that only reads (attempt.h). */
struct files_caller { L4_ThreadId_t thread; L4_Word_t task; struct client *client; struct attempt *attempt; };

/* An open file of a client. FILES_E_HANDLE: the task is none, or has not opened it. */
enum files_status request_file(L4_Word_t task, L4_Word_t handle, struct open_file **f);

/* What FILES_GET, FILES_PUT and FILES_SYNC do, for open files of request_file. *bytes: wanted, then done. */
enum files_status request_read(struct attempt *a, struct open_file *f, uint64_t offset, char *to,
			       size_t *bytes);
enum files_status request_write(struct open_file *f, uint64_t offset, const char *from, size_t *bytes);
enum files_status request_sync(bool clean, struct files_sync_out *out);

#endif
