/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - requests of clients by rings (<pecan/file_ring.h>). The server works at a client's rings only
 * while it serves a FILES_BELL of that client, and when the disk has read what a request in them lacks.
 */
#ifndef FILES_RING_H
#define FILES_RING_H

#include <stdbool.h>
#include <pecan/places.h>
#include <proto/files_server.h>

/* block 0: the client has no rings any more. FILES_E_ARGUMENT: the block cannot be opened, or is small. */
enum files_status ring_attach(struct holder who, L4_Word_t block);

/* A client's FILES_BELL. FILES_E_HANDLE: it has no rings, or has broken their rules. */
enum files_status ring_bell(L4_Word_t task, L4_ThreadId_t thread, const struct files_bell_in *in);

/* Removes the rings of tasks that have ended. */
void ring_drop_ended(void);

/* Returns true if any request waits for the disk, or a client for the answer to FILES_BELL. */
bool ring_any_held(void);

/*
 * Does the requests again that the disk has read something for. Returns true if there was one: it can have
 * waited, so that others, parked ones too, can be done now that could not before.
 */
bool ring_advance(void);

/* The thread has sent another message: its FILES_BELL is not answered any more. */
void ring_forget(L4_ThreadId_t thread);

/* The next client that waits in FILES_BELL for answers which it has now; nilthread: there is none. */
L4_ThreadId_t ring_to_wake(void);

#endif
